"""Training rows that are larger than memory: ids or bags, targets and weights in flat files.

They are mapped into memory for a part of an epoch, and let go of with it. The order of an epoch is
drawn from its key alone: blocks of neighbouring rows in random order, so that a disk reads long
runs, and of as many blocks as fit into memory the rows in random order.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.text.idf import idf_of, texts_with
from linnet.text.ids import Ids
from linnet.text.odds import log_odds_of, texts_with_label
from linnet.text.tokenize import Tokens, runs
from linnet.text.vectorize import (
    IDF,
    LONGEST_LENGTH,
    Inputs,
    Vectorizer,
    covering_length,
)
from linnet.training.data import Data
from linnet.types import Rows, Targets, Task

BLOCK_ROWS = 256
WINDOW_ROWS, WINDOW_IDS = 262_144, 8_000_000
"""What is in memory at a time: at most so many rows, and about so many ids."""

FILES: Mapping[str, Any] = {
    "ids": np.int32, "counts": np.float32, "offsets": np.int64, "weights": np.float32
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Chunk:
    """Training rows as they come, some at a time."""

    tokens: Tokens
    targets: Targets
    weights: NDArray[np.float32] | None


@dataclass(frozen=True, eq=False)
class StoredData:
    """Training rows in a folder; a `Source` as `Data` is.

    Attributes:
        folder: Where the files are.
        num_rows: How many rows there are.
        num_ids: How many ids they have together.
        vectorizer: What made them; counts of bags are weighed when they are read.
        task: Decides the shape of targets.
        num_labels: The width of those of a multilabel task.
        weighted: Whether rows have weights.
    """

    folder: Path
    num_rows: int
    num_ids: int
    vectorizer: Vectorizer
    task: Task
    num_labels: int
    weighted: bool

    def __len__(self) -> int:
        return self.num_rows

    def select(self, rows: Rows) -> Data:
        """Return the given rows, in the given order, in memory."""
        where, offsets = runs(self._file("offsets"), rows)
        ids = Ids(self._file("ids")[where], offsets)
        weights = self._file("weights")[rows] if self.weighted else None
        return Data(self._inputs(ids, where), self._targets()[rows], weights)

    def windows(self, batch_size: int, *, key: Sequence[int], first: int = 0) -> Iterator[Data]:
        """Yield the rows of one epoch; rows that fit into one part stay in their order."""
        size = self._window_rows(batch_size)
        if len(self) <= size:
            if not first:
                yield self.select(np.arange(len(self)))
            return
        blocks = np.random.default_rng([*key, 3]).permutation(-(-len(self) // BLOCK_ROWS))
        starts = blocks * BLOCK_ROWS
        ends = np.cumsum(np.minimum(len(self) - starts, BLOCK_ROWS))
        for start in range(first * size, len(self), size):
            places = np.arange(start, min(start + size, len(self)))
            block = np.searchsorted(ends, places, "right")
            before = np.concatenate([[0], ends])[block]
            yield self.select(np.sort(starts[block] + places - before))

    def _window_rows(self, batch_size: int) -> int:
        """Return how many rows are in memory at a time, whole batches."""
        per_row = max(1.0, self.num_ids / max(1, len(self)))
        rows = min(WINDOW_ROWS, int(WINDOW_IDS / per_row))
        return max(1, rows // batch_size) * batch_size

    def _inputs(self, ids: Ids, where: Rows) -> Inputs:
        settings = self.vectorizer.settings
        if not self.vectorizer.gives_bags:
            return ids.cut(int(settings.max_length or 1), settings.cut)
        import scipy.sparse as sp

        offsets = ids.offsets.astype(sp.get_index_dtype(maxval=len(where)))
        parts = (self._file("counts")[where], ids.values, offsets)
        bags = sp.csr_array(parts, shape=(len(ids), self.vectorizer.num_ids))
        return self.vectorizer.weighed(bags)

    def _targets(self) -> Targets:
        several = self.task == "multilabel"
        found = _mapped(self.folder / "targets.bin", np.uint8 if several else np.int32)
        return found.reshape(-1, self.num_labels) if several else found

    def _file(self, name: str) -> NDArray[Any]:
        return _mapped(self.folder / f"{name}.bin", FILES[name])


def _mapped(path: Path, kind: Any) -> NDArray[Any]:
    """Map a file into memory; an empty one cannot be."""
    if not path.stat().st_size:
        return np.empty(0, kind)
    return np.asarray(np.memmap(path, kind, "r"))


class _Files:
    """Files that grow."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder, self.num_ids = folder, 0
        self.append("offsets", np.zeros(1))

    def append(self, name: str, values: NDArray[Any], kind: Any = None) -> None:
        with (self.folder / f"{name}.bin").open("ab") as file:
            np.ascontiguousarray(values, kind or FILES[name]).tofile(file)

    def append_inputs(self, inputs: Inputs) -> None:
        if isinstance(inputs, Ids):
            ids, offsets = inputs.values, inputs.offsets
        else:
            ids, offsets = inputs.indices, np.asarray(inputs.indptr, np.int64)
            self.append("counts", inputs.data)
        self.append("ids", ids)
        self.append("offsets", offsets[1:] + self.num_ids)
        self.num_ids += int(offsets[-1])


def store(
    chunks: Iterable[Chunk], vectorizer: Vectorizer, *, folder: Path, task: Task, num_labels: int
) -> StoredData:
    """Write the inputs and targets of training rows.

    What ids weigh, and how long a text may be, is measured on the way.

    Args:
        chunks: The rows.
        vectorizer: Without weights of ids.
        folder: Must not exist.
        task: What is decided.
        num_labels: How many labels there are.

    Example:
        >>> import tempfile
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.text.vectorize import TextSettings, fit, fit_and_vectorize
        >>> tokens, settings = tokenize(as_texts(["ä b", "", "b"])), TextSettings("words")
        >>> chunk, made = Chunk(tokens, np.array([0, 1, 0]), None), fit(tokens, settings)
        >>> with tempfile.TemporaryDirectory() as base:
        ...     stored = store(
        ...         [chunk], made, folder=Path(base, "a"), task="binary", num_labels=2
        ...     )
        ...     data = stored.select(np.array([2, 0]))
        >>> data.inputs.to_lists(), data.targets.tolist()
        ([[2], [3, 2]], [0, 0])
    """
    files, weighing = _Files(folder), _Weighing(vectorizer, num_labels)
    num_rows, weighted = 0, False
    for chunk in chunks:
        bags = vectorizer.gives_bags
        inputs = vectorizer.counts(chunk.tokens) if bags else vectorizer.vectorize(chunk.tokens)
        files.append_inputs(inputs)
        weighing.add(inputs, chunk.targets)
        files.append("targets", chunk.targets, np.uint8 if task == "multilabel" else np.int32)
        weighted = chunk.weights is not None
        if chunk.weights is not None:
            files.append("weights", chunk.weights)
        num_rows += len(chunk.targets)
    made = weighing.vectorizer()
    return StoredData(folder, num_rows, files.num_ids, made, task, num_labels, weighted)


class _Weighing:
    """What ids weigh, from how many texts hold them; or how long a text may be."""

    def __init__(self, vectorizer: Vectorizer, num_labels: int) -> None:
        self.made, self.kind = vectorizer, vectorizer.settings.vectorizer
        self.num_labels, self.num_texts = num_labels, 0
        self.num_with = np.zeros(vectorizer.num_ids, np.int64)
        self.of_label = np.zeros((num_labels if self.kind == "log_odds" else 0, len(self.num_with)))
        self.lengths = np.zeros(LONGEST_LENGTH + 1, np.int64)

    def add(self, inputs: Inputs, targets: Targets) -> None:
        self.num_texts += len(targets)
        if isinstance(inputs, Ids):
            lengths = np.minimum(inputs.lengths, LONGEST_LENGTH)
            self.lengths += np.bincount(lengths, minlength=len(self.lengths))
            return
        self.num_with += texts_with(inputs)
        if self.kind == "log_odds":
            self.of_label += texts_with_label(inputs, targets, num_labels=self.num_labels)

    def vectorizer(self) -> Vectorizer:
        """Return the vectoriser with its weights, or with the length that was measured."""
        made, weights = self.made, None
        if self.kind == "ids" and made.settings.max_length is None:
            lengths = np.repeat(np.arange(len(self.lengths), dtype=np.int16), self.lengths)
            settings = replace(made.settings, max_length=covering_length(lengths))
            return replace(made, settings=settings)
        if self.kind == "log_odds":
            weights = log_odds_of(self.of_label, self.num_with)
        elif self.kind in IDF:
            weights = idf_of(self.num_with, self.num_texts, vectorizer=self.kind)
        return replace(made, vocabulary=replace(made.vocabulary, idf=weights))

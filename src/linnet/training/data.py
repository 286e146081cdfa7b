"""What a model learns from, row for row, and how rows become batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from linnet.text.ids import Ids
from linnet.text.vectorize import Inputs
from linnet.types import Rows, Targets

LENGTHS = 8 * 2 ** np.arange(14)
WINDOW = 50


@dataclass(frozen=True)
class Data:
    """Inputs with their targets.

    Attributes:
        inputs: Ids or bags, one per row.
        targets: Shape (rows,), or (rows, labels) for multilabel.
        weights: Shape (rows,), how much each row counts; None: all alike.
    """

    inputs: Inputs
    targets: Targets
    weights: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.targets)

    def select(self, rows: Rows) -> "Data":
        """Return the given rows, in the given order."""
        weights = None if self.weights is None else self.weights[rows]
        return Data(select(self.inputs, rows), self.targets[rows], weights)

    def windows(self, batch_size: int, *, key: Sequence[int], first: int = 0) -> Iterator["Data"]:
        """Yield all rows at once: they are in memory."""
        if not first:
            yield self


class Source(Protocol):
    """Rows to learn from, wherever they are."""

    def __len__(self) -> int:
        """How many there are."""

    def windows(self, batch_size: int, *, key: Sequence[int], first: int = 0) -> Iterator[Data]:
        """Yield the rows of one epoch in parts that fit into memory, each row once.

        Args:
            batch_size: Of how many rows every part but the last is a multiple.
            key: Decides which rows are together.
            first: How many parts have been seen already.
        """


def select(inputs: Inputs, rows: Rows) -> Inputs:
    """Return the inputs of the given rows, in the given order."""
    return inputs.select(rows) if isinstance(inputs, Ids) else inputs[rows]


def lengths_of(inputs: Inputs) -> NDArray[Any]:
    """Return how many ids each row has.

    Example:
        >>> lengths_of(Ids.from_lists([[], [2, 3]])).tolist()
        [0, 2]
    """
    return inputs.lengths if isinstance(inputs, Ids) else np.diff(inputs.indptr)


def shuffled_batches(num_rows: int, batch_size: int, *, random: np.random.Generator) -> list[Rows]:
    """Cut all rows into batches in a random order; the last may be smaller.

    Example:
        >>> [len(batch) for batch in shuffled_batches(5, 2, random=np.random.default_rng(0))]
        [2, 2, 1]
        >>> shuffled_batches(0, 2, random=np.random.default_rng(0))
        []
    """
    return _cut(random.permutation(num_rows), batch_size)


def batches_by_length(
    lengths: NDArray[Any], batch_size: int, *, random: np.random.Generator
) -> list[Rows]:
    """Cut all rows into batches of like lengths, in a random order; the last may be smaller.

    Rows are sorted by length only within windows of 50 batches, so that batches stay random.

    Example:
        >>> lengths = np.array([9, 1, 9, 1])
        >>> batches = batches_by_length(lengths, 2, random=np.random.default_rng(0))
        >>> sorted(sorted(lengths[batch].tolist()) for batch in batches)
        [[1, 1], [9, 9]]
    """
    order = random.permutation(len(lengths))
    batches: list[Rows] = []
    for start in range(0, len(order), batch_size * WINDOW):
        window = order[start : start + batch_size * WINDOW]
        batches += _cut(window[np.argsort(lengths[window], kind="stable")], batch_size)
    full = [batch for batch in batches if len(batch) == batch_size]
    rest = [batch for batch in batches if len(batch) < batch_size]
    return [full[at] for at in random.permutation(len(full))] + rest


def round_up(length: int, most: int) -> int:
    """Return the next of a few lengths, so that compilers see few shapes.

    Example:
        >>> round_up(0, 500), round_up(33, 500), round_up(499, 500)
        (8, 64, 500)
    """
    at = int(np.searchsorted(LENGTHS, length))
    return min(int(LENGTHS[at]), most) if at < len(LENGTHS) else most


def _cut(order: NDArray[Any], batch_size: int) -> list[Rows]:
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def row_weights(
    targets: Targets, labels: Sequence[str], *, class_weights: dict[str, float] | None
) -> NDArray[np.float32]:
    """Return how much each row counts so that its class counts as wanted.

    Args:
        targets: Class numbers, shape (rows,).
        labels: Label of each class.
        class_weights: Label → weight, 1 where it names none; None: balanced, rows divided by
            (classes × rows of the class), as scikit-learn.

    Example:
        >>> row_weights(np.array([0, 0, 1]), ["a", "b"], class_weights=None).tolist()
        [0.75, 0.75, 1.5]
        >>> row_weights(np.array([0, 1]), ["a", "b"], class_weights={"b": 3.0}).tolist()
        [1.0, 3.0]
    """
    if class_weights is None:
        counts = np.bincount(targets, minlength=len(labels))
        per_class = len(targets) / np.maximum(len(labels) * counts, 1)
    else:
        per_class = np.array([class_weights.get(label, 1.0) for label in labels])
    weights: NDArray[np.float32] = per_class[targets].astype(np.float32)
    return weights

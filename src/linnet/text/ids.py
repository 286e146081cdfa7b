"""Texts as runs of ids of any length, and the padded arrays that models take."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from linnet.text.tokenize import runs
from linnet.types import Rows


@dataclass(frozen=True)
class Ids:
    """Texts as runs of ids, without padding.

    Attributes:
        values: Shape (ids,): the ids of all texts, one text after the other.
        offsets: Shape (texts + 1,): text `i` is `values[offsets[i] : offsets[i + 1]]`.
    """

    values: NDArray[np.int32]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @classmethod
    def from_lists(cls, lists: Sequence[Sequence[int]]) -> "Ids":
        """Join lists of ids, empty ones too.

        Example:
            >>> Ids.from_lists([[], [2, 3]]).offsets.tolist()
            [0, 0, 2]
        """
        lengths = [len(each) for each in lists]
        values = np.fromiter((id for each in lists for id in each), np.int32, sum(lengths))
        return cls(values, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))

    def to_lists(self) -> list[list[int]]:
        """Return one list of ids per text."""
        return [part.tolist() for part in np.split(self.values, self.offsets[1:-1])][: len(self)]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Shape (texts,): how many ids each text has."""
        return np.diff(self.offsets)

    def select(self, rows: Rows) -> "Ids":
        """Return the given texts, in the given order."""
        where, offsets = runs(self.offsets, rows)
        return Ids(self.values[where], offsets)

    def keep(self, kept: NDArray[np.bool_]) -> "Ids":
        """Return the same texts with only the ids that `kept` marks."""
        before = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
        return Ids(self.values[kept], before[self.offsets])

    def cut(self, length: int, end: Literal["pre", "post"]) -> "Ids":
        """Return the same texts with at most `length` ids, cut in front or behind."""
        if not len(self.values) or self.lengths.max() <= length:
            return self
        place = np.arange(len(self.values)) - np.repeat(self.offsets[:-1], self.lengths)
        too_long = np.repeat(self.lengths - length, self.lengths)
        return self.keep(place < length if end == "post" else place >= too_long)

    def padded(self, length: int, end: Literal["pre", "post"] = "post") -> NDArray[np.int32]:
        """Return shape (texts, length), 0 where a text is shorter; all must fit.

        Example:
            >>> Ids.from_lists([[], [2, 3]]).padded(3, "pre").tolist()
            [[0, 0, 0], [0, 2, 3]]
        """
        out = np.zeros((len(self), length), np.int32)
        inside = np.arange(length) < self.lengths[:, None]
        out[inside if end == "post" else inside[:, ::-1]] = self.values
        return out


def padded_bags(bags: Any, length: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return a CSR matrix as ids and weights, shape (texts, length) each, 0 where there are none.

    Args:
        bags: Shape (texts, ids), CSR; no row may have more than `length` entries.
        length: Columns of the result.

    Example:
        >>> from scipy.sparse import csr_array
        >>> ids, weights = padded_bags(csr_array([[0, 0, 0.5], [0, 0, 0]]), 2)
        >>> ids.tolist(), weights.tolist()
        ([[2, 0], [0, 0]], [[0.5, 0.0], [0.0, 0.0]])
    """
    offsets = bags.indptr.astype(np.int64)
    ids = Ids(bags.indices.astype(np.int32), offsets).padded(length)
    weights = np.zeros(ids.shape, np.float32)
    weights[np.arange(length) < np.diff(offsets)[:, None]] = bags.data
    return ids, weights

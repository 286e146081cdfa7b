"""The bags of a few texts, without SciPy, whose import would cost more than all their answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linnet.text.ids import Ids
from linnet.text.tokenize import runs
from linnet.types import Rows


@dataclass
class FewBags:
    """Weighted ids of some texts, laid out as in a CSR matrix.

    Attributes:
        data: The weights, float32.
        indices: The ids, ascending in each text.
        indptr: Shape (texts + 1,): where each text starts.
    """

    data: NDArray[np.float32]
    indices: NDArray[np.int32]
    indptr: NDArray[np.int64]

    def __getitem__(self, rows: Rows) -> "FewBags":
        """Return the chosen texts."""
        where, offsets = runs(self.indptr, rows)
        return FewBags(self.data[where], self.indices[where], offsets)


def few_bags(found: Sequence[Ids], num_ids: int) -> FewBags:
    """Count each text's ids.

    Args:
        found: Ids of the same texts, one kind after the other.
        num_ids: Rows of the vocabulary.

    Example:
        >>> bags = few_bags([Ids.from_lists([[3, 2, 3], []]), Ids.from_lists([[2], [5]])], 6)
        >>> bags.data.tolist(), bags.indices.tolist(), bags.indptr.tolist()
        ([2.0, 2.0, 1.0], [2, 3, 5], [0, 2, 3])
    """
    num_texts = len(found[0])
    keys = [np.repeat(np.arange(num_texts), each.lengths) * num_ids + each.values for each in found]
    distinct, counts = np.unique(np.concatenate(keys), return_counts=True)
    texts = np.bincount(distinct // num_ids, minlength=num_texts)
    offsets = np.concatenate([[0], np.cumsum(texts)]).astype(np.int64)
    return FewBags(counts.astype(np.float32), (distinct % num_ids).astype(np.int32), offsets)

"""Which labels of which rows are right and which are wrong, as sparse matrices.

Goes in: targets and decisions of any task. Comes out: `Cells`, for what sums over rows and labels
in many ways: intervals of F1, tests between two models.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from linnet.evaluation.chunks import chunks
from linnet.types import Targets

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a matrix (rows, labels) in which something is true or given.

    Attributes:
        right: 1 where a label is true and given.
        wrong: 1 where it is true and not given, or given and not true.
        paired: Each mistake is one of two labels: what is missed in one is too much in another.
    """

    right: "csr_array"
    wrong: "csr_array"
    paired: bool

    @property
    def counts(self) -> tuple[Floats, Floats]:
        """How many cells of each label are right, and how many wrong; shape (labels,)."""
        return _sums(self.right, axis=0), _sums(self.wrong, axis=0)


def cells(targets: Targets, predicted: Targets, *, num_labels: int) -> Cells:
    """Return the cells of decisions.

    Args:
        targets: Class numbers (rows,), or for multilabel 0 and 1 (rows, labels).
        predicted: The same of what is given.
        num_labels: Columns of the matrices.

    Example:
        >>> found = cells(np.array([0, 1, 1]), np.array([0, 0, 1]), num_labels=3)
        >>> [each.tolist() for each in found.counts], found.wrong.toarray()[1].tolist()
        ([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0]], [1, 1, 0])
        >>> none = np.empty((0, 2), np.uint8)
        >>> cells(none, none, num_labels=2).right.shape
        (0, 2)
    """
    true, given = _sparse(targets, num_labels), _sparse(predicted, num_labels)
    right = true.multiply(given).tocsr()
    wrong = (true + given - 2 * right).tocsr()
    wrong.eliminate_zeros()
    return Cells(right, wrong, targets.ndim == 1)


def pooled(found: Cells) -> Cells:
    """Return the same with one column for all labels: micro-F1 is the F1 of that.

    Example:
        >>> sets = np.array([[1, 1], [0, 1]])
        >>> pooled(cells(sets, sets, num_labels=2)).right.toarray().tolist()
        [[2.0], [1.0]]
    """
    from scipy.sparse import csr_array

    right, wrong = (csr_array(_sums(each, axis=1)[:, None]) for each in (found.right, found.wrong))
    return Cells(right, wrong, paired=False)


def f1(right: Floats, wrong: Floats) -> Floats:
    """Return F1 of how many cells are right and wrong, 0 where there are none.

    Example:
        >>> f1(np.array([1.0, 0.0]), np.array([2.0, 0.0])).tolist()
        [0.5, 0.0]
    """
    share: Floats = np.zeros(np.shape(right))
    np.divide(2 * right, 2 * right + wrong, out=share, where=right + wrong > 0)
    return share


def _sums(matrix: "csr_array", *, axis: int) -> Floats:
    return np.asarray(matrix.sum(axis=axis), np.float64).ravel()


def _sparse(answers: Targets, num_labels: int) -> "csr_array":
    """Return class numbers, or a matrix of 0 and 1, as a sparse matrix of 0 and 1."""
    from scipy.sparse import csr_array

    num_rows = len(answers)
    if answers.ndim == 1:
        starts, columns = np.arange(num_rows + 1), answers
    else:
        rows, columns = _where(answers)
        starts = np.concatenate([[0], np.bincount(rows, minlength=num_rows)]).cumsum()
    ones = np.ones(len(columns), np.int64)
    return csr_array((ones, columns, starts), shape=(num_rows, num_labels))


def _where(sets: Targets) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows and columns of all cells that are not 0."""
    num_rows, num_labels = sets.shape
    found = [np.empty(0, np.int64)]
    for part in chunks(num_rows, num_labels):
        found.append(np.flatnonzero(sets[part] != 0) + part.start * num_labels)
    rows, columns = np.divmod(np.concatenate(found), max(1, num_labels))
    return rows, columns

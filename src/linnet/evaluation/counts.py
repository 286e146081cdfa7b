"""Precision, recall and F1, from three counts per label.

Goes in: targets and decisions. Comes out: one row per label, and averages over the labels. What is
undefined (no such row, nothing predicted) is 0, as with scikit-learn's `zero_division=0`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.evaluation.chunks import chunks
from linnet.types import Targets


@dataclass(frozen=True, eq=False)
class Counts:
    """How often each label is true, predicted, and both; arrays of one shape.

    Attributes:
        true_positives: True and predicted.
        predicted: Predicted, rightly or not.
        support: True, found or not.
    """

    true_positives: NDArray[np.int64]
    predicted: NDArray[np.int64]
    support: NDArray[np.int64]


def count_classes(targets: Targets, predicted: Targets, *, num_labels: int) -> Counts:
    """Count each class of a binary or multiclass task.

    Args:
        targets: Class numbers, shape (rows,).
        predicted: Class numbers, shape (rows,).
        num_labels: Classes that no row has are counted too, with zeros.

    Example:
        >>> count_classes(np.array([0, 1, 1]), np.array([0, 0, 1]), num_labels=3).true_positives
        array([1, 1, 0])
    """
    return Counts(
        true_positives=np.bincount(targets[targets == predicted], minlength=num_labels),
        predicted=np.bincount(predicted, minlength=num_labels),
        support=np.bincount(targets, minlength=num_labels),
    )


def count_labels(targets: Targets, predicted: Targets) -> tuple[Counts, Counts]:
    """Count 0-and-1 matrices of a multilabel task, per label and per row.

    Args:
        targets: Shape (rows, labels).
        predicted: Shape (rows, labels).

    Returns:
        Counts of shape (labels,), and counts of shape (rows,).

    Example:
        >>> targets, predicted = np.array([[0, 1], [0, 0]]), np.array([[1, 1], [0, 0]])
        >>> per_label, per_row = count_labels(targets, predicted)
        >>> per_label.true_positives, per_row.predicted
        (array([0, 1]), array([2, 0]))
    """
    rows, labels = targets.shape
    per_label, per_row = np.zeros((3, labels), np.int64), np.zeros((3, rows), np.int64)
    for part in chunks(rows, labels):
        true, found = targets[part] != 0, predicted[part] != 0
        for kind, cells in enumerate((true & found, found, true)):
            per_label[kind] += np.count_nonzero(cells, axis=0)
            per_row[kind, part] = np.count_nonzero(cells, axis=1)
    return Counts(*per_label), Counts(*per_row)


def precision(counts: Counts) -> NDArray[np.float64]:
    """Return the share of what was predicted that is true.

    Example:
        >>> precision(Counts(np.array([1, 0]), np.array([2, 0]), np.array([1, 5])))
        array([0.5, 0. ])
    """
    return _share(counts.true_positives, counts.predicted)


def recall(counts: Counts) -> NDArray[np.float64]:
    """Return the share of what is true that was predicted.

    Example:
        >>> recall(Counts(np.array([1, 0]), np.array([2, 3]), np.array([4, 0])))
        array([0.25, 0.  ])
    """
    return _share(counts.true_positives, counts.support)


def f1(counts: Counts) -> NDArray[np.float64]:
    """Return the harmonic mean of precision and recall.

    Example:
        >>> f1(Counts(np.array([1, 0]), np.array([2, 0]), np.array([2, 0])))
        array([0.5, 0. ])
    """
    return _share(2 * counts.true_positives, counts.predicted + counts.support)


def averages(counts: Counts) -> dict[str, float]:
    """Return F1 over labels: each label alike, each decision alike, each true label alike.

    A label that never occurs counts in the macro average, with 0.

    Example:
        >>> averages(Counts(np.array([1, 0]), np.array([1, 0]), np.array([1, 0])))
        {'macro_f1': 0.5, 'micro_f1': 1.0, 'weighted_f1': 1.0}
    """
    each = f1(counts)
    total = Counts(counts.true_positives.sum(), counts.predicted.sum(), counts.support.sum())
    return {
        "macro_f1": float(each.mean()),
        "micro_f1": float(f1(total)),
        "weighted_f1": float(_share(np.dot(each, counts.support), total.support)),
    }


def per_class(counts: Counts, labels: Sequence[str]) -> list[dict[str, Any]]:
    """Return one dictionary per label, in class order.

    Example:
        >>> per_class(Counts(np.array([1]), np.array([1]), np.array([2])), ["ä"])
        [{'label': 'ä', 'precision': 1.0, 'recall': 0.5, 'f1': 0.6666666666666666,
          'support': 2, 'predicted': 1}]
    """
    columns = (precision(counts), recall(counts), f1(counts), counts.support, counts.predicted)
    rows = zip(labels, *(column.tolist() for column in columns), strict=True)
    keys = ("label", "precision", "recall", "f1", "support", "predicted")
    return [dict(zip(keys, row, strict=True)) for row in rows]


def _share(part: Any, whole: Any) -> NDArray[np.float64]:
    share: NDArray[np.float64] = np.zeros(np.shape(whole))
    np.divide(part, whole, out=share, where=np.asarray(whole) != 0)
    return share

"""How well scores rank, whatever the threshold.

Goes in: targets and scores. Comes out: floats. Equal scores are one step, not a lucky order.
"""

import numpy as np
from numpy.typing import NDArray

from linnet.evaluation.chunks import chunks
from linnet.evaluation.decisions import top_k
from linnet.types import Scores, Targets


def roc_auc(positive: NDArray[np.bool_], scores: NDArray[np.float32]) -> float:
    """Return the chance that a positive row scores higher than a negative one, a tie counting half.

    Args:
        positive: Which rows are positive, shape (rows,); both kinds must occur.
        scores: Scores of the positive class, shape (rows,).

    Example:
        >>> roc_auc(np.array([False, True, True]), np.array([0.1, 0.1, 0.9]))
        0.75
    """
    return roc_area(*steps(positive, scores))


def roc_area(true_positives: NDArray[np.int64], false_positives: NDArray[np.int64]) -> float:
    """Return the area below the ROC curve of what `steps` returns, both kinds occurring.

    Example:
        >>> roc_area(np.array([1, 2]), np.array([0, 1]))
        0.75
    """
    area = np.trapezoid(np.r_[0, true_positives], np.r_[0, false_positives])
    return float(area / (true_positives[-1] * false_positives[-1]))


def average_precision(positive: NDArray[np.bool_], scores: NDArray[np.float32]) -> float:
    """Return precision averaged over the positive rows, the highest scored first.

    Args:
        positive: Which rows are positive, shape (rows,); at least one.
        scores: Scores of the positive class, shape (rows,).

    Example:
        >>> average_precision(np.array([False, True, True]), np.array([0.1, 0.1, 0.9]))
        0.8333333333333333
    """
    return mean_precision(*steps(positive, scores))


def mean_precision(true_positives: NDArray[np.int64], false_positives: NDArray[np.int64]) -> float:
    """Return the average precision of what `steps` returns, one row at least being positive.

    Example:
        >>> mean_precision(np.array([1, 2]), np.array([0, 1]))
        0.8333333333333333
    """
    precision = true_positives / (true_positives + false_positives)
    return float(np.dot(np.diff(true_positives, prepend=0), precision) / true_positives[-1])


def precision_at(targets: Targets, scores: Scores, *, ks: tuple[int, ...]) -> dict[int, float]:
    """Return which share of the k highest scored labels is true, the mean over rows.

    Args:
        targets: 0 and 1, shape (rows, labels), at least one row.
        scores: Shape (rows, labels); equal scores rank in class order.
        ks: Those above the number of labels are left out.

    Example:
        >>> targets, scores = np.array([[1, 0], [0, 0]]), np.array([[0.9, 0.1], [0.9, 0.1]])
        >>> precision_at(targets, scores, ks=(1, 2, 3))
        {1: 0.5, 2: 0.25}
    """
    rows, labels = targets.shape
    ks = tuple(k for k in ks if k <= labels)
    hits = np.zeros(max(ks, default=0), np.int64)
    for part in chunks(rows, labels):
        top = top_k(scores[part], len(hits))
        hits += np.count_nonzero(np.take_along_axis(targets[part], top, axis=1), axis=0)
    return {k: float(hits[:k].sum() / (k * rows)) for k in ks}


def ndcg_at(targets: Targets, scores: Scores, *, ks: tuple[int, ...]) -> dict[int, float]:
    """Return how well the k highest scored labels are ordered (Järvelin and Kekäläinen 2002).

    A true label in place i is worth 1 / log2(1 + i); the sum is divided by the best possible one.
    The mean is over the rows that have a label.

    Args:
        targets: 0 and 1, shape (rows, labels).
        scores: Shape (rows, labels); equal scores rank in class order.
        ks: Those above the number of labels are left out; so are all if no row has a label.

    Example:
        >>> targets, scores = np.array([[0, 1, 0], [0, 0, 0]]), np.array([[0.9, 0.5, 0.1]] * 2)
        >>> {k: round(gain, 4) for k, gain in ndcg_at(targets, scores, ks=(1, 3, 5)).items()}
        {1: 0.0, 3: 0.6309}
        >>> ndcg_at(targets[1:], scores[1:], ks=(1,))
        {}
    """
    rows, labels = targets.shape
    ks = tuple(k for k in ks if k <= labels)
    most = max(ks, default=0)
    worth = 1 / np.log2(np.arange(most) + 2)
    best = np.concatenate([[0.0], np.cumsum(worth)])
    gained, num_rows = np.zeros(len(ks)), 0
    for part in chunks(rows, labels):
        top = top_k(scores[part], most)
        hits = np.take_along_axis(targets[part], top, axis=1) != 0
        true = np.count_nonzero(targets[part], axis=1)
        some = true > 0
        num_rows += int(np.count_nonzero(some))
        for number, k in enumerate(ks):
            sums = hits[some, :k] @ worth[:k]
            gained[number] += (sums / best[np.minimum(true[some], k)]).sum()
    return {k: float(sums / num_rows) for k, sums in zip(ks, gained, strict=True) if num_rows}


def steps(
    positive: NDArray[np.bool_], scores: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return true and false positives down to each distinct score, the highest first.

    Args:
        positive: Which rows are positive, shape (rows,).
        scores: Shape (rows,).

    Returns:
        Two arrays of shape (distinct scores,): positive rows so far, and others so far.

    Example:
        >>> found = steps(np.array([False, True, True]), np.array([0.1, 0.1, 0.9]))
        >>> [each.tolist() for each in found]
        [[1, 2], [0, 1]]
        >>> [each.tolist() for each in steps(np.empty(0, bool), np.empty(0))]
        [[], []]
    """
    if not len(scores):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    order = np.argsort(scores)[::-1]  # in which order equal scores stand changes nothing
    last = np.flatnonzero(np.r_[np.diff(scores[order]) != 0, True])
    true_positives = np.cumsum(positive[order], dtype=np.int64)[last]
    return true_positives, last + 1 - true_positives

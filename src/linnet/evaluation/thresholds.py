"""From which score on a multilabel model should give a label.

Of calibrated scores one threshold for all labels has the highest micro-F1, and each label's own the
highest F1 of that label (Lipton, Elkan and Naryanaswamy 2014).
"""

import numpy as np
from numpy.typing import NDArray

from linnet.types import Scores, Targets

CANDIDATES = np.round(np.arange(0.05, 0.96, 0.025), 3)
LEAST_ROWS = 20
"""Rows a label must have for a threshold of its own: with fewer it is chance."""


def best_threshold(targets: Targets, scores: Scores) -> float:
    """Return the one threshold for all labels with the highest micro-F1.

    Args:
        targets: 0 and 1, shape (rows, labels).
        scores: Probabilities of the same shape.

    Returns:
        A multiple of 0.025 from 0.05 to 0.95; of equally good ones the one closest to 0.5, and
        0.5 where no row has a label.

    Example:
        >>> targets = np.array([[1, 0], [0, 1]])
        >>> best_threshold(targets, np.array([[0.3, 0.1], [0.2, 0.4]], np.float32))
        0.3
        >>> best_threshold(targets[:0], np.empty((0, 2), np.float32))
        0.5
    """
    return _highest_f1(scores.ravel(), targets.ravel() != 0)


def label_thresholds(targets: Targets, scores: Scores) -> NDArray[np.float32]:
    """Return for each label the threshold with the highest F1 of that label.

    A label that fewer than 20 rows have gets the threshold that is best for all together.

    Args:
        targets: 0 and 1, shape (rows, labels).
        scores: Probabilities of the same shape.

    Returns:
        Shape (labels,).

    Example:
        >>> targets = np.array([[1, 0], [1, 1], [0, 0], [0, 0]] * 10)
        >>> scores = np.float32([[0.3, 0.9], [0.3, 0.8], [0.2, 0.1], [0.2, 0.1]] * 10)
        >>> [round(float(each), 3) for each in label_thresholds(targets, scores)]
        [0.3, 0.3]
        >>> label_thresholds(targets[:0], scores[:0]).tolist()
        [0.5, 0.5]
    """
    wanted = targets != 0
    found = np.full(scores.shape[1], best_threshold(targets, scores), np.float32)
    for label in np.flatnonzero(np.count_nonzero(wanted, axis=0) >= LEAST_ROWS):
        found[label] = _highest_f1(scores[:, label], wanted[:, label])
    return found


def _highest_f1(scores: NDArray[np.float32], wanted: NDArray[np.bool_]) -> float:
    num_wanted = np.count_nonzero(wanted)
    all_scores, right_scores = np.sort(scores), np.sort(scores[wanted])
    lowest = CANDIDATES.astype(np.float32)
    given = all_scores.size - np.searchsorted(all_scores, lowest)
    right = right_scores.size - np.searchsorted(right_scores, lowest)
    f1 = 2 * right / np.maximum(given + num_wanted, 1)
    best = np.flatnonzero(f1 == f1.max()) if f1.max() > 0 else np.arange(len(CANDIDATES))
    return float(CANDIDATES[best[np.argmin(np.abs(CANDIDATES[best] - 0.5))]])

"""From which score on a multilabel model should give a label."""

import numpy as np

from linnet.types import Scores, Targets

CANDIDATES = np.round(np.arange(0.05, 0.96, 0.025), 3)


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
    wanted = targets != 0
    num_wanted = np.count_nonzero(wanted)
    all_scores, right_scores = np.sort(scores, axis=None), np.sort(scores[wanted])
    lowest = CANDIDATES.astype(np.float32)
    given = all_scores.size - np.searchsorted(all_scores, lowest)
    right = right_scores.size - np.searchsorted(right_scores, lowest)
    f1 = 2 * right / np.maximum(given + num_wanted, 1)
    best = np.flatnonzero(f1 == f1.max()) if f1.max() > 0 else np.arange(len(CANDIDATES))
    return float(CANDIDATES[best[np.argmin(np.abs(CANDIDATES[best] - 0.5))]])

"""What training makes small, computed once more in double precision.

Goes in: targets and probabilities, at least one row. Comes out: one float. Probabilities are kept
1e-7 away from 0 and 1, as Keras does, so that a sure mistake costs 16 and not infinity.
"""

import numpy as np

from linnet.evaluation.chunks import chunks
from linnet.types import Scores, Targets

_EPSILON = 1e-7


def cross_entropy(targets: Targets, scores: Scores) -> float:
    """Return the mean of -log(probability of the true class).

    Args:
        targets: Class numbers, shape (rows,).
        scores: Probabilities, shape (rows, labels).

    Example:
        >>> round(cross_entropy(np.array([0, 1]), np.array([[0.5, 0.5], [0.0, 1.0]])), 4)
        0.3466
        >>> round(cross_entropy(np.array([0]), np.array([[0.0, 1.0]])), 2)
        16.12
    """
    true = scores[np.arange(len(targets)), targets].astype(np.float64)
    return float(-np.log(np.clip(true, _EPSILON, 1 - _EPSILON)).mean())


def binary_cross_entropy(targets: Targets, scores: Scores) -> float:
    """Return the mean over rows and labels of -log(probability of what is true of the label).

    Args:
        targets: 0 and 1, shape (rows, labels).
        scores: Probabilities, shape (rows, labels).

    Example:
        >>> round(binary_cross_entropy(np.array([[0, 1]]), np.array([[0.5, 0.5]])), 4)
        0.6931
        >>> round(binary_cross_entropy(np.array([[0, 0]]), np.array([[0.0, 1.0]])), 2)
        8.06
    """
    total = 0.0
    for part in chunks(*targets.shape):
        true = scores[part].astype(np.float64)
        np.subtract(1, true, out=true, where=targets[part] == 0)
        np.clip(true, _EPSILON, 1 - _EPSILON, out=true)
        total -= float(np.log(true, out=true).sum())
    return total / targets.size

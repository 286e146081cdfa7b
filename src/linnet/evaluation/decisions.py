"""From scores to classes: the one rule.

Goes in: probabilities, shape (texts, labels). Comes out: class numbers, or 0 and 1 per label.
Knows nothing of targets.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linnet.types import Scores, Targets, Task


def decide(scores: Scores, *, task: Task, thresholds: ArrayLike | None = None) -> Targets:
    """Return the classes that a model's scores stand for.

    Binary and multiclass: the highest score wins, the lower class number where two are equal.
    Multilabel: every label whose score reaches its threshold, which may be none.

    Args:
        scores: Probabilities, shape (texts, labels).
        task: Binary, multiclass or multilabel.
        thresholds: Multilabel only: one per label, or one for all; None: 0.5.

    Returns:
        Class numbers, shape (texts,); for multilabel 0 and 1 as uint8, shape (texts, labels).

    Example:
        >>> decide(np.array([[0.2, 0.8], [0.5, 0.5]], np.float32), task="binary")
        array([1, 0])
        >>> decide(np.array([[0.2, 0.7]], np.float32), task="multilabel", thresholds=[0.3, 0.7])
        array([[0, 1]], dtype=uint8)
        >>> decide(np.empty((0, 2), np.float32), task="binary")
        array([], dtype=int64)
    """
    if task != "multilabel":
        classes: Targets = scores.argmax(axis=1)
        return classes
    # In the precision of the scores, so that a score of 0.7 reaches a threshold of 0.7.
    limits = np.asarray(0.5 if thresholds is None else thresholds, scores.dtype)
    return (scores >= limits).view(np.uint8)


def top_k(scores: Scores, k: int) -> NDArray[np.int64]:
    """Return the classes of the `k` highest scores, the highest first.

    Args:
        scores: Shape (texts, labels).
        k: How many; at most the number of labels are returned. Meant to be small.

    Returns:
        Shape (texts, k). Equal scores stand in class order.

    Example:
        >>> top_k(np.array([[0.1, 0.3, 0.3]], np.float32), 2)
        array([[1, 2]])
        >>> top_k(np.empty((0, 3), np.float32), 2).shape
        (0, 2)
    """
    left: NDArray[np.floating[Any]] = scores.copy()
    rows = np.arange(len(scores))
    top = np.empty((len(scores), min(k, scores.shape[1])), np.int64)
    for place in range(top.shape[1]):
        top[:, place] = left.argmax(axis=1)
        left[rows, top[:, place]] = -np.inf
    return top

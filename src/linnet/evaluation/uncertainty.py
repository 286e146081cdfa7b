"""How unsure a model is of each text: what a person should label next.

Goes in: scores. Comes out: a number per text, 0 (sure) to 1. Knows nothing of targets. Settles
(2009) compares the three.
"""

from collections.abc import Callable

import numpy as np

from linnet.errors import ConfigError
from linnet.registry import unknown
from linnet.types import Scores, Task


def uncertainty(scores: Scores, *, task: Task, by: str = "margin") -> Scores:
    """Return how unsure the scores are, 0 to 1.

    Of several labels per text each one is a decision of its own, yes or no: `margin` and
    `least_confidence` take the one that is least sure, `entropy` the mean of all.

    Args:
        scores: Probabilities, shape (texts, labels).
        task: Binary, multiclass or multilabel.
        by: margin (how close the second label is to the first), least_confidence (how low the
            first is), or entropy (how evenly all labels share).

    Raises:
        ConfigError: `by` is none of these.

    Example:
        >>> scores = np.float32([[0.5, 0.5], [0.9, 0.1], [1, 0]])
        >>> [round(float(each), 3) for each in uncertainty(scores, task="binary")]
        [1.0, 0.2, 0.0]
        >>> [round(float(each), 3) for each in uncertainty(scores, task="binary", by="entropy")]
        [1.0, 0.469, 0.0]
        >>> uncertainty(scores[:1], task="multilabel", by="least_confidence").tolist()
        [1.0]
        >>> uncertainty(scores[:0], task="binary").tolist()
        []
    """
    if by not in MEASURES:
        raise ConfigError(unknown("measure of uncertainty", by, MEASURES))
    if task != "multilabel":
        return MEASURES[by](scores).astype(np.float32)
    pairs = np.stack([scores, 1 - scores], axis=-1).reshape(-1, 2)
    each = MEASURES[by](pairs).reshape(scores.shape)
    found: Scores = each.mean(axis=1) if by == "entropy" else each.max(axis=1)
    return found.astype(np.float32)


def _margin(scores: Scores) -> Scores:
    ordered = np.sort(scores, axis=1)
    found: Scores = 1 - (ordered[:, -1] - ordered[:, -2])
    return found


def _least_confidence(scores: Scores) -> Scores:
    num_labels = scores.shape[1]
    found: Scores = (1 - scores.max(axis=1)) * num_labels / (num_labels - 1)
    return found


def _entropy(scores: Scores) -> Scores:
    logs = np.log(np.maximum(scores, np.finfo(np.float32).tiny))
    found: Scores = np.abs((scores * logs).sum(axis=1)) / np.log(scores.shape[1])
    return found


MEASURES: dict[str, Callable[[Scores], Scores]] = {
    "margin": _margin, "least_confidence": _least_confidence, "entropy": _entropy,
}  # fmt: skip

"""From which score on an answer is good enough: how the manifest's `abstention` is read.

Knows nothing of how the numbers were found.
"""

from collections.abc import Sequence


def least_score(thresholds: Sequence[Sequence[float]], precision: float) -> float | None:
    """Return the score from which on answers have a precision; None: it cannot be reached.

    Args:
        thresholds: What `precision_thresholds` returned.
        precision: From 0 to 1; the next higher one that is in the table counts.

    Example:
        >>> least_score([[0.5, 0.25], [0.9, 0.75]], 0.8), least_score([], 0.8)
        (0.75, None)
    """
    return next((score for level, score in thresholds if level >= precision), None)

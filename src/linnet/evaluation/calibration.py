"""Whether a score of 80 % is right four times in five.

Goes in: targets and scores. Comes out: bins of scores with how often they are right, and the
expected calibration error (Guo et al. 2017, "On Calibration of Modern Neural Networks").
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.types import Scores, Targets

NUM_BINS = 15
NUM_DRAWS = 1_000


def calibration(targets: Targets, scores: Scores) -> dict[str, Any]:
    """Compare the highest score of each row with how often that label is right.

    Args:
        targets: Class numbers (rows,), or for multilabel 0 and 1 (rows, labels).
        scores: Probabilities, shape (rows, labels).

    Returns:
        `rows`; `error`: the distance of score and share of right rows, the mean over rows, 0 to
        1; and `bins`, 15 of equal width over 0 to 1, those with rows: `from`, `to`, `rows`,
        `score` (mean) and `right` (share). Empty where there are no rows.

    Example:
        >>> scores = np.array([[0.9, 0.1], [0.1, 0.9]], np.float32)
        >>> found = calibration(np.array([0, 0]), scores)
        >>> found["rows"], round(found["error"], 4), found["bins"][0]["right"]
        (2, 0.4, 0.5)
        >>> calibration(np.empty(0, int), np.empty((0, 2), np.float32))
        {}
    """
    if not len(scores):
        return {}
    top = scores.argmax(axis=1)
    rows = np.arange(len(top))
    right = targets[rows, top] != 0 if targets.ndim == 2 else targets == top
    return _binned(scores[rows, top].astype(np.float64), right)


def calibration_error(targets: Targets, scores: Scores) -> float:
    """Return the expected calibration error, `error` of `calibration`.

    Args:
        targets: Class numbers (rows,), or for multilabel 0 and 1 (rows, labels); at least one.
        scores: Probabilities, shape (rows, labels).

    Example:
        >>> round(calibration_error(np.array([0]), np.array([[0.9, 0.1]], np.float32)), 4)
        0.1
    """
    return float(calibration(targets, scores)["error"])


def error_if_perfect(scores: Scores, *, seed: int = 0) -> float:
    """Return below which error a perfectly calibrated model stays, 95 times in 100.

    With few rows chance alone makes an error. The number of right rows of each bin is drawn a
    thousand times, as if every score were true.

    Args:
        scores: Probabilities, shape (rows, labels), at least one row.
        seed: Of the draws.

    Example:
        >>> few, many = np.full((20, 2), 0.5, np.float32), np.full((20_000, 2), 0.5, np.float32)
        >>> error_if_perfect(few) > 0.15, error_if_perfect(many) < 0.01
        (True, True)
    """
    score = scores.max(axis=1).astype(np.float64)
    number = _bins(score)
    spread = np.sqrt(np.bincount(number, score * (1 - score), NUM_BINS))
    drawn = np.random.default_rng(seed).standard_normal((NUM_DRAWS, NUM_BINS)) * spread
    return float(np.quantile(np.abs(drawn).sum(axis=1) / len(score), 0.95))


def _bins(score: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the bin of each score, a border in the lower one."""
    number: NDArray[np.int64] = np.clip(np.ceil(score * NUM_BINS) - 1, 0, NUM_BINS - 1).astype(int)
    return number


def _binned(score: NDArray[np.float64], right: NDArray[np.bool_]) -> dict[str, Any]:
    """Put scores into bins."""
    number = _bins(score)
    rows = np.bincount(number, minlength=NUM_BINS)
    scores = np.bincount(number, score, NUM_BINS)
    rights = np.bincount(number, right, NUM_BINS)
    return {
        "rows": len(score),
        "error": float(np.abs(scores - rights).sum() / len(score)),
        "bins": [
            {
                "from": round(each / NUM_BINS, 4), "to": round((each + 1) / NUM_BINS, 4),
                "rows": int(rows[each]), "score": float(scores[each] / rows[each]),
                "right": float(rights[each] / rows[each]),
            }
            for each in np.flatnonzero(rows).tolist()
        ],
    }  # fmt: skip

"""Below which score it is better to say "I don't know".

Goes in: how sure a model was of its answers, and whether they are right. Comes out: for each
precision one may want, the score from which on answers reach it; and what that is worth on other
rows. (Chow 1970; El-Yaniv and Wiener 2010, "On the Foundations of Noise-free Selective
Classification".)
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.evaluation.intervals import wilson
from linnet.types import Scores, Targets

LEVELS = (*(round(step / 100, 2) for step in range(100)), 0.995, 0.999)
SHOWN = (0.8, 0.9, 0.95, 0.99)
LEAST_SCORE = 0.05

Answers = tuple[NDArray[np.float32], NDArray[np.bool_]]


def answers(targets: Targets, scores: Scores) -> Answers:
    """Return how sure each answer is, and whether it is right.

    One label per text: the highest score of each row. Several: every label that scores 0.05 or
    more is an answer of its own.

    Args:
        targets: Class numbers (rows,), or for multilabel 0 and 1 (rows, labels).
        scores: Probabilities, shape (rows, labels).

    Example:
        >>> sure, right = answers(np.array([1]), np.array([[0.25, 0.75]], np.float32))
        >>> sure.tolist(), right.tolist()
        ([0.75], [True])
    """
    if targets.ndim == 2:
        given = scores >= LEAST_SCORE
        return scores[given], targets[given] != 0
    return scores.max(axis=1), scores.argmax(axis=1) == targets


def precision_thresholds(
    sure: NDArray[np.float32], right: NDArray[np.bool_], *, least: float = 0.0
) -> list[list[float]]:
    """Return for each precision the lowest score from which on answers reach it.

    Of `n` answers of which `k` are right the share is taken to be (k + 1) / (n + 2) (Laplace), so
    that a few lucky rows promise little.

    Args:
        sure: Score of each answer, on rows that training did not learn from.
        right: Whether it is right.
        least: The score that stands for every answer.

    Returns:
        Pairs of precision and score, precision ascending; the score is `least` where every answer
        may be given. Precisions that cannot be reached are left out.

    Example:
        >>> sure, right = np.linspace(0.01, 1, 100, dtype=np.float32), np.arange(100) >= 50
        >>> found = dict(map(tuple, precision_thresholds(sure, right)))
        >>> found[0.5], round(found[0.9], 2), 0.999 in found
        (0.0, 0.47, False)
        >>> precision_thresholds(sure[:0], right[:0])
        []
    """
    order = np.argsort(-sure, kind="stable")
    ordered, numbers = sure[order], np.arange(1, len(sure) + 1)
    share = (np.cumsum(right[order]) + 1) / (numbers + 2)
    # Answers of one score are given together, or not at all.
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True)[: len(ordered)])
    found = []
    for level in LEVELS:
        reached = last[share[last] >= level]
        if reached.size:
            every = reached[-1] == len(sure) - 1
            found.append([level, least if every else float(ordered[reached[-1]])])
    return found


def abstention(
    lowest: Mapping[float, float | None], sure: NDArray[np.float32], *, right: NDArray[np.bool_]
) -> list[dict[str, Any]]:
    """Say what answering only from some score on is worth.

    Args:
        lowest: Wanted precision → the score from which on to answer; None: it cannot be reached.
        sure: Score of each answer.
        right: Whether it is right.

    Returns:
        For each: `wanted`, `score`, and if it can be reached `answered` (share), and if any is
        answered `precision` and its 95 % `interval`.

    Example:
        >>> sure, right = np.float32([0.5, 0.9]), np.array([False, True])
        >>> found = abstention({0.8: 0.75, 0.9: None}, sure, right=right)
        >>> found[0]["answered"], found[0]["precision"], found[1]
        (0.5, 1.0, {'wanted': 0.9, 'score': None})
    """
    found = []
    for wanted, score in lowest.items():
        line: dict[str, Any] = {"wanted": wanted, "score": score}
        if score is not None and len(sure):
            given = sure >= np.float32(score)
            num, num_right = int(np.count_nonzero(given)), int(np.count_nonzero(right & given))
            line["answered"] = num / len(sure)
            if num:
                line |= {"precision": num_right / num, "interval": list(wilson(num_right, num))}
        found.append(line)
    return found


def selective_curve(sure: NDArray[np.float32], right: NDArray[np.bool_]) -> dict[str, list[float]]:
    """Return the precision of the surest answers, by their share.

    Returns:
        `answered`: 0.05 to 1; `precision`. Empty lists where there is no answer.

    Example:
        >>> found = selective_curve(np.float32([0.9, 0.5]), np.array([True, False]))
        >>> found["answered"][-1], found["precision"][0], found["precision"][-1]
        (1.0, 1.0, 0.5)
    """
    if not len(sure):
        return {"answered": [], "precision": []}
    order = np.argsort(-sure, kind="stable")
    shares = np.round(np.arange(1, 21) / 20, 2)
    numbers = np.ceil(shares * len(sure)).astype(int)
    precision = np.cumsum(right[order])[numbers - 1] / numbers
    return {"answered": shares.tolist(), "precision": np.round(precision, 4).tolist()}

"""What a model gets wrong: single rows, and pairs of labels.

Goes in: targets and scores or decisions. Comes out: row and class numbers. Knows nothing of texts:
who shows mistakes looks up row and label.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linnet.evaluation.decisions import decide
from linnet.types import Scores, Targets, Task


@dataclass(frozen=True)
class Mistake:
    """One row that a model gets wrong.

    Attributes:
        row: The row's number in the arrays, from 0.
        true: The classes it has: one, or for multilabel any number.
        predicted: The classes that the model gives it.
        score: How sure the model is of its mistake, 0 to 1: the score of the class it predicts;
            for multilabel the largest distance from the truth among the labels it gets wrong.
    """

    row: int
    true: tuple[int, ...]
    predicted: tuple[int, ...]
    score: float


def mistakes(
    targets: Targets,
    scores: Scores,
    *,
    task: Task,
    num: int = 20,
    thresholds: ArrayLike | None = None,
) -> list[Mistake]:
    """Return the wrong rows of which the model is most sure, the surest first.

    These are the rows to read first: many are labelled wrongly, not predicted wrongly.

    Args:
        targets: Class numbers (rows,), or for multilabel 0 and 1 (rows, labels).
        scores: Probabilities, shape (rows, labels).
        task: Binary, multiclass or multilabel.
        num: At most so many; fewer where the model makes fewer mistakes.
        thresholds: As for `decide`.

    Example:
        >>> scores = np.array([[0.2, 0.8], [0.4, 0.6], [0.9, 0.1]], np.float32)
        >>> mistakes(np.array([0, 0, 0]), scores, task="binary", num=1)
        [Mistake(row=0, true=(0,), predicted=(1,), score=0.800000011920929)]
        >>> mistakes(np.empty(0, np.int64), np.empty((0, 2), np.float32), task="binary")
        []
    """
    predicted = decide(scores, task=task, thresholds=thresholds)
    if task == "multilabel":
        cells = predicted != targets
        wrong = np.flatnonzero(cells.any(axis=1))
        sure = np.array([np.abs(scores[row] - targets[row])[cells[row]].max() for row in wrong])
    else:
        wrong = np.flatnonzero(predicted != targets)
        sure = scores[wrong, predicted[wrong]]
    first = np.argsort(-sure, kind="stable")[:num]
    return [
        Mistake(int(row), _classes(targets[row]), _classes(predicted[row]), float(score))
        for row, score in zip(wrong[first], sure[first], strict=True)
    ]


def confused_pairs(
    targets: Targets, predicted: Targets, *, num: int = 30
) -> list[tuple[int, int, int]]:
    """Return the most frequent mistakes of a binary or multiclass task.

    Args:
        targets: Class numbers, shape (rows,).
        predicted: Class numbers, shape (rows,).
        num: At most so many.

    Returns:
        (true class, predicted class, rows), the most frequent first, then in class order.

    Example:
        >>> confused_pairs(np.array([0, 0, 1, 2]), np.array([1, 1, 1, 0]))
        [(0, 1, 2), (2, 0, 1)]
        >>> confused_pairs(np.array([], int), np.array([], int))
        []
    """
    wrong = targets != predicted
    pairs, count = np.unique(
        np.column_stack([targets[wrong], predicted[wrong]]), axis=0, return_counts=True
    )
    first = np.argsort(-count, kind="stable")[:num]
    return [(int(pairs[at, 0]), int(pairs[at, 1]), int(count[at])) for at in first]


def mixed_up(
    targets: Targets, predicted: Targets, *, num: int = 30
) -> list[tuple[int, int, int, int]]:
    """Return the pairs of classes that are most often taken for each other, either way.

    Args:
        targets: Class numbers, shape (rows,).
        predicted: Class numbers, shape (rows,).
        num: At most so many.

    Returns:
        (a, b, rows of a taken for b, rows of b taken for a), a the one that is lost more often,
        the pair with most rows first.

    Example:
        >>> mixed_up(np.array([0, 1, 1, 1, 2]), np.array([1, 0, 0, 1, 0]))
        [(1, 0, 2, 1), (2, 0, 1, 0)]
        >>> mixed_up(np.array([], int), np.array([], int))
        []
    """
    found = {(a, b): rows for a, b, rows in confused_pairs(targets, predicted, num=len(targets))}
    both = [
        (a, b, rows, found.get((b, a), 0))
        for (a, b), rows in found.items()
        if (rows, -a) > (found.get((b, a), 0), -b)
    ]
    return sorted(both, key=lambda pair: -pair[2] - pair[3])[:num]


def confusion(targets: Targets, predicted: Targets, *, num_labels: int) -> NDArray[np.int64]:
    """Count how often each class is taken for each: rows are true, columns predicted.

    Example:
        >>> confusion(np.array([0, 0, 1]), np.array([0, 1, 1]), num_labels=2)
        array([[1, 1],
               [0, 1]])
    """
    cells = targets.astype(np.int64) * num_labels + predicted
    return np.bincount(cells, minlength=num_labels**2).reshape(num_labels, num_labels)


def _classes(answer: Targets) -> tuple[int, ...]:
    return (int(answer),) if answer.ndim == 0 else tuple(np.flatnonzero(answer).tolist())

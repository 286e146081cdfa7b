"""What the arrays must be before anything is computed from them.

Goes in: targets and scores as they come. Comes out: targets as integers, or an error that says
which array is wrong.
"""

import numpy as np

from linnet.errors import ConfigError, DataError
from linnet.registry import unknown
from linnet.types import TASKS, Scores, Targets, Task

# Rounding may lift a probability a little over 1.
_HIGHEST = 1 + 1e-5


def checked(targets: Targets, scores: Scores, *, task: Task) -> Targets:
    """Return the targets as integers, or say why the arrays cannot be compared.

    Args:
        targets: Class numbers (rows,), or for multilabel 0 and 1 (rows, labels).
        scores: Probabilities, shape (rows, labels).
        task: Binary, multiclass or multilabel.

    Raises:
        ConfigError: The task is unknown.
        DataError: No rows, shapes that do not fit, targets that are no classes, scores that are
            no probabilities.

    Example:
        >>> checked(np.array([True, False]), np.full((2, 2), 0.5), task="binary")
        array([1, 0])
        >>> checked(np.array([], int), np.empty((0, 2)), task="binary")
        Traceback (most recent call last):
        linnet.errors.DataError: there are no rows to evaluate: at least one was expected
    """
    if task not in TASKS:
        raise ConfigError(unknown("task", task, TASKS))
    if len(targets) == 0:
        raise DataError("there are no rows to evaluate: at least one was expected")
    _check_shapes(targets, scores, task)
    if targets.dtype.kind not in "biu":
        raise DataError(f"targets are {targets.dtype}: whole numbers were expected")
    num_classes = 2 if task == "multilabel" else scores.shape[1]
    lowest, highest = int(targets.min()), int(targets.max())
    if lowest < 0 or highest >= num_classes:
        wrong = lowest if lowest < 0 else highest
        raise DataError(f"targets hold {wrong}: 0 to {num_classes - 1} were expected")
    # Written so that NaN fails too.
    if not (scores.min() >= 0 and scores.max() <= _HIGHEST):
        raise DataError(
            f"scores reach from {scores.min()} to {scores.max()}: probabilities between 0 and 1 "
            "were expected (nan: training diverged, lower the learning rate)"
        )
    return targets if task == "multilabel" else targets.astype(np.int64, copy=False)


def _check_shapes(targets: Targets, scores: Scores, task: Task) -> None:
    if scores.ndim != 2 or scores.shape[1] == 0:
        raise DataError(f"scores have the shape {scores.shape}: (rows, labels) was expected")
    if task == "binary" and scores.shape[1] != 2:
        raise DataError(f"scores have {scores.shape[1]} columns: a binary task has 2")
    expected = scores.shape if task == "multilabel" else scores.shape[:1]
    if targets.shape != expected:
        raise DataError(
            f"targets have the shape {targets.shape}, scores {scores.shape}: "
            f"a {task} task expects targets of the shape {expected}"
        )

"""Which labels are probably wrong, by the scores of models that have not seen them.

Goes in: targets and out-of-fold scores. Comes out: rows in the order in which they should be
looked at. Knows nothing of texts and of what was trained. The counting is confident learning
(Northcutt, Jiang and Chuang 2021), as cleanlab does it; the order is that of the score of the given
label, which found more flipped labels than margins, entropies and adjusted scores did.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.evaluation.decisions import decide
from linnet.evaluation.thresholds import best_threshold
from linnet.registry import require
from linnet.types import Rows, Scores, Targets, Task


@dataclass(frozen=True, eq=False)
class Doubts:
    """What speaks against the label of each row.

    Attributes:
        quality: The score of the given label, 0 to 1; of several labels the lowest score of a
            right answer: of a label that is given, or of the absence of one that is not.
        suggested: What the models would answer.
        suggested_quality: The same score of that answer.
        suspected: Whether the label is probably wrong.
        order: All rows, the most suspicious first.
    """

    quality: Scores
    suggested: Targets
    suggested_quality: Scores
    suspected: NDArray[np.bool_]
    order: Rows

    @property
    def noise(self) -> float:
        """The share of labels that are probably wrong."""
        return float(self.suspected.mean()) if len(self.suspected) else 0.0


def doubts(targets: Targets, scores: Scores, *, task: Task) -> Doubts:
    """Rank rows by how probable their labels are, and say how many of them are wrong.

    Args:
        targets: Class numbers (rows,), or for multilabel 0 and 1 (rows, labels).
        scores: Probabilities, shape (rows, labels), each of a model that has not seen the row.
        task: Binary, multiclass or multilabel.

    Raises:
        MissingExtraError: cleanlab is not installed.

    Example:
        >>> scores = np.float32([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.97, 0.03], [0.2, 0.8]])
        >>> found = doubts(np.array([0, 0, 1, 1, 1]), scores, task="binary")
        >>> found.order.tolist(), found.suspected.tolist(), found.suggested.tolist()
        ([3, 1, 4, 0, 2], [False, False, False, True, False], [0, 0, 1, 0, 1])
        >>> doubts(np.empty(0, int), np.empty((0, 2), np.float32), task="binary").noise
        0.0
    """
    threshold = best_threshold(targets, scores) if task == "multilabel" else None
    suggested = decide(scores, task=task, thresholds=threshold)
    quality = score_of(targets, scores)
    order = np.argsort(quality, kind="stable")
    changed = suggested != targets
    changed = changed.any(axis=1) if task == "multilabel" else changed
    num = _num_wrong(targets, np.clip(scores, 0, 1))
    suspected = np.zeros(len(targets), np.bool_)
    suspected[order[:num]] = True
    return Doubts(quality, suggested, score_of(suggested, scores), suspected & changed, order)


def score_of(answers: Targets, scores: Scores) -> Scores:
    """Return the score of each row's answer; of a set of labels that of its weakest part.

    Args:
        answers: Class numbers (rows,), or 0 and 1 (rows, labels).
        scores: Shape (rows, labels).

    Example:
        >>> score_of(np.array([1]), np.float32([[0.25, 0.75]]))
        array([0.75], dtype=float32)
        >>> score_of(np.array([[1, 0]]), np.float32([[0.875, 0.75]]))
        array([0.25], dtype=float32)
    """
    if answers.ndim == 1:
        one: Scores = scores[np.arange(len(answers)), answers]
        return one
    weakest: Scores = np.where(answers != 0, scores, 1 - scores).min(axis=1)
    return weakest


def _num_wrong(targets: Targets, scores: Scores) -> int:
    """Estimate how many rows have a wrong label."""
    count: Any = require("cleanlab.count", extra="quality")
    if targets.ndim == 1:
        several_labels = (targets != targets[:1]).any()
        return int(count.num_label_issues(targets, scores)) if several_labels else 0
    several: Any = require("cleanlab.multilabel_classification.filter", extra="quality")
    # Nothing can be compared where all rows have a label, or none.
    telling = (targets != targets[:1]).any(axis=0)
    if not telling.any():
        return 0
    sets, scores = [np.flatnonzero(row).tolist() for row in targets[:, telling]], scores[:, telling]
    # One process: forking one that runs JAX may hang.
    found = several.find_label_issues(sets, scores, filter_by="confident_learning", n_jobs=1)
    return int(np.count_nonzero(found))

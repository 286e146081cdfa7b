"""What the models of a training are worth on the test rows: the one that is kept, and the others.

One matrix of scores is held at a time; what is compared row by row is two numbers per row.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.artifact.answers import least_score
from linnet.evaluation.abstention import SHOWN, abstention, answers
from linnet.evaluation.calibration import calibration_error, error_if_perfect
from linnet.evaluation.intervals import Pairs, difference, row_counts
from linnet.evaluation.metrics import evaluate, headline, summary
from linnet.text.tokenize import Tokens
from linnet.training.calibrate import uncalibrated
from linnet.training.train import Material, Trained
from linnet.types import Rows, Scores, Task

KEPT, BEFORE, BEST = "test", "test_before_retraining", "test_best_epoch"


def measure_tested(
    trained: Trained,
    thresholds: NDArray[np.float32] | None,
    *,
    promises: Sequence[Sequence[float]] = (),
) -> tuple[dict[str, Any], Scores]:
    """Evaluate the kept model and those it is compared with on the test rows.

    Args:
        trained: The models and the rows.
        thresholds: Multilabel only: the score from which each label is given.
        promises: From which score on answers reach which precision.

    Returns:
        `test`, with `calibration_error_before`, `calibration_error_if_perfect` and `abstention`
        (what answering only from some score on is worth); `test_before_retraining` and
        `retraining`, the difference, if the model was trained again; `test_best_epoch` if the last
        epoch's weights are kept and the best epoch's are remembered; nothing where there are no
        test rows. And the kept model's scores.

    Example:
        >>> from linnet.config import configure
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.training.train import train_model
        >>> from linnet.types import Split
        >>> tokens = tokenize(as_texts(["hyvä", "bad", ""] * 6))
        >>> material = Material(tokens, np.array([1, 0, 0] * 6), "binary", ("-", "+"))
        >>> split = Split(np.arange(6), np.arange(6, 12), np.arange(12, 18))
        >>> trained = train_model(material, split, config=configure(model="linear", epochs=2))
        >>> found, scores = measure_tested(trained, None)
        >>> list(found), found["retraining"]["verdict"], scores.shape
        (['test', 'test_before_retraining', 'retraining'],
         'no difference that these rows could show', (6, 2))
    """
    asked = Questions(trained.material, trained.split.test)
    if not len(asked.targets):
        return {}, trained.final.scores(asked.tokens)
    found, counts = {}, {}
    for name, answer in _others(trained).items():
        evaluation, counts[name] = asked.judge(answer(asked.tokens), thresholds)
        found[name] = summary(evaluation)
    scores = trained.final.scores(asked.tokens)
    kept, counts[KEPT] = asked.judge(scores, thresholds)
    kept |= _meant(trained, asked, scores, promises)
    if BEFORE in found:
        metric, _ = headline(kept, asked.task)
        found["retraining"] = {"metric": metric, **difference(counts[BEFORE], counts[KEPT])}
    return {KEPT: kept, **found}, scores


def _meant(
    trained: Trained, asked: "Questions", scores: Scores, promises: Sequence[Sequence[float]]
) -> dict[str, Any]:
    """Say how far scores can be trusted: the error of calibration, and what silence is worth."""
    wide = asked.widen(scores)
    before = {}
    if trained.calibration is not None:
        error = calibration_error(asked.targets, asked.widen(uncalibrated(trained, scores)))
        before["calibration_error_before"] = error
    lowest = {wanted: least_score(promises, wanted) for wanted in SHOWN}
    sure, right = answers(asked.targets, wide)
    return {
        **before,
        "calibration_error_if_perfect": error_if_perfect(wide),
        "abstention": abstention(lowest, sure, right=right) if promises else [],
    }


def _others(trained: Trained) -> dict[str, Callable[[Tokens], Scores]]:
    """Return what the models that are not kept answer."""
    watched = trained.watched
    others: dict[str, Callable[[Tokens], Scores]] = {}
    if trained.final is not watched:
        others[BEFORE] = watched.scores
    if watched.fitted.best_weights is not None:
        others[BEST] = watched.best_epoch_scores
    return others


class Questions:
    """Rows with all their labels: those that the model cannot know have the score 0."""

    def __init__(self, material: Material, rows: Rows) -> None:
        self.tokens, self.targets = material.tokens.select(rows), material.targets[rows]
        self.num_foreign = len(material.foreign)
        self.labels = (*material.labels, *material.foreign)
        binary = material.task == "binary" and self.num_foreign
        self.task: Task = "multiclass" if binary else material.task

    def widen(self, values: NDArray[Any], fill: float = 0.0) -> NDArray[Any]:
        """Add a column for each label that the model does not know."""
        if not self.num_foreign:
            return values
        return np.pad(values, ((0, 0), (0, self.num_foreign)), constant_values=fill)

    def judge(
        self, scores: Scores, thresholds: NDArray[np.float32] | None
    ) -> tuple[dict[str, Any], Pairs]:
        """Return the metrics of a model's scores, and the counts per row to compare it by."""
        evaluation = evaluate(
            self.targets, self.widen(scores), task=self.task, labels=self.labels,
            thresholds=self._reached(thresholds),
        )  # fmt: skip
        return evaluation, self.counts(scores, thresholds)

    def counts(self, scores: Scores, thresholds: NDArray[np.float32] | None) -> Pairs:
        """Return the counts per row to compare a model by."""
        reached = self._reached(thresholds)
        return row_counts(self.targets, self.widen(scores), task=self.task, thresholds=reached)

    def _reached(self, thresholds: NDArray[np.float32] | None) -> NDArray[np.float32] | None:
        return None if thresholds is None else self.widen(thresholds[None], 1.0)[0]

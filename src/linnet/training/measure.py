"""What a trained model is worth on each part of its rows, beside what costs nothing."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.evaluation.abstention import LEAST_SCORE, answers, precision_thresholds
from linnet.evaluation.baselines import (
    LINEAR,
    against_linear,
    baseline_notes,
    constant_answers,
    label_shares,
)
from linnet.evaluation.metrics import evaluate, headline, summary
from linnet.evaluation.thresholds import best_threshold, label_thresholds
from linnet.text.scope import Scope, fit_scope
from linnet.training.baseline import Baseline
from linnet.training.tested import KEPT, Questions, measure_tested
from linnet.training.train import Trained
from linnet.types import Rows, Scores

MOST_TRAIN_ROWS = 20_000


def thresholds_of(trained: Trained) -> NDArray[np.float32] | None:
    """Choose from which score on a label is given; None where one label wins anyway.

    Chosen on the validation rows, by the model that they watched; 0.5 where there are none. One
    for all labels, or with `thresholds = "labels"` each label's own.

    Example:
        >>> from linnet.config import configure
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.training.train import Material, train_model
        >>> from linnet.types import Split
        >>> tokens = tokenize(as_texts(["good", "bad", ""] * 4))
        >>> sets = np.eye(2, dtype=int)[[1, 0, 0] * 4]
        >>> material = Material(tokens, sets, "multilabel", ("-", "+"))
        >>> split = Split(np.arange(6), np.arange(6, 12), np.arange(0))
        >>> config = configure(model="linear", epochs=1, retrain=False)
        >>> thresholds_of(train_model(material, split, config=config)).shape
        (2,)
    """
    material, split = trained.material, trained.split
    if material.task != "multilabel":
        return None
    threshold = 0.5
    if len(split.validation):
        scores, targets = trained.validation_scores, material.answers(split.validation)
        if trained.config.thresholds == "labels":
            return label_thresholds(targets, scores)
        threshold = best_threshold(targets, scores)
    return np.full(len(material.labels), threshold, np.float32)


def promises_of(trained: Trained) -> list[list[float]]:
    """Return from which score on answers reach each precision, as the validation rows show it.

    Returns:
        Pairs of precision and score; none without validation rows.

    Example:
        >>> from types import SimpleNamespace
        >>> promises_of(SimpleNamespace(split=SimpleNamespace(validation=[])))
        []
    """
    if not len(trained.split.validation):
        return []
    targets = trained.material.answers(trained.split.validation)
    sure, right = answers(targets, trained.validation_scores)
    return precision_thresholds(sure, right, least=LEAST_SCORE if targets.ndim == 2 else 0.0)


def scope_of(trained: Trained) -> Scope | None:
    """Return what new texts are like: the validation rows, to the words of the training rows.

    Example:
        >>> from types import SimpleNamespace
        >>> scope_of(SimpleNamespace(split=SimpleNamespace(validation=[]))) is None
        True
    """
    if not len(trained.split.validation):
        return None
    tokens = trained.material.tokens.select(trained.split.validation)
    return fit_scope(trained.watched.vectorizer.vocabulary, tokens)


def measure(
    trained: Trained,
    thresholds: NDArray[np.float32] | None,
    *,
    promises: Sequence[Sequence[float]] = (),
    linear: Baseline | None = None,
) -> tuple[dict[str, Any], Scores]:
    """Evaluate every part once, and on the test rows the models that were not kept, too.

    Test and training rows are answered by the model that is kept, validation rows by the one that
    did not train on them. Of more than 20,000 training rows that many are drawn.

    Args:
        trained: The models and the rows.
        thresholds: Multilabel only: the score from which each label is given.
        promises: From which score on answers reach which precision.
        linear: The linear baseline; None: there is none.

    Returns:
        `test`, `validation`, `train` (each where it has rows) and `baselines`, which answer the
        test rows, or the validation rows where there are no test rows; `against_linear`, the
        difference of the headline metric from the linear one's, and `baseline_notes`, sentences
        on a model that is not worth its trouble. Where there are test rows and the model was
        trained again: `test_before_retraining`, and `retraining`: the difference of the headline
        metric with its interval. Where the last epoch's weights are kept and the best epoch's are
        remembered: `test_best_epoch`. Beside that the test scores.

    Example:
        >>> from linnet.config import configure
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.training.train import Material, train_model
        >>> from linnet.types import Split
        >>> tokens = tokenize(as_texts(["good", "bad", ""] * 4))
        >>> material = Material(tokens, np.array([1, 0, 0] * 4), "binary", ("-", "+"))
        >>> split = Split(np.arange(6), np.arange(6, 12), np.arange(0))
        >>> config = configure(model="linear", epochs=1, retrain=False)
        >>> found, scores = measure(train_model(material, split, config=config), None)
        >>> list(found), found["validation"]["rows"], scores.shape
        (['validation', 'train', 'baselines', 'baseline_notes'], 6, (0, 2))
    """
    material, split = trained.material, trained.split
    some = np.sort(np.random.default_rng(0).permutation(split.train)[:MOST_TRAIN_ROWS])
    answered = {"train": (some, trained.final.answer(trained.final.learned.select(some)))}
    if len(split.validation):
        answered = {"validation": (split.validation, trained.validation_scores), **answered}
    others = {
        part: _judged(trained, rows, given, thresholds) for part, (rows, given) in answered.items()
    }
    tested, scores = measure_tested(trained, thresholds, promises=promises)
    if tested:
        answered = {KEPT: (split.test, scores), **answered}
    part, (rows, given) = next(iter(answered.items()))
    asked = Questions(material, rows)
    found: dict[str, Any] = {**tested, **others, "baselines": _constants(trained, asked)}
    if linear is not None:
        judged, counts = asked.judge(linear.scores(rows, part=part), linear.thresholds)
        mine, (metric, _) = asked.counts(given, thresholds), headline(judged, asked.task)
        found["baselines"][LINEAR] = summary(judged)
        found["against_linear"] = against_linear(counts, mine, metric=metric)
    found["baseline_notes"] = baseline_notes(
        found[part], found["baselines"], task=asked.task, against=found.get("against_linear")
    )
    return found, scores


def _constants(trained: Trained, asked: Questions) -> dict[str, dict[str, Any]]:
    """Evaluate what is answered without reading a text."""
    material, train = trained.material, trained.split.train
    shares = label_shares(material.answers(train), num_labels=len(material.labels))
    return constant_answers(
        asked.widen(shares[None])[0], asked.targets, task=asked.task, labels=asked.labels
    )


def _judged(
    trained: Trained, rows: Rows, scores: Scores, thresholds: NDArray[np.float32] | None
) -> dict[str, Any]:
    """Evaluate scores of rows that are not for test."""
    material = trained.material
    return evaluate(
        material.answers(rows), scores,
        task=material.task, labels=material.labels, thresholds=thresholds,
    )  # fmt: skip

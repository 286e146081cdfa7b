"""What a trained model is worth on each part of its rows, beside what costs nothing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.evaluation.baselines import constant_answers, label_shares
from linnet.evaluation.metrics import evaluate
from linnet.evaluation.thresholds import best_threshold
from linnet.training.tested import Questions, measure_tested
from linnet.training.train import Trained
from linnet.types import Scores

MOST_TRAIN_ROWS = 20_000


def thresholds_of(trained: Trained) -> NDArray[np.float32] | None:
    """Choose from which score on a label is given; None where one label wins anyway.

    Chosen on the validation rows, by the model that they watched; 0.5 where there are none.

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
        scores = trained.watched.answer(trained.watched.watching.inputs)
        threshold = best_threshold(material.answers(split.validation), scores)
    return np.full(len(material.labels), threshold, np.float32)


def measure(
    trained: Trained, thresholds: NDArray[np.float32] | None
) -> tuple[dict[str, Any], Scores]:
    """Evaluate every part once, and on the test rows the models that were not kept, too.

    Test and training rows are answered by the model that is kept, validation rows by the one that
    did not train on them. Of more than 20,000 training rows that many are drawn.

    Returns:
        `test`, `validation`, `train` (each where it has rows) and `baselines`, which answer the
        test rows, or the validation rows where there are no test rows. Where there are test rows
        and the model was trained again: `test_before_retraining`, and `retraining`: the
        difference of the headline metric with its interval. Where the last epoch's weights are
        kept and the best epoch's are remembered: `test_best_epoch`. Beside that the test scores.

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
        (['validation', 'train', 'baselines'], 6, (0, 2))
    """
    material, split = trained.material, trained.split
    some = np.random.default_rng(0).permutation(split.train)[:MOST_TRAIN_ROWS]
    parts = {
        "validation": (trained.watched, trained.watched.watching, split.validation),
        "train": (trained.final, trained.final.learned, np.sort(some)),
    }
    others = {
        name: evaluate(
            material.answers(rows), model.answer(known.select(rows)),
            task=material.task, labels=material.labels, thresholds=thresholds,
        )
        for name, (model, known, rows) in parts.items()
        if len(rows)
    }  # fmt: skip
    tested, scores = measure_tested(trained, thresholds)
    asked = Questions(
        material, next(rows for rows in (split.test, split.validation, split.train) if len(rows))
    )
    shares = label_shares(material.answers(split.train), num_labels=len(material.labels))
    answers = constant_answers(
        asked.widen(shares[None])[0], asked.targets, task=asked.task, labels=asked.labels
    )
    return {**tested, **others, "baselines": answers}, scores

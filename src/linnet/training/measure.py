"""What a trained model is worth on each part of its rows, beside what costs nothing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.evaluation.baselines import baselines
from linnet.evaluation.metrics import evaluate
from linnet.evaluation.thresholds import best_threshold
from linnet.training.train import Model, Trained
from linnet.types import Rows, Scores

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
        scores = trained.watched.scores(material.tokens.select(split.validation))
        threshold = best_threshold(material.targets[split.validation], scores)
    return np.full(len(material.labels), threshold, np.float32)


def measure(
    trained: Trained, thresholds: NDArray[np.float32] | None
) -> tuple[dict[str, Any], Scores]:
    """Evaluate every part once.

    Test and training rows are answered by the model that is kept, validation rows by the one that
    did not train on them. Of more than 20,000 training rows that many are drawn.

    Returns:
        `test`, `validation`, `train` (each where it has rows) and `baselines`, which answer the
        test rows, or the validation rows where there are no test rows; and the test scores.

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
    random = np.random.default_rng(0)
    some = random.permutation(split.train)[:MOST_TRAIN_ROWS]
    parts: dict[str, tuple[Model, Rows]] = {
        "test": (trained.final, split.test),
        "validation": (trained.watched, split.validation),
        "train": (trained.final, np.sort(some)),
    }
    scores = {
        name: model.scores(material.tokens.select(rows)) for name, (model, rows) in parts.items()
    }
    evaluation: dict[str, Any] = {
        name: evaluate(
            material.targets[rows], scores[name], task=material.task, labels=material.labels,
            thresholds=thresholds,
        )
        for name, (_, rows) in parts.items()
        if len(rows)
    }  # fmt: skip
    measured = next((rows for _, rows in parts.values() if len(rows)), split.train)
    evaluation["baselines"] = baselines(
        material.targets[split.train], material.targets[measured],
        task=material.task, labels=material.labels,
    )  # fmt: skip
    return evaluation, scores["test"]

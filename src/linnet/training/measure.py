"""What a trained model is worth on each part of its rows, beside what costs nothing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.evaluation.baselines import constant_answers, label_shares
from linnet.evaluation.metrics import evaluate
from linnet.evaluation.thresholds import best_threshold
from linnet.training.train import Material, Model, Trained
from linnet.types import Rows, Scores, Task

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
        threshold = best_threshold(material.answers(split.validation), scores)
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
            material.answers(rows), scores[name], task=material.task, labels=material.labels,
            thresholds=thresholds,
        )
        for name, (_, rows) in parts.items()
        if len(rows) and name != "test"
    }  # fmt: skip
    shares = label_shares(material.answers(split.train), num_labels=len(material.labels))
    if not len(split.test):
        rows = split.validation if len(split.validation) else split.train
        evaluation["baselines"] = constant_answers(
            shares, material.answers(rows), task=material.task, labels=material.labels
        )
        return evaluation, scores["test"]
    wide = _Wide(material)
    evaluation = {"test": wide.evaluate(split.test, scores["test"], thresholds)} | evaluation
    evaluation["baselines"] = constant_answers(
        wide.widen(shares[None])[0], material.targets[split.test], task=wide.task,
        labels=wide.labels,
    )  # fmt: skip
    return evaluation, scores["test"]


class _Wide:
    """Evaluates test rows on all their labels: those the model cannot know have the score 0."""

    def __init__(self, material: Material) -> None:
        self.targets, self.num_foreign = material.targets, len(material.foreign)
        self.labels = (*material.labels, *material.foreign)
        binary = material.task == "binary" and self.num_foreign
        self.task: Task = "multiclass" if binary else material.task

    def widen(self, values: NDArray[Any], fill: float = 0.0) -> NDArray[Any]:
        """Add a column for each label that the model does not know."""
        return np.pad(values, ((0, 0), (0, self.num_foreign)), constant_values=fill)

    def evaluate(
        self, rows: Rows, scores: Scores, thresholds: NDArray[np.float32] | None
    ) -> dict[str, Any]:
        """Return the metrics of the test rows."""
        reached = None if thresholds is None else self.widen(thresholds[None], 1.0)[0]
        return evaluate(
            self.targets[rows], self.widen(scores), task=self.task, labels=self.labels,
            thresholds=reached,
        )  # fmt: skip

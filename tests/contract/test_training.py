"""What every architecture promises when it is trained, for every task.

Eight rows are learnt by heart, the same seed gives the same bits, and the saved model gives the
scores of the trained one. A new name in ARCHITECTURES is covered by its defaults.
"""

import inspect
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from linnet.artifact.save import save
from linnet.config import configure
from linnet.models.model import ARCHITECTURES, architecture
from linnet.runtime.classifier import load
from linnet.text.tokenize import as_texts, tokenize
from linnet.training.measure import measure, thresholds_of
from linnet.training.pack import Results, pack
from linnet.training.train import Material, train_model
from linnet.types import TASKS, Split

TEXTS = (
    "red apple", "blue sea and sky", "red rose", "blue berry", "green leaf of grass", "red wine",
    "blue jay", "green tea",
)  # fmt: skip
CLASSES = {
    "binary": np.array([0, 1, 0, 1, 1, 0, 1, 1]),
    "multiclass": np.array([0, 1, 0, 1, 2, 0, 1, 2]),
    "multilabel": np.array([[1, 0], [0, 1], [1, 0], [0, 1], [1, 1], [1, 0], [0, 1], [1, 1]]),
}
LABELS = {"binary": ("no", "yes"), "multiclass": ("a", "é", "c"), "multilabel": ("x", "y")}
OPEN = ("", "red sea", "blue wine of the unknown", "🐦")
FAST = {"sgd": 5.0, "adam": 0.05, "rmsprop": 0.02, "lazy_adam": 0.1, "rowwise_adagrad": 0.1}
SLOW = {"transformer": 0.01}
SMALL = {"embedding_size": 8, "units": 8, "hidden": (8,)}
ROWS = Split(np.arange(8), np.arange(0), np.arange(0))


@dataclass(frozen=True)
class Case:
    name: str
    task: str

    def config(self, **settings):
        module = architecture(self.name)
        known = inspect.signature(module.layers).parameters
        how = {name: value for name, value in SMALL.items() if name in known} | {
            "model": self.name, "epochs": 60, "batch_size": 4, "min_count": 1,
            "learning_rate": SLOW.get(self.name, FAST[module.SETTINGS["optimizer"]]),
        }  # fmt: skip
        return configure(**(how | settings))

    @property
    def material(self):
        return Material(
            tokenize(as_texts(list(TEXTS))), CLASSES[self.task], self.task, LABELS[self.task]
        )

    def trained(self, split=ROWS, **settings):
        return train_model(self.material, split, config=self.config(**settings))


CASES = {f"{name}-{task}": Case(name, task) for name in ARCHITECTURES for task in TASKS}


@cache
def learnt(name):
    """The same training for every law."""
    return CASES[name].trained()


def _rows(names):
    """`bilstm` is `lstm` with another default: its layers are tested there, and here if asked."""
    slow = pytest.mark.slow
    return [pytest.param(each, marks=slow) if "bilstm" in each else each for each in names]


@pytest.fixture(params=_rows(CASES))
def case(request):
    return request.param


def weights_of(trained):
    return dict(trained.final.fitted.weights)


def test_eight_rows_are_learnt_by_heart(case):
    trained = learnt(case)
    history = trained.final.fitted.history
    assert history[-1]["loss"] < history[0]["loss"]
    scores = trained.final.scores(trained.material.tokens)
    if CASES[case].task == "multilabel":
        np.testing.assert_array_equal(scores >= 0.5, CASES[case].material.targets == 1)
    else:
        np.testing.assert_array_equal(scores.argmax(1), CASES[case].material.targets)


def test_the_saved_model_gives_the_scores_of_the_trained_one(case, tmp_path):
    trained = learnt(case)
    thresholds = thresholds_of(trained)
    evaluation, test_scores = measure(trained, thresholds)
    save(tmp_path / "model", pack(trained, Results(evaluation, thresholds)))
    classifier = load(tmp_path / "model")
    texts = [*OPEN, *TEXTS]
    expected = trained.final.scores(tokenize(as_texts(texts), trained.config.tokenizer))
    np.testing.assert_allclose(classifier.predict_proba(texts), expected, atol=1e-5)
    assert classifier.labels == LABELS[CASES[case].task]
    assert len(test_scores) == 0


SEEDED = {"seed": 3, "epochs": 2}


@pytest.fixture(params=_rows(ARCHITECTURES))
def multiclass(request):
    return CASES[f"{request.param}-multiclass"]


def test_the_same_seed_gives_the_same_bits_and_another_does_not(multiclass):
    first, again, other = (
        weights_of(multiclass.trained(**(SEEDED | more))) for more in ({}, {}, {"seed": 4})
    )
    for name, weight in first.items():
        assert weight.tobytes() == again[name].tobytes(), name
    assert any((weight != other[name]).any() for name, weight in first.items())


def test_test_rows_change_nothing_of_the_model(multiclass):
    split = Split(np.arange(4), np.arange(4, 6), np.arange(6, 8))
    material = multiclass.material
    texts = as_texts([*TEXTS[:6], "red red red", "unheard words all over"])
    other = replace(
        material, tokens=tokenize(texts), targets=np.concatenate([material.targets[:6], [0, 1]])
    )
    config = multiclass.config(**SEEDED, retrain=False)
    ours, theirs = (
        pack(train_model(each, split, config=config), Results({"baselines": {}}, None))
        for each in (material, other)
    )
    assert ours.weights == theirs.weights
    assert ours.vocabulary == theirs.vocabulary
    assert ours.graph == theirs.graph
    assert ours.manifest == theirs.manifest
    assert ours.profile == theirs.profile
    assert ours.golden == theirs.golden

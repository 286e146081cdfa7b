"""Calibration of a trained model: in the weights, for every engine, and only where it may be."""

from dataclasses import replace

import numpy as np
import pytest

from linnet.config import configure
from linnet.text.tokenize import as_texts, tokenize
from linnet.training.calibrate import calibrated, uncalibrated
from linnet.training.measure import measure, promises_of, scope_of
from linnet.training.pack import Results, pack
from linnet.training.train import Material, train_model
from linnet.types import Split

NOTHING = np.arange(0)
SPLIT = Split(np.arange(300), np.arange(300, 450), np.arange(450, 600))
TASKS = {"binary": ("a", "b"), "multiclass": ("a", "b", "c"), "multilabel": ("a", "b", "c")}


def material_of(task, num=600):
    """Texts whose first word says the label, which is wrong in three rows of ten."""
    random = np.random.default_rng(0)
    labels = len(TASKS[task])
    targets = random.integers(0, labels, num)
    noise = random.integers(0, 300, (num, 8))
    texts = [
        f"t{each} " + " ".join(f"w{word}" for word in row)
        for each, row in zip(targets, noise, strict=True)
    ]
    wrong = random.random(num) < 0.3
    targets = np.where(wrong, random.integers(0, labels, num), targets)
    if task == "multilabel":
        targets = np.eye(labels, dtype=np.uint8)[targets]
    return Material(tokenize(as_texts(texts)), targets, task, TASKS[task])


def train(task, split=SPLIT, **settings):
    how = {"model": "linear", "min_count": 1, "epochs": 25, "patience": 30, "weights": "last"}
    num = sum(len(rows) for rows in (split.train, split.validation, split.test))
    return train_model(material_of(task, num), split, config=configure(**(how | settings)))


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(
    "how", [{}, {"model": "mlp", "hidden": (4,)}, {"model": "embedding", "epochs": 1}]
)
def test_engines_and_saved_scores_are_calibrated(task, how):
    trained = train(task, **how)
    made = calibrated(trained)
    tokens = trained.material.tokens.select(SPLIT.test)
    scores = made.final.scores(tokens)
    again = train(task, **how).final.scores(tokens)
    np.testing.assert_allclose(uncalibrated(made, scores), again, atol=1e-5)
    if task != "multilabel":
        assert (scores.argmax(axis=1) == again.argmax(axis=1)).all()
    manifest = pack(made, Results({"baselines": {}}, None)).manifest
    method = "per_label" if task == "multilabel" else "temperature"
    assert (manifest["calibration"]["method"], manifest["calibration"]["rows"]) == (method, 150)


def test_it_lowers_the_error_of_a_model_that_is_too_sure():
    split = Split(np.arange(2000), np.arange(2000, 3000), np.arange(3000, 5000))
    found, _ = measure(calibrated(train("multiclass", split)), None)
    test = found["test"]
    assert test["calibration_error"] < 0.7 * test["calibration_error_before"]
    assert test["calibration_error_before"] > 2 * test["calibration_error_if_perfect"]


def test_the_best_epochs_weights_are_calibrated_too():
    made = calibrated(train("binary", retrain=False))
    assert made.final is made.watched
    best = made.watched.fitted.best_weights
    tokens = made.material.tokens.select(SPLIT.test)
    kept = train("binary", retrain=False, weights="best")
    before = uncalibrated(made, made.watched.best_epoch_scores(tokens))
    assert best is not None
    np.testing.assert_allclose(before, kept.final.scores(tokens), atol=1e-5)


def test_what_cannot_be_calibrated_is_left_alone():
    trained = train("binary", epochs=1)
    off = replace(trained, config=configure(trained.config, calibrate=False))
    assert calibrated(off) is off
    shared = train("multilabel", loss="categorical_crossentropy", epochs=1)
    assert calibrated(shared) is shared
    unwatched = replace(trained, split=replace(SPLIT, validation=NOTHING))
    assert calibrated(unwatched) is unwatched
    assert pack(unwatched, Results({"baselines": {}}, None)).manifest["calibration"] is None


def test_promises_and_scope_come_from_validation_rows():
    made = calibrated(train("binary"))
    table = promises_of(made)
    found, _ = measure(made, None, promises=table)
    assert [each["wanted"] for each in found["test"]["abstention"]] == [0.8, 0.9, 0.95, 0.99]
    scope = scope_of(made)
    manifest = pack(made, Results(found, None, table, scope)).manifest
    assert manifest["abstention"] == [list(each) for each in table]
    assert manifest["scope"] == scope.to_json()
    unwatched = replace(made, split=replace(SPLIT, validation=NOTHING))
    assert (promises_of(unwatched), scope_of(unwatched)) == ([], None)

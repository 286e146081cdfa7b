"""A user's own Keras model in a file: trained, resumed, saved, loaded, and refused with reasons."""

import random
from dataclasses import replace

import numpy as np
import pytest

from linnet.artifact.save import save
from linnet.config import configure
from linnet.errors import ConfigError
from linnet.runtime.classifier import load
from linnet.text.tokenize import as_texts, tokenize
from linnet.training.checkpoints import Checkpoints, restore
from linnet.training.data import Data
from linnet.training.loop import Hooks, Rules, fit
from linnet.training.measure import measure
from linnet.training.pack import Results, pack
from linnet.training.train import Material, train_model
from linnet.types import Split

IDS = """
import keras

def build(sizes, units=6, dropout=0.0):
    ids = keras.Input((sizes.length,), dtype="int32")
    x = keras.layers.Embedding(sizes.num_ids, units)(ids)
    x = keras.layers.BatchNormalization(momentum=0.5)(keras.layers.Flatten()(x))
    x = keras.layers.Dropout(dropout)(x)
    activation = "sigmoid" if sizes.outputs == 1 else "softmax"
    return keras.Model(ids, keras.layers.Dense(sizes.outputs, activation)(x))
"""

BAGS = """
import keras

def build(sizes):
    ids = keras.Input((None,), dtype="int32")
    weights = keras.Input((None,))
    rows = keras.layers.Embedding(sizes.num_ids, sizes.outputs)(ids)
    summed = keras.layers.Dot(axes=1)([weights, rows])
    return keras.Model([ids, weights], keras.layers.Activation("softmax")(summed))
"""

TEXTS = ["red a", "blue b", "red c d", "blue", "green a b", "green"] * 4
SPLIT = Split(np.arange(16), np.arange(16, 20), np.arange(20, 24))


def material_of(task="multiclass"):
    classes = np.array([0, 1, 0, 1, 1, 1] if task == "binary" else [0, 1, 0, 1, 2, 2])
    labels = ("no", "yes") if task == "binary" else ("r", "b", "g")
    return Material(tokenize(as_texts(TEXTS)), np.tile(classes, 4), task, labels)


@pytest.fixture
def file(tmp_path):
    """Write a user's file and return the settings that name it."""

    def written(code, **settings):
        path = tmp_path / "mine.py"
        path.write_text(code, "utf-8")
        how = {"model": f"{path}:build", "epochs": 25, "learning_rate": 0.05, "batch_size": 4}
        return configure(**(how | settings))

    return written


@pytest.mark.parametrize(
    ("code", "task", "settings"),
    [
        (IDS, "multiclass", {"units": 4, "dropout": 0.1}),
        (IDS, "binary", {}),
        (BAGS, "multiclass", {"vectorizer": "count", "epochs": 60}),
    ],
)
def test_it_trains_and_is_saved_and_loaded(file, tmp_path, code, task, settings):
    trained = train_model(material_of(task), SPLIT, config=file(code, **settings))
    assert trained.final is not trained.watched
    evaluation, scores = measure(trained, None)
    assert evaluation["test"]["accuracy"] == 1
    save(tmp_path / "model", pack(trained, Results(evaluation, None)))
    classifier = load(tmp_path / "model")
    found = classifier.predict_proba([TEXTS[row] for row in SPLIT.test])
    np.testing.assert_allclose(found, scores, atol=1e-5)
    texts = ["", "unknown", "red red blue green a b c d"]
    expected = trained.final.scores(tokenize(as_texts(texts)))
    np.testing.assert_allclose(classifier.predict_proba(texts), expected, atol=1e-5)


def test_the_same_seed_gives_the_same_weights_and_leaves_random_states_alone(file):
    def weights(seed):
        config = file(IDS, seed=seed, epochs=2, dropout=0.5, retrain=False)
        return train_model(material_of(), SPLIT, config=config).final.fitted.weights

    np.random.seed(3)  # noqa: NPY002 - the state that a user may rely on
    random.seed(3)
    before = np.random.get_state()[1].tolist(), random.getstate()  # noqa: NPY002
    first = weights(2**40)
    assert before[0] == np.random.get_state()[1].tolist()  # noqa: NPY002
    again, other = weights(2**40), weights(1)
    for name, weight in first.items():
        np.testing.assert_array_equal(weight, again[name])
    assert any((weight != other[name]).any() for name, weight in first.items())


def test_it_goes_on_where_it_was_interrupted(file, tmp_path):
    config = file(IDS, dropout=0.5, epochs=1, retrain=False)
    plan = train_model(material_of(), SPLIT, config=config).final
    engine_of = type(plan.engine)
    data = Data(plan.vectorizer.vectorize(material_of().tokens), material_of().targets)

    def run(engine, state=None, save=None):
        hooks = Hooks(save=save) if save else Hooks()
        parts = data.select(SPLIT.train), data.select(SPLIT.validation)
        return fit(
            engine, parts[0], rules=Rules(4, seed=1), validation=parts[1], hooks=hooks, state=state
        )

    whole = run(engine_of(plan.plan), save=Checkpoints(tmp_path / "c", "all", "val_loss"))
    engine = engine_of(plan.plan)
    state = restore(sorted((tmp_path / "c").iterdir())[1], engine)
    again = run(engine, state)
    assert [row["loss"] for row in again.history] == [row["loss"] for row in whole.history]
    assert again.kept_epoch == whole.kept_epoch
    for name, weight in whole.weights.items():
        np.testing.assert_array_equal(weight, again.weights[name])


@pytest.mark.parametrize(
    ("code", "settings", "message"),
    [
        ("", {}, r"mine\.py has no function 'build'"),
        ("1 / 0", {}, r"mine\.py cannot be imported: ZeroDivisionError: division by zero"),
        ("def build(:", {}, r"mine\.py cannot be imported: .*(?s:.*)SyntaxError: invalid syntax"),
        ("def build(sizes): return sizes", {}, r"output shape \(None, 3\), not Sizes"),
        ("def build(sizes): return sizes.x", {}, "build failed: AttributeError: .*no attribute"),
        (IDS.replace("sizes.outputs", "7"), {}, r"shape \(None, 3\), not \(None, 7\)"),
        (IDS, {"hidden": "3"}, "build takes no option 'hidden': it takes units, dropout"),
        (IDS, {"optimizer": "lazy_adam"}, "lazy_adam is an optimizer of the sparse engine"),
        (IDS, {"engine": "sparse"}, "the sparse engine trains bags only, not Keras models"),
        (IDS, {"ngrams": 2}, "ngrams = 2 needs a bag"),
        (IDS.replace("softmax", "linear"), {}, "expected: end it in a layer with activation='soft"),
        (IDS.replace("softmax", "sigmoid"), {}, r"the model gives shares of .* in all, and shares"),
    ],
)
def test_what_does_not_fit(file, code, settings, message):
    with pytest.raises(ConfigError, match=message):
        train_model(material_of(), SPLIT, config=file(code, **settings))


def test_no_such_file(file):
    config = replace(file(""), model="no such folder/mine.py:build")
    with pytest.raises(ConfigError, match=r"there is no file no such folder/mine\.py"):
        train_model(material_of(), SPLIT, config=config)

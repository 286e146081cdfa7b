"""Going on from a saved model: grown weights answer as before, and training starts from them."""

from dataclasses import replace

import numpy as np
import pytest

from linnet.config import configure
from linnet.errors import ConfigError
from linnet.models.heads import head
from linnet.models.model import ARCHITECTURES, Sizes, layers_for
from linnet.text.tokenize import as_texts, tokenize
from linnet.text.vectorize import TextSettings
from linnet.training.engines.engine import make_engine
from linnet.training.start import Start, next_layers, next_weights
from linnet.training.train import Material, train_model
from linnet.types import Split

TEXTS = ["red a", "blue b", "red c d", "blue", "green a b", "green"] * 4
SPLIT = Split(np.arange(18), np.arange(18, 24), np.arange(0))
BAGS = ("linear", "mlp", "fasttext")
SMALL = {
    "linear": {}, "mlp": {"hidden": (6, 5), "dropout": 0.0},
    "fasttext": {"embedding_size": 5, "min_count": 1},
    "embedding": {"embedding_size": 4, "hidden": (5,)}, "lstm": {"embedding_size": 4, "units": 4},
    "gru": {"embedding_size": 4, "units": 4, "dropout": 0.0, "spatial_dropout": 0.0},
    "bilstm": {"embedding_size": 4, "units": 4, "dropout": 0.0, "spatial_dropout": 0.0},
    "cnn": {"embedding_size": 4, "units": 4, "dropout": 0.0},
    "transformer": {"embedding_size": 4, "units": 4, "dropout": 0.0, "learning_rate": 0.001},
}  # fmt: skip
RUNS = [
    *((name, engine) for name in BAGS for engine in ("sparse", "keras")),
    *((name, "keras") for name in ("embedding", "lstm", "gru", "bilstm", "cnn", "transformer")),
]


def material(start=None, task="binary"):
    classes = np.tile([0, 1, 0, 1, 0, 1], 4)
    targets = np.eye(2, dtype=np.uint8)[classes] if task == "multilabel" else classes
    return Material(tokenize(as_texts(TEXTS)), targets, task, ("no", "yes"), start=start)


def start_of(trained):
    model = trained.final
    return Start(model.vectorizer, model.plan.layers, model.plan.head, model.fitted.weights, {})


def trained_with(name, engine, **settings):
    config = configure(learning_rate=0.02) if "learning_rate" not in SMALL[name] else None
    config = configure(config, model=name, engine=engine, retrain=False, epochs=6, weights="last",
                       batch_size=6, optimizer="adam", patience=None, **SMALL[name])  # fmt: skip
    return train_model(material(), SPLIT, config=configure(config, **settings))


def test_every_architecture_is_tried():
    assert {name for name, _ in RUNS} == set(ARCHITECTURES)


@pytest.mark.parametrize(("name", "engine"), RUNS)
def test_training_goes_on_where_it_stopped(name, engine):
    first = trained_with(name, engine)
    start = start_of(first)
    still = replace(first.config, epochs=1, learning_rate=1e-9)
    same = train_model(material(start), SPLIT, config=still)
    tokens = tokenize(as_texts(["", "red b", "green blue new"]))
    assert np.allclose(same.final.scores(tokens), first.final.scores(tokens), atol=1e-5)
    before = [row["loss"] for row in first.watched.fitted.history]
    more = train_model(material(start), SPLIT, config=replace(first.config, epochs=2))
    after = [row["loss"] for row in more.watched.fitted.history]
    assert before[-1] < before[0]
    assert abs(after[0] - before[-1]) < abs(after[0] - before[0])
    assert after[0] < before[-1] * 1.02


@pytest.mark.parametrize("retrain", [True, False])
def test_both_trainings_start_from_the_saved_weights(retrain):
    first = trained_with("linear", "sparse")
    config = replace(first.config, epochs=1, learning_rate=1e-9, retrain=retrain)
    again = train_model(material(start_of(first)), SPLIT, config=config)
    assert (again.final is not again.watched) == retrain
    for name, values in again.final.fitted.weights.items():
        assert np.allclose(values, first.final.fitted.weights[name], atol=1e-5)


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel"])
@pytest.mark.parametrize(("name", "engine"), [run for run in RUNS if run != ("mlp", "keras")])
def test_grown_weights_answer_old_texts_as_before(problem_of, name, engine, task):
    problem = problem_of(task=task)
    old = problem.engine(name, engine)
    random = np.random.default_rng(1)
    trained = {
        weight: random.standard_normal(values.shape).astype(np.float32)
        for weight, values in old.get_weights().items()
    }
    old.set_weights(trained)
    start = Start(None, old.plan.layers, old.plan.head, trained, {})
    more = head("multiclass" if task == "binary" else task, problem.head.num_labels + 2)
    sizes = Sizes(problem.sizes.num_ids + 7, problem.sizes.length, more.outputs)
    plan = replace(old.plan, layers=next_layers(start, sizes), sizes=sizes, head=more)
    new = make_engine(engine, plan)
    fresh = new.get_weights()
    new.set_weights(next_weights(start, fresh, head=more))
    inputs = problem.data(name).inputs
    wider = inputs  # ids do not tell how many there could be
    if name in BAGS:
        wider = inputs.copy()
        wider.resize((inputs.shape[0], sizes.num_ids))
    was, now = old.logits(inputs), new.logits(wider)[:, : problem.head.num_labels]
    if task == "binary":
        was = np.concatenate([np.zeros_like(was), was], axis=1)
    assert np.allclose(now, was, rtol=0, atol=0 if engine == "sparse" else 1e-5)


def test_what_is_new_starts_as_in_a_new_model():
    layers = layers_for("fasttext", Sizes(5, 1, 3), options={"embedding_size": 2})
    saved = {"bag_0.kernel": np.ones((5, 2)), "dense_1.kernel": np.ones((2, 3)),
             "dense_1.bias": np.ones(3)}  # fmt: skip
    start = Start(None, layers, head("multiclass", 3), saved, {})
    fresh = {"bag_0.kernel": np.full((6, 2), 7.0), "dense_1.kernel": np.full((2, 4), 8.0),
             "dense_1.bias": np.zeros(4)}  # fmt: skip
    grown = next_weights(start, fresh, head=head("multiclass", 4))
    assert grown["bag_0.kernel"].tolist() == [[1, 1]] * 5 + [[7, 7]]
    assert grown["dense_1.kernel"].tolist() == [[1, 1, 1, 8]] * 2
    assert grown["dense_1.bias"].tolist() == [1, 1, 1, 0]
    assert fresh["dense_1.kernel"].tolist() == [[8] * 4] * 2


@pytest.mark.parametrize("loss", ["binary_crossentropy", "categorical_crossentropy"])
def test_two_labels_keep_their_scores_when_they_become_more(loss):
    before = head("binary", 2, loss=loss)
    layers = layers_for("linear", Sizes(3, 1, before.outputs))
    random = np.random.default_rng(0)
    kernel = random.standard_normal((3, before.outputs)).astype(np.float32)
    start = Start(None, layers, before, {"bag_0.kernel": kernel}, {})
    grown = next_weights(start, {"bag_0.kernel": np.zeros((3, 3))}, head=head("multiclass", 3))
    shares = head("multiclass", 3).scores(np.float32(grown["bag_0.kernel"]))[:, :2]
    assert np.allclose(shares / shares.sum(1, keepdims=True), before.scores(kernel), atol=1e-6)


@pytest.mark.parametrize("shape", [(2,), (3, 1), (4,)])
def test_other_weights_are_refused(shape):
    own = Start(None, (), head("multiclass", 3), {"0": np.zeros(3)}, {})
    with pytest.raises(ConfigError, match="the saved weights do not fit the model: build the"):
        next_weights(own, {"0": np.zeros(shape)}, head=own.head)
    with pytest.raises(ConfigError, match="the saved weights do not fit"):
        next_weights(own, {"1": np.zeros(3)}, head=own.head)


def test_a_grown_model_trains_and_answers_by_new_words():
    first = trained_with("embedding", "keras")
    tokens = tokenize(as_texts(["new red", "other blue"] * 12))
    more = Material(tokens, np.tile([0, 1], 12), "binary", ("no", "yes"), start=start_of(first))
    config = replace(first.config, extend_vocabulary=True, retrain=True, weights="best")
    grown = train_model(more, SPLIT, config=config)
    vocabulary = grown.final.vectorizer.vocabulary.tokens.to_list()
    old = first.final.vectorizer
    assert vocabulary == [*old.vocabulary.tokens.to_list(), "new", "other"]
    assert grown.final.plan.sizes.num_ids == old.num_ids + 2
    scores = grown.final.scores(tokenize(as_texts(["new a", "other a"])))
    assert scores[0, 0] > scores[1, 0]


def test_without_extending_new_words_stay_unknown():
    said = {"vectorizer": "multi_hot", "norm": "none", "tokenizer": "words", "ngrams": 1,
            "max_ids": 10_000, "min_count": 1, "unknown": "drop"}  # fmt: skip
    first = trained_with("mlp", "sparse", **said)
    tokens = tokenize(as_texts(["new red", "other blue"] * 12))
    more = Material(tokens, np.tile([0, 1], 12), "binary", ("no", "yes"), start=start_of(first))
    again = train_model(more, SPLIT, config=first.config)
    assert again.final.vectorizer is first.final.vectorizer
    assert again.final.vectorizer.settings == TextSettings(**said)

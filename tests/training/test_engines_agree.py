"""Both engines train the same network: same start, same batches, same weights after an epoch."""

import numpy as np
import pytest

from linnet.errors import ConfigError
from linnet.models.heads import LOSSES
from linnet.training.engines.engine import make_engine

HEADS = [(task, loss) for task, losses in LOSSES.items() for loss in losses]
RATES = {"adam": 0.01, "rmsprop": 0.003, "sgd": 0.5}


def epochs(engine, data, batches, num_epochs=1):
    seen = [
        engine.epoch(data, batches, number=number, tick=lambda num_rows: None)
        for number in range(1, num_epochs + 1)
    ]
    return engine.get_weights(), seen


def assert_alike(problem, name, optimizer, weights=None):
    data = problem.data(name, num_rows=20, weights=weights)
    how = {"optimizer": optimizer, "learning_rate": RATES[optimizer]}
    if name == "mlp":
        how["dropout"] = 0.0  # what is dropped is drawn differently
    sparse, keras = (problem.engine(name, engine, **how) for engine in ("sparse", "keras"))
    for each, weight in sparse.get_weights().items():
        np.testing.assert_array_equal(keras.get_weights()[each], weight)
    batches = sparse.batches(data.inputs, np.random.default_rng(3))  # the last one is smaller
    ours, seen = epochs(sparse, data, batches)
    theirs, seen_by_keras = epochs(keras, data, batches)
    assert list(ours) == list(theirs)
    for each, weight in ours.items():
        np.testing.assert_allclose(weight, theirs[each], atol=1e-5, err_msg=each)
    np.testing.assert_allclose(sparse.logits(data.inputs), keras.logits(data.inputs), atol=1e-4)
    assert seen[0] == pytest.approx(seen_by_keras[0], abs=1e-5)


@pytest.mark.parametrize(("task", "loss"), HEADS)
@pytest.mark.parametrize("name", ["linear", "mlp", "fasttext"])
def test_an_epoch_is_the_same(problem_of, name, task, loss):
    optimizer = {"linear": "sgd", "mlp": "rmsprop", "fasttext": "adam"}[name]
    # With other seeds two classes stand equal for the empty text, and rounding decides.
    assert_alike(problem_of(task=task, loss=loss, seed=2), name, optimizer)


@pytest.mark.parametrize("optimizer", RATES)
def test_an_epoch_is_the_same_with_every_optimizer_and_row_weights(problem_of, optimizer):
    weights = np.linspace(0, 2, 20, dtype=np.float32)
    assert_alike(problem_of(seed=1), "mlp", optimizer, weights)


@pytest.mark.parametrize("task", ["multilabel", "binary"])
def test_row_weights_weigh_the_same_for_every_task(problem_of, task):
    assert_alike(problem_of(task=task), "linear", "sgd", np.linspace(0, 2, 20, dtype=np.float32))


@pytest.mark.parametrize("optimizer", [*RATES, "lazy_adam", "rowwise_adagrad"])
def test_one_hot_and_integer_losses_train_the_same(problem_of, optimizer):
    found = []
    for loss in ("sparse_categorical_crossentropy", "categorical_crossentropy"):
        problem = problem_of(loss=loss)
        engine = problem.engine("fasttext", optimizer=optimizer)
        data = problem.data("fasttext")
        found.append(epochs(engine, data, engine.batches(data.inputs, np.random.default_rng(0)))[0])
    for name, weight in found[0].items():
        np.testing.assert_allclose(weight, found[1][name], atol=1e-6)


def test_row_weights_are_how_often_a_row_counts(problem):
    """One step over all rows: a row that counts twice is a row that stands there twice."""
    times = np.array([0, 1, 3, 1, 2, 1, 0, 4])
    data = problem.data("linear", num_rows=8, weights=times.astype(np.float32))
    copied = problem.data("linear", num_rows=8).select(np.repeat(np.arange(8), times))
    rate = {"weighted": 0.5 * len(times) / times.sum(), "copied": 0.5}  # losses are means of rows
    found = {}
    for which, rows in {"weighted": data, "copied": copied}.items():
        engine = problem.engine(
            "linear", optimizer="sgd", learning_rate=rate[which], batch_size=len(rows)
        )
        found[which], _ = epochs(engine, rows, [np.arange(len(rows))], num_epochs=3)
    for name, weight in found["copied"].items():
        np.testing.assert_allclose(found["weighted"][name], weight, atol=1e-6)
        assert np.ptp(weight) > 0.01
    unweighted, _ = epochs(
        problem.engine("linear", optimizer="sgd", learning_rate=0.5, batch_size=8),
        problem.data("linear", num_rows=8), [np.arange(8)], num_epochs=3,
    )  # fmt: skip
    assert not np.allclose(unweighted["bag_0.kernel"], found["copied"]["bag_0.kernel"], atol=1e-3)


@pytest.mark.parametrize("engine", ["sparse", "keras"])
def test_weights_and_state_are_copies(problem, engine):
    data = problem.data("mlp", num_rows=8)
    made = problem.engine("mlp", engine)
    before = made.get_weights()
    kept = {name: weight.copy() for name, weight in before.items()}
    state = {name: each.copy() for name, each in made.get_state().items()}
    trained, _ = epochs(made, data, [np.arange(8)])
    for name, weight in before.items():
        np.testing.assert_array_equal(weight, kept[name])
        assert (trained[name] != weight).any()
    made.set_weights(before)
    made.set_state(state)
    again, _ = epochs(made, data, [np.arange(8)])
    for name, weight in trained.items():
        np.testing.assert_array_equal(weight, again[name])
        np.testing.assert_array_equal(before[name], kept[name])


def test_weights_in_another_order_in_memory_train_the_same(problem):
    data = problem.data("mlp", num_rows=8)
    found = []
    for order in ("C", "F"):
        engine = problem.engine("mlp", "sparse", dropout=0.0)
        weights = {name: np.asarray(w, order=order) for name, w in engine.get_weights().items()}
        engine.set_weights(weights)
        found.append(epochs(engine, data, [np.arange(8)], num_epochs=2)[0])
    for name, weight in found[0].items():
        np.testing.assert_array_equal(weight, found[1][name])


@pytest.mark.parametrize(
    ("name", "engine"), [("mlp", "sparse"), ("mlp", "keras"), ("lstm", "keras")]
)
def test_no_rows_have_no_logits(problem, name, engine):
    data = problem.data(name, num_rows=3)
    made = problem.engine(name, engine)
    assert made.logits(data.select(np.empty(0, np.int64)).inputs).shape == (0, 3)
    one, all_three = data.select(np.array([2])).inputs, made.logits(data.inputs)
    np.testing.assert_allclose(made.logits(one), all_three[2:], atol=1e-6)


def test_many_rows_are_answered_in_parts(problem, monkeypatch):
    made, data = problem.engine("mlp"), problem.data("mlp")
    whole = made.logits(data.inputs)
    monkeypatch.setattr("linnet.training.engines.sparse.MANY_ROWS", 7)
    np.testing.assert_allclose(made.logits(data.inputs), whole, atol=1e-6)


def test_auto_is_sparse_for_bags_only(problem):
    kinds = {name: type(problem.engine(name)).__name__ for name in ("linear", "embedding")}
    assert kinds == {"linear": "SparseEngine", "embedding": "KerasEngine"}


@pytest.mark.parametrize(
    ("name", "engine", "optimizer", "message"),
    [
        ("lstm", "sparse", "adam", "the sparse engine trains bags only, not embedding, .*lstm"),
        ("linear", "keras", "lazy_adam", "lazy_adam is an optimizer of the sparse engine"),
        ("mlp", "keras", "rowwise_adagrad", "rowwise_adagrad is an optimizer of the sparse"),
        ("lstm", "auto", "lazy_adam", "lazy_adam is an optimizer of the sparse engine: set optim"),
        ("linear", "spars", "adam", "unknown engine 'spars': did you mean 'sparse'"),
    ],
)
def test_what_an_engine_cannot_do(problem, name, engine, optimizer, message):
    with pytest.raises(ConfigError, match=message):
        make_engine(engine, problem.plan(name, optimizer=optimizer))


def test_making_an_engine_leaves_random_states_alone(problem):
    import random

    np.random.seed(3)  # noqa: NPY002 - this is the state that must stay
    random.seed(3)
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    for name in ("linear", "embedding"):
        problem.engine(name)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_an_engine_forgets_its_steps_and_keeps_its_weights(problem):
    data = problem.data("mlp", num_rows=8)
    made, new = problem.engine("mlp", "sparse"), problem.engine("mlp", "sparse")
    before, _ = epochs(made, data, [np.arange(8)], num_epochs=2)
    made.forget()
    for name, weight in before.items():
        np.testing.assert_array_equal(made.get_weights()[name], weight)
    for name, values in new.get_state().items():
        np.testing.assert_array_equal(made.get_state()[name], values)

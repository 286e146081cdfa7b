"""What stands on disk after an epoch, and that nothing is lost when training goes on from it."""

import json

import numpy as np
import pytest

from linnet.artifact.tensors import read, to_bytes
from linnet.errors import DataError
from linnet.training.checkpoints import Checkpoints, latest, restore
from linnet.training.loop import Hooks, Rules, fit

RULES = {"patience": 2, "seed": 5}


def train(problem, name, *, epochs=6, save=None, going=None, state=None, rules=RULES, **how):
    """Fit the first rows, watched by the others."""
    engine = going or problem.engine(name, **how)
    data = problem.data(name)
    hooks = Hooks(save=save) if save else Hooks()
    fitted = fit(
        engine, data.select(np.arange(32)), rules=Rules(epochs, **rules),
        validation=data.select(np.arange(32, 40)), hooks=hooks, state=state,
    )  # fmt: skip
    return fitted


def without_seconds(history):
    return [{name: value for name, value in row.items() if name != "seconds"} for row in history]


def assert_same(one, other):
    assert without_seconds(one.history) == without_seconds(other.history)
    assert (one.best_epoch, one.kept_epoch) == (other.best_epoch, other.kept_epoch)
    assert list(one.weights) == list(other.weights)
    for name, weight in one.weights.items():
        np.testing.assert_array_equal(weight, other.weights[name])


CASES = {
    "linear": {"optimizer": "sgd", "learning_rate": 5.0},
    "mlp": {"optimizer": "rmsprop", "learning_rate": 0.05},
    "fasttext": {"optimizer": "lazy_adam", "learning_rate": 0.3},
    "mlp-rowwise": {"optimizer": "rowwise_adagrad", "learning_rate": 0.1},
    "mlp-keras": {"engine": "keras", "learning_rate": 0.05},
    "lstm": {"recurrent_dropout": 0.2, "learning_rate": 0.1},
    "embedding": {"optimizer": "rmsprop"},
}


@pytest.mark.parametrize("case", CASES)
def test_a_run_that_was_interrupted_ends_as_one_that_was_not(problem, tmp_path, case):
    name, how = case.split("-")[0], CASES[case]
    rules = RULES | {"patience": 9}
    save = Checkpoints(tmp_path, "all", "val_loss")
    whole = train(problem, name, save=save, rules=rules, **how)
    assert len(whole.history) == 6
    compiled = name in ("lstm", "embedding") or "engine" in how
    for path in sorted(tmp_path.iterdir())[2 if compiled else 0 : 3]:
        engine = problem.engine(name, **how)
        state = restore(path, engine)
        assert path.name.startswith(f"epoch-{len(state.history):02}-")
        assert_same(train(problem, name, going=engine, state=state, rules=rules), whole)


def test_rowwise_adagrad_puts_down_one_number_per_row(problem):
    how = {"optimizer": "rowwise_adagrad", "learning_rate": 0.1}
    data, engine = problem.data("mlp"), problem.engine("mlp", **how)
    step = {"batches": [np.arange(40)], "tick": lambda num_rows: None}
    engine.epoch(data, number=1, **step)
    weights, state = engine.get_weights(), engine.get_state()
    assert state.keys() == {*(f"{name}/sums" for name in weights), "steps"}
    for name, weight in weights.items():
        assert state[f"{name}/sums"].shape == weight.shape[:1]
        assert (state[f"{name}/sums"] > 0).any()
    kept = {name: each.copy() for name, each in state.items()}
    going, anew = problem.engine("mlp", **how), problem.engine("mlp", **how)
    for each in (going, anew):
        each.set_weights(weights)
    going.set_state(state)
    for each in (engine, going, anew):
        each.epoch(data, number=2, **step)
    for name, weight in engine.get_weights().items():
        np.testing.assert_array_equal(going.get_weights()[name], weight)
        assert (anew.get_weights()[name] != weight).any()
    for name, each in kept.items():
        np.testing.assert_array_equal(state[name], each)


@pytest.mark.parametrize("keep", ["best", "last"])
def test_a_run_that_was_stopped_stays_stopped(problem, tmp_path, keep):
    rules = RULES | {"keep": keep}
    how = {"optimizer": "sgd", "learning_rate": 50.0}
    save = Checkpoints(tmp_path, "last", "val_loss")
    whole = train(problem, "linear", epochs=40, save=save, rules=rules, **how)
    assert len(whole.history) < 40
    engine = problem.engine("linear", **how)
    state = restore(latest(tmp_path), engine)
    assert state.stopped
    again = train(problem, "linear", epochs=40, going=engine, state=state, rules=rules)
    assert_same(again, whole)


def test_an_interruption_within_an_epoch_costs_that_epoch_only(problem, tmp_path):
    whole = train(problem, "mlp")
    engine, told = problem.engine("mlp"), []

    def interrupt(progress):
        told.append(progress)
        if progress.row["epoch"] == 3 and progress.done > 8:
            raise KeyboardInterrupt

    data = problem.data("mlp")
    hooks = Hooks(interrupt, Checkpoints(tmp_path, "last", "val_loss"))
    with pytest.raises(KeyboardInterrupt):
        fit(
            engine, data.select(np.arange(32)), rules=Rules(6, **RULES),
            validation=data.select(np.arange(32, 40)), hooks=hooks,
        )  # fmt: skip
    engine = problem.engine("mlp")
    state = restore(latest(tmp_path), engine)
    assert len(state.history) == 2
    assert_same(train(problem, "mlp", going=engine, state=state), whole)


def names(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_files_are_named_by_epoch_and_value(problem, tmp_path):
    fitted = train(problem, "linear", save=Checkpoints(tmp_path / "all", "all", "val_loss"))
    assert names(tmp_path / "all") == [
        f"epoch-{row['epoch']:02}-val_loss-{row['val_loss']:.4f}.safetensors"
        for row in fitted.history
    ]


@pytest.mark.parametrize(
    ("policy", "epoch_of"),
    [("best", lambda fitted: fitted.best_epoch), ("last", lambda fitted: len(fitted.history))],
)
def test_one_file_is_kept(problem, tmp_path, policy, epoch_of):
    how = {"optimizer": "sgd", "learning_rate": 50.0}
    save = Checkpoints(tmp_path, policy, "val_loss")
    fitted = train(problem, "linear", epochs=40, save=save, **how)
    assert fitted.best_epoch < len(fitted.history)
    (name,) = names(tmp_path)
    assert name.startswith(f"epoch-{epoch_of(fitted):02}-val_loss-")


def test_what_was_written_is_told(problem, tmp_path):
    told = []
    data = problem.data("linear")
    for policy in ("best", "none"):
        hooks = Hooks(told.append, Checkpoints(tmp_path, policy, "val_loss"))
        fit(
            problem.engine("linear", optimizer="sgd", learning_rate=50.0), data,
            rules=Rules(4), validation=data, hooks=hooks,
        )  # fmt: skip
    ended = [each for each in told if each.ended]
    assert [each.saved is not None for each in ended[:4]] == [each.new_best for each in ended[:4]]
    best = [each.saved for each in ended[:4] if each.new_best][-1]
    assert names(tmp_path) == [best.name]
    assert [each.saved for each in ended[4:]] == [None] * 4


def test_none_writes_nothing(problem, tmp_path):
    train(problem, "linear", epochs=1, save=Checkpoints(tmp_path / "no", "none", "val_loss"))
    assert not (tmp_path / "no").exists()


def test_without_validation_rows_the_name_has_no_value(problem, tmp_path):
    hooks = Hooks(save=Checkpoints(tmp_path, "best", "val_loss"))
    fit(problem.engine("linear"), problem.data("linear"), rules=Rules(2), hooks=hooks)
    assert names(tmp_path) == ["epoch-02.safetensors"]
    state = restore(latest(tmp_path), problem.engine("linear"))
    assert (state.best_epoch, state.best_value) == (2, None)


def test_a_file_holds_best_weights_only_where_they_are_others(problem, tmp_path):
    how = {"optimizer": "sgd", "learning_rate": 50.0}
    fitted = train(
        problem, "linear", epochs=40, save=Checkpoints(tmp_path, "all", "val_loss"), **how
    )
    for path in tmp_path.iterdir():
        tensors = read(path)
        epoch = len(json.loads(tensors["loop"].tobytes())["history"])
        has_best = any(name.startswith("best/") for name in tensors)
        engine = problem.engine("linear", **how)
        state = restore(path, engine)
        assert has_best == (state.best_epoch < epoch)
        assert set(state.best_weights) == set(engine.get_weights())
        if epoch >= fitted.best_epoch:
            for name, weight in fitted.weights.items():
                np.testing.assert_array_equal(state.best_weights[name], weight)


def test_latest_is_by_number_and_ignores_what_is_no_checkpoint(tmp_path):
    assert latest(tmp_path) is None
    assert latest(tmp_path / "none") is None
    for name in (
        "epoch-2.safetensors", "epoch-09-val_loss-0.1000.safetensors", "epoch-100.safetensors",
        ".epoch-200.safetensors.x1", "epoch-300.safetensors.tmp", "epoch-x.safetensors",
        "an epoch-400.safetensors", "epoch-.safetensors", "epoch-500x.safetensors",
    ):  # fmt: skip
        (tmp_path / name).write_bytes(b"")
    assert latest(tmp_path).name == "epoch-100.safetensors"


def test_other_files_in_the_folder_are_left_alone(problem, tmp_path):
    (tmp_path / "epoch-notes.txt").write_text("mine")
    train(problem, "linear", epochs=2, save=Checkpoints(tmp_path, "last", "val_loss"))
    assert len(names(tmp_path)) == 2
    assert "epoch-notes.txt" in names(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no tensors",
        to_bytes({}),
        to_bytes({"weight/a": np.ones(1)}),
        to_bytes({"loop": np.frombuffer(b"no json", np.uint8)}),
        to_bytes({"loop": np.frombuffer(b'{"unknown": 1}', np.uint8)}),
    ],
)
def test_files_that_are_no_checkpoints(problem, tmp_path, content):
    path = tmp_path / "epoch-01.safetensors"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"epoch-01\.safetensors is not a checkpoint of linnet"):
        restore(path, problem.engine("linear"))
    with pytest.raises(DataError, match=r"none\.safetensors is not a checkpoint"):
        restore(tmp_path / "none.safetensors", problem.engine("linear"))


@pytest.mark.parametrize(
    ("name", "how"),
    [("mlp", {}), ("fasttext", {}), ("linear", {"optimizer": "sgd"}), ("linear", {"seed": 0})],
)
def test_a_checkpoint_of_another_model(problem, problem_of, tmp_path, name, how):
    train(problem, "linear", epochs=1, save=Checkpoints(tmp_path, "last", "val_loss"))
    other = problem_of(task="binary") if "seed" in how else problem
    engine = other.engine(name, **{key: value for key, value in how.items() if key != "seed"})
    before = engine.get_weights()
    with pytest.raises(DataError, match="is a checkpoint of another model or optimizer"):
        restore(latest(tmp_path), engine)
    for each, weight in engine.get_weights().items():
        np.testing.assert_array_equal(weight, before[each])

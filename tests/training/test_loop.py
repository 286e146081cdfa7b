"""When a loop stops, which epoch is best and which weights are kept, on an engine that obeys."""

from types import SimpleNamespace

import numpy as np
import pytest

from linnet.errors import ConfigError, DivergedError
from linnet.models.heads import head
from linnet.text.ids import Ids
from linnet.training.data import Data
from linnet.training.loop import Hooks, Rules, State, fit

ROWS = Data(Ids.from_lists([[]] * 5), np.array([1, 1, 1, 0, 1]))
WATCHED = Data(Ids.from_lists([[], []]), np.array([1, 1]))
NOTHING = Data(Ids.from_lists([]), np.empty(0, np.int64))


class Obedient:
    """Its losses are those it is told; its only weight is the number of the epoch."""

    plan = SimpleNamespace(head=head("binary", 2), batch_size=3)

    def __init__(self, val_losses, losses=None):
        self.val_losses = val_losses
        self.losses = losses or [1.0] * len(val_losses)
        self.number = 0

    def batches(self, inputs, random):
        return np.array_split(random.permutation(len(inputs)), 2)

    def epoch(self, data, batches, *, number, tick, window):
        self.number = number
        for batch in batches:
            tick(len(batch))
        return {"loss": self.losses[number - 1], "accuracy": number / 100}

    def logits(self, inputs):
        loss = self.val_losses[max(self.number, 1) - 1]
        logit = -np.log(np.expm1(loss))  # binary cross-entropy of a 1
        return np.full((len(inputs), 1), logit, np.float32)

    def get_weights(self):
        return {"number": np.array([self.number], np.float32)}

    def set_weights(self, weights):
        self.number = int(weights["number"][0])


def run(val_losses, *, validation=WATCHED, losses=None, hooks=None, state=None, **rules):
    engine = Obedient(val_losses, losses)
    rules = Rules(**({"epochs": len(val_losses)} | rules))
    more = {} if hooks is None else {"hooks": hooks}
    fitted = fit(engine, ROWS, rules=rules, validation=validation, state=state, **more)
    assert fitted.weights["number"] == engine.get_weights()["number"] == engine.number
    return fitted


def outcome(*args, **kwargs):
    """Epochs run, best epoch, epoch whose weights are kept."""
    fitted = run(*args, **kwargs)
    kept = int(fitted.weights["number"][0])
    assert kept == fitted.kept_epoch
    assert [row["epoch"] for row in fitted.history] == list(range(1, len(fitted.history) + 1))
    return len(fitted.history), fitted.best_epoch, kept


FALLS_AND_RISES = [0.9, 0.5, 0.4, 0.6, 0.45, 0.41, 0.7, 0.8]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({}, (8, 3, 3)),
        ({"keep": "last"}, (8, 3, 8)),
        ({"patience": None}, (8, 3, 3)),
        ({"patience": 0}, (4, 3, 3)),
        ({"patience": 1}, (4, 3, 3)),
        ({"patience": 2}, (5, 3, 3)),
        ({"patience": 2, "keep": "last"}, (5, 3, 5)),
        ({"patience": 5}, (8, 3, 3)),
        ({"min_delta": 0.2}, (8, 2, 2)),
        ({"min_delta": 0.2, "patience": 2}, (4, 2, 2)),
        ({"min_delta": 9}, (8, 1, 1)),
        ({"epochs": 1}, (1, 1, 1)),
        ({"epochs": 3, "patience": 1}, (3, 3, 3)),
    ],
)
def test_validation_loss_decides(rules, expected):
    assert outcome(FALLS_AND_RISES, **rules) == expected


def test_stopping_is_that_of_keras():
    from linnet.registry import import_keras

    keras = import_keras()
    for patience in (0, 1, 2, 3):
        for min_delta in (0.0, 0.2):
            theirs = keras.callbacks.EarlyStopping(patience=patience, min_delta=min_delta)
            theirs.set_model(SimpleNamespace(stop_training=False))
            theirs.on_train_begin()
            for epoch, loss in enumerate(FALLS_AND_RISES):
                theirs.on_epoch_end(epoch, {"val_loss": loss})
                if theirs.model.stop_training:
                    break
            ours = outcome(FALLS_AND_RISES, patience=patience, min_delta=min_delta)
            assert ours[:2] == (epoch + 1, theirs.best_epoch + 1)


def test_the_first_of_equal_epochs_is_the_best():
    assert outcome([0.5, 0.5, 0.5], patience=2) == (3, 1, 1)


def test_an_accuracy_should_rise():
    rising = {"monitor": "accuracy", "losses": [0.1, 0.2, 0.3]}
    assert outcome([0.1, 0.2, 0.3], **rising) == (3, 3, 3)
    assert outcome([0.1, 0.2, 0.3], monitor="val_loss") == (3, 1, 1)
    # Accuracy of the validation rows: all wrong, then all right, then wrong again.
    for monitor in ("val_accuracy", "val_macro_f1"):
        assert outcome([2.0, 0.1, 3.0], monitor=monitor, patience=1) == (3, 2, 2)


def test_training_loss_can_be_watched_without_validation_rows():
    losses = [0.5, 0.3, 0.4, 0.6]
    for validation in (None, NOTHING):
        found = outcome([1.0] * 4, validation=validation, losses=losses, monitor="loss", patience=2)
        assert found == (4, 2, 2)


@pytest.mark.parametrize("validation", [None, NOTHING])
@pytest.mark.parametrize("keep", ["best", "last"])
def test_without_validation_rows_the_last_epoch_is_kept(validation, keep):
    fitted = run([1.0] * 3, validation=validation, patience=0, keep=keep)
    assert (len(fitted.history), fitted.best_epoch, fitted.kept_epoch) == (3, 3, 3)
    assert set(fitted.history[0]) == {"epoch", "loss", "accuracy", "seconds"}


def test_history_holds_what_was_seen():
    row = run([0.5, 0.25]).history[1]
    assert row.pop("seconds") >= 0
    assert row == {
        "epoch": 2, "loss": 1.0, "accuracy": 0.02, "val_loss": pytest.approx(0.25),
        "val_accuracy": 1.0, "val_macro_f1": 0.5,
    }  # fmt: skip


def test_a_multilabel_history_has_more():
    engine = Obedient([0.5])
    engine.plan = SimpleNamespace(head=head("multilabel", 1), batch_size=3)
    data = Data(ROWS.inputs, ROWS.targets[:, None])
    row = fit(engine, data, rules=Rules(1), validation=data).history[0]
    assert set(row) == {
        "epoch", "loss", "accuracy", "seconds", "val_loss", "val_binary_accuracy", "val_micro_f1",
        "val_macro_f1",
    }  # fmt: skip


@pytest.mark.parametrize("monitor", ["val_los", "val_f1", "epoch", "seconds", ""])
def test_an_unknown_value_is_refused_before_training(monitor):
    told = []
    hooks = Hooks(report=told.append)
    known = "Known: loss, accuracy, val_loss, val_accuracy, val_macro_f1"
    with pytest.raises(ConfigError, match=f"unknown value to monitor '{monitor}': .*{known}"):
        run([1.0], monitor=monitor, hooks=hooks)
    assert told == []


def test_an_unknown_value_without_validation_rows():
    with pytest.raises(ConfigError, match="unknown value to monitor 'los': did you mean 'loss'"):
        run([1.0], monitor="los", validation=None)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("keep", ["best", "last"])
def test_a_loss_that_runs_away_leaves_the_best_epoch_before(bad, keep):
    saved = []
    hooks = Hooks(save=lambda engine, state, new_best: saved.append(state.history[-1]["epoch"]))
    losses = {"losses": [1.0, 1.0, bad, 1.0], "compare": True}
    fitted = run([0.5, 0.6, 0.1, 0.1], hooks=hooks, keep=keep, **losses)
    assert fitted.ran_away == f"loss became {bad} in epoch 3"
    assert (len(fitted.history), fitted.best_epoch, fitted.kept_epoch) == (2, 1, 1)
    assert fitted.weights["number"] == 1
    assert saved == [1, 2], "no checkpoint of numbers that ran away"


def test_a_validation_loss_that_runs_away_leaves_the_best_epoch_before():
    fitted = run([0.5, 0.4, float("nan")])
    assert (fitted.ran_away, fitted.kept_epoch) == ("val_loss became nan in epoch 3", 2)


@pytest.mark.parametrize(
    ("val_losses", "rules", "message"),
    [
        ([float("nan")], {}, "val_loss became nan in epoch 1"),
        ([0.5], {"losses": [float("inf")]}, "loss became inf in epoch 1"),
        ([0.5, 0.5], {"losses": [1.0, float("nan")], "keep": "last"}, "loss became nan in epoch 2"),
    ],
)
def test_without_an_epoch_to_keep_it_is_an_error(val_losses, rules, message):
    with pytest.raises(DivergedError, match=f"^{message}: lower learning_rate$"):
        run(val_losses, **rules)


class Overflowing(Obedient):
    """From its second epoch on a weight that no row has is too large."""

    size = 0.0

    def get_weights(self):
        lost = np.array([self.size if self.number > 1 else 0.0], np.float32)
        return {**super().get_weights(), "lost": lost, "count": np.array([2**63])}


@pytest.mark.parametrize("size", [np.nan, np.inf, -np.inf, -2e9])
@pytest.mark.parametrize("validation", [WATCHED, None])
def test_an_epoch_whose_weights_ran_away_is_never_kept(validation, size):
    engine = Overflowing([0.9, 0.1, 0.1])
    engine.size = size
    if validation is None:
        with pytest.raises(DivergedError, match="weights ran away by epoch 3: lower learning_rate"):
            fit(engine, ROWS, rules=Rules(3))
    else:
        fitted = fit(engine, ROWS, rules=Rules(3), validation=validation)
        assert (fitted.kept_epoch, len(fitted.history)) == (1, 3)


def test_hooks_are_told_everything():
    told, saved = [], []

    def save(engine, state, new_best):
        saved.append((engine.number, len(state.history), new_best))

    run([0.5, 0.7, 0.4], hooks=Hooks(told.append, save))
    assert saved == [(1, 1, True), (2, 2, False), (3, 3, True)]
    assert [(each.row["epoch"], each.done, each.total, each.ended) for each in told[:4]] == [
        (1, 3, 5, False), (1, 5, 5, False), (1, 5, 5, True), (2, 3, 5, False),
    ]  # fmt: skip
    assert [each.new_best for each in told if each.ended] == [True, False, True]
    assert {each.epochs for each in told} == {3}


def test_the_end_of_an_epoch_names_what_is_watched_and_what_was_saved(tmp_path):
    told = []
    hooks = Hooks(told.append, lambda engine, state, new_best: tmp_path if new_best else None)
    run([0.5, 0.7], monitor="val_accuracy", hooks=hooks)
    run([0.5], validation=None, hooks=hooks)
    ended = [(each.monitor, each.saved) for each in told if each.ended]
    assert ended == [("val_accuracy", tmp_path), ("val_accuracy", None), (None, tmp_path)]
    assert {each.saved for each in told if not each.ended} == {None}


@pytest.mark.parametrize(
    ("losses", "rules", "expected"),
    [
        (FALLS_AND_RISES, {"keep": "last", "compare": True}, 3),
        (FALLS_AND_RISES, {"keep": "last"}, None),
        (FALLS_AND_RISES, {"keep": "best", "compare": True}, None),
        ([0.9, 0.5], {"keep": "last", "compare": True}, None),
        ([0.5, 0.9], {"keep": "last", "compare": True, "monitor": "val_loss"}, 1),
    ],
)
def test_the_best_weights_are_remembered_beside_the_last(losses, rules, expected):
    fitted = run(losses, **rules)
    assert fitted.best_weights == (None if expected is None else {"number": np.array([expected])})
    assert run(losses, validation=None, **rules).best_weights is None


def test_the_order_of_rows_is_new_each_epoch_and_from_the_seed():
    def orders(seed):
        seen = []

        class Watched(Obedient):
            def batches(self, inputs, random):
                seen.append(random.permutation(100).tolist())
                return super().batches(inputs, random)

        fit(Watched([1.0] * 2), ROWS, rules=Rules(epochs=2, seed=seed))
        return seen

    assert orders(0) == orders(0)
    assert orders(0)[0] != orders(0)[1]
    assert orders(0)[0] != orders(1)[0]


@pytest.mark.parametrize("keep", ["best", "last"])
@pytest.mark.parametrize("broken_after", range(1, 6))
def test_a_loop_goes_on_where_it_stood(broken_after, keep):
    rules = {"patience": 2, "keep": keep}
    whole = run(FALLS_AND_RISES, **rules)
    state = State()
    first = run(FALLS_AND_RISES, epochs=broken_after, state=state, **rules)
    engine = Obedient(FALLS_AND_RISES)
    engine.number = len(first.history)
    rules = Rules(epochs=len(FALLS_AND_RISES), **rules)
    again = fit(engine, ROWS, rules=rules, validation=WATCHED, state=state)
    assert [row["epoch"] for row in again.history] == [row["epoch"] for row in whole.history]
    assert (again.best_epoch, again.kept_epoch) == (whole.best_epoch, whole.kept_epoch)
    assert again.weights == whole.weights

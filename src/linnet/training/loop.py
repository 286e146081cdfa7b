"""The one loop over epochs: history, early stopping, best weights, checkpoints.

It drives any engine and knows nothing of what a model is. All randomness of an epoch comes from
the seed and the epoch's number, so that a loop that goes on from a checkpoint ends as one that
was never interrupted.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np

from linnet.errors import ConfigError, LinnetError
from linnet.evaluation.metrics import quick
from linnet.models.heads import Head
from linnet.registry import unknown
from linnet.training.data import Data
from linnet.training.engines.engine import Engine
from linnet.types import Weights

Row: TypeAlias = dict[str, float]
"""One epoch: epoch (from 1), loss, accuracy, val_loss, ..., seconds."""


@dataclass(frozen=True)
class Rules:
    """When to stop and what to keep.

    Attributes:
        epochs: Most epochs.
        seed: Of the order of rows.
        monitor: The column of the history that says which epoch is best: lowest for a loss,
            highest for anything else.
        patience: Epochs without a new best before training stops; None: never.
        min_delta: How much better a new best must be.
        keep: Whether the weights of the best or of the last epoch are kept.
    """

    epochs: int
    seed: int = 0
    monitor: str = "val_loss"
    patience: int | None = None
    min_delta: float = 0.0
    keep: Literal["best", "last"] = "best"


@dataclass(frozen=True)
class Progress:
    """How far training is.

    Attributes:
        row: The epoch's number and, once it has ended, its whole history row.
        epochs: Most epochs.
        done: Rows trained on in this epoch.
        total: Rows of an epoch.
        new_best: Whether the epoch is better than all before.
        ended: Whether the epoch is over.
    """

    row: Row
    epochs: int
    done: int
    total: int
    new_best: bool = False
    ended: bool = False


@dataclass
class State:
    """All that decides how a loop goes on after an epoch."""

    history: list[Row] = field(default_factory=list)
    best_epoch: int = 0
    best_value: float | None = None
    waited: int = 0
    stopped: bool = False
    best_weights: Weights | None = None


@dataclass(frozen=True)
class Fitted:
    """What a loop ends with."""

    weights: Weights
    history: list[Row]
    best_epoch: int
    kept_epoch: int


Report: TypeAlias = Callable[[Progress], None]
Saver: TypeAlias = Callable[[Engine, State, bool], None]


def fit(
    engine: Engine,
    data: Data,
    rules: Rules,
    *,
    head: Head,
    validation: Data | None = None,
    report: Report = lambda progress: None,
    save: Saver = lambda engine, state, new_best: None,
    state: State | None = None,
) -> Fitted:
    """Train until the rules say stop, and return the weights they say to keep.

    Args:
        engine: Steps the model; holds the kept weights afterwards.
        data: The training rows.
        rules: When to stop and what to keep.
        head: Task and loss of the model.
        validation: Rows to watch; None or empty: every epoch counts as better than the last.
        report: Called after each batch and each epoch.
        save: Called after each epoch; True where the epoch is a new best.
        state: Where an interrupted loop stood; the engine must stand there too.

    Raises:
        ConfigError: `rules.monitor` names no column of the history.
        LinnetError: The loss is not a finite number in the first epoch.
    """
    state = state or State()
    validation = validation if validation is not None and len(validation) else None
    monitor = rules.monitor if validation or not rules.monitor.startswith("val_") else None
    while len(state.history) < rules.epochs and not state.stopped:
        row = _epoch(engine, data, rules, len(state.history) + 1, report)
        row |= _validate(engine, validation, head)
        if not np.isfinite(row["loss"]):
            _give_up(state, row)
        state.history.append(row)
        new_best = _judge(engine, state, rules, monitor)
        save(engine, state, new_best)
        report(Progress(row, rules.epochs, len(data), len(data), new_best, ended=True))
    if rules.keep == "best":
        engine.set_weights(state.best_weights or engine.get_weights())
    kept = state.best_epoch if rules.keep == "best" else len(state.history)
    return Fitted(engine.get_weights(), state.history, state.best_epoch, kept)


def _epoch(engine: Engine, data: Data, rules: Rules, number: int, report: Report) -> Row:
    """Train one epoch and time it."""
    started = time.perf_counter()
    batches = engine.batches(data.inputs, np.random.default_rng([rules.seed, number]))
    done = 0

    def tick(num_rows: int) -> None:
        nonlocal done
        done += num_rows
        report(Progress({"epoch": number}, rules.epochs, done, len(data)))

    seen = engine.epoch(data, batches, number, tick)
    return {"epoch": number, **seen, "seconds": time.perf_counter() - started}


def _validate(engine: Engine, validation: Data | None, head: Head) -> Row:
    """Measure the validation rows with the loss that training lowers."""
    if validation is None:
        return {}
    logits = engine.logits(validation.inputs)
    losses, _ = head.loss_and_gradient(logits, head.expected(validation.targets))
    measured = quick(validation.targets, head.scores(logits), task=head.task)
    return {
        f"val_{name}": value for name, value in {**measured, "loss": float(losses.mean())}.items()
    }


def _judge(engine: Engine, state: State, rules: Rules, monitor: str | None) -> bool:
    """Take note of a new best, or count the epochs without one."""
    row = state.history[-1]
    if monitor is not None and monitor not in row:
        raise ConfigError(unknown("value to monitor", monitor, row))
    sign = 1.0 if monitor is not None and monitor.endswith("loss") else -1.0
    value = row["epoch"] if monitor is None else row[monitor]  # unwatched: later is better
    new_best = state.best_value is None or (
        sign * (state.best_value - value) > rules.min_delta if monitor else True
    )
    if new_best:
        state.best_epoch, state.best_value, state.waited = int(row["epoch"]), value, 0
        state.best_weights = engine.get_weights() if monitor and rules.keep == "best" else None
    else:
        state.waited += 1
        state.stopped = rules.patience is not None and state.waited > rules.patience
    return new_best


def _give_up(state: State, row: Row) -> None:
    raise LinnetError(
        f"the loss became {row['loss']} in epoch {row['epoch']:.0f}: lower the learning rate"
    )

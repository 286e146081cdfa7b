"""The one loop over epochs: history, early stopping, best weights, checkpoints.

It drives any engine and knows nothing of what a model is. All randomness of an epoch comes from
the seed and the epoch's number, so that a loop that goes on from a checkpoint ends as one that
was never interrupted.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from linnet.errors import ConfigError, DivergedError
from linnet.evaluation.history import falls
from linnet.evaluation.metrics import quick
from linnet.registry import unknown
from linnet.training.data import Data
from linnet.training.engines.engine import Engine, Forgets
from linnet.types import Weights

Row: TypeAlias = dict[str, float]
"""One epoch: epoch (from 1), loss, accuracy, val_loss, ..., seconds."""

LARGEST = 1e9
"""A weight beyond it is none: a few layers of such weights multiply to more than float32 holds."""

SEEN = ("loss", "accuracy")
"""What every engine says of the training rows of an epoch."""


@dataclass(frozen=True)
class Rules:
    """When to stop and what to keep.

    Attributes:
        epochs: Most epochs.
        seed: Of the order of rows.
        monitor: The column of the history that says which epoch is best: lowest for a loss,
            highest for anything else.
        patience: Epochs without a new best after which training stops, 0 being 1, as in Keras;
            None: never.
        min_delta: How much better a new best must be.
        keep: Whether the weights of the best or of the last epoch are kept.
        compare: Whether the best epoch's weights are remembered too where the last's are kept.
    """

    epochs: int
    seed: int = 0
    monitor: str = "val_loss"
    patience: int | None = None
    min_delta: float = 0.0
    keep: Literal["best", "last"] = "best"
    compare: bool = False


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
        monitor: What says which epoch is best; None: nothing is watched.
        saved: The checkpoint that was written after the epoch.
        before: Whether the epoch was done before an interruption, and is only told again.
    """

    row: Row
    epochs: int
    done: int
    total: int
    new_best: bool = False
    ended: bool = False
    monitor: str | None = None
    saved: Path | None = None
    before: bool = False


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
    """What a loop ends with.

    Attributes:
        weights: Of the epoch that was kept.
        history: One row per epoch.
        best_epoch: The best by the value that was watched; the last where nothing was.
        kept_epoch: The one whose weights these are: the best, or the last.
        best_weights: The best epoch's, where the rules compare it with a later one that is kept.
        ran_away: What became infinite after the best epoch, and when; "": nothing did.
    """

    weights: Weights
    history: list[Row]
    best_epoch: int
    kept_epoch: int
    best_weights: Weights | None = None
    ran_away: str = ""


Report: TypeAlias = Callable[[Progress], None]
Saver: TypeAlias = Callable[[Engine, State, bool], Path | None]


@dataclass(frozen=True)
class Hooks:
    """What is called while a loop runs.

    Attributes:
        report: After each batch and each epoch.
        save: After each epoch, with where the loop stands; True where the epoch is a new best.
            Returns the file it wrote, if any.
    """

    report: Report = lambda progress: None
    save: Saver = lambda engine, state, new_best: None


QUIET = Hooks()


def fit(
    engine: Engine,
    data: Data,
    *,
    rules: Rules,
    validation: Data | None = None,
    hooks: Hooks = QUIET,
    state: State | None = None,
) -> Fitted:
    """Train until the rules say stop, and return the weights they say to keep.

    Where numbers run away, the loop ends and keeps the best epoch before, if one is remembered.

    Args:
        engine: Steps the model; holds the kept weights afterwards.
        data: The training rows.
        rules: When to stop and what to keep.
        validation: Rows to watch. None or empty: a `monitor` that needs them watches nothing, and
            every epoch counts as better than the last.
        hooks: Called after each batch and each epoch.
        state: Where an interrupted loop stood; the engine must stand there too. Its epochs are
            told again.

    Raises:
        ConfigError: `rules.monitor` names no column of the history.
        DivergedError: A loss is not a finite number or a weight beyond 1e9, and no epoch before is
            remembered.

    Example:
        >>> import scipy.sparse as sp
        >>> from linnet.models.heads import head
        >>> from linnet.models.model import Sizes, layers_for
        >>> from linnet.training.engines.engine import Plan, make_engine
        >>> sizes = Sizes(num_ids=4, length=1, outputs=1)
        >>> layers = layers_for("linear", sizes)
        >>> plan = Plan(layers, sizes, head("binary", 2), "sgd", 1.0, batch_size=2)
        >>> rows = sp.csr_array(np.float32([[0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]]))
        >>> data = Data(rows, np.array([0, 1, 1]))
        >>> fitted = fit(make_engine("auto", plan), data, rules=Rules(epochs=9))
        >>> fitted.history[-1]["accuracy"], fitted.kept_epoch
        (1.0, 9)
    """
    state = state or State()
    validation = validation if validation is not None and len(validation) else None
    monitor = _monitored(engine, rules, validation)
    for row in state.history:
        hooks.report(Progress(row, rules.epochs, len(data), len(data), ended=True,
                              monitor=monitor, before=True))  # fmt: skip
    while len(state.history) < rules.epochs and not state.stopped:
        row = _epoch(engine, data, rules, len(state.history) + 1, hooks.report)
        row |= _validate(engine, validation)
        if ran_away := _ran_away(row):
            return _best_before(engine, state, rules, ran_away)
        state.history.append(row)
        new_best = _judge(engine, state, rules, monitor)
        saved = hooks.save(engine, state, new_best)
        hooks.report(
            Progress(row, rules.epochs, len(data), len(data), new_best, True, monitor, saved)
        )
    return _fitted(engine, state, rules)


def _fitted(engine: Engine, state: State, rules: Rules) -> Fitted:
    """Put the weights that are kept into the engine."""
    last, best = len(state.history), state.best_weights
    if rules.keep == "best":
        if best is not None:
            engine.set_weights(best)
        return Fitted(_end(engine, last), state.history, state.best_epoch, state.best_epoch)
    others = best if rules.compare and state.best_epoch < last else None
    # Where other weights will be put into the engine, its own must be copies.
    kept = _end(engine, last) if others is None else engine.get_weights()
    return Fitted(kept, state.history, state.best_epoch, last, others)


def _end(engine: Engine, epoch: int) -> Weights:
    """Return the weights, uncopied where the engine can: a table may fill half the memory."""
    weights = engine.forget() if isinstance(engine, Forgets) else engine.get_weights()
    if not _usable(weights):
        raise DivergedError(f"weights ran away by epoch {epoch}: lower learning_rate")
    return weights


def _usable(weights: Weights) -> bool:
    """Tell whether no sum can overflow: a loss need not show it, as not every word is watched."""
    numbers = [each for each in weights.values() if each.size and each.dtype.kind == "f"]
    # Written so that NaN fails too.
    return all(each.min() >= -LARGEST and each.max() <= LARGEST for each in numbers)


def _monitored(engine: Engine, rules: Rules, validation: Data | None) -> str | None:
    """Return the value that is watched, None if it needs validation rows and there are none."""
    if validation is None and rules.monitor.startswith("val_"):
        return None
    one = None if validation is None else validation.select(np.array([0]))
    known = [*SEEN, *_validate(engine, one)]
    if rules.monitor not in known:
        raise ConfigError(unknown("value to monitor", rules.monitor, known))
    return rules.monitor


@np.errstate(over="ignore", invalid="ignore")  # the loss tells when numbers run away
def _epoch(engine: Engine, data: Data, rules: Rules, number: int, report: Report) -> Row:
    """Train one epoch and time it."""
    started = time.perf_counter()
    batches = engine.batches(data.inputs, np.random.default_rng([rules.seed, number]))
    done = 0

    def tick(num_rows: int) -> None:
        nonlocal done
        done += num_rows
        report(Progress({"epoch": number}, rules.epochs, done, len(data)))

    seen = engine.epoch(data, batches, number=number, tick=tick)
    return {"epoch": number, **seen, "seconds": time.perf_counter() - started}


@np.errstate(over="ignore", invalid="ignore")
def _validate(engine: Engine, validation: Data | None) -> Row:
    """Measure the validation rows with the loss that training lowers."""
    if validation is None:
        return {}
    head = engine.plan.head
    logits = engine.logits(validation.inputs)
    losses, _ = head.loss_and_gradient(logits, head.expected(validation.targets))
    loss = float(losses.mean())
    if not math.isfinite(loss):
        return {"val_loss": loss}  # nothing else can be measured
    measured = quick(validation.targets, head.scores(logits), task=head.task)
    return {f"val_{name}": value for name, value in {**measured, "loss": loss}.items()}


def _ran_away(row: Row) -> str:
    """Say what is not a finite number after an epoch; "" where all is."""
    for name in ("loss", "val_loss"):
        if not math.isfinite(row.get(name, 0)):
            return f"{name} became {row[name]} in epoch {row['epoch']:.0f}"
    return ""


def _best_before(engine: Engine, state: State, rules: Rules, ran_away: str) -> Fitted:
    """Keep the best epoch, or say that there is none."""
    if state.best_weights is None:
        raise DivergedError(f"{ran_away}: lower learning_rate")
    return replace(_fitted(engine, state, replace(rules, keep="best")), ran_away=ran_away)


def _judge(engine: Engine, state: State, rules: Rules, monitor: str | None) -> bool:
    """Take note of a new best, or count the epochs without one."""
    row = state.history[-1]
    if monitor is None:
        state.best_epoch = int(row["epoch"])
        return True
    value, best = row[monitor], state.best_value
    gain = math.inf if best is None else best - value
    if best is not None and not falls(monitor):
        gain = -gain
    new_best = gain > rules.min_delta
    remembered = new_best and (rules.keep == "best" or rules.compare)
    weights = engine.get_weights() if remembered else None
    if new_best and _usable(weights or {}):
        state.best_epoch, state.best_value, state.waited = int(row["epoch"]), value, 0
        state.best_weights = weights
    else:
        state.waited += 1
        state.stopped = rules.patience is not None and state.waited >= rules.patience
    return state.best_epoch == row["epoch"]

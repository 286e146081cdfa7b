"""Train on growing shares of the rows, and forecast what more rows would give."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config, configure
from linnet.errors import ConfigError
from linnet.files import new_folder
from linnet.types import Note
from linnet.workflows.contest import Contest
from linnet.workflows.curve import LearningCurve, counted, line
from linnet.workflows.prepare import name_of
from linnet.workflows.racing import Ground, ground_of

if TYPE_CHECKING:
    from linnet.comparison.learning_curve import Plan, Point

TIMES = (1, 2, 4)
NUM_STEPS = 60


def learning_curve(
    table: Any,
    *,
    config: Config | None = None,
    train_sizes: Sequence[float] | None = None,
    repeats: int = 3,
    minutes: float | None = None,
    say: Callable[[str], None] = lambda line: None,
    **settings: Any,
) -> LearningCurve:
    """Train on growing shares of the rows, and forecast what more rows would give.

    Shares of the training and validation rows are drawn, each within the next larger one, and each
    model is trained as `train` would train it on them; all are measured on the same test rows. A
    power law through the points says what twice and four times as many rows would give.

    Args:
        table: A path or a table, as `linnet.read` takes it.
        config: Settings of all trainings.
        train_sizes: Whole numbers of rows or, if one of them has a fraction, shares of all, up to
            1.0. None: a sixteenth, an eighth, a quarter, half and all; fewer steps apart where a
            sixteenth has fewer than 20 rows, or 10 for each label.
        repeats: How often a small share is drawn; a large one is drawn less often, all rows once.
        minutes: After so many no training begins, and fewer draws and sizes are tried where they
            would take longer, which is said; None: no limit.
        say: Is told of each point in a line.
        settings: Settings by name, over `config`: text, label, model, ... With `out`, a new folder
            holds `learning_curve.json`, `.csv` and the page `.html`.

    Raises:
        DataError: The table cannot be used; the message says why and what to do.
        ConfigError: A setting is unknown or does not fit, or there are no test rows.
        OutputError: `out` exists.

    Example:
        >>> table = {"text": ["good", "hyvä", "bad", "awful"] * 9, "label": [1, 1, 0, 0] * 9}
        >>> found = learning_curve(table, duplicates="keep", epochs=1, train_sizes=[0.5, 1.0])
        >>> found.train_sizes, found.why_not
        ([16, 33], 'a forecast needs at least 4 sizes, and 2 were measured')
    """
    _check(repeats, minutes)
    chosen = configure(config, **settings)
    if chosen.out is None:
        return _measured(table, chosen, (train_sizes, repeats, minutes), say)
    with new_folder(Path(chosen.out)) as folder:
        found = _measured(table, chosen, (train_sizes, repeats, minutes), say)
        found.write(folder)
    return found


def _check(repeats: int, minutes: float | None) -> None:
    if type(repeats) is not int or repeats < 1:
        raise ConfigError(f"repeats must be a whole number from 1 on, not {repeats!r}")
    if minutes is not None and not 0 < minutes < float("inf"):
        raise ConfigError(f"minutes must be above 0, not {minutes!r}")


def _measured(
    table: Any,
    chosen: Config,
    wanted: tuple[Sequence[float] | None, int, float | None],
    say: Callable[[str], None],
) -> LearningCurve:
    """Measure the points one after the other, saying each, and look ahead."""
    from linnet.comparison.learning_curve import Plan, measure_curve
    from linnet.comparison.nested import train_sizes

    ground = ground_of(table, chosen, contest=Contest())
    if not len(ground.split.test):
        raise ConfigError(
            "a learning curve is measured on test rows, and there are none: set test_fraction, "
            "split or test"
        )
    sizes, repeats, minutes = wanted
    num_rows = len(ground.split.train) + len(ground.split.validation)
    plan = Plan(
        train_sizes(num_rows, sizes, num_labels=len(ground.examples.labels)), repeats,
        None if minutes is None else 60 * minutes,
    )  # fmt: skip
    say(_start(ground, plan, num_rows))
    points = []
    material = ground.material(chosen)
    for point in measure_curve(
        material, ground.split, pool=ground.pool, plan=plan, config=chosen
    ):  # fmt: skip
        points.append(point)
        say(line(point, len(f"{plan.sizes[-1]:,}")))
    return _found(ground, points, plan=plan, name=Path(name_of(table)).name)


def _start(ground: Ground, plan: "Plan", num_rows: int) -> str:
    made, test = ground.examples, len(ground.split.test)
    trainings = sum(plan.draws(size, num_rows) for size in plan.sizes)
    return (
        f"{made.task}, {len(made.labels):,} labels; {num_rows:,} rows to learn from, {test:,} test "
        f"rows; {len(plan.sizes)} sizes, {trainings} trainings"
    )


def _found(ground: Ground, points: "list[Point]", *, plan: "Plan", name: str) -> LearningCurve:
    """Put together what was measured and what follows from it."""
    import numpy as np

    from linnet.comparison.rounds import Round
    from linnet.comparison.trial import majority
    from linnet.evaluation.forecast import forecast

    split, sizes = ground.split, [point.train_size for point in points]
    num_rows = len(split.train) + len(split.validation)
    ahead = forecast(sizes, [point.counts for point in points], seed=ground.config.seed)
    steps = np.geomspace(sizes[0], max(TIMES) * num_rows, NUM_STEPS).round()
    guesses = {times: ahead.at(times * num_rows) for times in TIMES}
    return LearningCurve(
        name=name,
        metric=ground.metric,
        num_rows=num_rows,
        num_test_rows=len(split.test),
        points=[counted(point) for point in points],
        forecasts=[
            {"times": times, **vars(guess)} for times, guess in guesses.items()
            if guess is not None and guess.train_size > 1.01 * sizes[-1]
        ],
        why_not=ahead.why_not,
        law=ahead.law.first if ahead.law else None,
        band=np.column_stack([steps, ahead.band(steps)]).tolist() if ahead.law else [],
        majority=majority(ground.material(ground.config), Round(0, 0, split)).score,
        notes=(*split.notes, *_left_out(points, plan)),
        ahead=ahead,
    )  # fmt: skip


def _left_out(points: "list[Point]", plan: "Plan") -> list[Note]:
    """Say what the time was too short for."""
    notes = []
    missing = sum(point.planned - len(point.trials) for point in points)
    if missing:
        message = f"{missing} more draws of the smaller sizes were left out to end in time"
        notes.append(Note("fewer draws", missing, message))
    if sizes := plan.sizes[len(points) :]:
        named = ", ".join(f"{size:,}" for size in sizes)
        message = f"there was no time for {len(sizes)} sizes ({named} rows): give more minutes"
        notes.append(Note("sizes left out", len(sizes), message))
    return notes

"""Compare models on the same rows, and train the best on all that may be learned from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config, configure
from linnet.errors import ConfigError, OutputError
from linnet.files import refuse_existing, remove, write_json
from linnet.types import Note
from linnet.workflows.all_rows import AllRows, all_rows
from linnet.workflows.contest import Contest, contest_of
from linnet.workflows.racing import OF_TIME, check_models, ground_of, rounds_of, run_race
from linnet.workflows.run import Run
from linnet.workflows.run_folder import begun_in
from linnet.workflows.train import train
from linnet.workflows.trials import open_trials

if TYPE_CHECKING:
    import polars as pl

    from linnet.comparison.race import Raced

BEST, ALL_ROWS = "best", "all-rows"
LEADERBOARD = "leaderboard.json"
"""Written last: where it stands, a comparison is complete."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """What a comparison found.

    Attributes:
        path: Its folder.
        metric: What scores are: accuracy or micro_f1.
        lines: The leaderboard: a dict per candidate, the best first.
        measured: What scores were measured on, in words.
        unfinished: Candidates that the time was too short for, and the seconds they had.
        failed: Candidates whose training came to nothing, and why.
        best: The winner, trained again on training and validation rows and measured on the test
            rows, which no choice has seen.
        notes: What was left out of the data and why.
        all_rows: The winner trained on the test rows, too; None: that was not asked for.
    """

    path: Path
    metric: str
    lines: list[dict[str, Any]]
    measured: str
    unfinished: dict[str, float]
    failed: dict[str, str]
    best: Run
    notes: tuple[Note, ...]
    all_rows: "AllRows | None" = None

    @property
    def table(self) -> "pl.DataFrame":
        """The leaderboard as a table: a row per candidate, intervals as two columns."""
        import polars as pl

        return pl.DataFrame([_flat(line) for line in self.lines])

    def __repr__(self) -> str:
        first = self.lines[0]
        return (
            f"<Comparison {str(self.path)!r}: best of {len(self.lines)} is "
            f"{first['candidate']!r}, {self.metric} {first['score']:.4f} on {self.measured}>"
        )


def compare(
    table: Any,
    *,
    out: str | Path,
    resume: bool = False,
    config: Config | None = None,
    say: Callable[[str], None] = lambda line: None,
    **settings: Any,
) -> Comparison:
    """Compare models on the rows of a table, and train the best again.

    Candidates are trained round by round on all rows but the test rows, and measured on rows that
    they have not seen. Those that cannot win any more leave. TF-IDF with logistic regression takes
    part always. The winner is trained on training and validation rows and measured once on the
    test rows.

    Args:
        table: A path or a table, as `linnet.read` takes it.
        out: Folder to make: the leaderboard as `leaderboard.csv` and `leaderboard.json`,
            every trial, and the winner's run in `best`.
        resume: Whether to go on with a comparison that was interrupted: `out` is its folder.
            Where there is none, it begins.
        config: Settings of all trainings.
        say: Is told in a line what was reached.
        settings: Settings by name: those of `Contest` (models, folds, seeds, minutes, search,
            all_rows), and those of trainings, over `config`.

    Raises:
        DataError: The table cannot be used; the message says why and what to do.
        ConfigError: A setting is unknown or does not fit, or nothing ended in time.
        OutputError: `out` exists, or with `resume` holds a comparison that is complete or running.

    Example:
        >>> table = {"text": ["good", "hyvä", "bad", "awful"] * 9, "label": [1, 1, 0, 0] * 9}
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     found = compare(
        ...         table, out=Path(folder, "c"), models=["fasttext"], folds=2, duplicates="keep",
        ...         epochs=1, near_duplicates="ignore",
        ...     )
        ...     len(found.lines), found.best.evaluation["test"]["rows"]
        (3, 3)
    """
    from linnet.comparison.candidates import settings_of
    from linnet.comparison.race import Deadline

    contest, others = contest_of(None, settings)
    config, out = configure(config, **others), Path(out)
    check_models(contest, config)
    (_refuse_complete if resume else refuse_existing)(out)
    deadline = Deadline.after(60 * contest.minutes * OF_TIME)
    ground = ground_of(table, config, contest=contest)
    rounds, measured = rounds_of(ground)
    with open_trials(out, ground.what, resume=resume) as done:
        _refuse_complete(out)  # another process may have come to the end
        raced = run_race(ground, rounds, done=done, deadline=deadline, out=out, say=say)
        lines, winner = _ranked(raced, contest)
        say(f"training {winner} again, on all rows but the test rows")
        own = settings_of(winner, replace(config, out=str(out / BEST)))
        if not _is_begun(own):
            remove(out / BEST)  # of another candidate, which wins no more
        best = train(table, config=own, resume=True)
        whole = None
        if contest.all_rows:
            remove(out / ALL_ROWS)
            whole = all_rows(table, best.config, out=out / ALL_ROWS, say=say)
        found = Comparison(
            out, ground.metric, lines, measured, raced.unfinished, raced.failed, best,
            ground.split.notes, whole,
        )  # fmt: skip
        _write(found)
    return found


def _refuse_complete(out: Path) -> None:
    if (out / LEADERBOARD).is_file():
        raise OutputError(f"the comparison in {out} is complete: name another out to compare anew")


def _ranked(raced: "Raced", contest: Contest) -> tuple[list[dict[str, Any]], str]:
    """Return the leaderboard and the candidate that won."""
    from linnet.comparison.candidates import BASELINES
    from linnet.comparison.leaderboard import leaderboard

    if all(each.candidate in BASELINES for each in raced.trials):
        why = "".join(f"; {name}: {error}" for name, error in raced.failed.items())
        raise ConfigError(
            f"no candidate was done in {contest.minutes:g} minutes: give more, or fewer rows{why}"
        )
    lines = leaderboard(raced.trials)
    return lines, next(each["candidate"] for each in lines if each["candidate"] not in BASELINES)


def _is_begun(config: Config) -> bool:
    begun = begun_in(Path(str(config.out)))
    return begun is not None and replace(begun.config, out=config.out) == config


def _write(found: Comparison) -> None:
    from linnet.tables.write import write

    write(found.table, found.path / "leaderboard.csv")
    told = {"metric": found.metric, "measured": found.measured, "lines": found.lines,
            "unfinished": found.unfinished, "failed": found.failed}  # fmt: skip
    write_json(found.path / LEADERBOARD, told)


def _flat(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line of the leaderboard without lists and tables in it."""
    flat = {name: value for name, value in line.items() if name not in ("interval", "difference")}
    flat["low"], flat["high"] = line["interval"]
    behind = line["difference"] or {"difference": 0.0, "interval": [None, None], "verdict": ""}
    flat["difference"], flat["verdict"] = behind["difference"], behind["verdict"]
    flat["difference_low"], flat["difference_high"] = behind["interval"]
    return flat

"""linnet compare."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from linnet.cli.settings import with_settings
from linnet.config import Config
from linnet.errors import ConfigError

if TYPE_CHECKING:
    from linnet.workflows.all_rows import AllRows
    from linnet.workflows.compare import Comparison

NOT_HERE = ("model", "out", "extend_vocabulary", "extend_labels", "checkpoints")
ROUNDS, RUNS = "Comparison of models", "Comparison of two runs, with --on"


def _base(own: Mapping[str, Any]) -> Config:
    """Return the settings of the first run where two runs are compared."""
    from linnet.workflows.load import saved_columns

    return saved_columns(own["what"][0]) if own["on"] else Config()


def _rounds(flag: str, text: str, metavar: str | None = None) -> Any:
    return typer.Option(flag, help=text, metavar=metavar, rich_help_panel=ROUNDS)


def _runs(flag: str, text: str, metavar: str | None = None, **limits: Any) -> Any:
    return typer.Option(flag, help=text, metavar=metavar, rich_help_panel=RUNS, **limits)


TABLE = "CSV, TSV, JSONL or Parquet file; or with --on two folders of runs."
OUT = "Folder to make; of runs a file of texts."
REQUIRE = "When to end in exit code 1: not-worse, if proved worse; better, unless proved better."


@with_settings(without=NOT_HERE, base=_base)
def compare(  # noqa: PLR0913, PLR0917
    what: Annotated[list[str], typer.Argument(help=TABLE, metavar="FILE")],
    config: Config,
    out: Annotated[str | None, typer.Option(help=OUT, metavar="PATH")] = None,
    model: Annotated[
        list[str] | None,
        _rounds("--model", "Who takes part: 'mlp hidden=128'; repeatable.", "MODEL"),
    ] = None,
    folds: Annotated[
        int | None, _rounds("--folds", "Rounds that measure each row once. [5]", "N")
    ] = None,
    seeds: Annotated[
        int | None, _rounds("--seeds", "Instead: rounds that measure the validation rows.", "N")
    ] = None,
    minutes: Annotated[float, _rounds("--minutes", "All that it may take.", "X")] = 20.0,
    search: Annotated[int, _rounds("--search", "Settings to try that nobody listed.", "N")] = 0,
    all_rows: Annotated[
        bool, _rounds("--all-rows", "Train the winner on the test rows, too, in another folder.")
    ] = False,
    resume: Annotated[bool, _rounds("--resume", "Go on with what stands in --out.")] = False,
    on: Annotated[str | None, _runs("--on", "Rows that both runs answer.", "FILE")] = None,
    require: Annotated[str, _runs("--require", REQUIRE, "not-worse|better")] = "not-worse",
    margin: Annotated[
        float | None,
        _runs("--margin", "Exit code 1 unless proved to lose less than this.", "POINTS", min=0),
    ] = None,
    keep_seen: Annotated[
        bool, _runs("--keep-seen", "Keep rows that a model was trained on.")
    ] = False,
    as_json: Annotated[bool, _runs("--json", "Print all numbers as JSON.")] = False,
) -> None:
    """Compare models on one table and train the best; or two saved runs.

    Scores of models are of rows that they have not seen, and other settings hold for all of them;
    test rows are measured once, by the winner. With --on two folders of runs are compared: is the
    second better?
    """
    from linnet.cli.compare_runs import against

    _check_arguments(what, out=out, on=on)
    if on is not None:
        against(
            what[0], what[1], on=on, config=config, require=require, margin=margin,
            keep_seen=keep_seen, out=None if out is None else Path(out), as_json=as_json,
        )  # fmt: skip
        return
    given = {
        "models": model, "folds": folds, "seeds": seeds, "minutes": minutes, "search": search,
        "all_rows": all_rows,
    }  # fmt: skip
    _compare_models(what[0], str(out), resume=resume, config=config, contest=given)


def _check_arguments(what: Sequence[str], *, out: str | None, on: str | None) -> None:
    """Tell the two comparisons apart."""
    if on is not None and len(what) != 2:
        raise ConfigError(f"--on compares two runs: two folders were expected, not {len(what)}")
    if on is None and len(what) != 1:
        raise ConfigError(
            f"one table was expected, not {len(what)}; to compare two runs, give a table --on "
            "which they are compared"
        )
    if on is None and out is None:
        raise ConfigError("give --out, the folder of the comparison")


def _compare_models(
    table: str, out: str, *, resume: bool, config: Config, contest: Mapping[str, Any]
) -> None:
    """Compare models, and print the leaderboard and what the winner is worth."""
    from linnet.cli import show
    from linnet.cli.stopped import heed, stoppable
    from linnet.cli.train import result
    from linnet.workflows.compare import compare as run

    def say(line: str) -> None:
        heed()
        show.console().print(show.escape(line))

    with stoppable(lambda: _kept(Path(out))):
        found = run(table, out=out, resume=resume, config=config, say=say, **contest)
    _leaderboard(found)
    result(found.best)
    if found.all_rows:
        _all_rows(found.all_rows)


def _kept(out: Path) -> str:
    """Say what goes on from the trainings that have ended."""
    from linnet.cli.stopped import kept_in, typed_again
    from linnet.workflows.trials import is_begun

    return kept_in(out, typed_again()) if is_begun(out) else ""


def _all_rows(found: "AllRows") -> None:
    """Print what the model of all rows should give."""
    from linnet.cli import show

    console = show.console()
    console.print(f"trained on all rows, unmeasured: {show.escape(str(found.run.path))}/")
    if found.expected is None:
        console.print(f"what the test rows give cannot be told: {found.why_not}")
        return
    gain, ends = found.expected["gain"], found.expected["gain_interval"]
    console.print(f"expected gain: {100 * gain:+.2f} points{show.between(ends)}")


def _leaderboard(found: "Comparison") -> None:
    """Print the lines of the leaderboard, and who is not on it."""
    from rich.table import Table

    from linnet.cli import show

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("model", max_width=44)
    for column in (show.NAMES[found.metric], "95 %", "±", "behind", "", "s", "MB", "ms"):
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    for line in found.lines:
        table.add_row(*_cells(line))
    console = show.console()
    console.print(f"on {found.measured}:")
    console.print(table)
    console.print(
        "±: between rounds; s: training of a round; MB: the saved model; ms: one text", style="dim"
    )
    for name, seconds in found.unfinished.items():
        console.print(f"not done in {seconds:.0f} s: {show.escape(name)}")
    for name, why in found.failed.items():
        console.print(f"came to nothing: {show.escape(name)}: {show.escape(why)}")


def _cells(line: Mapping[str, Any]) -> list[str]:
    low, high = line["interval"]
    spread = "" if line["spread"] is None else f"{100 * line['spread']:.2f}"
    behind = line["difference"]
    told = [line.get("megabytes"), line.get("milliseconds")]
    return [
        line["candidate"],
        f"{100 * line['score']:.2f} %",
        f"{100 * low:.2f} to {100 * high:.2f}",
        spread,
        "" if behind is None else f"{100 * behind['difference']:+.2f}",
        "" if behind is None or behind["verdict"] in ("worse", "better") else "may be as good",
        f"{line['seconds']:.1f}",
        *(
            "" if value is None else f"{value:.2g}" if value < 10 else f"{value:.0f}"
            for value in told
        ),
    ]

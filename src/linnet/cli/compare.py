"""linnet compare."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from linnet.cli.settings import with_settings
from linnet.config import Config

if TYPE_CHECKING:
    from linnet.workflows.all_rows import AllRows
    from linnet.workflows.compare import Comparison

NOT_HERE = ("model", "out", "extend_vocabulary", "extend_labels", "checkpoints")


@with_settings(without=NOT_HERE)
def compare(  # noqa: PLR0913, PLR0917
    table: Annotated[str, typer.Argument(help="CSV, TSV, JSONL or Parquet file.", metavar="FILE")],
    config: Config,
    out: Annotated[str, typer.Option(help="Folder to make.", metavar="FOLDER")],
    model: Annotated[
        list[str] | None,
        typer.Option(help="Who takes part: 'mlp hidden=128'; repeatable.", metavar="MODEL"),
    ] = None,
    folds: Annotated[
        int | None, typer.Option(help="Rounds that measure each row once. [5]", metavar="N")
    ] = None,
    seeds: Annotated[
        int | None,
        typer.Option(help="Instead: rounds that measure the validation rows.", metavar="N"),
    ] = None,
    minutes: Annotated[float, typer.Option(help="All that it may take.", metavar="X")] = 20.0,
    search: Annotated[
        int, typer.Option(help="Settings to try that nobody listed.", metavar="N")
    ] = 0,
    all_rows: Annotated[
        bool, typer.Option(help="Train the winner on the test rows, too, in another folder.")
    ] = False,
    resume: Annotated[bool, typer.Option(help="Go on with what stands in --out.")] = False,
) -> None:
    """Compare models on the same rows, and train the best again.

    Other settings hold for all models. Scores are of rows that the models have not seen; test rows
    are measured once, by the winner.
    """
    from linnet.cli import show
    from linnet.cli.train import result
    from linnet.workflows.compare import compare as run

    found = run(
        table, out=out, resume=resume, config=config, models=model, folds=folds, seeds=seeds,
        minutes=minutes, search=search, all_rows=all_rows,
        say=lambda line: show.console().print(show.escape(line)),
    )  # fmt: skip
    _leaderboard(found)
    result(found.best)
    if found.all_rows:
        _all_rows(found.all_rows)


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

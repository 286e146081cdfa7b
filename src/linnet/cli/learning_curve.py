"""linnet learning-curve."""

from dataclasses import replace
from typing import Annotated

import typer

from linnet.cli.settings import with_settings
from linnet.config import Config
from linnet.errors import ConfigError

NOT_HERE = ("extend_vocabulary", "extend_labels", "checkpoints")


@with_settings(without=NOT_HERE)
def learning_curve(
    table: Annotated[str, typer.Argument(help="CSV, TSV, JSONL or Parquet file.", metavar="FILE")],
    config: Config,
    train_sizes: Annotated[
        str | None,
        typer.Option(
            help="Rows to learn from: 100,1000 or as shares 0.1,0.5,1. [a sixteenth to all]",
            metavar="A,B,...",
        ),
    ] = None,
    repeats: Annotated[
        int, typer.Option(help="Draws of a small share; of a large one fewer.", metavar="N")
    ] = 3,
    minutes: Annotated[
        float | None, typer.Option(help="All that it may take. [no limit]", metavar="X")
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(help="Folder for learning_curve.json, .csv and .html.", metavar="FOLDER"),
    ] = None,
) -> None:
    """Say what twice as many labelled texts would give.

    Models are trained on growing shares of the rows and measured on the same test rows; a power
    law through these points says how it goes on.
    """
    from linnet.cli import show
    from linnet.workflows.learning_curve import learning_curve as run

    console = show.console()
    found = run(
        table, config=replace(config, out=out), train_sizes=_numbers(train_sizes),
        repeats=repeats, minutes=minutes, say=lambda line: console.print(show.escape(line)),
    )  # fmt: skip
    show.notes([note.message for note in found.notes])
    console.print(f"[dim]baseline majority  {show.metric(found.metric, found.majority)}[/dim]")
    for part in found.sentence.split("; "):
        console.print(part)
    if out:
        folder = show.escape(out)
        console.print(f"saved {folder}/learning_curve.json  page {folder}/learning_curve.html")


def _numbers(train_sizes: str | None) -> list[float] | None:
    """Read numbers of rows, or shares if one of them has a fraction."""
    if train_sizes is None:
        return None
    try:
        return [float(each) if "." in train_sizes else int(each) for each in train_sizes.split(",")]
    except ValueError:
        raise ConfigError(
            f"train_sizes is {train_sizes!r}: numbers of rows were expected, as in 100,1000, or "
            "shares of all, as in 0.1,0.5,1"
        ) from None

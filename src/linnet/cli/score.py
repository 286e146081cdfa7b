"""linnet score."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

TEXT = Annotated[
    list[str] | None, typer.Option(help="Column of texts. [the run's]", metavar="COLUMN")
]
COLUMNS = Annotated[
    str | None, typer.Option(help="Names, if there is no header.", metavar="A,B,...")
]
DELIMITER = Annotated[str | None, typer.Option(help="What separates cells.", metavar="CHAR")]
KEEP = Annotated[
    str | None,
    typer.Option(help='Columns that the parts have too; "": none. [all]', metavar="A,B,..."),
]
PRECISION = Annotated[
    float | None,
    typer.Option(
        help="Label only where so large a share is right; else nothing.",
        min=0.0, max=1.0, metavar="SHARE",
    ),
]  # fmt: skip
SPREADSHEETS = Annotated[
    bool, typer.Option("--for-spreadsheets", help="Put ' before cells that look like formulas.")
]
FORMAT = Annotated[
    str, typer.Option("--format", help="Of the parts.", metavar="parquet|csv|tsv|jsonl")
]
RAY = Annotated[
    bool, typer.Option("--ray", help="Work over a Ray cluster, such as that of $RAY_ADDRESS.")
]
ADDRESS = Annotated[
    str | None, typer.Option(help="Work over the Ray cluster there.", metavar="ADDRESS")
]


def score(  # noqa: PLR0913, PLR0917
    folder: Annotated[str, typer.Argument(help="Folder of a run.", metavar="FOLDER")],
    inputs: Annotated[
        list[str], typer.Argument(help="CSV, TSV, JSONL or Parquet files.", metavar="FILE")
    ],
    out: Annotated[Path, typer.Option(help="Folder for the parts.", metavar="FOLDER")],
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where it was ended; else begin.")
    ] = False,
    text: TEXT = None,
    columns: COLUMNS = None,
    delimiter: DELIMITER = None,
    keep: KEEP = None,
    precision: PRECISION = None,
    k: Annotated[
        int, typer.Option("-k", help="So many labels with scores, as lists.", min=0, metavar="N")
    ] = 0,
    scores: Annotated[
        bool, typer.Option("--scores", help="A column with the score of each label.")
    ] = False,
    format_: FORMAT = "parquet",
    for_spreadsheets: SPREADSHEETS = False,
    part_megabytes: Annotated[
        float, typer.Option(help="How much input becomes one part.", metavar="X")
    ] = 8.0,
    threads: Annotated[
        int | None, typer.Option(help="Parts at a time. [one per core]", metavar="N")
    ] = None,
    ray: RAY = False,
    ray_address: ADDRESS = None,
) -> None:
    """Label files of any size, part by part.

    Parts are written whole: whatever ends the command, --resume goes on without repeating or
    losing a row.
    """  # fmt: skip
    from linnet.cli.stopped import stoppable
    from linnet.workflows.score import score as run

    settings = {
        "text": text, "columns": columns.split(",") if columns else None, "delimiter": delimiter,
        "keep": None if keep is None else [each for each in keep.split(",") if each],
        "precision": precision, "k": k, "scores": scores, "format": format_,
        "for_spreadsheets": for_spreadsheets, "part_megabytes": part_megabytes,
        "threads": threads,
    }  # fmt: skip
    with stoppable(lambda: _kept(out)), _bar() as report:
        done = run(
            folder, inputs, out=out, resume=resume, ray=ray_address or ray, report=report,
            **settings,
        )  # fmt: skip
    where = f"{done.rows:,} rows in {done.parts:,} part{'s' if done.parts != 1 else ''} in {out}"
    if not done.new_rows:
        print(f"complete already: {where}")
        return
    rate = done.new_rows / done.seconds
    earlier = (
        "" if done.new_rows == done.rows else f", {done.rows - done.new_rows:,} of them before"
    )
    print(f"{where}{earlier}, {done.seconds:,.1f} s, {rate:,.0f} rows/s")


def _kept(out: Path) -> str:
    """Say which parts are there, and what goes on from them."""
    from linnet.cli.stopped import typed_again
    from linnet.workflows.score import parts_of

    there, parts = parts_of(out)
    if not parts:
        return ""
    return f": {there:,} of {parts:,} parts are in {out}/, {typed_again()} goes on"


@contextmanager
def _bar() -> Iterator[Callable[[Any], None]]:
    """Show how far it is, on standard error and in a terminal only."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TimeRemainingColumn

    from linnet.cli.stopped import heed

    columns = ("{task.description}", BarColumn(), "{task.percentage:.0f} %", TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("reading through the inputs", total=None)

        def report(progress: Any) -> None:
            heed()
            rate = f", {progress.rows_per_second:,.0f} rows/s" if progress.new_rows else ""
            bar.update(
                task, completed=progress.rows, total=progress.total,
                description=f"{progress.rows:,} of {progress.total:,} rows{rate}",
            )  # fmt: skip

        yield report

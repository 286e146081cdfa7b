"""linnet label-errors."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linnet.cli.settings import with_settings
from linnet.config import Config

if TYPE_CHECKING:
    from linnet.workflows.doubted import LabelErrors

MOST_LABELS = 30
TOOL_HELP = "Which tool the queue is for: label-studio, doccano or argilla."


@with_settings(
    "Data", "Cleaning", "Text", "Model", "Training",
    also=("validation_fraction", "first_validation", "stratify", "group", "near_duplicates",
          "calibrate"),
    without=("checkpoints",),
)  # fmt: skip
def label_errors(  # noqa: PLR0913, PLR0917
    table: Annotated[str, typer.Argument(help="CSV, TSV, JSONL or Parquet file.", metavar="FILE")],
    config: Config,
    folds: Annotated[int, typer.Option(help="How many models are trained.", metavar="N")] = 5,
    out: Annotated[
        Path | None, typer.Option(help="File for all rows, the worst first.", metavar="FILE")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="File for the page, .html.", metavar="FILE")
    ] = None,
    queue: Annotated[
        Path | None,
        typer.Option(help="File of suspected rows for an annotation tool.", metavar="FILE"),
    ] = None,
    tool: Annotated[str, typer.Option("--format", help=TOOL_HELP, metavar="TOOL")] = "label-studio",
    most: Annotated[
        int | None, typer.Option(help="Rows in the queue. [all suspected]", min=1, metavar="N")
    ] = None,
    shown: Annotated[int, typer.Option("-n", help="Rows to print.", min=0, metavar="N")] = 10,
) -> None:
    """Find labels that are probably wrong.

    Each row is scored by a model that has not seen it.
    """
    from linnet.cli import show
    from linnet.workflows.doubted import refuse_page
    from linnet.workflows.label_errors import label_errors as run
    from linnet.workflows.predict import refuse_table
    from linnet.workflows.queue import check_queue

    if out is not None:
        refuse_table(out)
    if report is not None:
        refuse_page(report)
    if queue is not None:
        check_queue(queue, tool=tool)
    say = show.console().print
    found = run(table, config, num_folds=folds, say=lambda line: say(show.escape(line)))
    show.notes([note.message for note in found.notes])
    _summary(found)
    _first(found, shown)
    if out is not None:
        found.write(out)
        say(f"{len(found.table):,} rows written to {show.escape(str(out))}")
    if report is not None:
        found.write_page(report)
        say(f"page {show.escape(str(report))}")
    if queue is not None:
        num = found.queue(queue, tool=tool, most=most)
        say(f"{num:,} suspected rows for {tool} written to {show.escape(str(queue))}")


def _summary(found: "LabelErrors") -> None:
    """Print how many labels are suspected, of each label."""
    from rich.table import Table

    from linnet.cli import show

    out = show.console()
    out.print(
        f"about {show.percent(found.noise)} of the labels are probably wrong: "
        f"{found.num_suspected:,} of {len(found.table):,}"
    )
    shown = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    shown.add_column("label", no_wrap=True, max_width=40)
    for name in ("rows", "wrong here", "share", "missing here"):
        shown.add_column(name, justify="right")
    counts = {name: each for name, each in found.counts.items() if each["wrong"] or each["missing"]}
    ordered = sorted(counts.items(), key=lambda each: -each[1]["wrong"] - each[1]["missing"])
    for name, each in ordered[:MOST_LABELS]:
        share = show.percent(each["wrong"] / (each["rows"] or 1))
        numbers = f"{each['rows']:,}", f"{each['wrong']:,}", share, f"{each['missing']:,}"
        shown.add_row(show.escape(name), *numbers)
    if ordered:
        out.print(shown)
    if len(ordered) > MOST_LABELS:
        out.print(f"(+{len(ordered) - MOST_LABELS} labels with fewer)")


def _first(found: "LabelErrors", num: int) -> None:
    """Print the most suspicious rows."""
    from linnet.cli import show
    from linnet.cli.show_rows import rows

    first = found.table.filter("suspected").head(num)
    cells = [
        (
            f"{each['row']:,}",
            _named(each["label"]),
            _named(each["suggested"]),
            show.percent(each["quality"]),
            each["text"],
        )
        for each in first.iter_rows(named=True)
    ]
    if cells:
        show.console().print("the most suspicious rows, counted from 0")
        rows(("row", "label", "suggested", "quality", "text"), cells)


def _named(labels: str | list[str]) -> str:
    return labels if isinstance(labels, str) else ", ".join(labels) or "–"

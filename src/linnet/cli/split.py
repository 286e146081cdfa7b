"""linnet split."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linnet.cli.settings import with_settings
from linnet.config import Config
from linnet.files import refuse_existing

if TYPE_CHECKING:
    from linnet.workflows.split import Parted

MOST_LABELS = 30


@with_settings("Data", "Cleaning", "Split", also=("seed",), without=("weight",))
def split(
    table: Annotated[str, typer.Argument(help="CSV, TSV, JSONL or Parquet file.", metavar="TABLE")],
    config: Config,
    out: Annotated[
        Path | None, typer.Option(help="File for the parts: row, part, hash.", metavar="FILE")
    ] = None,
) -> None:
    """Say which rows train, validate and test, and what leaks.

    `--previous` takes the file that --out writes, or a run: old rows then keep their parts.
    """
    from linnet.cli import show
    from linnet.workflows.predict import write_table
    from linnet.workflows.split import parted

    if out is not None:
        refuse_existing(out)
    found = parted(table, config=config)
    show.notes([note.message for note in found.notes])
    _shares(found)
    if out is not None:
        write_table(found.table, out)
        show.console().print(f"{len(found.table):,} rows written to {show.escape(str(out))}")


def _shares(found: "Parted") -> None:
    """Print how many rows each part has, and which share of them each label."""
    from rich.table import Table

    from linnet.cli import show

    shown = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    shown.add_column("", no_wrap=True, max_width=40)
    for part in found.rows:
        shown.add_column(part, justify="right")
    total = sum(found.rows.values())
    shown.add_row("rows", *(f"{count:,}" for count in found.rows.values()))
    shown.add_row("share of all", *(show.percent(count / total) for count in found.rows.values()))
    ordered = sorted(found.labels.items(), key=lambda each: -sum(each[1].values()))
    for label, counts in ordered[:MOST_LABELS]:
        shown.add_row(show.escape(label), *_of_parts(counts, found.rows))
    show.console().print(shown)
    if len(ordered) > MOST_LABELS:
        show.console().print(f"(+{len(ordered) - MOST_LABELS} rarer labels)")


def _of_parts(counts: Mapping[str, int], rows: Mapping[str, int]) -> list[str]:
    from linnet.cli import show

    return [show.percent(counts[part] / rows[part]) if rows[part] else "–" for part in rows]

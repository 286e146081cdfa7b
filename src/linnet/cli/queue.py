"""linnet queue."""

from pathlib import Path
from typing import Annotated, Any

import typer

from linnet.cli.label_errors import TOOL_HELP
from linnet.cli.settings import of_run, with_settings
from linnet.config import Config

MOST_SHOWN = 10


@with_settings("Data", without=("task", "weight", "duplicates", "duplicates_by"), base=of_run)
def queue(  # noqa: PLR0913, PLR0917
    folder: Annotated[str, typer.Argument(help="Folder of a run.", metavar="FOLDER")],
    table: Annotated[str, typer.Argument(help="File of texts.", metavar="FILE")],
    config: Config,
    out: Annotated[
        Path | None, typer.Option(help="File for the tool: .json, .jsonl, .csv.", metavar="FILE")
    ] = None,
    tool: Annotated[str, typer.Option("--format", help=TOOL_HELP, metavar="TOOL")] = "label-studio",
    most: Annotated[int, typer.Option(help="How many texts.", min=1, metavar="N")] = 100,
    by: Annotated[
        str, typer.Option(help="margin, least_confidence or entropy.", metavar="NAME")
    ] = "margin",
) -> None:
    """Choose the texts to label next, the least sure first.

    Columns are those of the run, unless said otherwise. Without --out the first are printed.
    """
    from linnet.cli import show
    from linnet.workflows.load import load
    from linnet.workflows.queue import check_queue, write_queue
    from linnet.workflows.queue import queue as run

    if out is not None:
        check_queue(out, tool=tool)
    found = run(folder, table, most=most, by=by, config=config)
    if out is None:
        _print(found)
        return
    write_queue(found, out, tool=tool, labels=load(folder).labels)
    show.console().print(f"{len(found):,} texts for {tool} written to {show.escape(str(out))}")


def _print(found: Any) -> None:
    from linnet.cli import show
    from linnet.cli.show_rows import rows

    cells = [
        (
            f"{each['row']:,}",
            each["suggested"]
            if isinstance(each["suggested"], str)
            else ", ".join(each["suggested"]),
            show.percent(each["score"]),
            f"{each['uncertainty']:.3f}",
            each["text"],
        )
        for each in found.head(MOST_SHOWN).iter_rows(named=True)
    ]
    rows(("row", "suggested", "score", "uncertainty", "text"), cells)
    if len(found) > len(cells):
        show.console().print(f"(+{len(found) - len(cells):,} more; name a file with --out)")

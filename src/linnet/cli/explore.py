"""linnet explore."""

from dataclasses import replace
from typing import Annotated

import typer

from linnet.cli.settings import with_settings
from linnet.config import Config


@with_settings("Data", also=("max_length",), without=("duplicates", "duplicates_by", "weight"))
def explore(
    table: Annotated[str, typer.Argument(help="CSV, TSV, JSONL or Parquet file.", metavar="FILE")],
    config: Config,
    out: Annotated[
        str | None,
        typer.Option(help="Folder for explore.json and the page explore.html.", metavar="FOLDER"),
    ] = None,
) -> None:
    """Say what is in a table and what is wrong with it."""
    from linnet.cli import show
    from linnet.cli.show_exploration import exploration
    from linnet.workflows.explore import explore as run

    exploration(run(table, config=replace(config, out=out)))
    if out:
        show.console().print(
            f"\nsaved {show.escape(out)}/explore.json  page {show.escape(out)}/explore.html"
        )

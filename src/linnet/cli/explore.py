"""linnet explore."""

from typing import Annotated

import typer

from linnet.cli.settings import with_settings
from linnet.config import Config


@with_settings("Data", without=("duplicates", "weight"))
def explore(
    table: Annotated[str, typer.Argument(help="CSV, TSV, JSONL or Parquet file.", metavar="FILE")],
    config: Config,
) -> None:
    """Say what is in a table and what is wrong with it."""
    from linnet.cli import show
    from linnet.workflows.explore import explore as run

    show.exploration(run(table, config=config))

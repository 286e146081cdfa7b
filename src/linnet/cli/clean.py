"""linnet clean."""

from pathlib import Path
from typing import Annotated

import typer

from linnet.cli.settings import with_settings
from linnet.config import Config


@with_settings("Data", "Cleaning", without=("weight", "task"))
def clean(
    table: Annotated[str, typer.Argument(help="CSV, TSV, JSONL or Parquet file.", metavar="FILE")],
    config: Config,
    out: Annotated[
        Path | None, typer.Option(help="File for the cleaned table.", metavar="FILE")
    ] = None,
    strip_markup: Annotated[
        bool, typer.Option("--strip-markup", help="Leave out HTML tags, and read entities.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of the rows that are drawn.", metavar="N", min=0)] = 0,
) -> None:
    """Drop copies, rare labels and markup from a table.

    The rows that are dropped go to a file of their own.

    Without --out nothing is written: the command says what would change.
    """
    from linnet.cli import show
    from linnet.config import configure
    from linnet.workflows.clean import clean as run
    from linnet.workflows.predict import refuse_table, write_table

    apart = None
    if out is not None:
        gz = out.suffix if out.suffix.lower() == ".gz" else ""
        whole = out.with_suffix("") if gz else out
        apart = out.with_name(f"{whole.stem}-dropped{whole.suffix}{gz}")
        for path in (out, apart):
            refuse_table(path)
    given = {"strip_markup": True} if strip_markup else {}
    found = run(table, config=configure(config, seed=seed, **given))
    show.notes([note.message for note in found.notes])
    if out is None or apart is None:
        show.console().print(f"{len(found.table):,} rows would stay; name a file with --out")
        return
    write_table(found.table, out)
    show.console().print(f"{len(found.table):,} rows written to {show.escape(str(out))}")
    if len(found.dropped):
        write_table(found.dropped, apart)
        show.console().print(f"{len(found.dropped):,} dropped ones to {show.escape(str(apart))}")

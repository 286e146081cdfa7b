"""linnet import-labels."""

from pathlib import Path
from typing import Annotated

import typer

from linnet.cli.settings import with_settings
from linnet.config import Config
from linnet.files import refuse_existing


@with_settings("Data", without=("task", "labels", "weight", "duplicates", "duplicates_by"))
def import_labels(  # noqa: PLR0913, PLR0917
    file: Annotated[str, typer.Argument(help="File that the tool has exported.", metavar="FILE")],
    config: Config,
    tool: Annotated[
        str, typer.Option("--from", help="label-studio, doccano or argilla.", metavar="TOOL")
    ],
    out: Annotated[Path, typer.Option(help="File for the table.", metavar="FILE")],
    into: Annotated[
        str | None,
        typer.Option(help="Table whose labels the answers replace.", metavar="TABLE"),
    ] = None,
    field: Annotated[
        str, typer.Option(help="What the tool calls the text.", metavar="NAME")
    ] = "text",
    question: Annotated[
        str | None,
        typer.Option(help="What the tool calls the labels. [the only one]", metavar="NAME"),
    ] = None,
) -> None:
    """Take back what people answered in an annotation tool.

    The settings of the data say which columns of the table of --into mean what.
    """
    from linnet.cli import show
    from linnet.workflows.import_labels import import_labels as run
    from linnet.workflows.predict import write_table

    refuse_existing(out)
    found = run(file, tool=tool, field=field, question=question, into=into, config=config)
    show.notes([note.message for note in found.notes])
    write_table(found.table, out)
    show.console().print(f"{len(found.table):,} rows written to {show.escape(str(out))}")

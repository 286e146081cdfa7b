"""linnet verify."""

from typing import Annotated

import typer


def verify(
    folder: Annotated[str, typer.Argument(help="Folder of a run.", metavar="FOLDER")],
) -> None:
    """Check that a saved classifier is whole and unchanged."""
    from linnet.workflows.verify import verify as run

    for line in run(folder):
        print(line)

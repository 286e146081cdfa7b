"""linnet verify."""

from typing import Annotated

import typer


def verify(
    folder: Annotated[str, typer.Argument(help="Folder of a run.", metavar="FOLDER")],
) -> None:
    """Check every sum of a saved classifier and the scores that were saved with it."""
    from linnet.workflows.verify import verify as run

    for line in run(folder):
        print(line)

"""linnet reproduce."""

import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from linnet.workflows.reproduce import Reproduced

NOT_THE_SAME = 1


def reproduce(
    folder: Annotated[str, typer.Argument(help="Folder of a run.", metavar="FOLDER")],
    data: Annotated[
        str | None, typer.Option(help="Its table, where that has moved.", metavar="FILE")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Keep the second run; must not exist.", metavar="FOLDER")
    ] = None,
    tolerance: Annotated[
        float | None,
        typer.Option(help="By how much scores and accuracy may differ. [0.00001]", metavar="X"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Run a saved run again, and compare.

    Exit code 0: the same bytes, or equal within the tolerance; 1: something else.
    """
    from linnet.cli import show
    from linnet.cli.stopped import stoppable
    from linnet.workflows.reproduce import reproduce as run
    from linnet.workflows.reproduce import settings_again

    config = settings_again(folder)
    with (
        stoppable(lambda: _kept(out) if out else ""),
        closing(show.EpochLines(config.members)) as report,
    ):
        found = run(
            folder, data, out=out, tolerance=tolerance,
            report=None if as_json else report,
            say=lambda line: None if as_json else show.console().print(show.escape(line)),
        )  # fmt: skip
    if as_json:
        print(json.dumps(found.to_json(), ensure_ascii=False, allow_nan=False))
    else:
        _show(found, kept=out)
    if not found.equal:
        raise typer.Exit(NOT_THE_SAME)


def _kept(out: Path) -> str:
    """Say what goes on, and what does not."""
    from linnet.cli.stopped import training_kept

    kept = training_kept(out)
    return kept and f"{kept}, and compares nothing"


def _show(found: "Reproduced", *, kept: Path | None) -> None:
    """Print in what the runs differ, and whether that is nothing, little or too much."""
    from linnet.cli import show

    out, path = show.console(), show.escape(str(found.path))
    for number, each in enumerate(found.differences):
        first = "  [dim](differs first)[/dim]" if not number else ""
        out.print(f"[bold]{each.what}[/bold]: {show.escape(each.message)}{first}")
    if found.identical:
        out.print(f"[green]identical[/green]: {path}/model is the same byte for byte")
    elif found.equal:
        within = f"scores and metrics within {found.tolerance:g}"
        out.print(f"[green]equal[/green], not identical: {within}")
    else:
        out.print(f"[red]not reproduced[/red]: {path} came to something else")
    if kept is not None:
        out.print(f"the second run is in {show.escape(str(kept))}/")

"""linnet compress."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linnet.cli.settings import of_run, with_settings
from linnet.config import Config

if TYPE_CHECKING:
    from linnet.workflows.compress import Compressed


@with_settings("Data", without=("task", "weight", "duplicates", "duplicates_by"), base=of_run)
def compress(
    folder: Annotated[str, typer.Argument(help="Folder of a run.", metavar="FOLDER")],
    config: Config,
    out: Annotated[Path, typer.Option(help="Folder to make; must not exist.", metavar="FOLDER")],
    keep_ids: Annotated[
        int | None, typer.Option(help="Ids that stay: those that matter most. [all]", metavar="N")
    ] = None,
    max_mb: Annotated[
        float | None, typer.Option(help="Leave out ids until it is this small.", metavar="X")
    ] = None,
    table: Annotated[
        str | None,
        typer.Option(
            help="Rows to measure the loss on; of the run's own table its test rows are taken.",
            metavar="FILE",
        ),
    ] = None,
) -> None:
    """Make a saved classifier small, and measure what that costs.

    The new folder answers like any other. Columns are those of the run, unless said otherwise.
    """
    from linnet.cli import show
    from linnet.workflows.compress import compress as run

    made = run(folder, out, keep_ids=keep_ids, max_mb=max_mb, table=table, config=config)
    for line in _lines(made):
        print(line)
    if made.evaluations is not None:
        show.baselines(made.evaluations[1])


def _lines(made: "Compressed") -> list[str]:
    """Say how small it has become, and what was lost."""
    from linnet.cli import show

    (before, after), (ids_before, ids_after) = made.num_bytes, made.num_ids
    lines = [
        f"{before / 1e6:.2f} MB to {after / 1e6:.2f} MB, {before / after:.1f} times smaller; "
        f"{ids_before:,} ids to {ids_after:,}"
    ]
    if made.evaluations is None:
        return [*lines, "loss not measured: give --table with labelled rows"]
    old, new = made.evaluations
    lines.append(f"measured on {old['rows']:,} rows, {made.rows}")
    for name, lost in made.lost.items():
        values = " to ".join(
            show.percent(each[name]) + show.between(each["intervals"].get(name))
            for each in (old, new)
        )
        lines.append(f"{show.NAMES[name]} {values}: {100 * lost:.2f} points lost")
    if made.change is not None:
        by = show.change(made.change["difference"], made.change["interval"])
        lines.append(f"change {by}: {made.change['verdict']}")
    return lines

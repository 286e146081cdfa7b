"""linnet evaluate."""

import json
from typing import Annotated

import typer

from linnet.cli.settings import of_run, with_settings
from linnet.config import Config


@with_settings("Data", without=("duplicates", "duplicates_by", "weight", "task"), base=of_run)
def evaluate(
    folder: Annotated[str, typer.Argument(help="Folder of a run.", metavar="FOLDER")],
    table: Annotated[str, typer.Argument(help="File with texts and labels.", metavar="FILE")],
    config: Config,
    why: Annotated[
        bool, typer.Option("--why", help="Show which words separate labels that are mixed up.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print all metrics as JSON.")] = False,
) -> None:
    """Evaluate a saved classifier on new rows.

    Columns are those of the run, unless said otherwise.
    """
    from linnet.cli import show
    from linnet.workflows.evaluate import evaluate as run

    result = run(folder, table, why=why, config=config)
    if as_json:
        print(json.dumps(result, ensure_ascii=False, allow_nan=False))
    else:
        show.notes(result["notes"])
        show.evaluation(result, table)
        show.baselines(result)
        if why:
            from linnet.cli.why import separations

            separations(result["why"])

"""linnet demo."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from linnet.cli.train import result
from linnet.config import Config
from linnet.files import refuse_existing

TEXTS = (
    "Return the eigenvalues and right eigenvectors of a square array.",
    "Open a socket and wait for a connection.",
    "Draw a bar chart with error bars on the current axes.",
)


def demo(
    out: Annotated[str, typer.Option(help="Folder of the run.", metavar="FOLDER")] = "linnet-demo",
) -> None:
    """Explore, train, predict: which library has this docstring?"""
    from linnet.cli import show
    from linnet.cli.show_exploration import exploration
    from linnet.cli.stopped import stoppable, training_kept
    from linnet.datasets.demo import demo_table
    from linnet.workflows.explore import explore
    from linnet.workflows.predict import predict
    from linnet.workflows.train import train

    refuse_existing(Path(out))
    say = show.console().print
    table = demo_table()
    say("[bold]explore[/bold]: docstrings of installed libraries, the library's name masked")
    exploration(explore(table))
    say("\n[bold]train[/bold]")
    with (
        stoppable(lambda: training_kept(Path(out))),
        closing(show.EpochLines()) as report,
    ):
        made = train(table, config=replace(Config(), out=out), report=report, say=say)
    result(made)
    say("\n[bold]predict[/bold]")
    for text, pairs in zip(TEXTS, predict(out, TEXTS, k=3), strict=True):
        say(f"{text}\n  {show.scores(pairs)}")

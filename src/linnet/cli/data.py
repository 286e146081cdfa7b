"""linnet data: the public data sets."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linnet.cli.help import Command, Group
from linnet.files import refuse_existing

if TYPE_CHECKING:
    from linnet.datasets.dataset import Dataset

data = typer.Typer(
    cls=Group,
    help="Fetch a public data set, and list what there is.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@data.command(cls=Command)
def fetch(
    name: Annotated[str, typer.Argument(help="As `linnet data list` shows it.", metavar="NAME")],
    data: Annotated[
        Path | None,
        typer.Option(help="The publisher's file, if you have it.", metavar="FILE"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="File for a copy: .csv .tsv .jsonl .parquet.", metavar="FILE"),
    ] = None,
) -> None:
    """Download a public data set and make a table of it.

    A download that was cut goes on where it stopped, and what is there is not downloaded again.
    """
    from linnet.cli import show
    from linnet.datasets.catalog import find
    from linnet.datasets.fetch import fetch as run
    from linnet.workflows.predict import write_table
    from linnet.workflows.read import read

    if out is not None:
        refuse_existing(out)
    dataset = find(name)
    with _bar(f"downloading {name}") as report:
        path = run(name, data=data, report=report)
    table = read(path)
    if out is not None:
        write_table(table, out)
        path = out
    say = partial(show.console().print, soft_wrap=True)  # a path or a command is copied whole
    say(f"{show.escape(str(path))}: {table.height:,} rows, columns {' '.join(table.columns)}")
    say(f"terms: {dataset.terms}")
    for command in _next(dataset, path):
        say(f"next: {show.escape(command)}")


@data.command(name="list", cls=Command)
def list_() -> None:
    """Show the data sets: rows, size, terms, and which are here."""
    from linnet.cli import show
    from linnet.datasets.catalog import DATASETS
    from linnet.datasets.fetch import table_path

    say = partial(show.console().print, soft_wrap=True)  # a path or a command is copied whole
    for each in DATASETS.values():
        path = table_path(each.name)
        here = f"here: {path}" if path.exists() else f"{each.num_bytes / 1e6:.0f} MB to download"
        if each.address is None:
            here = here if path.exists() else "read from Keras's cache"
        say(f"[bold]{each.name}[/bold]  {each.num_rows:,} rows, {show.escape(here)}")
        say(f"  {each.title}")
        say(f"  [dim]{each.terms}[/dim]")


def _next(dataset: "Dataset", path: Path) -> Iterator[str]:
    """Say what to do with the table: look at it, or reproduce a tutorial."""
    import shlex

    from linnet.recipes.run import known

    quoted = shlex.quote(str(path))
    texts = " ".join(f"--text {name}" for name in dataset.text)
    yield f"linnet explore {quoted} {texts} --label {dataset.label}"
    for recipe in known():
        if recipe.data == dataset.name:
            yield f"linnet recipe {recipe.name} --data {quoted} --out {recipe.name}"


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show how far a download is, on standard error and in a terminal only."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    columns = ("{task.description}", BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(title, total=None, visible=False)

        def report(done: int, total: int | None) -> None:
            bar.update(task, completed=done, total=total, visible=True)

        yield report

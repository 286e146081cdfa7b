"""linnet recipe."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from linnet.errors import ConfigError
from linnet.files import refuse_existing

if TYPE_CHECKING:
    from linnet.workflows.run import Run


def recipe(  # noqa: PLR0913, PLR0917
    name: Annotated[
        str | None, typer.Argument(help="Which; none: they are listed.", metavar="NAME")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="The data set, or a folder of them. [downloaded]", metavar="PATH"),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write.", metavar="FOLDER")] = None,
    best: Annotated[
        bool, typer.Option("--best", help="Linnet's own way instead of the tutorial's.")
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Both forms of every recipe, and a table of them.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option(help="Of every random choice. [the recipe's]", metavar="N")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what was interrupted in --out.")
    ] = False,
) -> None:
    """Reproduce a tutorial: the published numbers beside ours."""
    from linnet.cli.stopped import stoppable
    from linnet.recipes.run import resolved

    if every == bool(name):
        if name:
            raise ConfigError(f"give either a recipe ({name}) or --all")
        _list()
        return
    if name:
        resolved(name)
    if out is None:
        raise ConfigError("name a folder to write with --out")
    settings = {"resume": resume} if seed is None else {"resume": resume, "seed": seed}
    with stoppable(lambda: _kept(out)):
        if name:
            _run(name, data, best=best, settings={**settings, "out": out})
        else:
            _run_all(data, out, settings)


def _kept(out: Path) -> str:
    """Say what goes on from what stands there."""
    from linnet.cli.stopped import kept_in, typed_again

    return kept_in(out, typed_again()) if out.is_dir() else ""


def _list() -> None:
    from linnet.cli import show
    from linnet.recipes.run import known

    for each in known():
        show.console().print(f"{each.name:24} {each.title}")


def _run(name: str, data: Path | None, *, best: bool, settings: Mapping[str, Any]) -> "Run":
    from linnet.cli import show
    from linnet.cli.train import result
    from linnet.recipes.run import recipe as run
    from linnet.recipes.run import resolved, shown
    from linnet.recipes.table import number

    say = show.console().print
    with closing(show.EpochLines()) as report:
        made = run(name, data, best=best, report=report, say=say, **settings)
    result(made)
    heads = ("published", "here", "95 % interval", "majority", "linear")
    say("\n" + _line("", *heads))
    for row in shown(resolved(name), made):
        between = " to ".join(map(number, row.interval)) if row.interval else "–"
        numbers = map(number, (row.published, row.here, row.majority, row.linear))
        published, here, majority, linear = numbers
        say(_line(row.what, published, here, between, majority, linear))
    return made


def _line(what: str, *cells: str) -> str:
    """Return one line of the table of published numbers."""
    widths = (10, 11, 17, 9, 9)
    shown = (f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
    return f"{what:24} {' '.join(shown)}"


def _run_all(data: Path | None, out: Path, settings: Mapping[str, Any]) -> None:
    """Run both forms of every recipe, and write a table beside the runs."""
    from linnet.cli import show
    from linnet.files import write_text
    from linnet.recipes.run import known
    from linnet.recipes.table import Line, as_markdown, line_of

    if not settings["resume"]:
        refuse_existing(out)
    lines: list[Line] = []
    for each in known():
        for best in (False, True):
            path = out / (f"{each.name}-best" if best else each.name)
            show.console().print(f"\n[bold]{path.name}[/bold]")
            made = _run(each.name, data, best=best, settings={**settings, "out": path})
            lines.append(line_of(each, made, best=best))
            write_text(out / "recipes.md", as_markdown(lines))
    show.console().print(f"\nsaved {show.escape(str(out))}/recipes.md")

"""The table of the commands of `linnet`, as typer reads them; start.py runs it."""

import typer

from linnet.cli import (
    clean,
    compare,
    compress,
    data,
    demo,
    evaluate,
    explore,
    import_labels,
    label_errors,
    learning_curve,
    predict,
    queue,
    recipe,
    reproduce,
    score,
    serve,
    split,
    train,
    verify,
)
from linnet.cli.help import Command, Group

app = typer.Typer(
    cls=Group,
    name="linnet",
    help="From a table of labelled text to a classifier.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich's help would double the time that --help takes
    pretty_exceptions_enable=False,
)
for command in (
    explore.explore,
    clean.clean,
    split.split,
    train.train,
    compare.compare,
    learning_curve.learning_curve,
    evaluate.evaluate,
    predict.predict,
    label_errors.label_errors,
    queue.queue,
    import_labels.import_labels,
    verify.verify,
    reproduce.reproduce,
    compress.compress,
    serve.serve,
    score.score,
    recipe.recipe,
    demo.demo,
):
    app.command(cls=Command)(command)
app.add_typer(data.data, name="data", cls=Group)


@app.callback(invoke_without_command=True)
def version(
    show: bool = typer.Option(False, "--version", help="Show the version and exit.", is_eager=True),
) -> None:
    """From a table of labelled text to a classifier."""
    if show:
        from linnet.version import VERSION

        print(VERSION)
        raise typer.Exit

"""The command `linnet`.

Exit codes: 0 all is well; 1 a defect of linnet; 2 something that the user can mend; 130
interrupted.
"""

import sys

import typer

from linnet.cli import (
    clean,
    compress,
    data,
    demo,
    evaluate,
    explore,
    predict,
    recipe,
    train,
    verify,
)
from linnet.cli.help import Command, Group
from linnet.cli.show import drop_output
from linnet.errors import LinnetError

USER_ERROR = 2
INTERRUPTED = 130


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
    train.train,
    evaluate.evaluate,
    predict.predict,
    verify.verify,
    compress.compress,
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


def main() -> None:
    """Run the command line; a user's mistake ends in one message and exit code 2."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal without UTF-8 shows "?"
    try:
        app(prog_name="linnet")
    except LinnetError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(USER_ERROR)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except SystemExit as ended:
        if not isinstance(ended.__context__, BrokenPipeError):  # else typer calls it a failure
            raise
    finally:
        _flush()


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        drop_output()

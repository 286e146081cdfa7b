"""The command `linnet`.

Exit codes: 0 all is well; 2 something that the user can mend; 1 a defect of linnet.
"""

import os
import sys
from typing import Any

import typer

from linnet.cli import demo, evaluate, explore, predict, train, verify
from linnet.cli.help import Command, Group
from linnet.errors import LinnetError

USER_ERROR = 2
INTERRUPTED = 130


class Commands(Group):
    """Ends quietly when the reader of a pipe has seen enough."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; typer would call a closed pipe a failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _drop_output()
            return None


app = typer.Typer(
    cls=Commands,
    name="linnet",
    help="From a table of labelled text to a classifier.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich's help would double the time that --help takes
    pretty_exceptions_enable=False,
)
for command in (
    explore.explore,
    train.train,
    evaluate.evaluate,
    predict.predict,
    verify.verify,
    demo.demo,
):
    app.command(cls=Command)(command)


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
    finally:
        _flush()


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()


def _drop_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

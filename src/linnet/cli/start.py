"""Where the command begins: errors become messages, and a text is answered without detour.

Exit codes: 0 all is well; 1 a defect of linnet, or the "no" of `compare --on` and `reproduce`; 2
something that the user can mend; 130 interrupted; 143 terminated.
"""

import sys
from collections.abc import Sequence
from typing import NoReturn

from linnet.cli.show import drop_output
from linnet.errors import LinnetError

USER_ERROR = 2
INTERRUPTED = 130


def main() -> None:
    """Run the command line; a user's mistake ends in one message and exit code 2."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal without UTF-8 shows "?"
    try:
        _run(sys.argv[1:])
    except LinnetError as error:
        print(f"error: {_on_one_line(str(error))}", file=sys.stderr)
        sys.exit(USER_ERROR)
    except MemoryError:
        print("error: this needs more memory than there is: take fewer rows", file=sys.stderr)
        sys.exit(USER_ERROR)
    except KeyboardInterrupt:
        _interrupted()
    except BrokenPipeError:  # the reader has seen enough
        drop_output()
    except SystemExit as ended:
        if isinstance(getattr(ended.__context__, "__cause__", None), KeyboardInterrupt):
            _interrupted()  # typer ends without a word
        if not isinstance(ended.__context__, BrokenPipeError):  # else typer calls it a failure
            raise
    finally:
        _flush()


def _interrupted() -> NoReturn:
    print("interrupted", file=sys.stderr)
    forget_interrupt()
    sys.exit(INTERRUPTED)


def forget_interrupt() -> None:
    """Let an exit code count: Python ends by SIGINT if an interrupt passed an `exec` of a string.

    Modules do that while they are imported: dataclasses are made so. The next `exec` forgets it.

    Example:
        >>> forget_interrupt()
    """
    exec("")


def _run(arguments: Sequence[str]) -> None:
    """Run a command; reading `predict FOLDER TEXT` with typer would take as long as answering."""
    plain = not any(each.startswith("-") for each in arguments)
    match arguments:
        case ["predict", folder, *texts] if texts and plain:
            from linnet.cli.answer import answer

            answer(folder, texts)
        case _:
            from linnet.cli.main import app

            app(prog_name="linnet")


def _on_one_line(message: str) -> str:
    """Return a message without what names in files may hold: line breaks, terminal commands."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in message)


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        drop_output()

"""What a command says when it is stopped by Ctrl-C or by the system."""

import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import clear_frames
from types import FrameType
from typing import NoReturn

from linnet.cli.start import INTERRUPTED, forget_interrupt

TERMINATED = 143
_asked: list[type[KeyboardInterrupt]] = []
"""The interrupts that came to a command which has not ended."""


class _TerminatedError(KeyboardInterrupt):
    """The system asked the process to end (SIGTERM)."""


@contextmanager
def stoppable(kept: Callable[[], str] = lambda: "") -> Iterator[None]:
    """End a command in order when it is stopped, and say how it goes on.

    Args:
        kept: Says what was kept and what goes on from there; nothing where nothing was.
    """
    from linnet.workflows.load import import_polars

    import_polars()  # first, for it sets a handler that hides interrupts from others

    numbers = [signal.SIGTERM]
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else it is to be ignored
        numbers.append(signal.SIGINT)
    before = [signal.signal(number, _end) for number in numbers]
    try:
        yield
    except KeyboardInterrupt as stopped:
        clear_frames(stopped.__traceback__)  # what is still open there closes, and tidies up
        terminated = isinstance(stopped, _TerminatedError)
        print(f"{'terminated' if terminated else 'interrupted'}{kept()}", file=sys.stderr)
        forget_interrupt()
        sys.exit(TERMINATED if terminated else INTERRUPTED)
    finally:
        _asked.clear()
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    _asked.append(_TerminatedError if number == signal.SIGTERM else KeyboardInterrupt)
    raise _asked[-1]


def heed() -> None:
    """End a command that was stopped and goes on: an `except:` of a library took the interrupt.

    Example:
        >>> heed()
    """
    if _asked:
        raise _asked[-1]


def training_kept(path: Path) -> str:
    """Say what was kept of the training in a folder.

    Example:
        >>> training_kept(Path("no such folder"))
        ''
    """
    from linnet.workflows.run_folder import how_to_go_on, is_kept

    return kept_in(path, how_to_go_on(path)) if is_kept(path) else ""


def kept_in(path: Path, command: str) -> str:
    """Say where it is and what goes on from there.

    Example:
        >>> kept_in(Path("so"), "`this`")
        ': what was reached is kept in so/, `this` goes on'
    """
    return f": what was reached is kept in {path}/, {command} goes on"


def typed_again() -> str:
    """Return the command that was typed, with --resume.

    Example:
        >>> typed_again().startswith("`linnet ")
        True
    """
    command, rest = sys.argv[1:2], sys.argv[2:]
    again = [] if "--resume" in rest else ["--resume"]  # behind a -- it would name a file
    return f"`{shlex.join(['linnet', *command, *again, *rest])}`"

"""What a command says when it is stopped by Ctrl-C or by the system."""

import shlex
import signal
import sys
from _thread import interrupt_main
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from traceback import clear_frames
from types import FrameType
from typing import NoReturn

from linnet.cli.start import INTERRUPTED, forget_interrupt

TERMINATED = 143
SOON = 0.1
"""Seconds until an interrupt is repeated; by then the finalizer is left."""


class _TerminatedError(KeyboardInterrupt):
    """The system asked the process to end (SIGTERM)."""


@contextmanager
def stoppable(kept: Callable[[], str] = lambda: "") -> Iterator[None]:
    """End a command in order when it is stopped, and say how it goes on.

    Args:
        kept: Says what was kept and what goes on from there; nothing where nothing was.
    """
    before, hook = signal.signal(signal.SIGTERM, _end), sys.unraisablehook
    sys.unraisablehook = _once_more
    try:
        yield
    except KeyboardInterrupt as stopped:
        clear_frames(stopped.__traceback__)  # what is still open there closes, and tidies up
        terminated = isinstance(stopped, _TerminatedError)
        print(f"{'terminated' if terminated else 'interrupted'}{kept()}", file=sys.stderr)
        forget_interrupt()
        sys.exit(TERMINATED if terminated else INTERRUPTED)
    finally:
        signal.signal(signal.SIGTERM, before)
        sys.unraisablehook = hook


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise _TerminatedError


def _once_more(ignored: "sys.UnraisableHookArgs") -> None:
    """Repeat an interrupt that came where Python can only ignore it, as in a finalizer."""
    if not issubclass(ignored.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(ignored)
        return
    terminated = issubclass(ignored.exc_type, _TerminatedError)
    number = signal.SIGTERM if terminated else signal.SIGINT
    Timer(SOON, interrupt_main, [number]).start()


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

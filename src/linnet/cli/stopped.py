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


class _TerminatedError(KeyboardInterrupt):
    """The system asked the process to end (SIGTERM)."""


@contextmanager
def stoppable(kept: Callable[[], str] = lambda: "") -> Iterator[None]:
    """End a command in order when it is stopped, and say how it goes on.

    Args:
        kept: Says what was kept and what goes on from there; nothing where nothing was.
    """
    before = signal.signal(signal.SIGTERM, _end)
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


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise _TerminatedError


def training_kept(path: Path) -> str:
    """Say what was kept of the training in a folder.

    Example:
        >>> training_kept(Path("no such folder"))
        ''
    """
    from linnet.workflows.run_folder import how_to_go_on, is_kept

    if not is_kept(path):
        return ""
    return f": what was reached is kept in {path}/, {how_to_go_on(path)} goes on"


def typed_again() -> str:
    """Return the command that was typed, with --resume.

    Example:
        >>> typed_again().endswith(" --resume`")
        True
    """
    again = [] if "--resume" in sys.argv else ["--resume"]
    return f"`{shlex.join(['linnet', *sys.argv[1:], *again])}`"

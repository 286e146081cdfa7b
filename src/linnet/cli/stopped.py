"""What a command says when its training is stopped by Ctrl-C or by the system."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from linnet.cli.start import INTERRUPTED

TERMINATED = 143


class _TerminatedError(KeyboardInterrupt):
    """The system asked the process to end (SIGTERM)."""


@contextmanager
def stoppable(path: Path) -> Iterator[None]:
    """End a training in order when it is stopped, and say how it goes on.

    Args:
        path: The folder of the run.
    """
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    except KeyboardInterrupt as stopped:
        terminated = isinstance(stopped, _TerminatedError)
        print(f"{'terminated' if terminated else 'interrupted'}{_more(path)}", file=sys.stderr)
        sys.exit(TERMINATED if terminated else INTERRUPTED)
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise _TerminatedError


def _more(path: Path) -> str:
    """Say what was kept of the training."""
    from linnet.workflows.run_folder import how_to_go_on, is_interrupted

    if not is_interrupted(path):
        return ""
    return f": what was reached is kept in {path}/, {how_to_go_on(path)} goes on"

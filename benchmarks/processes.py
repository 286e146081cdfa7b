"""Whole processes, from their start to their end: seconds, CPU seconds, peak memory, output."""

import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """What one process cost, those it waited for included.

    Attributes:
        seconds: From the start to the end.
        cpu_seconds: Of all processors.
        peak_megabytes: Resident memory of the largest process.
        output: What it wrote on both streams.
    """

    seconds: float
    cpu_seconds: float
    peak_megabytes: float
    output: str = ""


def linnet(*arguments: str) -> list[str]:
    """Return the command line of linnet beside this Python."""
    return [str(Path(sys.executable).parent / "linnet"), *arguments]


def timed(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run a process to its end; end here, with its output, if it fails.

    A child's peak is never below the memory of the process that starts it: who calls this
    imports little.
    """
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    kept |= environment or {}
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=kept)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        written = output.read()
    if process.returncode:
        raise SystemExit(f"{shlex.join(command)} failed:\n{written}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, written)

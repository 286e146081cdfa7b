"""Work on rows that do not depend on each other, shared between the processor's cores.

Who does which rows changes no number: results are the same bit for bit on any number of cores.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache

MUCH = 1 << 22  # numbers; below, threads wait for each other longer than they save
PIECES = 8  # each core takes the next: one that is busy elsewhere keeps nobody waiting


def share(work: Callable[[int, int], None], num_rows: int, *, numbers: int) -> None:
    """Call `work(start, end)` so that all rows are done once, on all cores if there is much to do.

    Args:
        work: Does the rows from `start` to before `end`; it should spend its time in NumPy or
            SciPy, which let other threads run.
        num_rows: How many there are.
        numbers: How many numbers they hold together.

    Example:
        >>> done = []
        >>> share(lambda start, end: done.append((start, end)), 3, numbers=3)
        >>> share(lambda start, end: done.append((start, end)), 0, numbers=0)
        >>> done
        [(0, 3), (0, 0)]
    """
    if numbers < MUCH or num_cores() == 1:
        work(0, num_rows)
        return
    size = max(1, -(-num_rows // PIECES))
    starts = iter(range(0, num_rows, size))

    def take() -> None:
        for start in starts:
            work(start, min(start + size, num_rows))

    others = [_pool(os.getpid()).submit(take) for _ in range(num_cores() - 1)]
    try:
        take()
    finally:
        running = [other for other in others if not other.cancel()]
        wait(running)
    for other in running:
        other.result()


@cache
def _pool(process: int) -> ThreadPoolExecutor:
    """Return the threads of a process: one that was forked has none yet."""
    return ThreadPoolExecutor(max(1, num_cores() - 1), "linnet")


def num_cores() -> int:
    """Return how many cores this process may use.

    Example:
        >>> num_cores() >= 1
        True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

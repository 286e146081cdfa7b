"""Work on rows that do not depend on each other, shared between the processor's cores.

Who does which rows changes no number: results are the same bit for bit on any number of cores.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from itertools import pairwise

MUCH = 1 << 22  # numbers; below, threads wait for each other longer than they save


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
    parts = min(num_cores(), num_rows) if numbers >= MUCH else 1
    if parts <= 1:
        work(0, num_rows)
        return
    ends = [num_rows * part // parts for part in range(parts + 1)]
    others = [_pool(os.getpid()).submit(work, *each) for each in pairwise(ends[1:])]
    try:
        work(*ends[:2])
    finally:
        wait(others)
    for other in others:
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

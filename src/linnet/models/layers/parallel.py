"""Work on rows that do not depend on each other, shared between the processor's cores.

Who does which rows changes no number: results are the same bit for bit on any number of cores.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

MUCH = 1 << 21  # numbers; a thread costs as much time as some hundred thousand of them


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
    with ThreadPoolExecutor(parts - 1) as pool:
        others = [pool.submit(work, *each) for each in pairwise(ends[1:])]
        work(*ends[:2])
    for other in others:
        other.result()


def num_cores() -> int:
    """Return how many cores this process may use.

    Example:
        >>> num_cores() >= 1
        True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

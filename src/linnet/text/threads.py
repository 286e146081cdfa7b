"""The same work on several parts at once; NumPy, SciPy and polars let go of the interpreter's lock.

Goes in: a function and the parts. Comes out: what it returns, in the order of the parts.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")


def in_threads(work: Callable[[Part], Result], parts: Sequence[Part]) -> Iterator[Result]:
    """Work on all parts, on every core; a single part is worked on where it is.

    Example:
        >>> list(in_threads(len, ["", "äö"])), list(in_threads(len, []))
        ([0, 2], [])
    """
    if len(parts) < 2:
        yield from map(work, parts)
        return
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(work, parts)

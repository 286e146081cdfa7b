"""Rows in parts, so that a big matrix of labels is never copied as a whole."""

from collections.abc import Iterator

_CELLS = 1 << 18


def chunks(num_rows: int, num_labels: int) -> Iterator[slice]:
    """Yield slices that cover all rows, each of about 260,000 cells and at least one row.

    Example:
        >>> list(chunks(5, 100_000))
        [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
        >>> list(chunks(0, 3))
        []
    """
    size = max(1, _CELLS // max(1, num_labels))
    for start in range(0, num_rows, size):
        yield slice(start, min(start + size, num_rows))

"""Groups and times out of the columns of a table.

Goes in: a column. Comes out: numbers. Knows nothing of parts.
"""

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.errors import DataError
from linnet.types import Rows

KINDS: tuple[Callable[[pl.Series, bool], pl.Series], ...] = (
    lambda values, strict: values.cast(pl.Float64, strict=strict),
    lambda values, strict: values.str.to_datetime(time_unit="us", time_zone="UTC", strict=strict),
    lambda values, strict: values.str.to_date(strict=strict).cast(pl.Datetime("us")),
)
"""How strings are read as times; each raises or leaves nulls where they are something else."""


def groups_of(values: pl.Series) -> Rows:
    """Return a number from 0 for each value, -1 where there is none: null, blank, NaN.

    Raises:
        DataError: The column holds lists or objects.

    Example:
        >>> groups_of(pl.Series("story", ["b", None, "ä", "b", " "])).tolist()
        [0, -1, 1, 0, -1]
    """
    if values.dtype.is_nested() or values.dtype == pl.Object:
        raise DataError(
            f"the group column {values.name!r} holds {values.dtype}: single values were expected"
        )
    if values.dtype.is_float():
        values = values.fill_nan(None)
    names = values.cast(pl.String).str.strip_chars()
    ranks = names.set(names == "", None).rank("dense")
    return ranks.cast(pl.Int64).fill_null(0).to_numpy() - 1


def times_of(values: pl.Series) -> NDArray[np.float64]:
    """Return numbers that grow with time, NaN where there is none.

    Args:
        values: Numbers, dates, or strings that hold one of them: 2026-01-31, 2026-01-31 12:00.

    Raises:
        DataError: The column holds something else, or nothing.

    Example:
        >>> times_of(pl.Series(["1970-01-02", None, "1970-01-01"])).tolist()
        [86400000000.0, nan, 0.0]
        >>> times_of(pl.Series("day", ["tänään"]))
        Traceback (most recent call last):
        linnet.errors.DataError: the time column 'day' holds 'tänään': ...
    """
    if values.dtype == pl.String:
        values = _parsed(values)
    if not (values.dtype.is_numeric() or values.dtype.is_temporal()) or values.null_count() == len(
        values
    ):
        raise DataError(
            f"the time column {values.name!r} holds {_odd(values)!r}: numbers or dates were "
            "expected, as 2026-01-31 or 2026-01-31 12:00"
        )
    numbers = values.to_physical().cast(pl.Float64)
    return numbers.fill_null(float("nan")).to_numpy()


def _parsed(values: pl.Series) -> pl.Series:
    """Read strings as the first kind of time that all of them are; else leave them."""
    for read in KINDS:
        try:
            return read(_stripped(values), True)
        except pl.exceptions.PolarsError:
            continue
    return values


def _odd(values: pl.Series) -> object:
    """Return the first value that is unlike the others: not of the kind of time that most are."""
    there = values.drop_nulls()
    if there.dtype != pl.String:
        return next(iter(there.to_list()), None)
    there = _stripped(there).drop_nulls()
    wrong = [there.filter(_read_some(read, there).is_null()) for read in KINDS]
    return next(iter(min(wrong, key=len).to_list()), None)


def _read_some(read: Callable[[pl.Series, bool], pl.Series], values: pl.Series) -> pl.Series:
    """Read what is of a kind, null for what is not; all null where polars finds no format."""
    try:
        return read(values, False)
    except pl.exceptions.PolarsError:
        return pl.Series([None] * len(values))


def _stripped(values: pl.Series) -> pl.Series:
    stripped = values.str.strip_chars()
    return stripped.set(stripped == "", None)

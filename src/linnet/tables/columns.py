"""Columns of a table: found by name, and joined to texts.

Goes in: a table and names. Comes out: polars Series. Knows nothing of labels.
"""

from collections.abc import Sequence

import polars as pl

from linnet.errors import ConfigError, DataError
from linnet.registry import unknown


def column(table: pl.DataFrame, name: str, *, source: str = "table") -> pl.Series:
    """Return a column.

    Args:
        table: Any table.
        name: The column's name.
        source: What the table is called in messages: a file name.

    Raises:
        DataError: There is no such column; the message names the nearest and all.

    Example:
        >>> column(pl.DataFrame({"text": []}), "text").len()
        0
        >>> column(pl.DataFrame({"päivä": [1]}), "paivä", source="a.csv")
        Traceback (most recent call last):
        linnet.errors.DataError: a.csv: unknown column 'paivä': did you mean 'päivä'? Known: päivä
    """
    if name not in table.columns:
        raise DataError(f"{source}: {unknown('column', name, table.columns)}")
    return table[name]


def texts(table: pl.DataFrame, text: str | Sequence[str], *, source: str = "table") -> pl.Series:
    r"""Return one text per row, never null.

    Args:
        table: Any table.
        text: A column, or several that are joined by a line break; parts that are null or empty
            are left out. Columns that are not strings are written as strings, NaN is missing.
        source: What the table is called in messages: a file name.

    Returns:
        A String Series named "text"; "" where all parts are missing.

    Raises:
        DataError: A column does not exist, or holds lists, objects or bytes that are not UTF-8.
        ConfigError: `text` names no column.

    Example:
        >>> table = pl.DataFrame({"title": ["a", None, None], "body": ["ä", "b", ""]})
        >>> texts(table, ["title", "body"]).to_list()
        ['a\nä', 'b', '']
    """
    names = [text] if isinstance(text, str) else list(text)
    if not names:
        raise ConfigError("text: at least one column was expected, none is named")
    parts = [_strings(column(table, name, source=source), source) for name in names]
    if len(parts) == 1:
        return parts[0].fill_null("").alias("text")
    filled = pl.DataFrame([part.alias(str(place)) for place, part in enumerate(parts)])
    present = pl.when(pl.all() != "").then(pl.all())
    return (
        filled.select(pl.concat_str(present, separator="\n", ignore_nulls=True))
        .to_series()
        .alias("text")
    )


def _strings(values: pl.Series, source: str) -> pl.Series:
    if values.dtype == pl.String:
        return values
    if not values.dtype.is_nested() and values.dtype != pl.Object:
        try:
            return (values.fill_nan(None) if values.dtype.is_float() else values).cast(pl.String)
        except pl.exceptions.PolarsError:
            pass
    raise DataError(
        f"{source}: the text column {values.name!r} holds {values.dtype}: strings were expected"
    )

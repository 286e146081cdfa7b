"""The label column: one label per row, or a set of labels per row, as strings.

Goes in: a column as it stands in a table. Comes out: a Series of String, or of List(String) where
rows have sets of labels; null where the label is missing. Knows nothing of tasks and classes.
"""

import polars as pl
from polars.datatypes import DataTypeClass

from linnet.errors import ConfigError, DataError
from linnet.tables.written_lists import are_written_lists, written_lists


def label_cells(
    values: pl.Series, *, separator: str | None = None, source: str = "table"
) -> pl.Series:
    """Return the labels of each row as strings.

    A list column, or lists written as strings, give sets; so does a `separator`. Else each cell is
    one label, and one that is blank is missing. Whole numbers are written without a fraction (1.0
    is "1"), truth values as "true" and "false"; NaN is missing. Within a set, blank labels are left
    out and repeated ones count once; an empty list is an answer, and not missing.

    Args:
        values: The label column.
        separator: What stands between the labels of a cell. Labels are trimmed; an empty string
            is an empty set, null is missing. None: one label per cell.
        source: What the table is called in messages.

    Raises:
        DataError: The column holds nothing that can be a label, or a malformed list.
        ConfigError: The separator is empty, or the column holds no strings to separate.

    Example:
        >>> label_cells(pl.Series([1.0, None, 2.0])).to_list()
        ['1', None, '2']
        >>> label_cells(pl.Series(["ä| b|ä|", "", None]), separator="|").to_list()
        [['ä', 'b'], [], None]
    """
    if separator is not None:
        return _separated(values, separator, source)
    if values.dtype.is_nested():
        return _lists(values, source)
    strings = _filled(_strings(values, source))
    return _sets(written_lists(strings, source)) if are_written_lists(strings) else strings


def as_cells(sets: pl.Series, separator: str | None) -> pl.Series:
    """Return sets of labels as their column held them: lists, or joined by a separator.

    Args:
        sets: List(String), or labels that stand alone: those are returned as they are.
        separator: As `label_cells` was given it.

    Raises:
        ConfigError: A label holds the separator.

    Example:
        >>> as_cells(pl.Series([["ä", "b"], [], None]), "|").to_list()
        ['ä|b', '', None]
    """
    if separator is None or not isinstance(sets.dtype, pl.List):
        return sets
    for label in sets.explode().drop_nulls().unique().to_list():
        if separator in label:
            raise ConfigError(
                f"the label {label!r} holds {separator!r}, which stands between labels in the "
                "table: take another name for it"
            )
    return sets.list.join(separator)


def _separated(values: pl.Series, separator: str, source: str) -> pl.Series:
    if not separator:
        raise ConfigError("label_separator is empty: at least one character was expected")
    if values.dtype.is_nested():
        raise ConfigError(
            f"{source}: label_separator is set and column {values.name!r} holds lists already: "
            "leave label_separator out"
        )
    cells = _strings(values, source).str.split(separator)
    return _sets(cells.list.eval(pl.element().str.strip_chars()))


def _lists(values: pl.Series, source: str) -> pl.Series:
    inner = values.dtype.inner if isinstance(values.dtype, pl.List | pl.Array) else None
    if inner is None or not _can_be_label(inner):
        raise _no_labels(values, source)
    lists = values.cast(pl.List(inner))
    return _sets(lists.list.eval(_as_string(pl.element(), inner)))


def _sets(lists: pl.Series) -> pl.Series:
    label = pl.element()
    filled = lists.list.eval(label.filter(label.is_not_null() & (label.str.strip_chars() != "")))
    return filled.list.unique(maintain_order=True)


def _strings(values: pl.Series, source: str) -> pl.Series:
    if not _can_be_label(values.dtype):
        raise _no_labels(values, source)
    return (
        values.to_frame("")
        .select(_as_string(pl.col(""), values.dtype))
        .to_series()
        .alias(values.name)
    )


def _filled(strings: pl.Series) -> pl.Series:
    return strings.set(strings.str.strip_chars() == "", None)


def _as_string(values: pl.Expr, dtype: pl.DataType | DataTypeClass) -> pl.Expr:
    if not dtype.is_float():
        return values.cast(pl.String)
    values = values.fill_nan(None)
    # Beyond 2**53 not every whole number is a float: leave those as polars writes them.
    whole = (values == values.round()) & (values.abs() < 2**53)
    as_whole = pl.when(whole).then(values).cast(pl.Int64).cast(pl.String)
    return pl.when(whole).then(as_whole).otherwise(values.cast(pl.String))


def _can_be_label(dtype: pl.DataType | DataTypeClass) -> bool:
    return not dtype.is_nested() and dtype not in (pl.Object, pl.Binary)


def _no_labels(values: pl.Series, source: str) -> DataError:
    return DataError(
        f"{source}: the label column {values.name!r} holds {values.dtype}: "
        "strings, numbers, truth values or lists of them were expected"
    )

"""Tables that are in memory already: data frames, Series, columns, rows.

Goes in: a polars or pandas DataFrame or Series, a dict of columns, a list of dicts. Comes out: a
polars data frame. pandas is never imported: its columns go through NumPy or lists, so that pyarrow
is not needed either. A pandas index is left out; missing values of any kind become null.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from linnet.errors import DataError

_EXPECTED = (
    "a path, a polars or pandas DataFrame or Series, a dict of columns or a list of dicts "
    "was expected"
)


def from_memory(source: object) -> pl.DataFrame:
    """Turn what a person has in memory into a table.

    Raises:
        DataError: It is none of the kinds above, or a column mixes types or has another length.

    Example:
        >>> from_memory({"text": [], "label": []}).shape
        (0, 2)
        >>> from_memory([{"text": "päivää", "label": 1}, {"text": ""}]).rows()
        [('päivää', 1), ('', None)]
    """
    match source:
        case pl.DataFrame():
            return source
        case pl.Series():
            return source.to_frame(source.name or "text")
        case Mapping():
            return _from_columns(source)
        case list() | tuple() if all(isinstance(row, Mapping) for row in source):
            return _from_rows(source)
    if type(source).__module__.partition(".")[0] == "pandas":
        return _from_pandas(source)
    raise DataError(f"cannot make a table of {type(source).__name__}: {_EXPECTED}")


def _from_columns(columns: Mapping[Any, Any]) -> pl.DataFrame:
    lengths: dict[int, str] = {}
    made = []
    for name, values in columns.items():
        if isinstance(values, str | bytes) or not hasattr(values, "__len__"):
            raise DataError(f"column {name!r} is {values!r}: a list of values was expected")
        lengths.setdefault(len(values), str(name))
        made.append(_column(str(name), values))
    if len(lengths) > 1:
        (first, name), (other, another) = list(lengths.items())[:2]
        raise DataError(
            f"column {name!r} has {first} values and {another!r} has {other}: "
            "columns of one length were expected"
        )
    return pl.DataFrame(made)


def _from_rows(rows: Sequence[Mapping[Any, Any]]) -> pl.DataFrame:
    names = dict.fromkeys(str(name) for row in rows for name in row)
    return pl.DataFrame([_column(name, [row.get(name) for row in rows]) for name in names])


def _from_pandas(source: Any) -> pl.DataFrame:
    if not hasattr(source, "columns"):
        source = source.to_frame("text" if source.name is None else source.name)
    names = [str(name) for name in source.columns]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"two columns are named {twice!r}: rename one of them")
    columns = (source.iloc[:, place] for place in range(len(names)))
    return pl.DataFrame([_column(*each) for each in zip(names, columns, strict=True)])


def _column(name: str, values: Any) -> pl.Series:
    if type(values).__module__.partition(".")[0] == "pandas":
        values = _of_pandas(values)
    try:
        column = pl.Series(name, values)
        return column.fill_nan(None) if column.dtype.is_float() else column
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        reason = str(error).partition("\n")[0]
        raise DataError(
            f"column {name!r} cannot be read: {reason}; values of one type were expected, "
            "for example all strings"
        ) from error


def _of_pandas(values: Any) -> Any:
    """A NumPy array where pandas keeps one of plain numbers or times, else a list."""
    if type(values.dtype).__module__.startswith("numpy") and values.dtype.kind in "biufM":
        return values.to_numpy()
    missing = values.isna()
    return [None if lost else value for value, lost in zip(values.tolist(), missing, strict=True)]

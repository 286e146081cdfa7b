"""Parts named by a column of the table: the official split of a data set.

Goes in: a column. Comes out: `Split`. Knows nothing of texts and targets.
"""

import polars as pl

from linnet.errors import DataError
from linnet.splitting.check import checked
from linnet.types import Note, Rows, Split

NAMES = {
    "train": ("train", "training"),
    "validation": ("validation", "val", "valid", "dev"),
    "test": ("test", "testing"),
}

_MOST_VALUES = 8


def by_column(values: pl.Series) -> Split:
    """Split rows as a column says: train, validation or test, in upper or lower case.

    Rows where it says something else, or nothing, are left out and counted in a note.

    Args:
        values: The column. Other spellings that are understood: training; val, valid, dev;
            testing.

    Raises:
        DataError: No row is for training or none is for test, or the column is not one of names.

    Example:
        >>> split = by_column(pl.Series("split", ["Train", "test", "käyttämätön", None]))
        >>> split.train.tolist(), split.validation.tolist(), split.test.tolist()
        ([0], [], [1])
        >>> split.notes[0].message
        "2 rows left out: column 'split' says null (1), 'käyttämätön' (1)"
    """
    said = named_parts(values)
    written = values.cast(pl.String)
    parts = {name: _rows(said == name) for name in NAMES}
    for name in ("train", "test"):
        if not parts[name].size:
            raise DataError(
                f"column {values.name!r} has no {name} rows: it says {_counted(written)}; "
                + _expected()
            )
    return checked(Split(**parts, notes=_left_out(written, said.is_null())))


def named_parts(values: pl.Series) -> pl.Series:
    """Return train, validation or test for each row, null where the column says neither.

    Raises:
        DataError: The column is not one of names.

    Example:
        >>> named_parts(pl.Series(["Train", " dev", "käyttämätön", None])).to_list()
        ['train', 'validation', None, None]
    """
    if values.dtype.is_nested() or values.dtype in (pl.Object, pl.Binary):
        raise DataError(f"column {values.name!r} holds {values.dtype}: {_expected()}")
    said = values.cast(pl.String).str.strip_chars().str.to_lowercase()
    meant = {each: name for name, names in NAMES.items() for each in names}
    return said.replace_strict(meant, default=None, return_dtype=pl.String)


def _rows(where: pl.Series) -> Rows:
    return where.arg_true().to_numpy().astype("int64")


def _left_out(written: pl.Series, where: pl.Series) -> tuple[Note, ...]:
    rows = _rows(where)
    if not rows.size:
        return ()
    others = _counted(written.filter(where))
    message = f"{rows.size} rows left out: column {written.name!r} says {others}"
    return (Note("left out", rows.size, message, rows),)


def _counted(values: pl.Series) -> str:
    """Name the values, the most frequent first, each with its number of rows."""
    if not values.len():
        return "nothing"
    counts = values.alias("value").value_counts().sort(["count", "value"], descending=[True, False])
    named = [
        f"{'null' if value is None else repr(value)} ({count})"
        for value, count in counts.head(_MOST_VALUES).iter_rows()
    ]
    more = counts.height - len(named)
    return ", ".join([*named, *([f"and {more} more"] if more else [])])


def _expected() -> str:
    return "'train', 'validation' and 'test' were expected"

"""A split as a table, row by row, and back: what `split.parquet` holds.

Goes in: a split by position and the row of the table behind each position, because rows without
text or label have no position. Comes out: a polars DataFrame. Knows nothing of files.
"""

from hashlib import blake2b

import numpy as np
import polars as pl

from linnet.errors import DataError
from linnet.splitting.check import checked, repeated
from linnet.types import Rows, Split

LEFT_OUT = "left out"
HASH = "hash"
PARTS = (LEFT_OUT, "train", "validation", "test")


def to_table(split: Split, rows: Rows, *, texts: pl.Series | None = None) -> pl.DataFrame:
    """Return a table with the part of every row.

    Args:
        split: Parts as positions in `rows`.
        rows: The row of the table at each position.
        texts: The text of each row, by which a later split tells it; None: no hashes.

    Returns:
        Columns `row` (Int64), `part`: "train", "validation", "test" or "left out", and `hash`
        (UInt64) of the text.

    Example:
        >>> none = np.empty(0, np.int64)
        >>> made = to_table(Split(np.array([2]), none, np.array([0])), np.array([4, 6, 7]))
        >>> made.rows()
        [(4, 'test'), (6, 'left out'), (7, 'train')]
    """
    numbers = np.zeros(len(rows), np.int64)
    for number, part in enumerate((split.train, split.validation, split.test), start=1):
        numbers[part] = number
    parts = pl.Series("part", PARTS).gather(numbers)
    hashes = [] if texts is None else [hashes_of(texts)]
    return pl.DataFrame([pl.Series("row", rows, dtype=pl.Int64), parts, *hashes])


def hashes_of(texts: pl.Series) -> pl.Series:
    """Return a number for each text that is the same on every machine.

    Example:
        >>> hashes_of(pl.Series(["", "ä"])).to_list()
        [16476032584258269876, 17315702723226345529]
    """
    made = [int.from_bytes(blake2b(each.encode(), digest_size=8).digest()) for each in texts]
    return pl.Series(HASH, made, dtype=pl.UInt64)


def from_table(table: pl.DataFrame, rows: Rows) -> Split:
    """Return the split that a table describes.

    Args:
        table: As `to_table` returns it.
        rows: The row of the table at each position; a row that is not in `table` is left out.

    Raises:
        DataError: A column is missing, a row stands there twice, a part is unknown, or no row is
            left for training.

    Example:
        >>> table = pl.DataFrame({"row": [4, 7], "part": ["test", "train"]})
        >>> split = from_table(table, np.array([4, 6, 7]))
        >>> split.train.tolist(), split.validation.tolist(), split.test.tolist()
        ([2], [], [0])
    """
    table = read_table(table)
    here = pl.DataFrame([pl.Series("row", rows, dtype=pl.Int64)])
    parts = here.join(table, on="row", how="left", maintain_order="left")["part"].to_numpy()
    train, validation, test = (np.flatnonzero(parts == part) for part in PARTS[1:])
    return checked(Split(train, validation, test))


def read_table(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table of a split with the types that it was written with, or say what is wrong.

    Args:
        table: Columns `row`, `part` and, of newer files, `hash`; from a file without types all
            may be strings. Others have no say.

    Raises:
        DataError: A column is missing, a row stands there twice, or a part is unknown.

    Example:
        >>> read_table(pl.DataFrame({"row": ["0"], "part": ["test"]})).rows()
        [(0, 'test')]
        >>> read_table(pl.DataFrame({"row": [0], "part": ["träin"]}))
        Traceback (most recent call last):
        linnet.errors.DataError: not a split: part 'träin': one of left out, train, ...
    """
    schema = {"row": pl.Int64, "part": pl.String, HASH: pl.UInt64}
    named = {name: kind for name, kind in schema.items() if name != HASH or HASH in table.columns}
    try:
        table = table.select(pl.col(name).cast(kind) for name, kind in named.items())
    except pl.exceptions.PolarsError as error:
        raise DataError(
            f"not a split: columns {named} were expected, found {dict(table.schema)}"
        ) from error
    twice = repeated(table["row"].to_numpy())
    if twice.size:
        raise DataError(f"not a split: row {twice[0]} stands there more than once")
    unknown = table["part"].filter(~table["part"].is_in(PARTS).fill_null(False))
    if unknown.len():
        raise DataError(f"not a split: part {unknown[0]!r}: one of {', '.join(PARTS)} was expected")
    return table

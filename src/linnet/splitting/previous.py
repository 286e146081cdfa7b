"""The parts that rows had in an earlier split of the same table.

Goes in: the earlier split as a table, texts. Comes out: the part of each row that it knows.
Knows nothing of files.
"""

import numpy as np
import polars as pl

from linnet.splitting.pool import NEW
from linnet.splitting.table import HASH, PARTS, hashes_of, read_table
from linnet.types import Note, Rows, Split

_NUMBERS = {name: max(0, number - 1) for number, name in enumerate(PARTS)}


def parts_before(table: pl.DataFrame, texts: pl.Series, *, rows: Rows) -> tuple[Rows, Rows]:
    """Return the part that each row had before.

    Rows are told by their texts, the copies of a text by their order; where the earlier split
    holds no hashes of texts, by their numbers. A copy that is new takes the part of its text, and
    a row that was left out goes to training, where it is dropped again if it was a copy.

    Args:
        table: As `to_table` returns it.
        texts: The text of each row.
        rows: The row of the table at each position.

    Returns:
        The part of each row: 0 train, 1 validation, 2 test, `NEW`; and the positions of the rows
        that stood in these parts before.

    Raises:
        DataError: `table` is not a split.

    Example:
        >>> before = pl.DataFrame({"row": [0, 1], "part": ["test", "train"]})
        >>> old = before.with_columns(hashes_of(pl.Series(["ä", "b"])))
        >>> parts, known = parts_before(old, pl.Series(["b", "ä", "ä", "c"]), rows=np.arange(4))
        >>> parts.tolist(), known.tolist()
        ([0, 2, 2, -1], [0, 1])
    """
    table = read_table(table)
    if HASH in table.columns:
        keys, other = [HASH, "copy"], table.select(HASH, "part")
        here = hashes_of(texts).to_frame()
        other, here = (
            each.with_columns(copy=pl.int_range(pl.len()).over(HASH)) for each in (other, here)
        )
    else:
        keys, other = ["row"], table.select("row", "part")
        here = pl.DataFrame([pl.Series("row", rows, dtype=pl.Int64)])
    said = here.join(other, on=keys, how="left", maintain_order="left")["part"]
    numbers = said.replace_strict(_NUMBERS, default=NEW, return_dtype=pl.Int64).to_numpy()
    known = np.flatnonzero(said.is_in(PARTS[1:]).fill_null(False).to_numpy())
    if HASH in table.columns:
        last = other.with_columns(pl.col("part").replace_strict(_NUMBERS, return_dtype=pl.Int64))
        last = last.group_by(HASH).agg(pl.col("part").max())
        of_text = here.join(last, on=HASH, how="left", maintain_order="left")["part"]
        numbers = np.where(numbers == NEW, of_text.fill_null(NEW).to_numpy(), numbers)
    return numbers, known


def moved(split: Split, parts: Rows, *, known: Rows) -> tuple[Note, ...]:
    """Say how many rows have another part than before.

    Args:
        split: The parts now.
        parts: The part of each row before.
        known: The rows that had one.

    Example:
        >>> none = np.empty(0, np.int64)
        >>> split = Split(np.array([0]), none, np.array([1, 2]))
        >>> moved(split, np.array([0, 0, NEW]), known=np.array([0, 1]))[0].message
        '1 of 2 rows known before moved to a later part: new rows join their groups to it'
    """
    now = np.full(len(parts), NEW)
    for number, rows in enumerate((split.train, split.validation, split.test)):
        now[rows] = number
    rows = known[now[known] != parts[known]]
    if not rows.size:
        message = f"all {known.size:,} rows known before keep their parts"
        return (Note("kept", 0, message),)
    message = (
        f"{rows.size:,} of {known.size:,} rows known before moved to a later part: "
        "new rows join their groups to it"
    )
    return (Note("moved", rows.size, message, rows),)

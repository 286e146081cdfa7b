"""Read a table from wherever it is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl


def read(
    source: Any, *, columns: Sequence[str] | None = None, delimiter: str | None = None
) -> "pl.DataFrame":
    """Read a table: CSV, TSV, JSON lines or Parquet, gzipped too, or values from memory.

    Args:
        source: A path; or a polars or pandas frame or Series, a dict of columns, a list of dicts.
        columns: Names for a file without header; "-" leaves a column out.
        delimiter: What separates cells; None: by the file's ending.

    Raises:
        DataError: The file cannot be read; the message names the line and the mend.

    Example:
        >>> read({"text": ["", "päivää"], "label": ["en", "fi"]}).shape
        (2, 2)
    """
    from linnet.tables.read import read as read_table

    return read_table(source, columns=columns, delimiter=delimiter)

"""Read a table from a file or from memory.

Goes in: a path or data in memory. Comes out: a polars data frame with at least one row. A reader
is a file of this folder and a line in `READERS`. Knows nothing of texts and labels.
"""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from linnet.errors import DataError
from linnet.processes import check_process
from linnet.registry import resolve
from linnet.tables.contents import require_file
from linnet.tables.form import Form
from linnet.tables.memory import from_memory

READERS = {
    ".csv": "linnet.tables.delimited:read_csv",
    ".tsv": "linnet.tables.delimited:read_tsv",
    ".jsonl": "linnet.tables.jsonl:read_jsonl",
    ".ndjson": "linnet.tables.jsonl:read_jsonl",
    ".parquet": "linnet.tables.parquet:read_parquet",
}
"""Suffix → reader(path, form). A `.gz` after the suffix is the readers' matter."""


def read(
    source: object, *, columns: Sequence[str] | None = None, delimiter: str | None = None
) -> pl.DataFrame:
    r"""Read a table: `.csv .tsv .jsonl .ndjson .parquet`, also with `.gz`, or data in memory.

    CSV and TSV cells are read as strings; JSON lines and Parquet keep their types.

    Args:
        source: A path; a polars or pandas DataFrame or Series (a Series without a name becomes
            the column "text"); a dict of columns; a list of dicts.
        columns: Names for a CSV or TSV file without header, one per column, "-" for a column to
            leave out. None: the first row holds the names.
        delimiter: The character between two cells. None: comma for CSV (`;` or a tab if the first
            line has no comma but that), tab for TSV. If set, any other suffix is read as CSV. A tab
            may be written as a backslash and t, as it is on a command line.

    Raises:
        DataError: The table cannot be read or has no rows.
        ConfigError: `columns` or `delimiter` is set where it has no meaning.

    Example:
        >>> read({"text": ["", "päivää"], "label": ["01", "02"]}).shape
        (2, 2)
        >>> read([])
        Traceback (most recent call last):
        linnet.errors.DataError: the table has no rows: at least one row was expected
    """
    check_process()
    form = Form(
        None if columns is None else tuple(columns), "\t" if delimiter == r"\t" else delimiter
    )
    if isinstance(source, str | Path):
        name, table = str(source), _from_file(Path(source), form)
    else:
        form.refuse("a table in memory")
        name, table = "the table", from_memory(source)
    if table.is_empty():
        raise DataError(f"{name} has no rows: at least one row was expected")
    return table


def table_suffix(path: Path) -> str:
    """Return the suffix that tells the format: in lower case, `.gz` set aside.

    Example:
        >>> table_suffix(Path("posts.2024.CSV.gz")), table_suffix(Path("posts"))
        ('.csv', '')
    """
    return (path.with_suffix("") if path.suffix.lower() == ".gz" else path).suffix.lower()


def _from_file(path: Path, form: Form) -> pl.DataFrame:
    reader = resolve(READERS, known_suffix(path, form), what="table suffix")
    table: pl.DataFrame = reader(path, form)
    return table


def known_suffix(path: Path, form: Form) -> str:
    """Return the suffix by which a file is read.

    Raises:
        DataError: There is no such file, or its suffix is unknown.

    Example:
        >>> known_suffix(Path("täble.csv"), Form())
        Traceback (most recent call last):
        linnet.errors.DataError: there is no file täble.csv...
    """
    require_file(path)
    suffix = table_suffix(path)
    if suffix not in READERS and form.delimiter is not None:
        suffix = ".csv"
    if suffix not in READERS:
        raise DataError(
            f"{path}: tables with the suffix {suffix!r} cannot be read: expected one of "
            f"{', '.join(READERS)} (also with .gz), or a delimiter such as ',' for a text file"
        )
    return suffix

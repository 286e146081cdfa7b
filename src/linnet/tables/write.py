"""Write a table to a file, whole or not at all.

Goes in: a table and a path whose suffix tells the format. Comes out: a file. The same table gives
the same bytes. A writer is a function here and a line in `_WRITERS`.
"""

import gzip
import io
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from linnet.errors import DataError, OutputError
from linnet.files import write_bytes
from linnet.tables.read import table_suffix


def write(table: pl.DataFrame, path: str | Path) -> None:
    """Write a table as `.csv .tsv .jsonl .ndjson .parquet`, also with `.gz`.

    In CSV and TSV a list is written as JSON, null as an empty cell and an empty string as `""`,
    so that `read` gives the strings back.

    Args:
        table: Any table.
        path: Where to; a file that stands there is replaced.

    Raises:
        OutputError: The suffix is unknown, or the folder is missing or cannot be written.
        DataError: A column holds what the format cannot.

    Example:
        >>> import tempfile
        >>> table = pl.DataFrame({"text": ["päivää", ""], "tags": [["a", "ä"], []]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write(table, f"{folder}/a.csv")
        ...     Path(folder, "a.csv").read_text().splitlines()
        ['text,tags', 'päivää,"[""a"",""ä""]"', '"",[]']
    """
    path = Path(path)
    suffix = written_suffix(path)
    try:
        content = _WRITERS[suffix](table)
    except pl.exceptions.PolarsError as error:
        reason = str(error).partition("\n")[0]
        raise DataError(f"cannot write {path} as {suffix}: {reason}") from error
    if path.suffix.lower() == ".gz":
        content = gzip.compress(content, mtime=0)
    write_bytes(path, content)


def written_suffix(path: Path) -> str:
    """Return the suffix that tells the format of a file that is to be written.

    Raises:
        OutputError: It is unknown.

    Example:
        >>> written_suffix(Path("ä.csv.gz"))
        '.csv'
    """
    suffix = table_suffix(path)
    if suffix not in _WRITERS:
        raise OutputError(
            f"{path}: tables with the suffix {suffix!r} cannot be written: expected one of "
            f"{', '.join(_WRITERS)} (also with .gz)"
        )
    return suffix


def refuse_unwritable(schema: Mapping[str, pl.DataType], suffix: str) -> None:
    """Refuse columns that a format cannot hold.

    Raises:
        DataError: One holds bytes or objects, and the format is CSV or TSV.

    Example:
        >>> refuse_unwritable(pl.Schema({"picture": pl.Binary()}), ".csv")
        Traceback (most recent call last):
        linnet.errors.DataError: column 'picture' holds Binary, which CSV and TSV cannot: ...
    """
    for name, dtype in schema.items():
        if suffix in {".csv", ".tsv"} and dtype in (pl.Binary, pl.Object):
            raise DataError(
                f"column {name!r} holds {dtype}, which CSV and TSV cannot: write .parquet, or "
                "leave the column out"
            )


def to_csv(table: pl.DataFrame) -> bytes:
    r"""Return what `write` writes into a CSV file.

    Example:
        >>> to_csv(pl.DataFrame({"tags": [["ä"], []]})).decode()
        'tags\n"[""ä""]"\n[]\n'
    """
    return _flat(table).write_csv().encode()


def _tsv(table: pl.DataFrame) -> bytes:
    return _flat(table).write_csv(separator="\t").encode()


def _jsonl(table: pl.DataFrame) -> bytes:
    return table.write_ndjson().encode()


def _parquet(table: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.write_parquet(buffer)
    return buffer.getvalue()


def _flat(table: pl.DataFrame) -> pl.DataFrame:
    refuse_unwritable(table.schema, ".csv")
    nested = [name for name, dtype in table.schema.items() if dtype.is_nested()]
    return table.with_columns(_as_json(name) for name in nested)


def _as_json(name: str) -> pl.Expr:
    """Polars writes JSON of a struct only: wrap the cell in one, and take the wrapping off."""
    wrapped = pl.struct(pl.col(name).alias("")).struct.json_encode()
    bare = wrapped.str.strip_prefix('{"":').str.strip_suffix("}")
    return pl.when(pl.col(name).is_not_null()).then(bare).alias(name)


_WRITERS: dict[str, Callable[[pl.DataFrame], bytes]] = {
    ".csv": to_csv,
    ".tsv": _tsv,
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".parquet": _parquet,
}

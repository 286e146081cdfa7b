"""Read Parquet: the types stay as they are in the file.

Goes in: a path. Comes out: a polars data frame.
"""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from linnet.errors import DataError
from linnet.tables.contents import contents, unchanged
from linnet.tables.form import Form


def read_parquet(path: Path, form: Form) -> pl.DataFrame:
    """Read a Parquet file.

    Raises:
        DataError: It is damaged, cut off, or not Parquet.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        ...     pl.DataFrame({"text": ["päivää", ""], "label": [1, 2]}).write_parquet(file.name)
        ...     read_parquet(Path(file.name), Form()).rows()
        [('päivää', 1), ('', 2)]
    """
    form.refuse(path)
    source = io.BytesIO(contents(path)) if path.suffix.lower() == ".gz" else unmapped(path)
    with reading(path), unchanged(path):
        return pl.read_parquet(source, glob=False, hive_partitioning=False)


def unmapped(path: Path) -> str:
    """Return an address at which polars reads a file piece by piece, at the same speed.

    It would map a mere path into memory, and the system ends a process that looks at a part of the
    map which another program has just cut off.

    Example:
        >>> unmapped(Path("ä b.parquet")).endswith("/%C3%A4%20b.parquet")
        True
    """
    return Path(os.path.realpath(path)).as_uri()  # no address holds ".."


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say which file it is that polars cannot read.

    Raises:
        DataError: It is damaged, cut off, or not Parquet.

    Example:
        >>> with reading(Path("ä.parquet")):
        ...     raise pl.exceptions.ComputeError("why")
        Traceback (most recent call last):
        linnet.errors.DataError: ä.parquet is damaged or not a Parquet file (why): ...
    """
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        reason = str(error).partition("\n")[0]
        raise DataError(
            f"{path} is damaged or not a Parquet file ({reason}): copy or download it again"
        ) from error

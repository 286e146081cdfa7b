"""Parquet in pieces: so many rows at a time, of whatever row groups they stand in."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from linnet.errors import DataError
from linnet.tables.contents import state
from linnet.tables.form import Form
from linnet.tables.parquet import reading, unmapped
from linnet.tables.pieces import Piece, changed

_SAMPLE = 4096


@dataclass(frozen=True)
class ParquetPieces:
    """A Parquet file whose pieces are known.

    Attributes:
        path: The file, as messages name it.
        pieces: All rows in their order.
        schema: Its columns.
        state: Of the file when the pieces were found.
    """

    path: Path
    pieces: tuple[Piece, ...]
    schema: pl.Schema
    state: tuple[int, ...]

    def read(self, piece: Piece, file: Path) -> pl.DataFrame:
        """Return the rows of a piece."""
        try:
            with reading(self.path):
                table = _scan(file).slice(piece.start, piece.rows).collect()
        except DataError:  # what is half written looks damaged
            if state(self.path) != self.state:
                raise changed(self.path) from None
            raise
        if table.height != piece.rows or table.schema != self.schema:
            raise changed(self.path)
        return table


def parquet_pieces(path: Path, form: Form, *, file: Path, size: int) -> ParquetPieces:
    """Find the pieces of a Parquet file, all of the same number of rows.

    Raises:
        DataError: It is damaged, cut off, has no rows, or is not Parquet.

    Example:
        >>> parquet_pieces(Path("ä.parquet"), Form(), file=Path("no such file"), size=1)
        Traceback (most recent call last):
        linnet.errors.DataError: cannot read ä.parquet: No such file or directory
    """
    form.refuse(path)
    with reading(path):
        found = state(path)
        table = _scan(file)
        schema = table.collect_schema()
        total = table.select(pl.len()).collect().item()
        sample = table.head(_SAMPLE).collect()
    if not total:
        raise DataError(f"{path} has no rows: at least one row was expected")
    rows = max(1, size * sample.height // max(1, int(sample.estimated_size())))
    starts = range(0, total, rows)
    pieces = tuple(Piece(each, min(each + rows, total), min(rows, total - each)) for each in starts)
    return ParquetPieces(path, pieces, schema, found)


def _scan(file: Path) -> pl.LazyFrame:
    return pl.scan_parquet(unmapped(file), glob=False, hive_partitioning=False)

"""JSON lines in pieces. The types of a column are those that hold all of its values."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from linnet.errors import DataError
from linnet.tables.contents import without_mark
from linnet.tables.form import Form
from linnet.tables.jsonl import parsed
from linnet.tables.pieces import Piece, bytes_between, changed, whole_rows

_STRINGS = ({pl.String}, {pl.String, pl.Boolean})


@dataclass(frozen=True)
class JsonLinesPieces:
    """A file of JSON lines whose pieces are known.

    Attributes:
        path: The file, as messages name it.
        pieces: All rows in their order.
        schema: Its columns, those too that only some rows have.
    """

    path: Path
    pieces: tuple[Piece, ...]
    schema: pl.Schema

    def read(self, piece: Piece, file: Path) -> pl.DataFrame:
        """Return the rows of a piece."""
        content = bytes_between(self.path, piece, file=file)
        table = parsed(self.path, content, lines_before=piece.lines_before)
        if table.height != piece.rows:
            raise changed(self.path)
        return _together(self.path, [pl.DataFrame(schema=self.schema), table])


def jsonl_pieces(path: Path, form: Form, *, file: Path, size: int) -> JsonLinesPieces:
    """Find the pieces of a file of JSON lines; see `read_jsonl`.

    Raises:
        DataError: A line is not a JSON object, or a key holds values of types that do not mix.

    Example:
        >>> jsonl_pieces(Path("ä.jsonl"), Form(), file=Path("no such file"), size=1)
        Traceback (most recent call last):
        linnet.errors.DataError: cannot read ä.jsonl: No such file or directory
    """
    form.refuse(path)
    pieces, lines, shape = list[Piece](), 0, pl.DataFrame()
    for place, content in whole_rows(path, file=file, size=size, row_end=_line_end):
        rest = without_mark(path, content) if place == 0 else content
        if rest.strip():
            begin = place + len(content) - len(rest)
            table = parsed(path, rest, lines_before=lines)
            if not table.is_empty():
                pieces.append(Piece(begin, place + len(content), table.height, lines))
            shape = _together(path, [shape, table.clear()])
        lines += content.count(b"\n")
    if not pieces:
        raise DataError(f"{path} is empty: a table with at least one row was expected")
    return JsonLinesPieces(path, tuple(pieces), shape.schema)


def _line_end(content: bytes) -> int:
    return content.rfind(b"\n") + 1


def _together(path: Path, tables: list[pl.DataFrame]) -> pl.DataFrame:
    first, second = (each.schema for each in tables)
    for name in first.keys() & second.keys():
        if not _mix(first[name], second[name]):
            raise _apart(path, f"{name!r} holds {first[name]} and {second[name]}")
    try:
        return pl.concat(tables, how="diagonal_relaxed")
    except pl.exceptions.PolarsError as error:
        raise _apart(path, str(error).partition("\n")[0]) from error


def _mix(one: pl.DataType, other: pl.DataType) -> bool:
    """Tell whether there is a type for both; polars would make an object of a number."""
    kinds = {type(one), type(other)} - {pl.Null}
    numbers = {each for each in kinds if each.is_numeric()}
    return len(kinds) < 2 or kinds == numbers or kinds - numbers in _STRINGS


def _apart(path: Path, reason: str) -> DataError:
    return DataError(
        f"{path}: types that do not mix: {reason}; write the values of one key in one type, for "
        "example as strings"
    )

r"""CSV and TSV in pieces, cut at the ends of rows: a line break in a quoted cell is none.

Every piece is parsed with the first row of the file above it, so that its width, its names and
its errors are those of the whole file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import polars as pl

from linnet.errors import DataError
from linnet.tables.contents import BLANK, without_mark
from linnet.tables.delimited import delimiter_of, named, no_rows
from linnet.tables.form import Form
from linnet.tables.pieces import Piece, bytes_between, changed, whole_rows
from linnet.tables.quoting import quotes_are_quoting
from linnet.tables.ragged import Layout

_FIRST_BYTES = 65_536


@dataclass(frozen=True)
class Head:
    """What the first row of a file says of the others.

    Attributes:
        layout: How to take rows apart; its content is the first row.
        columns: Names where the first row has none.
        begin: Where it stands: after a byte order mark.
    """

    layout: Layout
    columns: tuple[str, ...] | None
    begin: int

    def rows(self, content: bytes, *, place: int, lines_before: int) -> pl.DataFrame:
        """Return the rows of some bytes that stand somewhere in the file."""
        if place == self.begin:
            return named(replace(self.layout, content=content), self.columns)
        first = self.layout.content
        above = lines_before - first.count(b"\n")
        layout = replace(self.layout, content=first + content, lines_before=above)
        table = named(layout, self.columns)
        return table if self.columns is None else table.slice(1)


@dataclass(frozen=True)
class DelimitedPieces:
    """A CSV or TSV file whose pieces are known.

    Attributes:
        path: The file, as messages name it.
        head: What its first row says.
        pieces: All rows in their order.
        schema: Its columns, all of them strings.
    """

    path: Path
    head: Head
    pieces: tuple[Piece, ...]
    schema: pl.Schema

    def read(self, piece: Piece, file: Path) -> pl.DataFrame:
        """Return the rows of a piece."""
        content = bytes_between(self.path, piece, file=file)
        table = self.head.rows(content, place=piece.start, lines_before=piece.lines_before)
        if table.height != piece.rows:
            raise changed(self.path)
        return table


def csv_pieces(path: Path, form: Form, *, file: Path, size: int) -> DelimitedPieces:
    """Find the pieces of a comma-separated file; see `read_csv`.

    Raises:
        DataError: The file is empty, damaged or ragged.

    Example:
        >>> csv_pieces(Path("ä.csv"), Form(), file=Path("no such file"), size=1)
        Traceback (most recent call last):
        linnet.errors.DataError: cannot read ä.csv: No such file or directory
    """
    first = _first_bytes(path, file)
    return _found(path, form, file=file, size=size, delimiter=delimiter_of(first, form))


def tsv_pieces(path: Path, form: Form, *, file: Path, size: int) -> DelimitedPieces:
    """Find the pieces of a tab-separated file; see `read_tsv`.

    Raises:
        DataError: The file is empty, damaged or ragged.

    Example:
        >>> tsv_pieces(Path("ä.tsv"), Form(), file=Path("no such file"), size=1)
        Traceback (most recent call last):
        linnet.errors.DataError: cannot read ä.tsv: No such file or directory
    """
    return _found(path, form, file=file, size=size, delimiter=form.delimiter or "\t")


def _first_bytes(path: Path, file: Path) -> bytes:
    found = next(whole_rows(path, file=file, size=_FIRST_BYTES, row_end=len), (0, b""))[1]
    return without_mark(path, found)


def _found(path: Path, form: Form, *, file: Path, size: int, delimiter: str) -> DelimitedPieces:
    quote = '"' if delimiter != "\t" or _is_quoted(path, file, size) else None
    blocks = _without_mark(path, _blocks(path, file, size=size, delimiter=delimiter, quote=quote))
    head: Head | None = None
    pieces, lines, table = list[Piece](), 0, pl.DataFrame()
    for place, content in blocks:
        if head is None:
            layout = Layout(path, _first_row(content, delimiter, quote), delimiter, quote)
            head = Head(layout, form.columns, place)
        table = head.rows(content, place=place, lines_before=lines)
        if not table.is_empty():
            pieces.append(Piece(place, place + len(content), table.height, lines))
        lines += content.count(b"\n")
    if head is None:
        raise DataError(f"{path} is empty: a table with at least one row was expected")
    if not pieces:
        raise DataError(f"{path} has a header and no rows: {no_rows(head.layout.content)}")
    return DelimitedPieces(path, head, tuple(pieces), table.schema)


def _blocks(
    path: Path, file: Path, *, size: int, delimiter: str, quote: str | None
) -> Iterator[tuple[int, bytes]]:
    end = _last_line_end if quote is None else partial(_last_row_end, delimiter)
    return whole_rows(path, file=file, size=size, row_end=end)


def _without_mark(path: Path, blocks: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """Yield the blocks from the first that is not blank, without a byte order mark."""
    begun = False
    for place, content in blocks:
        rest = without_mark(path, content) if place == 0 else content
        begun = begun or bool(rest.strip(BLANK))
        if begun:
            yield place + len(content) - len(rest), rest


def _is_quoted(path: Path, file: Path, size: int) -> bool:
    """Tell whether the quotes of a tab-separated file are quoting; see `quoting.py`."""
    quoted = False
    try:
        for _, content in _blocks(path, file, size=size, delimiter="\t", quote='"'):
            if b'"' in content:
                if not quotes_are_quoting(content):
                    return False
                quoted = True
    except DataError:  # a quote that is never closed is text
        return False
    return quoted


def _last_line_end(content: bytes) -> int:
    return content.rfind(b"\n") + 1


def _last_row_end(delimiter: str, content: bytes) -> int:
    end = len(content)
    for start, stop in reversed([each.span() for each in _quoted(delimiter, content)]):
        found = content.rfind(b"\n", stop, end)
        if found >= 0:
            return found + 1
        end = start
    return content.rfind(b"\n", 0, end) + 1


def _first_row(content: bytes, delimiter: str, quote: str | None) -> bytes:
    """Return the first row that is not blank, with a line break at its end."""
    rest = content.lstrip(b"\r\n")
    start = 0
    for each in _quoted(delimiter, rest) if quote is not None else ():
        end = rest.find(b"\n", start, each.start())
        if end >= 0:
            return rest[: end + 1]
        start = each.end()
    end = rest.find(b"\n", start)
    return rest[: end + 1] if end >= 0 else rest + b"\n"


def _quoted(delimiter: str, content: bytes) -> Iterator[re.Match[bytes]]:
    """Find the cells that are quoted; the last may have no end.

    The literal first byte lets the search jump from quote to quote; only one at the beginning of
    a cell quotes.
    """
    before = re.escape(delimiter.encode())
    return re.finditer(rb'"(?<![^\n%s]")(?:[^"]++|"")*+(?:"|\Z)' % before, content)

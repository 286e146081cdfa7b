"""A file in pieces that are read without each other, so that memory is bounded.

Goes in: a path. Comes out: where its pieces begin and end, and the rows of each; all of them
together are what `read` gives. Finding the pieces reads the whole file once, so a broken line is
told before anything is done with those above it. A kind of file is a line in `PIECES`.
"""

import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import polars as pl

from linnet.errors import DataError, OutputError
from linnet.registry import resolve
from linnet.tables.contents import damaged_gzip, gunzipped
from linnet.tables.form import Form
from linnet.tables.read import known_suffix

PIECES = {
    ".csv": "linnet.tables.delimited_pieces:csv_pieces",
    ".tsv": "linnet.tables.delimited_pieces:tsv_pieces",
    ".jsonl": "linnet.tables.jsonl_pieces:jsonl_pieces",
    ".ndjson": "linnet.tables.jsonl_pieces:jsonl_pieces",
    ".parquet": "linnet.tables.parquet_pieces:parquet_pieces",
}
"""Suffix → finder(path, form, file=, size=)."""

LONGEST_ROW = 64_000_000


@dataclass(frozen=True)
class Piece:
    """Some rows of a file that stand together.

    Attributes:
        start: Where it begins: the byte in a text file, the row in Parquet.
        stop: Where the next one begins.
        rows: How many rows it has, at least one.
        lines_before: How many lines of a text file stand above it.
    """

    start: int
    stop: int
    rows: int
    lines_before: int = 0


class InPieces(Protocol):
    """A file whose pieces are known. Plain data: it may go to another process."""

    @property
    def path(self) -> Path:
        """The file, as messages name it."""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All rows in their order, at least one piece."""

    @property
    def schema(self) -> pl.Schema:
        """The columns and types that every piece has."""

    def read(self, piece: Piece, file: Path) -> pl.DataFrame:
        """Return the rows of a piece.

        Args:
            piece: One of `pieces`.
            file: Where the bytes stand: `path`, or what it was unpacked to.

        Raises:
            DataError: The file was changed since.
        """


def in_pieces(path: Path, form: Form, *, file: Path, size: int) -> InPieces:
    r"""Find the pieces of a file.

    Args:
        path: The file, as messages name it; its suffix tells how it is read.
        form: Names of columns and the delimiter, where the file does not say them.
        file: Where its bytes stand, not gzipped.
        size: About how many bytes of rows a piece should have, before compression.

    Raises:
        DataError: There is no such file, it has no rows, or a line of it is broken.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile(suffix=".csv") as opened:
        ...     path = Path(opened.name)
        ...     _ = path.write_text('text\n"ä\nb"\n\nc\n', "utf-8")
        ...     found = in_pieces(path, Form(), file=path, size=12)
        ...     [found.read(each, path)["text"].to_list() for each in found.pieces]
        [['ä\nb'], [None, 'c']]
    """
    finder = resolve(PIECES, known_suffix(path, form), what="table suffix")
    found: InPieces = finder(path, form, file=file, size=size)
    return found


def whole_rows(
    path: Path, *, file: Path, size: int, row_end: Callable[[bytes], int]
) -> Iterator[tuple[int, bytes]]:
    r"""Yield the bytes of a text file some at a time, each time up to the end of a row.

    Args:
        path: The file, for messages.
        file: Where its bytes stand.
        size: How many are read at a time.
        row_end: Tells where the last whole row of some bytes ends; 0: there is none.

    Yields:
        Where the bytes begin, and the bytes.

    Raises:
        DataError: It cannot be read, or a row never ends.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile() as opened:
        ...     path = Path(opened.name)
        ...     _ = path.write_bytes(b"a\nb\nc")
        ...     list(whole_rows(path, file=path, size=3, row_end=lambda x: x.rfind(b"\n") + 1))
        [(0, b'a\n'), (2, b'b\n'), (4, b'c')]
    """
    place, rest = 0, b""
    for block in _blocks(path, file, size):
        rest += block
        end = row_end(rest)
        if end:
            yield place, rest[:end]
            place, rest = place + end, rest[end:]
        elif len(rest) > LONGEST_ROW:
            raise DataError(
                f"{path}: a row that begins at byte {place:,} does not end within "
                f"{LONGEST_ROW // 1_000_000} MB: is a quote never closed?"
            )
    if rest:
        yield place, rest


def _blocks(path: Path, file: Path, size: int) -> Iterator[bytes]:
    try:
        with file.open("rb") as opened:
            while block := opened.read(size):
                yield block
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error


def bytes_between(path: Path, piece: Piece, *, file: Path) -> bytes:
    """Return the bytes of a piece.

    Raises:
        DataError: The file is shorter than it was.

    Example:
        >>> bytes_between(Path("ä.csv"), Piece(0, 1, 1), file=Path("no such file"))
        Traceback (most recent call last):
        linnet.errors.DataError: cannot read ä.csv: No such file or directory
    """
    try:
        with file.open("rb") as opened:
            opened.seek(piece.start)
            content = opened.read(piece.stop - piece.start)
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    if len(content) < piece.stop - piece.start:
        raise changed(path)
    return content


def changed(path: Path) -> DataError:
    """Return the error of a file that is not what it was when its pieces were found.

    Example:
        >>> changed(Path("ä.csv"))
        DataError('ä.csv was changed while it was read: begin again')
    """
    return DataError(f"{path} was changed while it was read: begin again")


def unpack(path: Path, target: Path) -> None:
    """Write what a gzipped file holds into another file, some bytes at a time.

    Raises:
        DataError: It is damaged, not gzipped, or a bomb.
        OutputError: The other file cannot be written.

    Example:
        >>> unpack(Path("no such file.gz"), Path("a"))
        Traceback (most recent call last):
        linnet.errors.OutputError: cannot unpack no such file.gz to a: No such file or directory
    """
    try:
        with path.open("rb") as packed, target.open("wb") as unpacked:
            unpacked.writelines(gunzipped(path, packed, size=path.stat().st_size))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise damaged_gzip(path, error) from error
    except OSError as error:
        raise OutputError(f"cannot unpack {path} to {target}: {error.strerror}") from error

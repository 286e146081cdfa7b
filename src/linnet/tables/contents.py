"""The bytes of a file: gunzipped, without byte order mark, and known to be there.

Goes in: a path. Comes out: bytes. Knows nothing of the formats.
"""

import codecs
import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from linnet.errors import DataError
from linnet.registry import nearest
from linnet.tables.kinds import refuse_other_kinds

_OTHER_ENCODINGS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
BLANK = b"\0 \t\r\n\v\f"
"""Bytes that say nothing; a file that was never written to its end may hold many NULs."""
_LEAST_BOMB = 2**30
_MOST_PACKED = 200
_AT_ONCE = 2**24


def require_file(path: Path) -> None:
    """Check that a file stands at `path`.

    Raises:
        DataError: There is nothing, or a folder, a pipe or a device; the message names the nearest
            file name.

    Example:
        >>> require_file(Path("täble.csv"))
        Traceback (most recent call last):
        linnet.errors.DataError: there is no file täble.csv...
    """
    try:
        if path.is_file():
            return
        if path.is_dir():
            raise DataError(f"{path} is a folder: name a file in it")
        if path.exists():
            raise DataError(f"{path} is a pipe or a device: write its rows to a file first")
        raise DataError(f"there is no file {path}: {_instead(path)}")
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error


def _instead(path: Path) -> str:
    if path.is_symlink():
        return f"it is a link to {os.readlink(path)}, which is not there"
    if not path.parent.is_dir():
        return f"the folder {path.parent} does not exist"
    near = nearest(path.name, (each.name for each in path.parent.iterdir()))
    return f"did you mean {near!r}?" if near else "check the name and the folder"


@contextmanager
def unchanged(path: Path) -> Iterator[None]:
    """Refuse a file that is written to, or replaced, while the block reads it.

    Raises:
        DataError: It was changed; also where the block failed because of that.

    Example:
        >>> with unchanged(Path("täble.csv")):
        ...     pass
        Traceback (most recent call last):
        linnet.errors.DataError: cannot read täble.csv: No such file or directory
    """
    before = state(path)
    try:
        yield
    finally:
        if state(path) != before:
            raise DataError(
                f"{path} changed while it was read: wait until it is written, then try again"
            )


def state(path: Path) -> tuple[int, ...]:
    """Return what differs after a file was written to or replaced.

    Raises:
        DataError: It cannot be asked for.

    Example:
        >>> state(Path("täble.csv"))
        Traceback (most recent call last):
        linnet.errors.DataError: cannot read täble.csv: No such file or directory
    """
    try:
        now = path.stat()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    return now.st_ino, now.st_size, now.st_mtime_ns


def contents(path: Path) -> bytes:
    """Return the bytes of a file; those of a name that ends in .gz gunzipped.

    Raises:
        DataError: The file cannot be read, changes meanwhile, or its gzip stream is damaged, cut
            off or a bomb: more than 1 GiB and 200 times the file.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        ...     contents(Path(file.name))
        b''
    """
    try:
        with unchanged(path):
            raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    if path.suffix.lower() != ".gz":
        return raw
    try:
        unpacked = io.BytesIO()
        for some in gunzipped(path, io.BytesIO(raw), size=len(raw)):
            unpacked.write(some)
        return unpacked.getvalue()
    except (OSError, EOFError, zlib.error) as error:
        raise damaged_gzip(path, error) from error


def damaged_gzip(path: Path, reason: Exception) -> DataError:
    """Return the error of a file that cannot be gunzipped.

    Example:
        >>> damaged_gzip(Path("ä.gz"), EOFError("cut off"))
        DataError('ä.gz is damaged or not a gzip file (cut off): copy or download it again, ...
    """
    return DataError(
        f"{path} is damaged or not a gzip file ({reason}): copy or download it again, "
        "or take .gz off its name if it is not compressed"
    )


def gunzipped(path: Path, packed: BinaryIO, *, size: int) -> Iterator[bytes]:
    """Yield what a gzip stream holds, some bytes at a time.

    Args:
        path: The file, for messages.
        packed: Its bytes.
        size: How many those are.

    Raises:
        DataError: It holds more than 1 GiB and more than 200 times its size: a bomb.
        OSError, EOFError, zlib.error: It is damaged; `damaged_gzip` says so.

    Example:
        >>> content = gzip.compress("ä".encode())
        >>> b"".join(gunzipped(Path("ä.gz"), io.BytesIO(content), size=len(content))).decode()
        'ä'
    """
    most, total = max(_LEAST_BOMB, _MOST_PACKED * size), 0
    with gzip.GzipFile(fileobj=packed) as file:
        for some in iter(partial(file.read, _AT_ONCE), b""):
            total += len(some)
            if total > most:
                raise DataError(
                    f"{path} unpacks to more than {most:,} bytes, {most // size:,} times its "
                    "size, as no table does: gunzip it yourself if you trust it"
                )
            yield some


def text_contents(path: Path) -> bytes:
    r"""Return the bytes of a text file without its UTF-8 byte order mark.

    Raises:
        DataError: The file is empty, is UTF-16 or UTF-32, or begins as something that is no text.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        ...     _ = Path(file.name).write_bytes("\ufeffa".encode())
        ...     text_contents(Path(file.name))
        b'a'
    """
    content = without_mark(path, contents(path))
    if not content.strip(BLANK):
        raise DataError(f"{path} is empty: a table with at least one row was expected")
    return content


def without_mark(path: Path, content: bytes) -> bytes:
    r"""Return the beginning of a text file, or all of it, without its UTF-8 byte order mark.

    Raises:
        DataError: It is UTF-16 or UTF-32, or begins as something that is no text.

    Example:
        >>> without_mark(Path("a.csv"), "\ufeffä".encode()).decode()
        'ä'
    """
    for mark, encoding in _OTHER_ENCODINGS.items():
        if content.startswith(mark):
            raise DataError(f"{path} is {encoding}, expected UTF-8: {_convert(path, encoding)}")
    content = content.removeprefix(codecs.BOM_UTF8)
    refuse_other_kinds(path, content)
    _refuse_nul(path, content)
    return content


def _refuse_nul(path: Path, content: bytes) -> None:
    """Refuse a first line with NUL bytes: UTF-16 without its mark, or no text at all."""
    line = content[: content.find(b"\n") + 1 or None][:1000]
    if b"\0" not in line or not line.strip(BLANK):
        return
    for encoding, nul in (("utf-16le", line[1::2]), ("utf-16be", line[::2])):
        if nul.count(b"\0") > len(nul) / 2:
            raise DataError(f"{path} is {encoding}, expected UTF-8: {_convert(path, encoding)}")
    raise DataError(f"{path} is not text: its first line holds NUL bytes; name a table as text")


def decoded(path: Path, content: bytes, *, lines_before: int = 0) -> str:
    r"""Return the content as text, or say where it stops being UTF-8.

    Args:
        path: The file, for the message.
        content: Its bytes, or some of them.
        lines_before: How many lines of the file stand before these.

    Raises:
        DataError: With the line and the byte.

    Example:
        >>> decoded(Path("a.csv"), b"")
        ''
        >>> decoded(Path("a.csv"), b"text\ncaf\xe9\n")
        Traceback (most recent call last):
        linnet.errors.DataError: a.csv, line 2: byte 0xe9 after 'caf' is not UTF-8...
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = lines_before + content.count(b"\n", 0, error.start) + 1
        begin = max(content.rfind(b"\n", 0, error.start) + 1, error.start - 20)
        before = content[begin : error.start].decode("utf-8", errors="ignore")
        raise DataError(
            f"{path}, line {line}: byte 0x{content[error.start]:02x} after {before!r} is not "
            f"UTF-8: {_convert(path, 'windows-1252')}"
        ) from None


def _convert(path: Path, encoding: str) -> str:
    name = path.name.removesuffix(".gz")
    return f"convert the file, for example `iconv -f {encoding} -t utf8 {name} > utf8-{name}`"

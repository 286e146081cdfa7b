"""The bytes of a file: gunzipped, without byte order mark, and known to be there.

Goes in: a path. Comes out: bytes. Knows nothing of the formats.
"""

import codecs
import gzip
import zlib
from pathlib import Path

from linnet.errors import DataError
from linnet.registry import nearest

_OTHER_ENCODINGS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def require_file(path: Path) -> None:
    """Check that a file stands at `path`.

    Raises:
        DataError: There is nothing, or a folder; the message names the nearest file name.

    Example:
        >>> require_file(Path("täble.csv"))
        Traceback (most recent call last):
        linnet.errors.DataError: there is no file täble.csv...
    """
    if path.is_dir():
        raise DataError(f"{path} is a folder: name a file in it")
    if path.exists():
        return
    if not path.parent.is_dir():
        raise DataError(f"there is no file {path}: the folder {path.parent} does not exist")
    near = nearest(path.name, (each.name for each in path.parent.iterdir()))
    hint = f"did you mean {near!r}?" if near else "check the name and the folder"
    raise DataError(f"there is no file {path}: {hint}")


def contents(path: Path) -> bytes:
    """Return the bytes of a file; those of a name that ends in .gz gunzipped.

    Raises:
        DataError: The file cannot be read, or its gzip stream is damaged or cut off.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        ...     contents(Path(file.name))
        b''
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    if path.suffix.lower() != ".gz":
        return raw
    try:
        return gzip.decompress(raw)
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


def text_contents(path: Path) -> bytes:
    r"""Return the bytes of a text file without its UTF-8 byte order mark.

    Raises:
        DataError: The file is empty, or begins with the mark of UTF-16 or UTF-32.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        ...     _ = Path(file.name).write_bytes("\ufeffa".encode())
        ...     text_contents(Path(file.name))
        b'a'
    """
    content = without_mark(path, contents(path))
    if not content.strip():
        raise DataError(f"{path} is empty: a table with at least one row was expected")
    return content


def without_mark(path: Path, content: bytes) -> bytes:
    r"""Return the beginning of a text file, or all of it, without its UTF-8 byte order mark.

    Raises:
        DataError: It begins with the mark of UTF-16 or UTF-32.

    Example:
        >>> without_mark(Path("a.csv"), "\ufeffä".encode()).decode()
        'ä'
    """
    for mark, encoding in _OTHER_ENCODINGS.items():
        if content.startswith(mark):
            raise DataError(f"{path} is {encoding}, expected UTF-8: {_convert(path, encoding)}")
    return content.removeprefix(codecs.BOM_UTF8)


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
            f"UTF-8: {_convert(path, 'latin1')}"
        ) from None


def _convert(path: Path, encoding: str) -> str:
    name = path.name.removesuffix(".gz")
    return f"convert the file, for example `iconv -f {encoding} -t utf8 {name} > utf8-{name}`"

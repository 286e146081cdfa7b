"""Files that are no text table, by how they begin: what they are and what to do with them.

Goes in: the first bytes of a file. Comes out: nothing, or the error that tells. Without it such a
file would be called "not UTF-8, line 1", or be a table whose only column is a web page.
"""

from pathlib import Path

from linnet.errors import DataError

_UNPACK = "unpack it first"
_SAVE = "open it in the program that made it, and save the table as CSV"
_KINDS = {
    b"pk\x03\x04": ("a spreadsheet (XLSX) or another ZIP archive", f"{_SAVE}, or {_UNPACK}"),
    b"\xd0\xcf\x11\xe0": ("a spreadsheet or document of old (XLS, DOC)", _SAVE),
    b"%pdf-": ("a PDF document", _SAVE),
    b"\x1f\x8b": ("gzipped", "add .gz to its name"),
    b"(\xb5/\xfd": ("packed by zstd", _UNPACK),
    b"bzh91ay&sy": ("packed by bzip2", _UNPACK),
    b"\xfd7zxz\x00": ("packed by xz", _UNPACK),
    b"par1": ("a Parquet file", "end its name in .parquet"),
    b"sqlite format 3\x00": ("a database (SQLite)", "write a table of it as CSV"),
    b"\x89png\r\n": ("a picture", "name a table"),
    b"\xff\xd8\xff": ("a picture", "name a table"),
    b"gif8": ("a picture", "name a table"),
    b"\x7felf": ("a program", "name a table"),
    b"<!doctype html": ("a web page", "download the table itself; a site may ask to sign in first"),
    b"<html": ("a web page", "download the table itself; a site may ask to sign in first"),
    b"version https://git-lfs": ("a pointer of Git LFS", "fetch the file: `git lfs pull`"),
}
"""How a file begins, in lower case → what it is, and what to do."""


def refuse_other_kinds(path: Path, beginning: bytes) -> None:
    r"""Raise DataError if a file begins as one that is no text.

    Args:
        path: The file, for the message.
        beginning: Its first bytes, or all of them.

    Example:
        >>> refuse_other_kinds(Path("ä.csv"), b"")
        >>> refuse_other_kinds(Path("ä.csv"), b"\x1f\x8b\x08")
        Traceback (most recent call last):
        linnet.errors.DataError: ä.csv is gzipped, expected a table as text: add .gz to its name
    """
    first = beginning[:30].lstrip().lower()
    for start, (what, mend) in _KINDS.items():
        if first.startswith(start):
            raise DataError(f"{path} is {what}, expected a table as text: {mend}")

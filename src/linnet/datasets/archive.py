"""Members of an archive, read into memory by their names.

Goes in: a downloaded tar or zip file and the names that are wanted. Comes out: bytes. Nothing is
ever written under a name from an archive, and no more is read than fits the limit. Knows nothing
of what the bytes mean.
"""

import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from linnet.errors import DataError

MAX_BYTES = 4_000_000_000  # unpacked; the largest data set has half a gigabyte
BLOCK_BYTES = 1 << 20
HEADER_BYTES = 512  # of a member, so that millions of empty ones count too

_DAMAGES = (EOFError, OSError, RuntimeError, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile,
            zlib.error)  # fmt: skip


def tar_members(path: Path, name: re.Pattern[str]) -> Iterator[tuple[re.Match[str], bytes]]:
    r"""Read the files in a tar archive whose whole name matches, in the archive's order.

    Args:
        path: A tar file, compressed or not.
        name: What to look for; its groups come back with the content.

    Raises:
        DataError: The file is no tar archive, is cut short, or unpacks to too much.

    Example:
        >>> import io, tempfile
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     with tarfile.open(fileobj=file, mode="w:gz") as tar:
        ...         tar.addfile(tarfile.TarInfo("./päivä/7.txt"))
        ...     file.flush()
        ...     found = list(tar_members(Path(file.name), re.compile(r".*/(\d+)\.txt")))
        >>> [(match[1], content) for match, content in found]
        [('7', b'')]
    """
    total = 0
    try:
        with tarfile.open(path) as tar:
            for member in tar:
                total += HEADER_BYTES + member.size
                _refuse_too_much(path, total)
                found = name.fullmatch(member.name)
                content = tar.extractfile(member) if found and member.isfile() else None
                if found and content:
                    yield found, content.read()
            # The sum of what was unpacked stands behind the archive's end.
            while tar.fileobj and (rest := tar.fileobj.read(BLOCK_BYTES)):
                total += len(rest)
                _refuse_too_much(path, total)
    except _DAMAGES as error:
        raise _damaged(path, "a tar archive", error) from error


def zip_member(path: Path, name: str) -> bytes:
    """Read the file of that name from a zip archive, in whatever folder it stands.

    Raises:
        DataError: The file is no zip archive, is damaged, lacks the member, or unpacks to too
            much.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     with zipfile.ZipFile(file, "w") as archive:
        ...         archive.writestr("folder/ä.csv", "")
        ...     file.flush()
        ...     zip_member(Path(file.name), "ä.csv")
        b''
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.filename.rpartition("/")[2] == name:
                    _refuse_too_much(path, member.file_size)
                    return archive.read(member)
    except _DAMAGES as error:
        raise _damaged(path, "a zip archive", error) from error
    raise DataError(f"{path} holds no file {name}: expected the archive as it was published")


def _refuse_too_much(path: Path, num_bytes: int) -> None:
    if num_bytes > MAX_BYTES:
        raise DataError(
            f"{path} unpacks to more than {MAX_BYTES:,} bytes: "
            "expected the archive as it was published"
        )


def _damaged(path: Path, expected: str, error: Exception) -> DataError:
    said = str(getattr(error, "strerror", None) or error)
    reason = said.partition(":\n")[0] or type(error).__name__  # tarfile lists each method it tried
    return DataError(
        f"cannot unpack {path}: {reason}; expected {expected}, whole and as it was published"
    )

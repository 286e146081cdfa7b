"""Files that are written whole or not at all, checksums, and the cache folder."""

import errno
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from linnet.errors import OutputError

BESIDE = re.compile(r"\..+\.[a-z0-9_]{8}")
"""What a file or folder is called until it is whole."""


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: beside it first, then renamed into place.

    Raises:
        OutputError: The folder cannot be written, or the disk is full.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_bytes(Path(folder) / "a", b"")
        ...     (Path(folder) / "a").read_bytes()
        b''
    """
    try:
        _write_whole(path, content)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error


def _write_whole(path: Path, content: bytes) -> None:
    folder = os.path.realpath(path.parent)  # else tempfile strikes out "link/.."
    handle, beside = tempfile.mkstemp(dir=folder, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, 0o666 & ~_umask())
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def flush(path: Path) -> None:
    """Have the system write a file to the disk, as far as it has not yet.

    Raises:
        OSError: It cannot.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     flush(Path(file.name))
    """
    with path.open("rb") as file:
        os.fsync(file.fileno())


def write_text(path: Path, content: str) -> None:
    """Write a UTF-8 text file whole or not at all."""
    write_bytes(path, content.encode("utf-8"))


def write_json(path: Path, content: Any) -> None:
    """Write JSON that people can read and that is the same bytes every time."""
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    # A name of a file may be no Unicode: what stands for its bytes is escaped, and read back.
    write_bytes(path, f"{text}\n".encode(errors="backslashreplace"))


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     sha256(Path(file.name))[:8]
        'e3b0c442'
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_state(path: Path) -> list[int]:
    """Return what changes with a file: its bytes, and when it was changed; nothing if it is gone.

    Example:
        >>> file_state(Path("no such file"))
        []
    """
    try:
        now = path.stat()
    except OSError:
        return []
    return [now.st_size, now.st_mtime_ns]


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Fill a folder beside `path` and rename it into place when all went well.

    Yields:
        The folder to write into. If the block raises, it is removed and `path` is not made.

    Raises:
        OutputError: `path` exists, or its parent cannot be written.
    """
    refuse_existing(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.path.realpath(path.parent)  # else tempfile strikes out "link/.."
        beside = Path(tempfile.mkdtemp(dir=folder, prefix=f".{path.name}."))
    except OSError as error:
        raise OutputError(f"cannot write to {path}: {error.strerror}") from error
    try:
        yield beside
        os.chmod(beside, 0o777 & ~_umask())
        refuse_existing(path)
        os.rename(beside, path)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def make_folder(path: Path) -> None:
    """Make a folder and its parents, unless it is there.

    Raises:
        OutputError: It cannot be made.

    Example:
        >>> make_folder(Path("."))
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder {path}: {error.strerror}") from error


def remove_unfinished(folder: Path) -> None:
    """Remove what a process that was killed had not written to its end.

    Args:
        folder: Where nobody else writes now; it may be missing.

    Raises:
        OutputError: The folder cannot be written.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in (".ä.json.x1_y2z3w", ".gitignore", "ä.json"):
        ...         write_text(Path(folder) / name, "")
        ...     remove_unfinished(Path(folder))
        ...     sorted(each.name for each in Path(folder).iterdir())
        ['.gitignore', 'ä.json']
    """
    found = [each for each in folder.glob(".*") if BESIDE.fullmatch(each.name)]
    for path in found:
        remove(path)


def remove(path: Path) -> None:
    """Remove a file or a folder with all that is in it; nothing there is no mistake.

    Raises:
        OutputError: It cannot be removed.

    Example:
        >>> remove(Path("no such thing"))
    """
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"cannot remove {path}: {error.strerror}") from error


@contextmanager
def alone(lock: Path, *, taken: str) -> Iterator[None]:
    """Hold a lock that ends with the process, however that ends.

    On a disk that knows no locks nothing is held.

    Args:
        lock: A file to make; it stays behind.
        taken: What the error says where another holds it.

    Raises:
        OutputError: Another holds it, or the file cannot be made.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with alone(Path(folder, "a"), taken="ä"), alone(Path(folder, "a"), taken="ä"):
        ...         pass
        Traceback (most recent call last):
        linnet.errors.OutputError: ä
    """
    import fcntl

    try:
        file = lock.open("a")
    except OSError as error:
        raise OutputError(f"cannot write {lock}: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OutputError(taken) from error
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.ENOTSUP):
                raise OutputError(f"cannot lock {lock}: {error.strerror}") from error
        yield


def refuse_existing(path: Path) -> None:
    """Raise OutputError if something stands at `path`: nothing is ever overwritten.

    And where only a shell would know the place: a folder named ~ would be made.
    """
    if path.parts[:1] == ("~",):
        raise OutputError(f"{path}: ~ stands for a folder in a shell only: write that out")
    if path.exists() or path.is_symlink():
        raise OutputError(f"{path} exists already: name another path, or remove it first")


def refuse_new_file(path: Path) -> None:
    """Raise OutputError if something stands at `path`, or its folder is missing.

    Example:
        >>> refuse_new_file(Path("no such folder/ä"))
        Traceback (most recent call last):
        linnet.errors.OutputError: cannot write no such folder/ä: there is no folder no such folder
    """
    refuse_existing(path)
    if not path.parent.is_dir():
        raise OutputError(f"cannot write {path}: there is no folder {path.parent}")


def cache_folder() -> Path:
    """Return the folder for things that can be made again; LINNET_CACHE moves it."""
    chosen = os.environ.get("LINNET_CACHE")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "linnet"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

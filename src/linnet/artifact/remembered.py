"""Sums of big files, remembered in the cache folder, because summing 300 MB takes 0.8 seconds.

What is remembered can only save work: a sum that does not agree is computed again.
"""

import hashlib
import time
from contextlib import suppress
from pathlib import Path

from linnet.errors import OutputError
from linnet.files import cache_folder, sha256, write_text

BIG = 32_000_000
SETTLED_SECONDS = 2.0


def has_sum(path: Path, expected: str) -> bool:
    """Return whether a file has this SHA-256; a big one that is known is not read again.

    Args:
        path: The file; links are followed.
        expected: 64 hexadecimal digits.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     has_sum(Path(file.name), "0" * 64)
        False
    """
    state = path.stat()
    if state.st_size <= BIG:
        return sha256(path) == expected
    # A change within the clock's grain leaves the times as they are: a file must have settled.
    settled = time.time() - state.st_mtime > SETTLED_SECONDS
    identity = (path.resolve(), state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)
    note = cache_folder() / "sums" / hashlib.sha256(repr(identity).encode()).hexdigest()
    if settled and _recall(note) == expected:
        return True
    found = sha256(path)
    if settled and found == expected:
        _remember(note, found)
    return found == expected


def _recall(note: Path) -> str | None:
    try:
        return note.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return None


def _remember(note: Path, found: str) -> None:
    """Write a note; a cache that cannot be written is no mistake."""
    with suppress(OSError, OutputError):
        note.parent.mkdir(parents=True, exist_ok=True)
        write_text(note, found)

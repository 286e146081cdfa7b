"""A file from an address: whole and verified, or an error that says what to do.

Goes in: an address and a path. Comes out: the file at that path. While it comes it is `NAME.part`;
a download that was cut goes on from there, unless the publisher's file has changed since, which
its ETag or date tells (kept in `NAME.part.json`). Knows nothing of what the file holds.
"""

import http.client
import json
import os
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeAlias

from linnet import files
from linnet.errors import DataError, OutputError
from linnet.version import VERSION

ATTEMPTS = 4
PAUSE_SECONDS = 1.0  # before the second attempt, twice as long before each further one
TIMEOUT_SECONDS = 30.0  # without a byte
BLOCK_BYTES = 1 << 18
MAX_BYTES = 2_000_000_000  # the largest data set has 84 million
WORTH_ANOTHER_ATTEMPT = {408, 429, 500, 502, 503, 504}
OR_GIVE = "try again, or get the file by other means and name it with --data"

Report: TypeAlias = Callable[[int, int | None], None]
"""Called with the bytes that are there and the bytes of the whole, None where it is not known."""


class WrongSumError(DataError):
    """A file came that has another sum than expected."""


@dataclass(frozen=True)
class _Part:
    """What has come so far, and the mark of the file that it is a part of."""

    address: str
    path: Path
    mark_path: Path

    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def mark(self) -> str | None:
        """Return the mark if the download can go on, None if it must start anew."""
        try:
            noted = json.loads(self.mark_path.read_bytes())
        except (OSError, ValueError):
            return None
        return str(noted["mark"]) if noted["address"] == self.address and self.size() else None

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)
        self.mark_path.unlink(missing_ok=True)


def download(
    address: str, path: Path, *, sha256: str | None = None, report: Report | None = None
) -> Path:
    """Download a file, or take the one that is there if its sum is right.

    Args:
        address: Where from; http or https.
        path: Where to; folders are made.
        sha256: The sum that the file must have; None: any.
        report: Told now and then how far it is.

    Raises:
        DataError: The address cannot be reached or does not answer with the file.
        WrongSumError: The file has another sum than expected; it is removed.
        OutputError: The disk is full, `path` cannot be written, or another process is at it.

    Example:
        >>> download("http://localhost:1/ä.zip", Path("/dev/null/ä.zip"))
        Traceback (most recent call last):
        linnet.errors.OutputError: cannot write /dev/null/ä.zip.lock: File exists
    """
    refusal = f"another process is downloading {path.name}: wait for it"
    with files.alone(_beside(path, ".lock"), refusal=refusal):
        if path.is_file() and sha256 in (None, files.sha256(path)):
            return path
        part = _Part(address, _beside(path, ".part"), _beside(path, ".part.json"))
        _receive(part, report or (lambda done, total: None))
        found = files.sha256(part.path)
        if sha256 not in (None, found):
            part.clear()
            raise WrongSumError(
                f"{address} gave a file with the SHA-256 {found}, expected {sha256}: it was "
                f"damaged on its way or has been replaced, and is removed; {OR_GIVE}"
            )
        os.replace(part.path, path)
        part.clear()
    return path


def _receive(part: _Part, report: Report) -> None:
    """Ask until the whole file is there, a few times."""
    reason = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE_SECONDS * 2 ** (attempt - 1))
        try:
            return _request(part, report)
        except urllib.error.HTTPError as error:
            reason = f"the server answered {error.code} {error.reason}"
            error.close()
            if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                part.clear()
            elif error.code not in WORTH_ANOTHER_ATTEMPT:
                break
        except urllib.error.URLError as error:
            reason = str(getattr(error.reason, "strerror", None) or error.reason)
            break
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
    kept = f" (what came is kept: {part.size():,} bytes)" if part.mark() else ""
    raise DataError(f"cannot download {part.address}: {reason}{kept}; {OR_GIVE}")


def _request(part: _Part, report: Report) -> None:
    """Ask once for what is missing, or for the whole where nothing can be gone on with."""
    mark, done = part.mark(), part.size()
    headers = {"User-Agent": f"linnet/{VERSION}", "Accept-Encoding": "identity"}
    if mark:
        # With If-Range a server sends the rest of the same file, or the whole of a changed one.
        headers |= {"Range": f"bytes={done}-", "If-Range": mark}
    request = urllib.request.Request(part.address, headers=headers)
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
        _refuse_downgrade(part.address, response.url)
        if response.status == HTTPStatus.PARTIAL_CONTENT:
            goes_on = response.headers.get("Content-Range", "").startswith(f"bytes {done}-")
            if not goes_on or _mark(response) not in (mark, None):
                part.clear()
                raise http.client.HTTPException("the server went on with another file")
        else:
            part.clear()
            done = 0
            if _mark(response):
                noted = {"address": part.address, "mark": _mark(response)}
                files.write_json(part.mark_path, noted)
        length = response.headers.get("Content-Length", "")
        total = done + int(length) if length.isdigit() else None
        _refuse_too_much(part, done if total is None else total)
        _save(response, part, total=total, report=report)


def _save(response: Any, part: _Part, *, total: int | None, report: Report) -> None:
    """Append what comes to the part."""
    with _disk(part.path):
        file = part.path.open("ab", buffering=0)
    with file:
        done = part.size()
        while block := response.read(BLOCK_BYTES):
            done += len(block)
            _refuse_too_much(part, done)
            with _disk(part.path):
                if file.write(block) != len(block):
                    raise OSError(None, "No space left on device")
            report(done, total)
        with _disk(part.path):
            os.fsync(file.fileno())
    if total is not None and done < total:
        raise http.client.HTTPException(f"the connection was cut at {done:,} of {total:,} bytes")


def _refuse_downgrade(asked: str, got: str) -> None:
    if asked.startswith("https:") and not got.startswith("https:"):
        raise DataError(f"{asked} leads to {got}, which is not encrypted: refused; {OR_GIVE}")


def _refuse_too_much(part: _Part, num_bytes: int) -> None:
    """Refuse what no data set needs, and what the disk has no room for."""
    if num_bytes > MAX_BYTES:
        part.clear()
        raise DataError(
            f"{part.address} gives more than {MAX_BYTES:,} bytes, more than any data set has; "
            f"{OR_GIVE}"
        )
    missing = num_bytes - part.size()
    free = shutil.disk_usage(part.path.parent).free
    if missing > free:
        raise OutputError(
            f"{part.path.parent} has {free:,} bytes free, {missing:,} are needed: make room, or "
            "move the cache folder with LINNET_CACHE"
        )


def _mark(response: Any) -> str | None:
    """Return what tells one version of a file from another, if the server says."""
    etag = response.headers.get("ETag")
    if etag and not etag.startswith("W/"):  # a weak one does not promise equal bytes
        return str(etag)
    date = response.headers.get("Last-Modified")
    return str(date) if date else None


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    """Tell errors of the disk from those of the network, which are of the same class."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error

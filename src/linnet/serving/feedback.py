"""Labelled texts that people send, kept as tables that training goes on with.

Each model has a folder with JSON lines: columns text, label, model and time. A full file gets a
number and a new one is begun, so `linnet.read` takes any of them.
"""

import errno
import json
import logging
import threading
from datetime import UTC, datetime
from pathlib import Path

from linnet.errors import OutputError
from linnet.serving.question import Row
from linnet.serving.settings import ServeSettings

log = logging.getLogger("linnet.serving")


class FeedbackFile:
    """The file of one model; several threads may write.

    Attributes:
        path: The file that rows are added to.
    """

    def __init__(self, folder: Path, settings: ServeSettings) -> None:
        """Begin the file, to see that it can be written.

        Raises:
            OutputError: It cannot.
        """
        self.path = folder / "feedback.jsonl"
        self._most_bytes, self._most_files = settings.feedback_file_bytes, settings.feedback_files
        self._lock = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.path.open("ab").close()
        except OSError as error:
            raise OutputError(f"cannot write feedback to {folder}: {error.strerror}") from error

    def add(self, row: Row, version: str) -> None:
        """Add a row, in one write, so that a reader never sees half of it.

        Raises:
            OutputError: The disk is full, or the folder has gone.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        said = {"text": row.text, "label": row.label, "model": version, "time": now}
        line = (json.dumps(said, ensure_ascii=False) + "\n").encode()
        try:
            with self._lock:
                self._rotate(len(line))
                _append(self.path, line)
        except OSError as error:
            raise OutputError(f"cannot write {self.path}: {error.strerror}") from error

    def _rotate(self, more: int) -> None:
        """Put a full file aside, and remove the oldest where there are too many."""
        size = self.path.stat().st_size if self.path.exists() else 0
        if not size or size + more <= self._most_bytes:
            return
        full = sorted(self.path.parent.glob(f"feedback-{'[0-9]' * 6}.jsonl"))
        number = int(full[-1].stem[-6:]) + 1 if full else 1
        self.path.rename(self.path.with_stem(f"feedback-{number:06}"))
        for old in full[: max(0, len(full) + 1 - self._most_files)]:
            log.warning("the oldest feedback is removed", extra={"file": str(old)})
            old.unlink()


def _append(path: Path, line: bytes) -> None:
    """Add a line whole or not at all."""
    with path.open("ab", buffering=0) as file:
        before = file.tell()
        try:
            if file.write(line) < len(line):
                raise OSError(errno.ENOSPC, "the disk is full")
        except OSError:
            file.truncate(before)
            raise

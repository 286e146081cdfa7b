"""A classifier in another process than the one that loaded it: a copy is loaded again there."""

from pathlib import Path
from typing import Any

from linnet.errors import LinnetError


def loaded_again(path: Path, threads: int | None) -> Any:
    """Load a classifier where a copy of it is unpacked; what fails there is said when it is used.

    A pool of processes waits forever for a worker that fails while it unpacks.

    Args:
        path: The folder of its files.
        threads: As of `load`.

    Example:
        >>> loaded_again(Path("no such folder"), None).predict(["ä"])
        Traceback (most recent call last):
        linnet.errors.ArtifactError: no such folder does not exist: ...
    """
    from linnet.runtime.classifier import load

    try:
        return load(path, threads=threads)
    except LinnetError as error:
        return _Refused(error)


class _Refused:
    """Stands for a classifier that could not be loaded."""

    def __init__(self, error: LinnetError) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise self._error

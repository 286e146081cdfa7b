"""The trials of a comparison on disk, so that one that was interrupted can go on.

One file per trial, written whole: what was counted of each row as tensors, the rest as strings
beside them.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.errors import ConfigError, DataError, OutputError
from linnet.files import alone, write_bytes, write_json

if TYPE_CHECKING:
    from linnet.comparison.trial import Trial

FOLDER, WHAT = "trials", "comparison.json"


@contextmanager
def open_trials(out: Path, what: Mapping[str, Any], *, resume: bool) -> "Iterator[list[Trial]]":
    """Make the folder of a comparison, or open the one that stands there, and work in it alone.

    Args:
        out: The folder.
        what: What is compared on which rows; trials of anything else do not count.
        resume: Whether to go on with what the folder holds; where there is none, it begins.

    Yields:
        The trials that are there.

    Raises:
        ConfigError: There is nothing to go on with, or it is of other rows or settings.
        OutputError: Another process compares there, or the folder cannot be written.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with open_trials(Path(folder, "c"), {"rows": "ä"}, resume=False) as found:
        ...         found
        ...     with open_trials(Path(folder, "c"), {"rows": "ä"}, resume=True) as found:
        ...         found
        []
        []
    """
    path = out / WHAT
    if resume and out.exists():
        _check_same(path, what, out=out)
    else:
        _make(out / FOLDER)
        write_json(path, dict(what))
    with alone(path, taken=f"a comparison is running in {out}: wait for it, or name another out"):
        yield [_read(file) for file in sorted((out / FOLDER).glob("*.safetensors"))]


def is_begun(out: Path) -> bool:
    """Return whether a folder holds a comparison that can be gone on with.

    Example:
        >>> is_begun(Path("no such folder"))
        False
    """
    return (out / WHAT).is_file()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder {folder}: {error.strerror}") from error


def _check_same(path: Path, what: Mapping[str, Any], *, out: Path) -> None:
    if not is_begun(out):
        raise ConfigError(f"resume: there is no comparison in {out}")
    before = json.loads(path.read_text("utf-8"))
    for name, value in json.loads(json.dumps(what)).items():
        if before.get(name) != value:
            raise ConfigError(
                f"resume: {name} of the comparison in {out} was {before.get(name)!r}, and is "
                f"{value!r}: leave it as it was, or name another out"
            )


def keep(out: Path, trial: "Trial") -> None:
    """Write a trial.

    Args:
        out: The folder of the comparison.
        trial: What was reached.

    Example:
        >>> import tempfile
        >>> import numpy as np
        >>> from linnet.comparison.trial import Trial
        >>> trial = Trial("ä", 0, np.arange(2), np.ones((2, 2), int), 1.0, 3.0)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with open_trials(Path(folder, "c"), {}, resume=False):
        ...         keep(Path(folder, "c"), trial)
        ...     with open_trials(Path(folder, "c"), {}, resume=True) as found:
        ...         found[0].candidate
        'ä'
    """
    import numpy as np
    from safetensors.numpy import save

    folder = out / FOLDER
    number = 1 + max((int(each.stem) for each in folder.glob("*.safetensors")), default=-1)
    told = {"candidate": trial.candidate, "number": trial.number, "score": trial.score,
            "seconds": trial.seconds, "told": dict(trial.told)}  # fmt: skip
    arrays = {"rows": trial.rows, "counts": np.ascontiguousarray(trial.counts)}
    content = save(arrays, {"trial": json.dumps(told, ensure_ascii=False, allow_nan=False)})
    write_bytes(folder / f"{number:04d}.safetensors", content)


def _read(path: Path) -> "Trial":
    from safetensors import SafetensorError, safe_open

    from linnet.comparison.trial import Trial

    try:
        with safe_open(path, framework="np") as file:
            told = json.loads(file.metadata()["trial"])
            return Trial(rows=file.get_tensor("rows"), counts=file.get_tensor("counts"), **told)
    except (SafetensorError, OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(f"{path} is no trial of a comparison ({error}): remove it") from error

"""The folder of a run while it is being made: who works in it, and what stays when it is stopped.

Beside `resume/begun.json` stand the states of its trainings and the lock of who works on it. When
the run is complete that file moves up into the folder of the run, and the rest goes.
"""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from linnet.errors import ArtifactError, ConfigError, DivergedError, OutputError
from linnet.files import (
    alone,
    make_folder,
    refuse_existing,
    remove,
    remove_unfinished,
    write_json,
)
from linnet.workflows.begun import BEGUN, RESUME, Begun, kept_begun, read_begun
from linnet.workflows.run import BASELINE, CHECKPOINTS, MODEL
from linnet.workflows.stream_prepare import is_stored

if TYPE_CHECKING:
    from linnet.training.standing import Standing

LOCK = "lock"
STREAM = "stream"
"""Rows of large files, while a run is trained on them."""


@dataclass(frozen=True, eq=False)
class OldRun:
    """A run that is gone on with.

    Attributes:
        path: Its folder.
        begun: What it was begun with.
        standing: Puts down where its trainings stand.
    """

    path: Path
    begun: Begun
    standing: "Standing"


def refuse_taken(path: Path) -> None:
    """Refuse a folder that exists, and say what stands in it where that is a training.

    Raises:
        OutputError: Something stands there.

    Example:
        >>> refuse_taken(Path("no such folder"))
    """
    if is_interrupted(path):
        how = how_to_go_on(path)
        with alone(path / RESUME / LOCK, taken=_running(path)):
            raise OutputError(
                f"{path} holds a training that was interrupted: {how} goes on with it; or name "
                "another folder, or remove it first"
            )
    refuse_existing(path)


def is_interrupted(path: Path) -> bool:
    """Return whether a folder holds a training that is not complete; it may be running.

    Example:
        >>> is_interrupted(Path("no such folder"))
        False
    """
    return (path / RESUME / BEGUN).is_file()


def run_folder_of(folder: Path) -> Path:
    """Return the folder of a complete run, also where its model is named; refuse all others.

    Raises:
        ConfigError: It is missing, or something else.

    Example:
        >>> run_folder_of(Path("no such folder"))
        Traceback (most recent call last):
        linnet.errors.ConfigError: there is no folder no such folder: name the folder of a run
    """
    if is_interrupted(folder):
        raise ConfigError(
            f"{folder} holds a training that was interrupted: {how_to_go_on(folder)} goes on with "
            "it; then it is a run"
        )
    whole = folder if folder.name not in {"", ".."} else folder.resolve()
    above = [whole.parent] if whole.name == MODEL else []
    for path in (folder, *above):
        if (path / "config.toml").is_file() and (path / MODEL).is_dir():
            return path
    if not folder.is_dir():
        raise ConfigError(f"there is no folder {folder}: name the folder of a run")
    if (folder / "best").is_dir():
        raise ConfigError(f"{folder} is a comparison: name the run of its best, {folder / 'best'}")
    if (folder / "manifest.json").is_file():
        raise ConfigError(
            f"{folder} is a model without its run, such as a compressed one: name the folder of "
            "the run that it comes from"
        )
    raise ConfigError(f"{folder} holds no run: config.toml and model/ were expected in it")


def begun_in(path: Path) -> Begun | None:
    """Return what the run in a folder, complete or not, was begun with; None: none is kept there.

    Raises:
        ArtifactError: The file is damaged.

    Example:
        >>> begun_in(Path("no such folder")) is None
        True
    """
    return read_begun(path) if is_interrupted(path) else kept_begun(path)


def is_kept(path: Path) -> bool:
    """Return whether a folder holds a training that has come so far that it can be gone on with.

    Example:
        >>> is_kept(Path("no such folder"))
        False
    """
    from linnet.training.standing import Standing

    resume = path / RESUME
    return is_interrupted(path) and (Standing(resume).begun or is_stored(resume / STREAM))


def how_to_go_on(path: Path) -> str:
    """Return the command, or the call, that goes on with an interrupted training.

    Example:
        >>> how_to_go_on(Path("no such folder"))
        "`linnet train --resume 'no such folder'`"
    """
    in_memory = False
    with suppress(ArtifactError, ConfigError):
        in_memory = read_begun(path).table is None
    typed = f"linnet train --resume {shlex.quote(str(path))}"
    return f"`linnet.train(table, resume={str(path)!r})`" if in_memory else f"`{typed}`"


@contextmanager
def new_run(path: Path, begun: Begun | None) -> "Iterator[Standing | None]":
    """Make the folder of a run and work in it alone; complete when the block ends well.

    If it does not, what was reached stays for another time; where nothing was, the folder goes.

    Args:
        path: The folder, which must not exist.
        begun: What the run is begun with; None: it cannot be gone on with.

    Yields:
        What puts down where trainings stand.

    Raises:
        OutputError: The folder exists, or cannot be written.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with new_run(Path(folder, "ä"), None) as standing:
        ...         Path(folder, "ä").is_dir(), standing
        (True, None)
    """
    from linnet.training.standing import Standing

    try:
        path.mkdir(parents=True)
    except FileExistsError:
        refuse_taken(path)
        raise
    except OSError as error:
        raise OutputError(f"cannot write to {path}: {error.strerror}; name another out") from error
    if begun is None:
        with _removed_if_empty(path):
            yield None
        return
    with _removed_if_empty(path), _removed_if_unused(path):
        make_folder(path / RESUME)
        with alone(path / RESUME / LOCK, taken=_running(path)):
            write_json(path / RESUME / BEGUN, asdict(begun))
            standing = Standing(path / RESUME)
            with _completed(path, standing):
                yield standing


@contextmanager
def old_run(path: Path) -> Iterator[OldRun]:
    """Go on in the folder of a run, alone; complete when the block ends well.

    Args:
        path: The folder.

    Raises:
        ConfigError: There is no training to go on with.
        OutputError: It is still running, or the folder cannot be written.

    Example:
        >>> with old_run(Path("no such folder")):
        ...     pass
        Traceback (most recent call last):
        linnet.errors.ConfigError: resume: there is no folder no such folder: ...
    """
    from linnet.training.standing import Standing

    read_begun(path)
    with alone(path / RESUME / LOCK, taken=_running(path)):
        begun = read_begun(path)  # who held the lock may have come to the end
        standing = Standing(path / RESUME)
        with _completed(path, standing):
            yield OldRun(path, begun, standing)


def tidy(path: Path) -> None:
    """Remove what an interrupted run has written and writes again.

    Raises:
        OutputError: The folder cannot be written.

    Example:
        >>> tidy(Path("no such folder"))
    """
    for folder in (path, path / RESUME, path / CHECKPOINTS):
        remove_unfinished(folder)
    for name in (MODEL, BASELINE):
        remove(path / name)


def _running(path: Path) -> str:
    return f"a training is running in {path}: wait for it, or name another folder"


@contextmanager
def _completed(path: Path, standing: "Standing") -> Iterator[None]:
    """Write where a training stands when it is stopped; leave nothing to go on from at its end."""
    try:
        yield
    except DivergedError:  # it would come to the same again
        remove(path / RESUME)
        raise
    except BaseException as error:
        with suppress(OutputError):
            standing.write()
        if isinstance(error, OutputError) and standing.begun:
            raise OutputError(f"{error}; mend that, and {how_to_go_on(path)} goes on") from error
        raise
    (path / RESUME / BEGUN).replace(path / BEGUN)
    remove(path / RESUME)


@contextmanager
def _removed_if_unused(path: Path) -> Iterator[None]:
    """Remove the notes of a run that ended before its first epoch did."""
    try:
        yield
    except BaseException:
        if not is_kept(path):
            with suppress(OutputError):
                remove(path / RESUME)
        raise


@contextmanager
def _removed_if_empty(path: Path) -> Iterator[None]:
    """Remove the folder of a run in which nothing was written."""
    try:
        yield
    except BaseException:
        for folder in (path / CHECKPOINTS, path):
            with suppress(OSError):
                folder.rmdir()
        raise

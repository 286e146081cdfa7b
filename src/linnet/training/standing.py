"""Where the trainings of a run stand, put down on disk, so that a run that was killed can go on.

Goes in: an engine and its loop's state after each epoch. Comes out: one file for each training of
the run, replaced as the training goes on. Writing takes a small share of the time; what was not
written yet can be written when a training is stopped. Knows nothing of tables and settings.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from linnet.artifact.tensors import to_bytes
from linnet.config import Config
from linnet.files import write_bytes
from linnet.training.checkpoints import Checkpoints, contents, restore
from linnet.training.engines.engine import Engine
from linnet.training.loop import Hooks, Report, Rules, State

SHARE = 0.03
"""Of the time, for writing after epochs that are not a training's last."""
FIRST_RATE = 200e6
"""Bytes a second that a disk is thought to write before it has written any."""
MOST_HELD = 256_000_000
"""Bytes of a state that is kept in memory until it is written; larger ones are not."""


class Standing:
    """Puts down where the trainings of one run stand.

    A state is written after a training's last epoch. After any other, and within one where the rows
    that are in memory end, it is written if that takes no more than `SHARE` of the time since the
    last writing.

    Args:
        folder: For the files; it must be there.

    Example:
        >>> Standing(Path("nowhere")).restored("watched", engine=None) is None
        True
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.held: tuple[Path, Mapping[str, NDArray[Any]]] | None = None
        self._written = time.perf_counter()
        self._sizes: dict[str, int] = {}
        self._rate = FIRST_RATE

    @property
    def begun(self) -> bool:
        """Whether there is anything to go on from."""
        return any(self.folder.glob("*.safetensors"))

    def restored(self, name: str, engine: Engine) -> State | None:
        """Put an engine where a training stood and return its loop's state; None: at its start.

        Raises:
            DataError: The file is damaged, or of another model.
        """
        path = self._path(name)
        return restore(path, engine) if path.is_file() else None

    def keep(self, name: str, engine: Engine, state: State, *, ended: bool) -> None:
        """Take note of where a training stands; write it if that does not cost too much.

        Raises:
            OutputError: The folder cannot be written, or the disk is full.
        """
        known = self._sizes.get(name, 0)
        if known > MOST_HELD and not ended and not self._cheap(known):
            return
        tensors = contents(engine, state)
        size = self._sizes[name] = sum(each.nbytes for each in tensors.values())
        now = ended or self._cheap(size)
        if now or size <= MOST_HELD:
            self.held = self._path(name), tensors
        if now:
            self.write()

    def write(self) -> None:
        """Write what was noted last, if it is not written yet.

        Raises:
            OutputError: The folder cannot be written, or the disk is full.
        """
        if self.held is None:
            return
        path, tensors = self.held
        started = time.perf_counter()
        content = to_bytes(tensors)
        write_bytes(path, content)
        self._written, self.held = time.perf_counter(), None
        self._rate = len(content) / (self._written - started)

    def _cheap(self, size: int) -> bool:
        """Say whether writing so many bytes now takes a small share of the time."""
        return size / self._rate <= SHARE * (time.perf_counter() - self._written)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.safetensors"


@dataclass(frozen=True)
class Keeping:
    """Who is told of a training, and what is kept of it while it goes on.

    Attributes:
        name: What it is called among the trainings of its run.
        report: Is told how far it is.
        checkpoints: Folder for checkpoints; None: nothing is written.
        standing: Puts down where it stands; None: nobody will go on with it.
    """

    name: str = "watched"
    report: Report = lambda progress: None
    checkpoints: Path | None = None
    standing: Standing | None = None

    def member(self, number: int) -> "Keeping":
        """Return the same for a further member, from 2, which has no checkpoints."""
        return replace(self, name=f"{self.name}-{number}", checkpoints=None)

    def restored(self, engine: Engine) -> State | None:
        """Put an engine where the training stood; None: it begins."""
        return self.standing.restored(self.name, engine) if self.standing else None

    def hooks(self, config: Config, rules: Rules) -> Hooks:
        """Return what a loop calls: checkpoints first, so that none is missing that is counted."""
        standing, checkpoints = self.standing, Hooks().save
        if self.checkpoints is not None:
            checkpoints = Checkpoints(self.checkpoints, config.checkpoints, config.monitor)
        if standing is None:
            return Hooks(self.report, checkpoints)

        def save(engine: Engine, state: State, new_best: bool) -> Path | None:
            path = checkpoints(engine, state, new_best)
            ended = state.stopped or len(state.history) >= rules.epochs
            standing.keep(self.name, engine, state, ended=ended)
            return path

        def pause(engine: Engine, state: State) -> None:
            standing.keep(self.name, engine, state, ended=False)

        return Hooks(self.report, save, pause)

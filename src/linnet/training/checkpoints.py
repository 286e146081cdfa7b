"""What stands on disk after an epoch: enough to go on as if nothing had happened."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from linnet.artifact.tensors import read, to_bytes
from linnet.errors import ArtifactError, DataError
from linnet.files import make_folder, remove, write_bytes
from linnet.training.engines.engine import Engine
from linnet.training.loop import State

Policy = Literal["best", "last", "all", "none"]

WEIGHT, BEST, SLOT, LOOP = "weight/", "best/", "optimizer/", "loop"
NAME = re.compile(r"epoch-(\d+)(-.*)?\.safetensors")


class Checkpoints:
    """Writes the checkpoints of one training into one folder."""

    def __init__(self, folder: Path, policy: Policy, monitor: str) -> None:
        self.folder, self.policy, self.monitor = folder, policy, monitor

    def __call__(self, engine: Engine, state: State, new_best: bool) -> Path | None:
        """Write what the policy asks for, then remove what it does not keep; return the file."""
        if self.policy == "none" or (self.policy == "best" and not new_best):
            return None
        make_folder(self.folder)
        row = state.history[-1]
        value = f"-{self.monitor}-{row[self.monitor]:.4f}" if self.monitor in row else ""
        path = self.folder / f"epoch-{row['epoch']:02.0f}{value}.safetensors"
        write_bytes(path, to_bytes(contents(engine, state)))
        if self.policy != "all":
            for other in _found(self.folder):
                if other != path:
                    remove(other)
        return path


def contents(engine: Engine, state: State) -> dict[str, NDArray[Any]]:
    """Return the weights, the optimizer's memory, the best weights and the loop's own state.

    Args:
        engine: As it stands after an epoch, or within one.
        state: Where the loop stands.

    Returns:
        Copies by name, which later steps do not change: what a checkpoint holds.

    Example:
        >>> from types import SimpleNamespace
        >>> def one(): return {"ä": np.ones(1, np.float32)}
        >>> sorted(contents(SimpleNamespace(get_weights=one, get_state=one), State()))
        ['loop', 'optimizer/ä', 'weight/ä']
    """
    loop = {name: value for name, value in vars(state).items() if name != "best_weights"}
    parts = {WEIGHT: engine.get_weights(), SLOT: engine.get_state()}
    others = state.best_epoch < len(state.history) or state.within
    if state.best_weights is not None and others:
        parts[BEST] = state.best_weights
    tensors: dict[str, NDArray[Any]] = {
        f"{start}{name}": value for start, part in parts.items() for name, value in part.items()
    }
    return tensors | {LOOP: np.frombuffer(json.dumps(loop).encode(), np.uint8)}


def latest(folder: Path) -> Path | None:
    """Return the checkpoint of the last epoch, None where there is none.

    Example:
        >>> latest(Path("no such folder")) is None
        True
    """
    found = _found(folder)
    return max(found, key=lambda path: found[path]) if found else None


def restore(path: Path, engine: Engine) -> State:
    """Put an engine where a checkpoint was written, and return where the loop stood.

    Args:
        path: A file that `Checkpoints` wrote.
        engine: Made for the same model and settings.

    Raises:
        DataError: The file is no checkpoint, or one of another model.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     _ = file.write(to_bytes({})), file.flush()
        ...     restore(Path(file.name), engine=None)
        Traceback (most recent call last):
        linnet.errors.DataError: ... is not a checkpoint of linnet: ...
    """
    try:
        tensors = read(path)
        loop = json.loads(tensors.pop(LOOP).tobytes().decode())
        state = State(**loop)
    except (ArtifactError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"{path} is not a checkpoint of linnet: name another one, or train from the start"
        ) from error
    weights, slots, best = (_part(tensors, start) for start in (WEIGHT, SLOT, BEST))
    if not (_alike(weights, engine.get_weights()) and _alike(slots, engine.get_state())):
        raise DataError(
            f"{path} is a checkpoint of another model or optimizer: "
            "train with the settings it was written with"
        )
    engine.set_weights(weights)
    engine.set_state(slots)
    same = state.best_epoch == len(state.history) and not state.within
    if same and state.best_value is not None:
        best = weights
    state.best_weights = best or None
    return state


def _part(tensors: Mapping[str, NDArray[Any]], start: str) -> dict[str, NDArray[Any]]:
    """Return the tensors of one part, by their names in it."""
    return {
        name.removeprefix(start): value for name, value in tensors.items() if name.startswith(start)
    }


def _alike(some: Mapping[str, NDArray[Any]], others: Mapping[str, NDArray[Any]]) -> bool:
    """Say whether two sets of arrays have the same names and shapes."""
    return {name: each.shape for name, each in some.items()} == {
        name: each.shape for name, each in others.items()
    }


def _found(folder: Path) -> dict[Path, int]:
    """Return the epoch of each checkpoint in a folder; files being written have other names."""
    matches = {path: NAME.fullmatch(path.name) for path in folder.glob("epoch-*")}
    return {path: int(match[1]) for path, match in matches.items() if match}

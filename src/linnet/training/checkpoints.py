"""What stands on disk after an epoch: enough to go on as if nothing had happened."""

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import numpy as np

from linnet.artifact.tensors import read, to_bytes
from linnet.errors import DataError
from linnet.files import write_bytes
from linnet.training.engines.engine import Engine
from linnet.training.loop import State

Policy = Literal["best", "last", "all", "none"]

WEIGHT, BEST, SLOT, LOOP = "weight/", "best/", "optimizer/", "loop"
NAME = re.compile(r"epoch-(\d+).*\.safetensors")


class Checkpoints:
    """Writes the checkpoints of one training into one folder."""

    def __init__(self, folder: Path, policy: Policy, monitor: str) -> None:
        self.folder, self.policy, self.monitor = folder, policy, monitor

    def __call__(self, engine: Engine, state: State, new_best: bool) -> None:
        """Write what the policy asks for, then remove what it does not keep."""
        if self.policy == "none" or (self.policy == "best" and not new_best):
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        row = state.history[-1]
        value = f"-{self.monitor}-{row[self.monitor]:.4f}" if self.monitor in row else ""
        path = self.folder / f"epoch-{row['epoch']:02.0f}{value}.safetensors"
        write_bytes(path, _content(engine, state))
        if self.policy != "all":
            for other in self.folder.glob("epoch-*.safetensors"):
                if other != path:
                    other.unlink()


def latest(folder: Path) -> Path | None:
    """Return the checkpoint of the last epoch, None where there is none.

    Example:
        >>> latest(Path("no such folder")) is None
        True
    """
    found = {int(match[1]): path for path in folder.glob("*") if (match := NAME.match(path.name))}
    return found[max(found)] if found else None


def restore(path: Path, engine: Engine) -> State:
    """Put an engine where a checkpoint was written, and return where the loop stood.

    Raises:
        DataError: The file is a safetensors file but not a checkpoint.
    """
    tensors = read(path)
    parts = {
        start: {
            name.removeprefix(start): value
            for name, value in tensors.items()
            if name.startswith(start)
        }
        for start in (WEIGHT, BEST, SLOT)
    }
    if LOOP not in tensors or not parts[WEIGHT]:
        raise DataError(f"{path} is not a checkpoint of linnet")
    engine.set_weights(parts[WEIGHT])
    engine.set_state(parts[SLOT])
    loop = json.loads(tensors[LOOP].tobytes().decode())
    return State(**loop, best_weights=parts[BEST] or None)


def _content(engine: Engine, state: State) -> bytes:
    """Return the weights, the optimizer's memory, the best weights and the loop's own state."""
    loop = {name: value for name, value in asdict(state).items() if name != "best_weights"}
    tensors = {LOOP: np.frombuffer(json.dumps(loop).encode(), np.uint8)}
    parts = {WEIGHT: engine.get_weights(), SLOT: engine.get_state(), BEST: state.best_weights or {}}
    for start, arrays in parts.items():
        tensors |= {f"{start}{name}": value for name, value in arrays.items()}
    return to_bytes(tensors)

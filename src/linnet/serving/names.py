"""Which name each model has in its paths."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from linnet.errors import ConfigError

NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")


def named(folders: Sequence[str | Path]) -> dict[str, Path]:
    """Return name → folder, in the order given.

    Args:
        folders: `FOLDER`, named after itself, or `NAME=FOLDER`.

    Raises:
        ConfigError: There is none, two have one name, or a name does not fit into a path.

    Example:
        >>> named(["runs/news", "old=runs/2023"])
        {'news': PosixPath('runs/news'), 'old': PosixPath('runs/2023')}
        >>> named(["runs/päivä"])
        Traceback (most recent call last):
        linnet.errors.ConfigError: 'päivä' cannot stand in a path: name the model, 'NAME=...
    """
    if not folders:
        raise ConfigError("no folder was given: name the folder of a run")
    found: dict[str, Path] = {}
    for each in folders:
        name, folder = _name_and_folder(each)
        if not NAME.fullmatch(name):
            typed = shlex.quote(f"NAME={folder}")
            raise ConfigError(f"{name!r} cannot stand in a path: name the model, {typed}")
        if name in found:
            raise ConfigError(f"two models are named {name}: name one of them, NAME={folder}")
        found[name] = folder
    return found


def _name_and_folder(said: str | Path) -> tuple[str, Path]:
    folder = Path(said)
    if isinstance(said, str) and "=" in said and not folder.exists():
        name, _, rest = said.partition("=")
        return name, Path(rest)
    absolute = folder.absolute()
    run = absolute.parent if absolute.name == "model" else absolute
    return run.name or absolute.name, folder  # /model stands in no run: a container's

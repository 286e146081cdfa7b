"""Names to functions, loaded when they are asked for.

A table is a plain dict: `{"lstm": "linnet.models.lstm:layers"}`. Adding a thing is one file and
one line in its table. Knows nothing of what the names stand for.
"""

import difflib
import importlib
import importlib.util
import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from linnet.errors import ConfigError, MissingExtraError
from linnet.files import cache_folder

LONGEST_NAME = 80
MOST_NAMES = 100
MOST_COMPARED = 1000


def resolve(table: Mapping[str, str], name: str, what: str = "name") -> Any:
    """Import and return what `name` stands for in `table`.

    Args:
        table: Name → "module:attribute".
        name: The name to look up.
        what: What the table holds, for the message: "model", "tokenizer", ...

    Raises:
        ConfigError: `name` is not in the table; the message names the nearest ones.

    Example:
        >>> resolve({"join": "os.path:join"}, "join")("a", "b")
        'a/b'
    """
    if name not in table:
        raise ConfigError(unknown(what, name, table))
    module, _, attribute = table[name].partition(":")
    return getattr(importlib.import_module(module), attribute)


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Say that a name is unknown, and which known one was probably meant.

    Example:
        >>> unknown("model", "ltsm", ["lstm", "mlp"])
        "unknown model 'ltsm': did you mean 'lstm'? Known: lstm, mlp"
        >>> unknown("column", "", [])
        "unknown column '': there are none"
    """
    names = [str(each) for each in known]
    if not names:
        return f"unknown {what} {name!r}: there are none"
    near = nearest(name, (each for each in names[:MOST_COMPARED] if len(each) <= LONGEST_NAME))
    hint = f"did you mean {near!r}? " if near else ""
    return f"unknown {what} {name!r}: {hint}Known: {_listed(names)}"


def refuse_unknown_settings(names: Iterable[str], known: Iterable[str]) -> None:
    """Refuse the first setting that is not known, with the nearest ones.

    Raises:
        ConfigError: One is unknown.

    Example:
        >>> refuse_unknown_settings(["seed", "säed"], ["seed"])
        Traceback (most recent call last):
        linnet.errors.ConfigError: unknown setting 'säed': did you mean 'seed'? ...
    """
    there = list(known)
    for name in names:
        if name not in there:
            raise ConfigError(unknown("setting", name, there))


def _listed(names: Sequence[str]) -> str:
    """Return names on one line that a person can read, however many and long they are."""
    some = [each if len(each) <= LONGEST_NAME else f"{each[:LONGEST_NAME]}…" for each in names]
    more = f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
    return ", ".join(some[:MOST_NAMES]) + more


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name closest to `name`, ignoring case; None if none is close.

    Example:
        >>> nearest("Lable", ["text", "label"])
        'label'
        >>> nearest("", ["text"]) is None
        True
    """
    folded = {each.casefold(): each for each in known}
    close = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def require(module: str, extra: str) -> Any:
    """Import an optional module, or say which extra brings it.

    Args:
        module: The module's full name.
        extra: The extra of linnet that installs it.

    Raises:
        MissingExtraError: The module is not installed.

    Example:
        >>> require("json", extra="train").dumps([])
        '[]'
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        if error.name is not None and not module.startswith(error.name.partition(".")[0]):
            raise
        package = module.partition(".")[0]
        raise MissingExtraError(
            f"{package} is not installed, and this needs it: pip install 'linnet[{extra}]'"
        ) from error


BACKENDS = ("jax", "tensorflow", "torch")
TWO_DEVICES = "--xla_force_host_platform_device_count=2"


def import_keras() -> Any:
    """Import keras on JAX, unless KERAS_BACKEND names another backend.

    Raises:
        ConfigError: KERAS_BACKEND names no backend.
        MissingExtraError: keras or its backend is not installed.

    Example:
        >>> import_keras().config.floatx()
        'float32'
    """
    backend = os.environ.setdefault("KERAS_BACKEND", BACKENDS[0])
    if backend not in BACKENDS:
        raise ConfigError(unknown("backend in KERAS_BACKEND", backend, BACKENDS))
    if backend == "jax":
        _prepare_jax()
    elif importlib.util.find_spec(backend) is None:
        raise MissingExtraError(
            f"{backend} is not installed, and KERAS_BACKEND names it: install it, or unset "
            "KERAS_BACKEND"
        )
    require(backend, extra="train")
    return require("keras", extra="train")


def _prepare_jax() -> None:
    """Tell JAX what it reads when it is imported, unless the environment says otherwise.

    It sees a processor as two devices, which a step is shared between; always two, so that a
    result does not depend on how many cores there are. What it compiles is kept for the next
    process.
    """
    flags = os.environ.get("XLA_FLAGS", "")
    if TWO_DEVICES.partition("=")[0] not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} {TWO_DEVICES}".strip()
    folder = cache_folder() / "jax"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    if os.access(folder, os.W_OK):
        os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(folder))
        os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.3")
        # An entry that was cut short when it was written is compiled again.
        warnings.filterwarnings("ignore", "Error (reading|writing) persistent compilation cache")

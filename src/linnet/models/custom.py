"""A user's own Keras model: `--model file.py:build`.

The function takes `Sizes`, and any settings of linnet it names as keywords, and returns a
`keras.Model` that ends in a sigmoid (binary, multilabel) or softmax (multiclass) of
`sizes.outputs` units. With `vectorizer = "ids"` it is fed ids, int32 (batch, sizes.length); with
a bag, a list of ids and weights, each (batch, length).
"""

import importlib.util
import inspect
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from linnet.errors import ConfigError
from linnet.models.model import Sizes
from linnet.registry import import_keras

SETTINGS: dict[str, Any] = {
    "vectorizer": "ids", "max_ids": 20_000, "optimizer": "adam", "learning_rate": 0.001,
    "batch_size": 64, "epochs": 10, "patience": 2,
}  # fmt: skip


def is_custom(name: str) -> bool:
    """Return whether a model's name points into a user's file.

    Example:
        >>> is_custom("mine.py:build"), is_custom("lstm"), is_custom("")
        (True, False, False)
    """
    return ".py:" in name


def custom_build(name: str) -> Callable[..., Any]:
    """Import the user's file and return the function that builds the model.

    Args:
        name: "path/to/file.py:function".

    Raises:
        ConfigError: There is no such file, it raises an error, or has no such function.

    Example:
        >>> custom_build("missing.py:build")
        Traceback (most recent call last):
        linnet.errors.ConfigError: model 'missing.py:build': there is no file missing.py
    """
    path, _, function = name.rpartition(":")
    if not Path(path).is_file():
        raise ConfigError(f"model {name!r}: there is no file {path}")
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    if spec is None or spec.loader is None:
        raise ConfigError(f"model {name!r}: {path} cannot be imported")
    import_keras()  # on the right backend, before the file does it
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever the user's code raises
        raise ConfigError(f"model {name!r}: {path} cannot be imported: {_told(error)}") from error
    build = getattr(module, function, None)
    if not callable(build):
        raise ConfigError(f"model {name!r}: {path} has no function {function!r}")
    return build  # type: ignore[no-any-return]


def call_build(build: Callable[..., Any], sizes: Sizes, *, options: Mapping[str, Any]) -> Any:
    """Call the user's function and check what comes back.

    Args:
        build: The function.
        sizes: What the model is built for.
        options: The options that the user set.

    Raises:
        ConfigError: An option the function does not take, an error of its own, something that is
            no keras.Model, or a model with another number of outputs.

    Example:
        >>> call_build(lambda sizes: "no model", Sizes(9, 5, 3), options={})
        Traceback (most recent call last):
        linnet.errors.ConfigError: <lambda> must return a keras.Model with output shape \
(None, 3), not str
    """
    known = list(inspect.signature(build).parameters)[1:]
    for option in options:
        if option not in known:
            listed = ", ".join(known) or "none"
            raise ConfigError(f"{build.__name__} takes no option {option!r}: it takes {listed}")
    try:
        model = build(sizes, **options)
    except Exception as error:  # whatever the user's code raises
        raise ConfigError(f"{build.__name__} failed: {_told(error)}") from error
    shape = getattr(model, "output_shape", None)
    if shape != (None, sizes.outputs):
        raise ConfigError(
            f"{build.__name__} must return a keras.Model with output shape "
            f"(None, {sizes.outputs}), not {shape or type(model).__name__}"
        )
    return model


def _told(error: Exception) -> str:
    """Return an error as Python shows it in its last line."""
    return "".join(traceback.format_exception_only(error)).strip()

"""A user's own Keras model: `--model file.py:build`.

The function takes `Sizes`, and any settings of linnet it names as keywords, and returns a
`keras.Model` that ends in a sigmoid (binary, multilabel) or softmax (multiclass) of
`sizes.outputs` units. With `vectorizer = "ids"` it is fed ids, int32 (batch, sizes.length); with
a bag, a list of ids and weights, each (batch, length).
"""

import importlib.util
import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from linnet.errors import ConfigError
from linnet.models.model import Sizes
from linnet.models.to_keras import import_keras

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
        ConfigError: There is no such file or no such function in it.

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
    spec.loader.exec_module(module)
    build = getattr(module, function, None)
    if not callable(build):
        raise ConfigError(f"model {name!r}: {path} has no function {function!r}")
    return build  # type: ignore[no-any-return]


def call_build(
    build: Callable[..., Any], sizes: Sizes, options: Mapping[str, Any], num_outputs: int
) -> Any:
    """Call the user's function and check what comes back.

    Raises:
        ConfigError: An option the function does not take, something that is no keras.Model, or a
            model with another number of outputs.
    """
    known = list(inspect.signature(build).parameters)[1:]
    for option in options:
        if option not in known:
            raise ConfigError(f"{build.__name__} takes no option {option!r}")
    model = build(sizes, **options)
    shape = getattr(model, "output_shape", None)
    if shape != (None, num_outputs):
        raise ConfigError(
            f"{build.__name__} must return a keras.Model with output shape (None, {num_outputs}), "
            f"not {shape or type(model).__name__}"
        )
    return model

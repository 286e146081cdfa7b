"""From the settings a user gave to the complete ones: the model decides what was left open."""

import inspect
from collections.abc import Mapping
from typing import Any

from linnet.config import Config
from linnet.errors import ConfigError
from linnet.models import custom
from linnet.models.model import architecture
from linnet.text.vectorize import BAGS, TextSettings

OPTIONS = (
    "embedding_size", "units", "hidden", "dropout", "spatial_dropout", "recurrent_dropout",
    "bidirectional",
)  # fmt: skip
TEXT = (
    "tokenizer", "ngrams", "max_ids", "min_count", "unknown", "vectorizer", "norm", "max_length",
    "pad", "cut",
)  # fmt: skip
GENERAL: dict[str, Any] = {
    "tokenizer": "words", "ngrams": 1, "min_count": 1, "unknown": "id", "norm": "none",
    "pad": "pre", "cut": "pre", "optimizer": "adam", "learning_rate": 0.001, "batch_size": 64,
    "epochs": 10, "patience": 2,
}  # fmt: skip
EPOCHS_UNWATCHED = 10


def complete(config: Config, *, validated: bool) -> Config:
    """Fill in what the user left open.

    Args:
        config: What the user gave.
        validated: Whether there are validation rows; without, nothing stops training early, so
            the number of epochs is small unless it is given.

    Example:
        >>> from linnet.config import configure
        >>> chosen = complete(configure(model="mlp"), validated=True)
        >>> chosen.vectorizer, chosen.optimizer, chosen.hidden, chosen.seed
        ('multi_hot', 'rmsprop', (64, 64), 0)
    """
    own = custom.SETTINGS if custom.is_custom(config.model) else architecture(config.model).SETTINGS
    if not validated:
        config = config.or_else({"epochs": EPOCHS_UNWATCHED})
    if config.tokenizer == "keras":
        config = config.or_else({"unknown": "drop"})
    if config.engine == "keras" and own["optimizer"] == "lazy_adam":
        config = config.or_else({"optimizer": "adam"})
    if config.vectorizer == "ids":
        config = config.or_else({"ngrams": 1})
    return config.or_else(own).or_else(GENERAL).or_else(_own_options(config.model))


def text_settings(config: Config) -> TextSettings:
    """Return the part of the settings that decides how texts become ids or bags."""
    return TextSettings(**{name: getattr(config, name) for name in TEXT})


def options(config: Config) -> dict[str, Any]:
    """Return the architecture's options that the user set."""
    chosen = {name: getattr(config, name) for name in OPTIONS}
    return {name: value for name, value in chosen.items() if value is not None}


def class_weights(config: Config, labels: tuple[str, ...]) -> dict[str, float] | None:
    """Read "label=2,other=0.5"; None means balanced.

    Raises:
        ConfigError: A label is unknown, or a weight is not a positive number.

    Example:
        >>> from linnet.config import configure
        >>> class_weights(configure(class_weights="a=2"), ("a", "b"))
        {'a': 2.0}
        >>> class_weights(configure(class_weights="c=2"), ("a", "b"))
        Traceback (most recent call last):
        linnet.errors.ConfigError: class_weights: 'c=2' should be one of a, b, '=' and a number
    """
    if config.class_weights in (None, "balanced"):
        return None
    found = {}
    for part in str(config.class_weights).split(","):
        label, _, number = part.strip().rpartition("=")
        try:
            found[label] = float(number)
        except ValueError:
            label = ""
        if label not in labels or found[label] <= 0:
            raise ConfigError(
                f"class_weights: {part!r} should be one of {', '.join(labels[:20])}, "
                "'=' and a number above 0"
            )
    return found


def check_vectorizer(config: Config, takes_bags: bool) -> None:
    """Refuse a vectoriser whose output the model cannot take.

    Raises:
        ConfigError: The model needs the other kind.
    """
    if takes_bags != (config.vectorizer in BAGS):
        needed = " or ".join(BAGS) if takes_bags else "ids"
        raise ConfigError(
            f"model {config.model!r} cannot take vectorizer = {config.vectorizer!r}: use {needed}"
        )


def _own_options(model: str) -> Mapping[str, Any]:
    """Return the defaults that the architecture itself states."""
    if custom.is_custom(model):
        return {}
    parameters = inspect.signature(architecture(model).layers).parameters.values()
    return {each.name: each.default for each in list(parameters)[1:]}



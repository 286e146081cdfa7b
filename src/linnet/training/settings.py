"""From the settings a user gave to the complete ones: the model decides what was left open."""

import inspect
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from linnet.config import Config
from linnet.errors import ConfigError
from linnet.models import custom
from linnet.models.heads import INTEGER, ONE_HOT
from linnet.models.measured import Measured
from linnet.models.model import architecture
from linnet.text.vectorize import BAGS, TextSettings
from linnet.training.engines.engine import OF_SPARSE

OPTIONS = (
    "embedding_size", "units", "widths", "heads", "hidden", "dropout", "spatial_dropout",
    "recurrent_dropout", "bidirectional",
)  # fmt: skip
TEXT = (
    "tokenizer", "strip_markup", "ngrams", "max_ids", "min_count", "unknown", "vectorizer", "norm",
    "max_length", "pad", "cut",
)  # fmt: skip
GENERAL: dict[str, Any] = {
    "tokenizer": "words", "ngrams": 1, "min_count": 1, "unknown": "id", "norm": "none",
    "pad": "pre", "cut": "pre", "optimizer": "adam", "learning_rate": 0.001, "batch_size": 64,
    "epochs": 10, "patience": 2,
}  # fmt: skip
RATES = {
    "adam": 0.001, "rmsprop": 0.001, "sgd": 0.01, "lazy_adam": 0.001, "rowwise_adagrad": 0.05,
}  # fmt: skip
"""Keras's defaults, for an optimizer or a norm that a model's own rate was not measured for."""
EPOCHS_UNWATCHED = 10
SHARES_OF_ONE = (ONE_HOT, INTEGER)  # losses that are no mean over labels
MOST_LABELS_OF_LINEAR = 200


def complete(config: Config, found: Measured) -> Config:
    """Fill in what the user left open.

    Args:
        config: What the user gave.
        found: What was measured in the training rows.

    Example:
        >>> from linnet.config import configure
        >>> chosen = complete(configure(model="mlp"), Measured("binary", 100, 2))
        >>> chosen.vectorizer, chosen.optimizer, chosen.hidden, chosen.seed
        ('log_odds', 'rowwise_adagrad', (64,), 0)
        >>> complete(configure(), Measured("multilabel", 1, 3)).model
        'linear'
    """
    config = config.or_else({"model": default_model(found)})
    model = str(config.model)
    own = custom.SETTINGS if custom.is_custom(model) else architecture(model).SETTINGS
    config = config.or_else(_rate_of_another(config, own))
    if not found.validated:
        config = config.or_else({"epochs": EPOCHS_UNWATCHED})
    if config.tokenizer == "keras":
        config = config.or_else({"unknown": "drop"})
    if config.engine == "keras" and own["optimizer"] in OF_SPARSE:
        config = config.or_else(_adam_instead_of(own["optimizer"]))
    if config.vectorizer == "ids":
        config = config.or_else({"ngrams": 1})
    if config.loss in SHARES_OF_ONE:
        found = replace(found, task="multiclass")
    measured, defaults = _own(model, found)
    return config.or_else(measured).or_else(own).or_else(defaults).or_else(GENERAL)


def _rate_of_another(config: Config, own: Mapping[str, Any]) -> dict[str, Any]:
    """Return Keras's rate where the user changed what the model's own rate was measured with."""
    optimizer = config.optimizer or own["optimizer"]
    norm = config.norm or own.get("norm")
    same = optimizer == own["optimizer"] and norm == own.get("norm")
    return {} if same else {"learning_rate": RATES[optimizer]}


def _adam_instead_of(optimizer: str) -> dict[str, Any]:
    """Return what Keras takes for an optimizer it lacks; of lazy_adam the rate fits it, too."""
    rate = {} if optimizer == "lazy_adam" else {"learning_rate": RATES["adam"]}
    return {"optimizer": "adam"} | rate


def default_model(found: Measured) -> str:
    """Return the architecture for a user who names none.

    docs/LOG.md has the runs for multilabel tasks of 118 and of 1,138 labels; that a table of
    weights per label becomes too large at 200 is a choice of memory, not a measurement.

    Example:
        >>> default_model(Measured("multiclass", 8000, 4))
        'mlp'
    """
    if found.task != "multilabel":
        return "mlp"
    return "linear" if found.num_labels <= MOST_LABELS_OF_LINEAR else "fasttext"


def text_settings(config: Config) -> TextSettings:
    """Return the part of the settings that decides how texts become ids or bags.

    Example:
        >>> from linnet.config import configure
        >>> config = complete(configure(model="lstm"), Measured("binary", 100, 2))
        >>> text_settings(config).vectorizer
        'ids'
    """
    return TextSettings(**{name: getattr(config, name) for name in TEXT})


def options(config: Config) -> dict[str, Any]:
    """Return the architecture's options that are set.

    Example:
        >>> from linnet.config import configure
        >>> options(configure(units=8, dropout=0.0)), options(configure())
        ({'units': 8, 'dropout': 0.0}, {})
    """
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
        linnet.errors.ConfigError: class_weights: 'c=2' should be one of a, b, '=' and a number ...
    """
    if config.class_weights in (None, "balanced"):
        return None
    found = {}
    for part in str(config.class_weights).split(","):
        label, _, number = part.rpartition("=")
        label, weight = label.strip(), _positive(number)
        if label not in labels or weight is None:
            raise ConfigError(
                f"class_weights: {part!r} should be one of {', '.join(labels[:20])}, "
                "'=' and a number above 0"
            )
        found[label] = weight
    return found


def _positive(number: str) -> float | None:
    """Read a finite number above 0; None if it is none."""
    try:
        value = float(number)
    except ValueError:
        return None
    return value if 0 < value < math.inf else None


def check_vectorizer(config: Config, *, takes_bags: bool) -> None:
    """Refuse a vectoriser whose output the model cannot take.

    Raises:
        ConfigError: The model needs the other kind.

    Example:
        >>> from linnet.config import configure
        >>> check_vectorizer(configure(model="lstm", vectorizer="count"), takes_bags=False)
        Traceback (most recent call last):
        linnet.errors.ConfigError: model 'lstm' cannot take vectorizer = 'count': use ids
    """
    if takes_bags != (config.vectorizer in BAGS):
        needed = " or ".join(BAGS) if takes_bags else "ids"
        raise ConfigError(
            f"model {config.model!r} cannot take vectorizer = {config.vectorizer!r}: use {needed}"
        )


def check_together(config: Config, *, validated: bool, started: bool) -> None:
    """Refuse settings that would do nothing, or cannot be done, in this training.

    Args:
        config: What the user gave.
        validated: Whether there are validation rows.
        started: Whether training goes on from a saved model.

    Raises:
        ConfigError: One of them.

    Example:
        >>> from linnet.config import configure
        >>> check_together(configure(retrain_epochs=3), validated=False, started=False)
        Traceback (most recent call last):
        linnet.errors.ConfigError: retrain_epochs is 3, but nothing is trained again: ...
    """
    if config.retrain_epochs and not (config.retrain and validated):
        missing = "there are no validation rows" if config.retrain else "retrain is false"
        raise ConfigError(
            f"retrain_epochs is {config.retrain_epochs}, but nothing is trained again: {missing}"
        )
    if config.vectors and started and not config.extend_vocabulary:
        raise ConfigError(
            "vectors are for words that the saved model does not know: give extend_vocabulary "
            "too, or leave vectors out"
        )
    if config.members > 1 and (started or custom.is_custom(str(config.model))):
        which = "a saved model" if started else "a model of your own"
        raise ConfigError(f"members is {config.members}: {which} is trained alone; set it to 1")


def _own(model: str, found: Measured) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return what the architecture makes of the measured rows, and its options' defaults."""
    if custom.is_custom(model):
        return {}, {}
    module = architecture(model)
    parameters = list(inspect.signature(module.layers).parameters.values())[1:]
    measured = module.measured(found) if hasattr(module, "measured") else {}
    return measured, {each.name: each.default for each in parameters}

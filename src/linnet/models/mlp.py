"""A multilayer perceptron on bags: hidden layers with relu, then one unit per label."""

from collections.abc import Sequence
from typing import Any

from linnet.errors import ConfigError
from linnet.models.layers.bag import Bag
from linnet.models.layers.dense import Dense
from linnet.models.layers.dropout import Dropout
from linnet.models.layers.layer import Layer
from linnet.models.model import Sizes

SETTINGS: dict[str, Any] = {
    "vectorizer": "multi_hot", "max_ids": 10_000, "unknown": "drop", "optimizer": "rmsprop",
    "learning_rate": 0.001, "batch_size": 512, "epochs": 20, "patience": 3,
}  # fmt: skip


def layers(
    sizes: Sizes, *, hidden: Sequence[int] = (64, 64), dropout: float = 0.0
) -> tuple[Layer, ...]:
    """Return the layers.

    Args:
        sizes: What the model is built for.
        hidden: Units of each hidden layer, at least one.
        dropout: Share of each hidden layer's output that training drops.

    Raises:
        ConfigError: There is no hidden layer.

    Example:
        >>> [layer.kind for layer in layers(Sizes(9, 1, 3), hidden=(4,), dropout=0.5)]
        ['bag', 'dropout', 'dense']
    """
    if not hidden:
        raise ConfigError("an mlp needs a hidden layer: set hidden, or take the model linear")
    first, *rest = hidden
    after: tuple[Layer, ...] = (Dropout(dropout),) if dropout else ()
    stack: tuple[Layer, ...] = (Bag(first, "relu"), *after)
    for units in rest:
        stack += (Dense(units, "relu"), *after)
    return (*stack, Dense(sizes.outputs))

"""Convolutions of several widths, the largest value of each filter (Kim 2014)."""

from collections.abc import Sequence
from typing import Any

from linnet.errors import ConfigError
from linnet.models.layers.convolutions import Convolutions
from linnet.models.layers.dense import Dense
from linnet.models.layers.dropout import Dropout
from linnet.models.layers.embedding import Embedding
from linnet.models.layers.layer import Layer
from linnet.models.model import Sizes

SETTINGS: dict[str, Any] = {
    "vectorizer": "ids", "max_ids": 20_000, "optimizer": "adam", "learning_rate": 0.002,
    "batch_size": 64, "epochs": 10, "patience": 2,
}  # fmt: skip


def layers(
    sizes: Sizes,
    *,
    embedding_size: int = 128,
    units: int = 64,
    widths: Sequence[int] = (3, 4, 5),
    dropout: float = 0.5,
    hidden: Sequence[int] = (),
) -> tuple[Layer, ...]:
    """Return the layers.

    Args:
        sizes: What the model is built for.
        embedding_size: Numbers per word.
        units: Filters of each width.
        widths: Words that a filter sees at once, at least one.
        dropout: Share of the filters' outputs that training drops.
        hidden: Units of hidden layers behind them; may be empty.

    Raises:
        ConfigError: There is no width.

    Example:
        >>> [layer.kind for layer in layers(Sizes(num_ids=9, length=5, outputs=3))]
        ['embedding', 'convolutions', 'dropout', 'dense']
    """
    if not widths:
        raise ConfigError("a cnn needs a width of its filters: set widths, such as 3,4,5")
    words = (Embedding(sizes.num_ids, embedding_size), Convolutions(units, tuple(widths)))
    after: tuple[Layer, ...] = (Dropout(dropout),) if dropout else ()
    return (*words, *after, *(Dense(size, "relu") for size in hidden), Dense(sizes.outputs))

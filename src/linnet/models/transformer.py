"""A small transformer: words and places, one encoder block, their mean.

The network of Keras's tutorial on text classification with a transformer, but wider, with one head
and more dropout: docs/LOG.md has what they gained.
"""

from collections.abc import Sequence
from typing import Any

from linnet.models.layers.average import Average
from linnet.models.layers.dense import Dense
from linnet.models.layers.dropout import Dropout
from linnet.models.layers.embedding import Embedding
from linnet.models.layers.encoder import Encoder
from linnet.models.layers.layer import Layer
from linnet.models.layers.positions import Positions
from linnet.models.model import Sizes

SETTINGS: dict[str, Any] = {
    "vectorizer": "ids", "max_ids": 20_000, "max_length": 200, "optimizer": "adam",
    "learning_rate": 0.0005, "batch_size": 64, "epochs": 10, "patience": 2,
}  # fmt: skip


def layers(
    sizes: Sizes,
    *,
    embedding_size: int = 128,
    heads: int = 1,
    units: int = 64,
    dropout: float = 0.4,
    hidden: Sequence[int] = (),
) -> tuple[Layer, ...]:
    """Return the layers.

    Args:
        sizes: What the model is built for; places beyond its length are not told apart.
        embedding_size: Numbers per word, and of each head.
        heads: Attentions side by side.
        units: Of the dense layer inside the block.
        dropout: Share of values that training drops, in the block and behind it.
        hidden: Units of hidden layers behind it; may be empty.

    Example:
        >>> [layer.kind for layer in layers(Sizes(num_ids=9, length=5, outputs=3))]
        ['embedding', 'positions', 'encoder', 'average', 'dropout', 'dense']
    """
    words = (Embedding(sizes.num_ids, embedding_size), Positions(sizes.length))
    drop: tuple[Layer, ...] = (Dropout(dropout),) if dropout else ()
    stack: tuple[Layer, ...] = (*words, Encoder(heads, units, dropout), Average(), *drop)
    for size in hidden:
        stack += (Dense(size, "relu"), *drop)
    return (*stack, Dense(sizes.outputs))

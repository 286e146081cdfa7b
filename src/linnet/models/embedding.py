"""Embeddings of all places side by side, then a hidden layer: needs a fixed length."""

from collections.abc import Sequence
from typing import Any

from linnet.models.layers.dense import Dense
from linnet.models.layers.embedding import Embedding
from linnet.models.layers.flatten import Flatten
from linnet.models.layers.layer import Layer
from linnet.models.model import Sizes

SETTINGS: dict[str, Any] = {
    "vectorizer": "ids", "max_ids": 20_000, "optimizer": "adam", "learning_rate": 0.001,
    "batch_size": 64, "epochs": 10, "patience": 2,
}  # fmt: skip


def layers(
    sizes: Sizes, *, embedding_size: int = 128, hidden: Sequence[int] = (32,)
) -> tuple[Layer, ...]:
    """Return the layers.

    Args:
        sizes: What the model is built for.
        embedding_size: Numbers per word.
        hidden: Units of each hidden layer; may be empty.

    Example:
        >>> [layer.kind for layer in layers(Sizes(num_ids=9, length=5, outputs=3))]
        ['embedding', 'flatten', 'dense', 'dense']
    """
    embedding = Embedding(sizes.num_ids, embedding_size, mask=False)
    dense = [Dense(units, "relu") for units in hidden]
    return (embedding, Flatten(), *dense, Dense(sizes.outputs))

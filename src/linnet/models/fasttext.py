"""A small vector per word and word pair, added up, then one linear layer.

The network of fastText (Joulin et al. 2016) on TF-IDF weights; `vectorizer = "count"` with
`norm = "l1"` gives fastText's own plain mean.
"""

from typing import Any

from linnet.models.layers.bag import Bag
from linnet.models.layers.dense import Dense
from linnet.models.layers.layer import Layer
from linnet.models.model import Sizes

SETTINGS: dict[str, Any] = {
    "vectorizer": "tf_idf", "norm": "l2", "ngrams": 2, "max_ids": 200_000, "min_count": 2,
    "unknown": "drop", "optimizer": "lazy_adam", "learning_rate": 0.002, "batch_size": 64,
    "epochs": 50, "patience": 3,
}  # fmt: skip


def layers(sizes: Sizes, *, embedding_size: int = 16) -> tuple[Layer, ...]:
    """Return the layers.

    Args:
        sizes: What the model is built for.
        embedding_size: Numbers per word.

    Example:
        >>> layers(Sizes(num_ids=2, length=1, outputs=3), embedding_size=8)[1]
        Dense(units=3, activation='linear')
    """
    embedding = Bag(embedding_size, initial="uniform", bias=False)
    return (embedding, Dense(sizes.outputs))

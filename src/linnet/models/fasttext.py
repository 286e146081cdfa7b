"""A small vector per word and word pair, added up, then one linear layer.

The network of fastText (Joulin et al. 2016) on TF-IDF weights; `vectorizer = "count"` with
`norm = "l1"` gives fastText's own plain mean.
"""

from typing import Any

from linnet.models.layers.bag import Bag
from linnet.models.layers.dense import Dense
from linnet.models.layers.layer import Layer
from linnet.models.model import Sizes
from linnet.types import Task

SETTINGS: dict[str, Any] = {
    "vectorizer": "tf_idf", "norm": "l2", "ngrams": 2, "max_ids": 200_000, "min_count": 2,
    "unknown": "drop", "optimizer": "lazy_adam", "batch_size": 64,
    "epochs": 50, "patience": 3,
}  # fmt: skip


def measured(task: Task, *, num_rows: int, num_labels: int) -> dict[str, Any]:
    """Return the settings that depend on the training rows (docs/LOG.md has the runs).

    Many rows mean many steps, which may be small; many labels need more numbers per word.

    Example:
        >>> measured("binary", num_rows=10_000, num_labels=4)
        {'learning_rate': 0.004, 'embedding_size': 16}
        >>> measured("binary", num_rows=1, num_labels=2000)
        {'learning_rate': 0.01, 'embedding_size': 128}
    """
    rate = min(max(0.4 / num_rows**0.5, 0.0005), 0.01)
    size = min(max(1 << (2 * num_labels - 1).bit_length(), 16), 128)
    return {"learning_rate": round(rate, 5), "embedding_size": size}


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

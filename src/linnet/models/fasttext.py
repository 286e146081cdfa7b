"""A small vector per word and word pair, added up, then one linear layer.

The network of fastText (Joulin et al. 2016) on TF-IDF weights; `vectorizer = "count"` with
`norm = "l1"` gives fastText's own plain mean.
"""

from typing import Any

from linnet.models.layers.bag import Bag
from linnet.models.layers.dense import Dense
from linnet.models.layers.layer import Layer
from linnet.models.measured import Measured, bags_for
from linnet.models.model import Sizes

SETTINGS: dict[str, Any] = {
    "vectorizer": "tf_idf", "norm": "l2", "min_count": 2, "unknown": "drop",
    "optimizer": "lazy_adam", "epochs": 50,
}  # fmt: skip

BATCHES = 512  # at least so many in an epoch, before batches grow
MANY_ROWS = 20_000


def measured(found: Measured) -> dict[str, Any]:
    """Return the settings that depend on the training rows (docs/LOG.md has the runs).

    Many rows mean many steps, which may be small, over large batches, which cost less time a row;
    and many validation rows, whose loss rises only once. Many labels need more numbers per word.

    Example:
        >>> chosen = measured(Measured("multiclass", 10_000, 4))
        >>> chosen["learning_rate"], chosen["batch_size"], chosen["embedding_size"]
        (0.004, 64, 16)
        >>> measured(Measured("multiclass", 1, 2000))["embedding_size"]
        128
    """
    num_rows = found.num_rows
    batch = 64
    while batch < 1024 and batch * BATCHES <= num_rows:
        batch *= 2
    rate = min(max(0.4 / num_rows**0.5, 0.0005), 0.01) * (batch / 64) ** 0.5
    size = min(max(1 << (2 * found.num_labels - 1).bit_length(), 16), 128)
    return bags_for(found) | {
        "learning_rate": round(rate, 5), "batch_size": batch,
        "patience": 1 if num_rows >= MANY_ROWS else 3, "embedding_size": size,
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

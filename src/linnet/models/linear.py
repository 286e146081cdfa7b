"""One weight per label and id: logistic regression on bags."""

from typing import Any

from linnet.models.layers.bag import Bag
from linnet.models.layers.layer import Layer
from linnet.models.model import Sizes

SETTINGS: dict[str, Any] = {
    "vectorizer": "tf_idf", "norm": "l2", "ngrams": 2, "max_ids": 200_000, "min_count": 2,
    "unknown": "drop", "optimizer": "lazy_adam", "learning_rate": 0.01, "batch_size": 64,
    "epochs": 50, "patience": 3,
}  # fmt: skip


def layers(sizes: Sizes) -> tuple[Layer, ...]:
    """Return the one layer.

    Example:
        >>> len(layers(Sizes(num_ids=2, length=1, outputs=1)))
        1
    """
    return (Bag(sizes.outputs, initial="zeros"),)

"""One weight per label and id: logistic regression on bags."""

from typing import Any

from linnet.models.layers.bag import Bag
from linnet.models.layers.layer import Layer
from linnet.models.measured import Measured
from linnet.models.model import Sizes

MANY_ROWS, FEW_ROWS = 50_000, 5_000

SETTINGS: dict[str, Any] = {
    "vectorizer": "tf_idf", "norm": "l2", "max_ids": 200_000, "min_count": 2, "unknown": "drop",
    "optimizer": "sgd", "patience": 3,
}  # fmt: skip


def measured(found: Measured) -> dict[str, Any]:
    """Return the settings that depend on the training rows.

    docs/LOG.md has the runs; the cuts at 5,000 and 50,000 rows are guesses between them.

    Plain gradient steps, because Adam moves rare words as far as frequent ones and fits them by
    heart. The loss of a multilabel task is a mean over labels: steps grow with their number.
    Steps over few texts: frequent labels make large ones unsteady.

    Example:
        >>> measured(Measured("binary", 10_000, 2))
        {'learning_rate': 16.0, 'batch_size': 32, 'epochs': 50, 'ngrams': 2}
        >>> measured(Measured("multilabel", 1, 100))
        {'learning_rate': 100.0, 'batch_size': 8, 'epochs': 100, 'ngrams': 1}
    """
    if found.task == "multilabel":
        few = found.num_rows < FEW_ROWS
        rate, batch, epochs = (1.0, 8, 100) if few else (4.0, 16, 50)
        return {
            "learning_rate": rate * found.num_labels, "batch_size": batch, "epochs": epochs,
            "ngrams": 1,
        }  # fmt: skip
    rate = 16.0 if found.num_rows < MANY_ROWS else 8.0
    return {"learning_rate": rate, "batch_size": 32, "epochs": 50, "ngrams": 2}


def layers(sizes: Sizes) -> tuple[Layer, ...]:
    """Return the one layer.

    Example:
        >>> len(layers(Sizes(num_ids=2, length=1, outputs=1)))
        1
    """
    return (Bag(sizes.outputs, initial="zeros"),)

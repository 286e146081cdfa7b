"""A multilayer perceptron on bags: hidden layers with relu and dropout, then one unit per label.

The default for one label per text. A single hidden layer, of which training drops half, on words
weighed by how much they tell of the labels, or of many labels by TF-IDF: on every set it was tried
on it was above logistic regression, from 200 rows on.
"""

from collections.abc import Sequence
from typing import Any

from linnet.errors import ConfigError
from linnet.models.layers.bag import Bag
from linnet.models.layers.dense import Dense
from linnet.models.layers.dropout import Dropout
from linnet.models.layers.layer import Layer
from linnet.models.measured import SOME_LABELS, Measured, bags_for
from linnet.models.model import Sizes

SETTINGS: dict[str, Any] = {
    "vectorizer": "tf_idf", "norm": "l2", "min_count": 2, "unknown": "drop",
    "optimizer": "rowwise_adagrad", "epochs": 50,
}  # fmt: skip

FEW_LABELS, MANY_LABELS = 8, 200
RATES = {32: 0.03, 64: 0.03, 128: 0.02}
"""Learning rate by units, for batches of 64; it grows with the fifth root of the batch."""
BATCHES = 512  # at least half as many in an epoch, before batches grow


def measured(found: Measured) -> dict[str, Any]:
    """Return the settings that depend on the training rows (docs/LOG.md has the runs).

    The weight of a word is its log-odds, but of many labels: the largest would be that of a label
    with few texts. Many labels need more units. Many rows mean many steps, which may be over
    larger batches, and many validation rows, whose loss rises only once.

    Example:
        >>> chosen = measured(Measured("multiclass", 1000, 20))
        >>> chosen["hidden"], chosen["learning_rate"], chosen["batch_size"], chosen["patience"]
        ((64,), 0.0261, 32, 2)
        >>> chosen["vectorizer"], measured(Measured("multiclass", 1000, 46))["vectorizer"]
        ('log_odds', 'tf_idf')
        >>> measured(Measured("multiclass", 300_000, 4))["hidden"]
        (32,)
    """
    rows, labels = found.num_rows, found.num_labels
    units = 64 if labels <= SOME_LABELS else 128
    if labels <= FEW_LABELS and rows >= 10_000:
        units = 32
    many = labels > MANY_LABELS
    odds = found.task != "multilabel" and labels <= SOME_LABELS
    rate = 0.03 if many else RATES[units]
    batch = 32
    while batch < 1024 and batch * BATCHES <= rows:
        batch *= 2
    return bags_for(found) | {
        "vectorizer": "log_odds" if odds else "tf_idf",
        "hidden": (units,), "dropout": 0.2 if many else 0.5,
        "learning_rate": round(rate * (batch / 64) ** 0.2, 4),
        "batch_size": batch,
        "patience": 2 if rows < 20_000 else 1,
    }  # fmt: skip


def layers(
    sizes: Sizes, *, hidden: Sequence[int] = (64,), dropout: float = 0.5
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

"""A gated recurrent unit that reads the words in order: three gates where an LSTM has four."""

from collections.abc import Sequence
from typing import Any

from linnet.models.layers.dense import Dense
from linnet.models.layers.embedding import Embedding
from linnet.models.layers.gru import GRU
from linnet.models.layers.layer import Layer
from linnet.models.layers.spatial_dropout import SpatialDropout
from linnet.models.model import Sizes

SETTINGS: dict[str, Any] = {
    "vectorizer": "ids", "max_ids": 20_000, "optimizer": "adam", "learning_rate": 0.002,
    "batch_size": 64, "epochs": 10, "patience": 2,
}  # fmt: skip


def layers(  # noqa: PLR0913 - the parameters are the options a user can set
    sizes: Sizes,
    *,
    embedding_size: int = 128,
    units: int = 64,
    spatial_dropout: float = 0.4,
    dropout: float = 0.4,
    recurrent_dropout: float = 0.0,
    bidirectional: bool = False,
    hidden: Sequence[int] = (),
) -> tuple[Layer, ...]:
    """Return the layers.

    Args:
        sizes: What the model is built for.
        embedding_size: Numbers per word.
        units: Size of the state.
        spatial_dropout: Share of the embedding's features dropped for a whole text.
        dropout: Share of the inputs of the recurrence dropped.
        recurrent_dropout: Share of the state dropped at each step.
        bidirectional: Whether a second one reads from the end.
        hidden: Units of hidden layers behind it; may be empty.

    Example:
        >>> [layer.kind for layer in layers(Sizes(num_ids=9, length=5, outputs=3))]
        ['embedding', 'spatial_dropout', 'gru', 'dense']
    """
    before = (SpatialDropout(spatial_dropout),) if spatial_dropout else ()
    recurrence = GRU(units, dropout, recurrent_dropout, bidirectional)
    after = [Dense(size, "relu") for size in hidden]
    embedding = Embedding(sizes.num_ids, embedding_size)
    return (embedding, *before, recurrence, *after, Dense(sizes.outputs))

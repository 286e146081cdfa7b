"""Embedding, a recurrence that reads the words in order, a linear layer: `lstm` and `gru`."""

from collections.abc import Callable, Sequence

from linnet.models.layers.dense import Dense
from linnet.models.layers.embedding import Embedding
from linnet.models.layers.layer import Layer
from linnet.models.layers.spatial_dropout import SpatialDropout
from linnet.models.model import Sizes


def layers(  # noqa: PLR0913 - the parameters are the options a user can set
    recurrence: Callable[[int, float, float, bool], Layer],
    sizes: Sizes,
    *,
    embedding_size: int = 128,
    units: int = 64,
    spatial_dropout: float = 0.2,
    dropout: float = 0.2,
    recurrent_dropout: float = 0.0,
    bidirectional: bool = False,
    hidden: Sequence[int] = (),
) -> tuple[Layer, ...]:
    """Return the layers.

    Args:
        recurrence: The layer that reads.
        sizes: What the model is built for.
        embedding_size: Numbers per word.
        units: Size of the state.
        spatial_dropout: Share of the embedding's features dropped for a whole text.
        dropout: Share of the inputs of the recurrence dropped.
        recurrent_dropout: Share of the state dropped at each step.
        bidirectional: Whether a second one reads from the end.
        hidden: Units of hidden layers behind it; may be empty.

    Example:
        >>> from linnet.models.layers.gru import GRU
        >>> [layer.kind for layer in layers(GRU, Sizes(num_ids=9, length=5, outputs=3))]
        ['embedding', 'spatial_dropout', 'gru', 'dense']
    """
    before = (SpatialDropout(spatial_dropout),) if spatial_dropout else ()
    reader = recurrence(units, dropout, recurrent_dropout, bidirectional)
    after = [Dense(size, "relu") for size in hidden]
    embedding = Embedding(sizes.num_ids, embedding_size)
    return (embedding, *before, reader, *after, Dense(sizes.outputs))

"""A model as few bytes: rows in int8, n-grams without their words, strong compression.

Goes in: a model. Comes out: the bytes of the files that are worth packing.
"""

import io
from dataclasses import dataclass

import polars as pl

from linnet.artifact.int8 import to_int8
from linnet.artifact.tensors import byte_ranges, to_bytes
from linnet.compression.model import Model
from linnet.models.to_onnx import to_onnx
from linnet.text.vocabulary import Vocabulary

ZSTD_LEVEL = 19


@dataclass(frozen=True)
class Packed:
    """The bytes of a small model.

    Attributes:
        vocabulary: The table of ids, as Parquet; the token of an n-gram is null, its parts say it.
        weights: The weights, the table of the first layer in int8.
        graph: The ONNX graph.
    """

    vocabulary: bytes
    weights: bytes
    graph: bytes

    @property
    def num_bytes(self) -> int:
        """Bytes of all three."""
        return len(self.vocabulary) + len(self.weights) + len(self.graph)


def packed(model: Model) -> Packed:
    """Return the bytes of a model.

    Args:
        model: A model, folded and pruned or not.

    Example:
        >>> from linnet.models.heads import head
        >>> from linnet.models.model import Sizes, initial_weights, layers_for
        >>> from linnet.text.tokenize import tokenize
        >>> from linnet.text.vectorize import TextSettings, fit
        >>> pairs = TextSettings(vectorizer="count", ngrams=2)
        >>> words = fit(tokenize(pl.Series(["", "hyvää päivää"])), pairs)
        >>> sizes = Sizes(words.num_ids, 1, 1)
        >>> layers = layers_for("linear", sizes)
        >>> weights = initial_weights(layers, sizes, seed=0)
        >>> small = packed(Model(words, layers, sizes, head("binary", 2), weights))
        >>> pl.read_parquet(small.vocabulary)["token"].to_list()
        ['<padding>', '<unknown>', 'hyvää', 'päivää', None]
    """
    table = to_int8(model.table, model.weights[model.table])
    weights = to_bytes({**model.weights, **table})
    graph = to_onnx(model.layers, model.sizes, head=model.head, ranges=byte_ranges(weights))
    return Packed(_table(model.vectorizer.vocabulary), weights, graph)


def _table(vocabulary: Vocabulary) -> bytes:
    """Write the vocabulary; n-grams are spelled out again when it is read."""
    known = pl.when(pl.col("prefix") == 0).then("token").alias("token")
    content = io.BytesIO()
    vocabulary.table().with_columns(known).write_parquet(
        content, compression="zstd", compression_level=ZSTD_LEVEL, statistics=False
    )
    return content.getvalue()

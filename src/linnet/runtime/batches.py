"""Inputs of any length to padded arrays of bounded size, and results back in order.

Knows neither the model nor the texts.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from linnet.text.ids import Ids, padded_bags
from linnet.text.vectorize import Inputs
from linnet.types import Rows, Scores

Feed: TypeAlias = Mapping[str, NDArray[Any]]
"""What a model takes: "ids", int32 (texts, length), and for bags "weights", float32 likewise."""

Model: TypeAlias = Callable[[Feed], Scores]
"""A model: arrays in, scores (texts, labels) out."""

TEXTS_PER_BATCH = 64
IDS_PER_BATCH = 32_768


@dataclass(frozen=True)
class Padding:
    """How a model wants its texts padded.

    Attributes:
        length: Ids of every text; None: as many as the longest of a batch has.
        end: At which end padding stands.
    """

    length: int | None = None
    end: Literal["pre", "post"] = "post"


def scores_of(inputs: Inputs, model: Model, *, padding: Padding, num_labels: int) -> Scores:
    """Run a model over inputs in batches of texts of about the same length.

    Args:
        inputs: Ids or bags.
        model: What gives the scores of one batch.
        padding: How it wants its texts padded.
        num_labels: Columns of its scores.

    Returns:
        Shape (texts, labels), in the order of the inputs.

    Example:
        >>> lengths = lambda feed: (feed["ids"] > 0).sum(1, keepdims=True)
        >>> inputs = Ids.from_lists([[5, 6], [], [7]])
        >>> scores_of(inputs, lengths, padding=Padding(), num_labels=1).tolist()
        [[2.0], [0.0], [1.0]]
    """
    lengths = inputs.lengths if isinstance(inputs, Ids) else np.diff(inputs.indptr)
    scores = np.empty((len(lengths), num_labels), np.float32)
    for rows in _batches(lengths, padding.length):
        scores[rows] = model(_feed(inputs, lengths, rows, padding))
    return scores


def _batches(lengths: NDArray[np.integer[Any]], fixed: int | None) -> Iterator[Rows]:
    """Yield the rows of each batch, short texts first; a text too long for any gets its own."""
    order = np.argsort(lengths, kind="stable")
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and end - start < TEXTS_PER_BATCH:
            longest = fixed or lengths[order[end]]
            if longest * (end + 1 - start) > IDS_PER_BATCH:
                break
            end += 1
        yield order[start:end]
        start = end


def _feed(
    inputs: Inputs, lengths: NDArray[np.integer[Any]], rows: Rows, padding: Padding
) -> dict[str, NDArray[Any]]:
    """Pad the chosen texts; at least one column, because some models cannot do without."""
    length = padding.length or max(1, int(lengths[rows].max()))
    if isinstance(inputs, Ids):
        return {"ids": inputs.select(rows).padded(length, padding.end)}
    ids, weights = padded_bags(inputs[rows], length)
    return {"ids": ids, "weights": weights}

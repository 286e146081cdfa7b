"""Texts in chunks, inputs of any length as padded arrays of bounded size; results in order.

Knows neither the model nor what stands in the texts.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.text.ids import Ids, padded_bags
from linnet.text.vectorize import Served
from linnet.types import Rows, Scores

Feed: TypeAlias = Mapping[str, NDArray[Any]]
"""What a model takes: "ids", int32 (texts, length), and for bags "weights", float32 likewise."""

Model: TypeAlias = Callable[[Feed], Scores]
"""A model: arrays in, scores (texts, labels) out."""

Answers = TypeVar("Answers", bound=NDArray[Any])

TEXTS_PER_BATCH = 256
BAGS_PER_BATCH = 1024
IDS_PER_BATCH = 32_768
TEXTS_PER_CHUNK = 8192


@dataclass(frozen=True)
class Padding:
    """How a model wants its texts padded.

    Attributes:
        length: Ids of every text; None: as many as the longest of a batch has.
        end: At which end padding stands.
    """

    length: int | None = None
    end: Literal["pre", "post"] = "post"


def scores_of(inputs: Served, model: Model, *, padding: Padding, num_labels: int) -> Scores:
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
    most = TEXTS_PER_BATCH if isinstance(inputs, Ids) else BAGS_PER_BATCH
    scores = np.empty((len(lengths), num_labels), np.float32)
    for rows in _batches(lengths, padding.length, most=most):
        scores[rows] = model(_feed(inputs, lengths, rows, padding))
    return scores


def in_chunks(
    texts: pl.Series, answer: Callable[[pl.Series], Answers], *, threads: int | None
) -> Answers:
    """Answer many texts some thousands at a time, so that memory is bounded.

    Args:
        texts: Any number of texts.
        answer: Gives an array for some texts, such as scores; several threads may call it.
        threads: How many chunks are answered at the same time; None: one per core.

    Returns:
        The arrays in one, in the order of the texts.

    Example:
        >>> lengths = lambda texts: texts.str.len_chars().to_numpy()[:, None].astype(np.float32)
        >>> in_chunks(pl.Series(["", "ä", "ab"]), lengths, threads=1).tolist()
        [[0.0], [1.0], [2.0]]
    """
    starts = range(0, len(texts), TEXTS_PER_CHUNK)
    if len(starts) < 2:
        return answer(texts)
    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        chunks = pool.map(answer, (texts.slice(start, TEXTS_PER_CHUNK) for start in starts))
        together: Answers = np.concatenate(list(chunks))  # type: ignore[assignment]
        return together


def _batches(lengths: NDArray[np.integer[Any]], fixed: int | None, *, most: int) -> Iterator[Rows]:
    """Yield the rows of each batch, short texts first; a text too long for any gets its own."""
    order = np.argsort(lengths, kind="stable")
    longest = lengths[order].astype(np.int64) if fixed is None else np.full(len(order), fixed)
    start = 0
    while start < len(order):
        ids = longest[start : start + most] * np.arange(1, min(most, len(order) - start) + 1)
        end = start + max(1, int(np.searchsorted(ids, IDS_PER_BATCH, "right")))
        yield order[start:end]
        start = end


def _feed(
    inputs: Served, lengths: NDArray[np.integer[Any]], rows: Rows, padding: Padding
) -> dict[str, NDArray[Any]]:
    """Pad the chosen texts; at least one column, because some models cannot do without."""
    length = padding.length or max(1, int(lengths[rows].max()))
    if isinstance(inputs, Ids):
        return {"ids": inputs.select(rows).padded(length, padding.end)}
    ids, weights = padded_bags(inputs[rows], length)
    return {"ids": ids, "weights": weights}

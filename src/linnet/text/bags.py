"""Counted ids of texts as sparse matrices.

Goes in: ids and the texts they stand in. Comes out: a CSR matrix of counts, each row in the order
of its ids. Knows nothing of weights.
"""

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from linnet.text.count import Counted
from linnet.text.occurrences import Occurrences
from linnet.text.threads import in_threads
from linnet.text.tokenize import runs
from linnet.text.vocabulary import RESERVED

if TYPE_CHECKING:
    import scipy.sparse as sp

# SciPy is imported where a matrix is made: that takes a quarter of the time to a first answer.
Bags: TypeAlias = "sp.csr_array"
"""Weighted ids, shape (texts, ids), float32; column 0 (padding) is empty."""

ENTRIES_AT_ONCE = 1_000_000


def counted_bags(counted: Counted, offsets: NDArray[np.int64], *, unknown: bool) -> Bags:
    """Return how often each training text holds each id, from where the ids were found.

    Args:
        counted: What was found.
        offsets: Shape (texts + 1,): where each text starts in the tokens.
        unknown: Whether tokens without id are counted as the id 1.

    Example:
        >>> import polars as pl
        >>> from linnet.text.count import count
        >>> from linnet.text.tokenize import tokenize
        >>> tokens = tokenize(pl.Series(["a a b", ""]))
        >>> found = count(tokens, ngrams=2, max_ids=4, min_count=1, tokenizer="words")
        >>> counted_bags(found, tokens.offsets, unknown=True).toarray().tolist()
        [[0.0, 0.0, 2.0, 1.0], [0.0, 0.0, 0.0, 0.0]]
    """
    import scipy.sparse as sp

    num_texts, num_ids = len(offsets) - 1, len(counted.vocabulary)
    once = [_once(each) for each in counted.found]
    missing = np.zeros(num_texts, np.int64)
    if unknown:
        missing = np.diff(offsets) - _tokens_with_ids(counted, once[0], num_texts)
    without = np.flatnonzero(missing)
    sizes = np.concatenate([each.counts for each, _ in once])
    ends = len(without) + np.cumsum(sizes[counted.chosen])
    columns = np.concatenate([[0], [0], [len(without)], ends])
    columns = columns.astype(sp.get_index_dtype(maxval=int(columns[-1])))
    texts, held = np.empty(columns[-1], np.int32), np.empty(columns[-1], np.float32)
    texts[: len(without)], held[: len(without)] = without, missing[without]
    _gather(once, counted.chosen, columns[len(RESERVED) :], into=(texts, held))
    return sp.csc_array((held, texts, columns), shape=(num_texts, num_ids)).tocsr()


_Once: TypeAlias = tuple[Occurrences, NDArray[np.float32]]


def _once(found: Occurrences) -> _Once:
    """Name each text once for what it holds, and say how often it does."""
    new = np.ones(len(found.texts), bool)
    new[1:] = found.texts[1:] != found.texts[:-1]
    new[found.offsets[:-1][found.counts > 0]] = True
    begins = np.flatnonzero(new)
    held = np.empty(len(begins), np.float32)
    np.subtract(begins[1:], begins[:-1], out=held[:-1], casting="unsafe")
    held[-1:] = len(new) - begins[-1:]
    offsets = np.searchsorted(begins, found.offsets)
    return replace(found, offsets=offsets, texts=found.texts[begins]), held


def _gather(
    once: list[_Once],
    chosen: NDArray[np.int64],
    columns: NDArray[np.integer[Any]],
    *,
    into: tuple[NDArray[np.int32], NDArray[np.float32]],
) -> None:
    """Put the texts of the chosen ones in their order, a bounded number at once."""
    firsts = np.cumsum([0, *(len(each.counts) for each, _ in once)])
    steps = np.arange(columns[0], columns[-1] + ENTRIES_AT_ONCE, ENTRIES_AT_ONCE)
    cuts = np.unique(np.searchsorted(columns, np.minimum(steps, columns[-1])))

    def gather(cut: tuple[int, int]) -> None:
        start, end = cut
        sizes = np.diff(columns[start : end + 1])
        for first, (found, held) in zip(firsts, once, strict=False):
            numbers = chosen[start:end] - first
            of_these = (numbers >= 0) & (numbers < len(found.counts))
            where, _ = runs(found.offsets, numbers[of_these])
            places = np.repeat(of_these, sizes)
            for source, target in zip((found.texts, held), into, strict=True):
                target[columns[start] : columns[end]][places] = source[where]

    for _ in in_threads(gather, list(pairwise(cuts.tolist()))):
        pass


def _tokens_with_ids(counted: Counted, words: _Once, num_texts: int) -> NDArray[np.int64]:
    """Count the tokens of each text that have an id."""
    found, held = words
    known = np.zeros(len(found.counts), bool)
    known[counted.chosen[counted.chosen < len(known)]] = True
    kept = np.repeat(known, found.counts)
    return np.bincount(found.texts[kept], held[kept], num_texts).astype(np.int64)

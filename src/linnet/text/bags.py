"""Counted ids of texts as sparse matrices.

Goes in: ids and the texts they stand in. Comes out: a CSR matrix of counts, each row in the order
of its ids. Knows nothing of weights.
"""

from dataclasses import replace
from typing import TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from linnet.text.count import Counted
from linnet.text.occurrences import Occurrences
from linnet.text.tokenize import runs
from linnet.text.vocabulary import RESERVED

Bags: TypeAlias = sp.csr_array
"""Weighted ids, shape (texts, ids), float32; column 0 (padding) is empty."""


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
    num_texts, num_ids = len(offsets) - 1, len(counted.vocabulary)
    once = [_once(each) for each in counted.found]
    sizes = np.concatenate([each.counts for each, _ in once])
    texts = np.concatenate([each.texts for each, _ in once])
    held = np.concatenate([each for _, each in once])
    where, starts = runs(np.concatenate([[0], np.cumsum(sizes)]), counted.chosen)
    texts, held = texts[where], held[where]
    missing = np.diff(offsets) - _tokens_with_ids(counted, once[0], num_texts)
    without = np.flatnonzero(missing) if unknown else np.empty(0, np.int64)
    columns = np.concatenate([np.zeros(len(RESERVED)), starts + len(without)])
    return sp.csc_array(
        (
            np.concatenate([missing[without].astype(np.float32), held]),
            np.concatenate([without.astype(np.int32), texts]),
            columns.astype(np.int32),
        ),
        shape=(num_texts, num_ids),
    ).tocsr()


def _once(found: Occurrences) -> tuple[Occurrences, NDArray[np.float32]]:
    """Name each text once for what it holds, and say how often it does."""
    new = np.ones(len(found.texts), bool)
    new[1:] = found.texts[1:] != found.texts[:-1]
    new[found.offsets[:-1][found.counts > 0]] = True
    begins = np.flatnonzero(new)
    held = np.diff(begins, append=len(new)).astype(np.float32)
    offsets = np.concatenate([[0], np.cumsum(new)])[found.offsets]
    return replace(found, offsets=offsets, texts=found.texts[begins]), held


def _tokens_with_ids(
    counted: Counted, words: tuple[Occurrences, NDArray[np.float32]], num_texts: int
) -> NDArray[np.int64]:
    """Count the tokens of each text that have an id."""
    found, held = words
    known = np.zeros(len(found.counts), bool)
    known[counted.chosen[counted.chosen < len(known)]] = True
    kept = np.repeat(known, found.counts)
    return np.bincount(found.texts[kept], held[kept], num_texts).astype(np.int64)

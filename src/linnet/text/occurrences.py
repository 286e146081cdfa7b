"""Where words and n-grams stand in the training texts: what counting and vectorising share.

Goes in: texts as runs of word numbers. Comes out: each word and n-gram, with the texts that hold
it. Nothing is compared to be ordered: SciPy's transposition is a stable counting sort, so two of
them put all n-grams of one length in order, in time that grows linearly.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import scipy.sparse as sp


@dataclass(frozen=True)
class Occurrences:
    """Words, or n-grams of one length, and the texts they stand in.

    They are ordered by the numbers of their parts.

    Attributes:
        prefix: The number of an n-gram without its last word; -1 for words.
        last: The number of an n-gram's last word; -1 for words.
        offsets: Shape (n-grams + 1,): `texts[offsets[i] : offsets[i + 1]]` hold n-gram `i`.
        texts: In ascending order for each n-gram, a text as often as it holds it.
    """

    prefix: NDArray[np.int32]
    last: NDArray[np.int32]
    offsets: NDArray[np.int64]
    texts: NDArray[np.int32]

    @property
    def counts(self) -> NDArray[np.int64]:
        """Shape (n-grams,): how often each stands in the texts."""
        return np.diff(self.offsets)


def occurrences(
    numbers: NDArray[np.int32],
    offsets: NDArray[np.int64],
    *,
    num_words: int,
    ngrams: int = 1,
    min_count: int = 1,
) -> list[Occurrences]:
    """Find the words and n-grams of texts.

    Words are numbered from 0, the n-grams of 2 words go on after them, and so on.

    Args:
        numbers: Shape (tokens,): the number of each token's word, -1 for what is no word.
        offsets: Shape (texts + 1,): where each text starts in `numbers`.
        num_words: How many words have a number.
        ngrams: The longest n-gram, in words.
        min_count: Rarer n-grams of 2 words and more are left out, and what begins with them.

    Example:
        >>> pairs = occurrences(np.array([0, 1, 0, 1]), np.array([0, 0, 4]), num_words=2, ngrams=2)
        >>> pairs[1].prefix.tolist(), pairs[1].last.tolist(), pairs[1].texts.tolist()
        ([0, 1], [1, 0], [1, 1, 1])
    """
    last = (numbers + 1).astype(np.int32)  # 0 is what is no word
    # The ends of short n-grams are the beginnings of longer ones, so their texts have to wait.
    places = offsets if ngrams <= 2 else np.arange(len(last) + 1)
    by_last = _transposed(last, _before(last, last, offsets), places, num_words + 1)
    found = [_words(by_last)]
    ending, num_endings, first = last, num_words, 0
    for length in range(2, ngrams + 1):
        if length > 2:
            first, num_endings = first + num_endings, len(found[-1].counts)
            ending = _endings(found[-1], len(last))
            by_last = _transposed(last, _before(ending, last, offsets), places, num_words + 1)
        by_parts = _transposed(by_last.data, by_last.indices, by_last.indptr, num_endings + 1)
        found.append(_ngrams(by_parts, first, min_count))
    if ngrams <= 2:
        return found
    texts = np.repeat(np.arange(len(offsets) - 1, dtype=np.int32), np.diff(offsets))
    return [replace(each, texts=texts[each.texts]) for each in found]


def in_order(numbers: NDArray[np.integer[Any]]) -> NDArray[np.int32]:
    """Return where the smallest number stands, and so on; equal ones in the order they stand in.

    The work grows with the largest number, too.

    Example:
        >>> in_order(np.array([2, 0, 2, 0])).tolist(), in_order(np.array([], np.int64)).tolist()
        ([1, 3, 0, 2], [])
    """
    places = np.arange(len(numbers), dtype=np.int32)
    every = np.array([0, len(numbers)])
    by_number = _transposed(
        numbers.astype(np.int32), places, every, int(numbers.max(initial=0)) + 1
    )
    return np.asarray(by_number.data, np.int32)


def _before(
    ending: NDArray[np.int32], last: NDArray[np.int32], offsets: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Return what ends before each token, 0 where a text starts or the token is no word."""
    before = np.zeros_like(ending)
    before[1:] = ending[:-1]
    starts = offsets[:-1]
    before[starts[starts < len(before)]] = 0
    before[last == 0] = 0
    return before


def _transposed(
    columns: NDArray[np.int32],
    values: NDArray[np.int32],
    offsets: NDArray[np.integer[Any]],
    num_columns: int,
) -> "sp.csc_array":
    """Order entries by column; those of a column keep their order."""
    import scipy.sparse as sp

    shape = (len(offsets) - 1, num_columns)
    # SciPy takes the wider of the two types, and half of it is half the work.
    offsets = offsets.astype(sp.get_index_dtype(maxval=len(values)), copy=False)
    return sp.csr_array((values, columns, offsets), shape=shape).tocsc()


def _words(by_last: "sp.csc_array") -> Occurrences:
    first = by_last.indptr[1]
    none = np.full(by_last.shape[1] - 1, -1, np.int32)
    offsets = by_last.indptr[1:].astype(np.int64) - first
    return Occurrences(none, none, offsets, by_last.indices[first:])


def _ngrams(by_parts: "sp.csc_array", first: int, min_count: int) -> Occurrences:
    """Tell n-grams apart; the numbers of what they begin with start at `first`."""
    begins = by_parts.indptr[1:] - by_parts.indptr[1]
    last, texts = (each[by_parts.indptr[1] :] for each in (by_parts.indices, by_parts.data))
    new = np.ones(len(last), bool)
    new[1:] = last[1:] != last[:-1]
    new[begins[begins < len(last)]] = True
    starts = np.flatnonzero(new)
    prefix = (np.searchsorted(begins, starts, "right") - 1 + first).astype(np.int32)
    counts = np.diff(starts, append=len(last))
    kept = counts >= min_count
    if not kept.all():
        texts = texts[np.repeat(kept, counts)]
        starts, prefix, counts = starts[kept], prefix[kept], counts[kept]
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Occurrences(prefix, last[starts] - 1, offsets, texts)


def _endings(found: Occurrences, num_tokens: int) -> NDArray[np.int32]:
    """Return the n-gram that ends at each token, numbered from 1; 0 for none."""
    ending = np.zeros(num_tokens, np.int32)
    ending[found.texts] = np.repeat(np.arange(1, len(found.counts) + 1), found.counts)
    return ending

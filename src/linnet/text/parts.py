"""The vocabulary of texts that come in parts: the one that `count` finds in all of them at once.

Goes in: the counts of words, and a way to go through the tokens again for each length of n-gram.
Comes out: a vocabulary. It is the same as that of all texts together unless so many words or
n-grams are different that the rarest had to be forgotten.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.text.count import Ranked, choose, rank_words
from linnet.text.lookup import Lookup
from linnet.text.occurrences import Occurrences
from linnet.text.tally import COUNT, KEY, Tally, add_numbers
from linnet.text.tokenize import Tokens
from linnet.text.vectorize import TextSettings
from linnet.text.vocabulary import MOST_IDS, RESERVED, Vocabulary, following

Parts: TypeAlias = Callable[[], Iterable[Tokens]]
"""Goes through all tokens, as often as it is called."""

NO_TEXTS = np.empty(0, np.int32)


def vocabulary_of_parts(
    words: pl.DataFrame, parts: Parts, *, settings: TextSettings
) -> tuple[Vocabulary, int]:
    """Give ids to the most frequent words and n-grams.

    Args:
        words: Columns key and count, as `Tally.table` returns them for words.
        parts: The same texts.
        settings: What is wanted.

    Returns:
        The vocabulary, and what the count of an n-gram may miss at most.

    Example:
        >>> from linnet.text.tally import add_words
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> tally, tokens = Tally(pl.String), tokenize(as_texts(["b a", "b a c", ""]))
        >>> add_words(tally, tokens)
        >>> settings = TextSettings(ngrams=2, min_count=2, vectorizer="count")
        >>> found, missed = vocabulary_of_parts(tally.table(), lambda: [tokens], settings=settings)
        >>> found.tokens.to_list(), missed
        (['<padding>', '<unknown>', 'a', 'b', 'b a'], 0)
    """
    names, counts = words[KEY].to_list(), words[COUNT].to_numpy()
    ranked = rank_words(names, counts, min_count=settings.min_count, tokenizer=settings.tokenizer)
    most = (settings.max_ids or MOST_IDS) - len(RESERVED)
    # What an n-gram consists of always ranks before it: rarer words need not be looked for.
    able = np.flatnonzero((ranked.rank >= 0) & (ranked.rank < most))
    places = {names[code]: int(ranked.rank[code]) for code in able.tolist()}
    none = np.full(len(ranked.words), -1, np.int32)
    found = [_counted(none, none, ranked.counts)]
    missed = 0
    for _ in range(settings.ngrams - 1):
        tally = Tally(pl.Int64)
        for numbers, offsets in _numbered(parts(), places):
            add_numbers(tally, _keys(numbers, offsets, found=found, num_words=len(ranked.words)))
        counted = tally.table()
        missed = max(missed, tally.most_missed)
        table = counted.filter(pl.col(COUNT) >= settings.min_count).sort(KEY)
        prefix, last = np.divmod(table[KEY].to_numpy(), max(1, len(ranked.words)))
        found.append(_counted(prefix, last, table[COUNT].to_numpy()))
        found[-1] = _able(ranked, found, settings.max_ids)
    return choose(ranked, found, max_ids=settings.max_ids).vocabulary, missed


def _numbered(
    parts: Iterable[Tokens], places: dict[str, int]
) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int64]]]:
    """Yield the number of each token's word, -1 for what has none, and where each text starts."""
    for tokens in parts:
        numbers = (places.get(word, -1) for word in tokens.words)
        yield np.fromiter(numbers, np.int32, len(tokens.words))[tokens.codes], tokens.offsets


def _keys(
    numbers: NDArray[np.int32],
    offsets: NDArray[np.int64],
    *,
    found: list[Occurrences],
    num_words: int,
) -> NDArray[np.int64]:
    """Return a number for each n-gram that is one word longer than those found."""
    ending, first = numbers, num_words
    for shorter in found[1:]:
        at = following(offsets, before=ending >= 0, here=numbers >= 0)
        keys = ending[at - 1].astype(np.int64) * num_words + numbers[at]
        ending = np.full(len(numbers), -1, np.int32)
        known = shorter.prefix.astype(np.int64) * num_words + shorter.last
        table = Lookup.of(known, np.arange(1, len(known) + 1, dtype=np.int32))
        place = table.get(keys)
        ending[at] = np.where(place > 0, place + np.int32(first - 1), -1)
        first += len(known)
    at = following(offsets, before=ending >= 0, here=numbers >= 0)
    return ending[at - 1].astype(np.int64) * num_words + numbers[at]


def _counted(
    prefix: NDArray[np.integer[Any]], last: NDArray[np.integer[Any]], counts: NDArray[np.int64]
) -> Occurrences:
    """Return n-grams with their counts alone; the texts that hold them are not known."""
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Occurrences(prefix.astype(np.int32), last.astype(np.int32), offsets, NO_TEXTS)


def _able(ranked: Ranked, found: list[Occurrences], max_ids: int | None) -> Occurrences:
    """Leave out of the last ones those that cannot get an id."""
    *before, last = found
    first = sum(len(each.counts) for each in before)
    chosen = choose(ranked, found, max_ids=max_ids).chosen
    kept = np.sort(chosen[chosen >= first]) - first
    return _counted(last.prefix[kept], last.last[kept], last.counts[kept])

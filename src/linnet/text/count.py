"""Which tokens and n-grams get an id: the most frequent of the training texts.

Goes in: tokens. Comes out: a vocabulary, and where its words and n-grams stand. Knows nothing of
weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.registry import resolve
from linnet.text.occurrences import Occurrences, in_order, occurrences
from linnet.text.tokenize import PIECES, Tokens
from linnet.text.vocabulary import MOST_IDS, RESERVED, Vocabulary


def count_tokens(
    tokens: Tokens,
    *,
    ngrams: int = 1,
    max_ids: int | None = None,
    min_count: int = 1,
    tokenizer: str = "words",
) -> Vocabulary:
    """Give ids to the most frequent tokens and n-grams.

    Args:
        tokens: The training texts.
        ngrams: The longest n-gram, in words; 1 means single words only.
        max_ids: Rows of the table at most, padding and unknown included; None: no limit.
        min_count: Tokens that stand in the texts less often get no id.
        tokenizer: The name that made `tokens`: some add the pieces of words.

    Returns:
        Tokens ordered by count. Among equal counts shorter n-grams come first, then words by
        string, and n-grams by the order of their first words, second words, and so on.

    Example:
        >>> from linnet.text.tokenize import tokenize
        >>> tokens = tokenize(pl.Series(["b a", "b a c", ""]))
        >>> count_tokens(tokens, ngrams=2, min_count=2).tokens.to_list()
        ['<padding>', '<unknown>', 'a', 'b', 'b a']
    """
    found = count(tokens, ngrams=ngrams, max_ids=max_ids, min_count=min_count, tokenizer=tokenizer)
    return found.vocabulary


@dataclass(frozen=True, eq=False)
class Counted:
    """What was counted in the training texts.

    Attributes:
        vocabulary: What got an id.
        chosen: Which word or n-gram each id from 2 on stands for, as `occurrences` numbers them.
        found: Where they stand, also those that got no id.
    """

    vocabulary: Vocabulary
    chosen: NDArray[np.int64]
    found: list[Occurrences]


def count(
    tokens: Tokens, *, ngrams: int, max_ids: int | None, min_count: int, tokenizer: str
) -> Counted:
    """Count as `count_tokens` does, and keep where everything stands.

    Example:
        >>> from linnet.text.tokenize import tokenize
        >>> tokens = tokenize(pl.Series(["ä", "", "ä b"]))
        >>> found = count(tokens, ngrams=1, max_ids=3, min_count=1, tokenizer="words")
        >>> found.vocabulary.tokens.to_list(), found.chosen.tolist(), found.found[0].texts.tolist()
        (['<padding>', '<unknown>', 'ä'], [0], [0, 2, 2])
    """
    counts = np.bincount(tokens.codes, minlength=len(tokens.words))
    ranked = rank_words(tokens.words, counts, min_count=min_count, tokenizer=tokenizer)
    found = occurrences(
        ranked.rank[tokens.codes], tokens.offsets, num_words=len(ranked.words), ngrams=ngrams,
        min_count=min_count,
    )  # fmt: skip
    return choose(ranked, found, max_ids=max_ids)


@dataclass(frozen=True, eq=False)
class Ranked:
    """Words (and pieces) that are frequent enough, ordered by count and string.

    Attributes:
        words: Their names.
        counts: How often each stands in the training texts.
        rank: Shape (all words,): the place of each in this order, -1 for the rare ones.
    """

    words: pl.Series
    counts: NDArray[np.int64]
    rank: NDArray[np.int32]


def rank_words(
    words: Sequence[str], counts: NDArray[np.int64], *, min_count: int, tokenizer: str
) -> Ranked:
    """Order words, and their pieces where the tokenizer adds those.

    Args:
        words: All words of the training texts.
        counts: How often each stands in them.
        min_count: Rarer ones are left out.
        tokenizer: The name that made the words.

    Example:
        >>> ranked = rank_words(["ä", "b"], np.array([1, 2]), min_count=1, tokenizer="words")
        >>> ranked.words.to_list(), ranked.rank.tolist()
        (['b', 'ä'], [1, 0])
    """
    seen = np.flatnonzero(counts >= max(min_count, 1))
    names = pl.Series("word", words, dtype=pl.String)
    table = pl.DataFrame({"word": names.gather(seen), "count": counts[seen], "code": seen})
    if tokenizer in PIECES:
        table = pl.concat([table, _count_pieces(words, counts, min_count, tokenizer)])
    table = table.sort(["count", "word"], descending=[True, False])
    codes = table["code"].to_numpy()
    rank = np.full(len(words), -1, np.int32)
    rank[codes[codes >= 0]] = np.flatnonzero(codes >= 0)
    return Ranked(table["word"], table["count"].to_numpy(), rank)


def choose(ranked: Ranked, found: list[Occurrences], *, max_ids: int | None) -> Counted:
    """Give ids to the most frequent words and n-grams.

    Args:
        ranked: The words.
        found: Their occurrences, those of the n-grams of two words, and so on.
        max_ids: Rows of the vocabulary at most; None: no limit.

    Example:
        >>> ranked = rank_words(["ä", "b"], np.array([1, 2]), min_count=1, tokenizer="words")
        >>> choose(ranked, occurrences(np.array([], np.int32), np.array([0]), num_words=2),
        ...        max_ids=3).vocabulary.tokens.to_list()
        ['<padding>', '<unknown>', 'b']
    """
    counts = np.concatenate([ranked.counts, *(each.counts for each in found[1:])])
    chosen = _choose(counts, (max_ids or MOST_IDS) - len(RESERVED))
    return Counted(_vocabulary(ranked.words, counts, found, chosen), chosen, found)


def _count_pieces(
    words: Sequence[str], counts: NDArray[np.int64], min_count: int, tokenizer: str
) -> pl.DataFrame:
    """Count the pieces of all words, each as often as its word stands in the texts."""
    pieces = resolve(PIECES, tokenizer)
    used = np.flatnonzero(counts)
    lists = [pieces(words[code]) for code in used.tolist()]
    repeats = np.repeat(counts[used], [len(each) for each in lists])
    flat = pl.Series("word", [piece for each in lists for piece in each], dtype=pl.String)
    grouped = pl.DataFrame({"word": flat, "count": repeats}).group_by("word").agg(pl.sum("count"))
    kept = grouped.filter(pl.col("count") >= min_count)
    return kept.with_columns(code=pl.lit(-1, pl.Int64))


def _choose(counts: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return the most frequent ones, the first among equals first."""
    able = np.arange(len(counts))
    if len(counts) > most:  # order only what can be chosen
        able = np.flatnonzero(counts >= np.partition(counts, -most)[-most])
    rarity = counts.max(initial=0) - counts[able]
    return able[in_order(rarity)[:most]]


def _vocabulary(
    words: pl.Series,
    counts: NDArray[np.int64],
    found: list[Occurrences],
    chosen: NDArray[np.int64],
) -> Vocabulary:
    """Give ids to the chosen ones, in their order."""
    ids = np.zeros(len(counts) + 1, np.int32)  # the last one answers for -1
    ids[chosen] = np.arange(len(chosen)) + len(RESERVED)
    none = np.full(len(words), -1)
    prefix, last = (
        ids[np.concatenate([none, *(getattr(each, part) for each in found[1:])])[chosen]]
        for part in ("prefix", "last")
    )
    before = np.zeros(len(RESERVED), np.int32)
    prefix, last = np.concatenate([before, prefix]), np.concatenate([before, last])
    spelled = pl.concat([words, pl.Series([None], dtype=pl.String)])
    names = [pl.Series(RESERVED), spelled.gather(np.minimum(chosen, len(words)))]
    table = pl.DataFrame({"token": pl.concat(names), "prefix": prefix, "last": last})
    for _ in found[1:]:  # an n-gram's parts are spelled before it
        parts = (pl.col("token").gather(pl.col(name)) for name in ("prefix", "last"))
        table = table.with_columns(pl.coalesce("token", pl.concat_str(parts, separator=" ")))
    counts = np.concatenate([np.zeros(len(RESERVED), np.int64), counts[chosen]])
    return Vocabulary(table["token"], counts, prefix, last)

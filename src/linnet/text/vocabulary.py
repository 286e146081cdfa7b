"""Which tokens and n-grams get an id, and the way back from ids to words.

Ids are row numbers of one table: 0 is padding, 1 any unknown word, then tokens by how often the
training texts hold them. An n-gram's beginning and its last word always rank before it, so an
n-gram is found by two ids, and no n-gram is ever built as a string to be looked up.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.errors import DataError
from linnet.registry import resolve
from linnet.text.tokenize import PIECES, Tokens

PADDING = 0
UNKNOWN = 1
RESERVED = ("<padding>", "<unknown>")
MOST_IDS = 2**31 - 1
COLUMNS = {"token": pl.String, "count": pl.Int64, "prefix": pl.Int32, "last": pl.Int32}


@dataclass(frozen=True)
class Vocabulary:
    """The table of ids.

    Attributes:
        tokens: Row `i` is what id `i` stands for; an n-gram's words are joined by blanks.
        counts: How often each stands in the training texts; 0 for padding and unknown.
        prefix: The id of an n-gram without its last word; 0 for everything but n-grams.
        last: The id of an n-gram's last word; 0 for everything but n-grams.
        idf: Weight of each id in TF-IDF (0 for padding), or None where nothing needs it.
    """

    tokens: pl.Series
    counts: NDArray[np.int64]
    prefix: NDArray[np.int32]
    last: NDArray[np.int32]
    idf: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.tokens)

    @cached_property
    def index(self) -> dict[str, int]:
        """Token → id, for all that are not n-grams."""
        single = np.flatnonzero(self.prefix == 0)[len(RESERVED) :]
        return dict(zip(self.tokens.gather(single).to_list(), single.tolist(), strict=True))

    @cached_property
    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """The n-grams as sorted keys `prefix * len(self) + last`, and their ids."""
        grams = np.flatnonzero(self.prefix)
        keys = self.prefix[grams].astype(np.int64) * len(self) + self.last[grams]
        order = np.argsort(keys)
        return keys[order], grams[order].astype(np.int32)

    def table(self) -> pl.DataFrame:
        """Return the columns token, count, prefix, last and, if there is one, idf."""
        columns = {"token": self.tokens, "count": self.counts}
        columns |= {"prefix": self.prefix, "last": self.last}
        return pl.DataFrame(columns if self.idf is None else {**columns, "idf": self.idf})

    @classmethod
    def from_table(cls, table: pl.DataFrame) -> "Vocabulary":
        """Rebuild a vocabulary from what `table` returned.

        Raises:
            DataError: A column is missing or of the wrong type, a cell is empty, the first rows
                are not padding and unknown, or an n-gram names an id that is not before it.
        """
        columns = COLUMNS | ({"idf": pl.Float32} if "idf" in table.columns else {})
        try:
            table = table.select(pl.col(name).cast(kind) for name, kind in columns.items())
        except pl.exceptions.PolarsError as error:
            raise DataError(f"not a vocabulary: {error}") from error
        if damage := _damage(table):
            raise DataError(f"not a vocabulary: {damage}")
        numbers = [table[name].to_numpy() for name in columns if name != "token"]
        return cls(table["token"], *numbers)


def _damage(table: pl.DataFrame) -> str | None:
    """Say what no table of a vocabulary can have, None if there is nothing."""
    if sum(table.null_count().row(0)):
        return "a cell is empty"
    if tuple(table["token"].head(len(RESERVED))) != RESERVED:
        return f"its first rows are not {' and '.join(RESERVED)}"
    if "idf" in table.columns and not table["idf"].is_finite().all():
        return "an idf is not a number"
    prefix, last = table["prefix"].to_numpy(), table["last"].to_numpy()
    parts, own = np.stack([prefix, last]), np.arange(len(table))
    if (parts < 0).any() or (parts == UNKNOWN).any() or (parts >= np.maximum(own, 1)).any():
        return "an n-gram names an id that is not before its own"
    if ((prefix == 0) != (last == 0)).any() or prefix[last].any():
        return "an n-gram has no last word"
    return None


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
    words, singles, rank = _rank_words(tokens, min_count, tokenizer)
    candidates = [singles]
    if ngrams > 1:
        candidates += _count_ngrams(tokens, rank, len(words), min_count, ngrams)
    return _choose(words, candidates, (max_ids or MOST_IDS) - len(RESERVED))


@dataclass(frozen=True)
class _Candidates:
    """N-grams of one length that may get an id; -1 where a single word has no part.

    Candidates are numbered through all lengths, single words and pieces first.
    """

    counts: NDArray[np.int64]
    prefix: NDArray[np.int64]
    last: NDArray[np.int64]


def _rank_words(
    tokens: Tokens, min_count: int, tokenizer: str
) -> tuple[pl.Series, _Candidates, NDArray[np.int64]]:
    """Order words (and pieces) by count and string; `rank[code]` is -1 for the rare ones."""
    counts = np.bincount(tokens.codes, minlength=len(tokens.words))
    seen = np.flatnonzero(counts >= max(min_count, 1))
    words = pl.Series("word", tokens.words, dtype=pl.String).gather(seen)
    table = pl.DataFrame({"word": words, "count": counts[seen], "code": seen})
    if tokenizer in PIECES:
        table = pl.concat([table, _count_pieces(tokens, counts, min_count, tokenizer)])
    table = table.sort(["count", "word"], descending=[True, False])
    codes = table["code"].to_numpy()
    rank = np.full(len(tokens.words), -1)
    rank[codes[codes >= 0]] = np.flatnonzero(codes >= 0)
    none = np.full(len(table), -1)
    return table["word"], _Candidates(table["count"].to_numpy(), none, none), rank


def _count_pieces(
    tokens: Tokens, counts: NDArray[np.int64], min_count: int, tokenizer: str
) -> pl.DataFrame:
    """Count the pieces of all words, each as often as its word stands in the texts."""
    pieces = resolve(PIECES, tokenizer)
    used = np.flatnonzero(counts)
    lists = [pieces(tokens.words[code]) for code in used]
    repeats = np.repeat(counts[used], [len(each) for each in lists])
    flat = pl.Series("word", [piece for each in lists for piece in each], dtype=pl.String)
    grouped = pl.DataFrame({"word": flat, "count": repeats}).group_by("word").agg(pl.sum("count"))
    kept = grouped.filter(pl.col("count") >= min_count)
    return kept.with_columns(code=pl.lit(-1, pl.Int64))


def _count_ngrams(
    tokens: Tokens, rank: NDArray[np.int64], num_singles: int, min_count: int, ngrams: int
) -> list[_Candidates]:
    """Count n-grams of 2 words and more, each length from the one below."""
    found = []
    last = rank[tokens.codes]
    ending = last  # which candidate ends at each token, -1 for none
    first_number = num_singles
    for _ in range(ngrams - 1):
        at = following(tokens.offsets, before=ending >= 0, here=last >= 0)
        keys = ending[at - 1] * num_singles + last[at]
        distinct, counts = np.unique(keys, return_counts=True)
        distinct, counts = distinct[counts >= min_count], counts[counts >= min_count]
        found.append(_Candidates(counts, distinct // num_singles, distinct % num_singles))
        if len(found) < ngrams - 1:
            number = find(distinct, keys)
            ending = np.full(len(last), -1)
            ending[at] = np.where(number >= 0, number + first_number, -1)
            first_number += len(distinct)
    return found


def _choose(words: pl.Series, candidates: list[_Candidates], most: int) -> Vocabulary:
    """Take the most frequent candidates and give them ids."""
    counts, prefix, last = (
        np.concatenate([getattr(each, name) for each in candidates])
        for name in ("counts", "prefix", "last")
    )
    length = np.repeat(np.arange(len(candidates)), [len(each.counts) for each in candidates])
    able = np.arange(len(counts))
    if len(counts) > most:  # sort only what can be chosen
        able = able[counts >= np.partition(counts, -most)[-most]]
    chosen = able[np.argsort(-counts[able], kind="stable")[:most]]  # short n-grams stand first
    ids = np.zeros(len(counts) + 1, np.int32)  # the last one answers for -1
    ids[chosen] = np.arange(len(chosen)) + len(RESERVED)
    reserved = np.zeros(len(RESERVED), np.int32)
    prefix = np.concatenate([reserved, ids[prefix[chosen]]])
    last = np.concatenate([reserved, ids[last[chosen]]])
    length = np.concatenate([reserved, length[chosen]])
    names = np.array([*RESERVED, *[""] * len(chosen)], object)
    single = length[len(RESERVED) :] == 0
    names[len(RESERVED) :][single] = words.gather(chosen[single]).to_numpy()
    for each in range(1, len(candidates)):
        these = np.flatnonzero(length == each)
        names[these] = names[prefix[these]] + " " + names[last[these]]
    tokens = pl.Series("token", names.tolist(), dtype=pl.String)
    return Vocabulary(tokens, np.concatenate([reserved, counts[chosen]]), prefix, last)


def following(
    offsets: NDArray[np.int64], *, before: NDArray[np.bool_], here: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the positions in a flat token array that continue a text.

    Args:
        offsets: Where each text starts.
        before: Shape (tokens,): whether the token may be the one before.
        here: Shape (tokens,): whether the token may be the position itself.

    Example:
        >>> yes = np.ones(4, bool)
        >>> following(np.array([0, 3, 4]), before=yes, here=yes).tolist()
        [1, 2]
    """
    inside = here.copy()
    starts = offsets[:-1]
    inside[starts[starts < len(inside)]] = False
    inside[1:] &= before[:-1]
    return np.flatnonzero(inside)


def find(known: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each key stands in a sorted array, -1 for those that do not.

    Example:
        >>> find(np.array([3, 5]), np.array([5, 4, 9])).tolist()
        [1, -1, -1]
    """
    if not len(known):
        return np.full(len(keys), -1)
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[at] == keys, at, -1)

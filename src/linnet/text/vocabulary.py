"""The table of ids: which id a token or an n-gram has, and the way back from ids to words.

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
from linnet.text.lookup import Lookup

PADDING = 0
UNKNOWN = 1
RESERVED = ("<padding>", "<unknown>")
MOST_IDS = 2**31 - 1
LARGEST_IDF = 1e6
COLUMNS = {"token": pl.String, "count": pl.Int64, "prefix": pl.Int32, "last": pl.Int32}


@dataclass(frozen=True)
class Vocabulary:
    """The table of ids.

    Attributes:
        tokens: Row `i` is what id `i` stands for; an n-gram's words are joined by blanks.
        counts: How often each stands in the training texts; 0 for padding and unknown.
        prefix: The id of an n-gram without its last word; 0 for everything but n-grams.
        last: The id of an n-gram's last word; 0 for everything but n-grams.
        idf: Weight of each id in TF-IDF or log-odds (0 for padding), or None where nothing needs
            it.
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
    def surprise(self) -> NDArray[np.float64]:
        """-log of each id's share of all words, in nats; of 0 and 1 that of a word never seen.

        Half an occurrence is added to each (Jeffreys 1946). N-grams have no use for theirs.
        """
        single = self.prefix == 0
        total = self.counts[single].sum() + 0.5 * np.count_nonzero(single)
        found: NDArray[np.float64] = -np.log((self.counts + 0.5) / max(total, 1.0))
        return found

    @cached_property
    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """The n-grams as sorted keys `prefix * len(self) + last`, and their ids."""
        grams = np.flatnonzero(self.prefix)
        keys = self.prefix[grams].astype(np.int64) * len(self) + self.last[grams]
        order = np.argsort(keys)
        return keys[order], grams[order].astype(np.int32)

    @cached_property
    def pair_lookup(self) -> Lookup:
        """The ids of n-grams by the keys of `pairs`, for many at once."""
        return Lookup.of(*self.pairs)

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
    return _damaged_cells(table) or _damaged_grams(table)


def _damaged_cells(table: pl.DataFrame) -> str | None:
    if sum(table.null_count().row(0)):
        return "a cell is empty"
    if tuple(table["token"].head(len(RESERVED))) != RESERVED:
        return f"its first rows are not {' and '.join(RESERVED)}"
    if "idf" in table.columns and not (table["idf"].abs() < LARGEST_IDF).all():
        return "an idf is not a number"
    if (table["count"] < 0).any():
        return "a count is below 0"
    return None


def _damaged_grams(table: pl.DataFrame) -> str | None:
    prefix, last = table["prefix"].to_numpy(), table["last"].to_numpy()
    parts, own = np.stack([prefix, last]), np.arange(len(table))
    if (parts < 0).any() or (parts == UNKNOWN).any() or (parts >= np.maximum(own, 1)).any():
        return "an n-gram names an id that is not before its own"
    if ((prefix == 0) != (last == 0)).any() or prefix[last].any():
        return "an n-gram has no last word"
    words = table["token"].filter((prefix == 0) & (own >= len(RESERVED)))
    if words.n_unique() < len(words):
        return "a token is there twice"
    return None


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

"""How often words, and keys of any kind, stand in texts that come in parts, in bounded memory.

Where there are too many different ones, the rarest so far are forgotten, and may be counted anew
(lossy counting, Manku and Motwani 2002): no count is too high, and none too low by more than
`most_missed`. Knows nothing of vocabularies.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.text.tokenize import Tokens

MOST_KEYS = 4_000_000
"""Above that many, the rarest are forgotten."""
LEAST_WAITING = 500_000

KEY, COUNT = "key", "count"


class Tally:
    """Counts of keys.

    Args:
        kind: Their type: strings or whole numbers.
        most: How many different ones are remembered.

    Attributes:
        most_missed: What each count may miss at most.

    Example:
        >>> tally = Tally(pl.String, most=2)
        >>> tally.add(pl.Series(["ä", "b"]), np.array([3, 1]))
        >>> tally.add(pl.Series(["ä", "c", "d"]), np.array([1, 1, 1]))
        >>> tally.table().rows(), tally.most_missed
        ([('ä', 4)], 1)
    """

    def __init__(self, kind: type[pl.DataType], *, most: int = MOST_KEYS) -> None:
        self.most, self.most_missed = most, 0
        self.counted = pl.DataFrame(schema={KEY: kind, COUNT: pl.Int64})
        self.waiting: list[pl.DataFrame] = []
        self.num_waiting = 0

    def add(self, keys: pl.Series, counts: NDArray[np.int64]) -> None:
        """Count keys, each of which stands there once."""
        self.waiting.append(pl.DataFrame([keys.alias(KEY), pl.Series(COUNT, counts)]))
        self.num_waiting += len(keys)
        if self.num_waiting > max(LEAST_WAITING, len(self.counted) // 2):
            self._merge()

    def table(self) -> pl.DataFrame:
        """Return the columns key and count, in no particular order."""
        self._merge()
        return self.counted

    def _merge(self) -> None:
        if not self.waiting:
            return
        everything = [self.counted, *self.waiting]
        self.waiting, self.num_waiting = [], 0
        self.counted = _summed(everything)
        if len(self.counted) > self.most:
            counts = self.counted[COUNT].to_numpy()
            half = max(1, self.most // 2)
            bar = int(np.partition(counts, -half - 1)[-half - 1])
            self.counted = self.counted.filter(pl.col(COUNT) > bar)
            self.most_missed += bar


def _summed(tables: list[pl.DataFrame]) -> pl.DataFrame:
    """Return each key once."""
    if tables[0].schema[KEY] == pl.String:
        counted = pl.concat(tables).group_by(KEY).agg(pl.sum(COUNT))
        # Copied: strings of polars hold on to all texts that stood beside them.
        return counted.with_columns(pl.Series(KEY, counted[KEY].to_list(), dtype=pl.String))
    # Whole numbers come sorted: to merge them takes little time, and a fifth of the memory.
    keys, counts = (
        np.concatenate([each[name].to_numpy() for each in tables]) for name in (KEY, COUNT)
    )
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    new = np.ones(len(keys), bool)
    new[1:] = keys[1:] != keys[:-1]
    starts = np.flatnonzero(new)
    sums = np.add.reduceat(counts[order], starts) if len(keys) else counts
    return pl.DataFrame([pl.Series(KEY, keys[starts]), pl.Series(COUNT, sums)])


def add_words(tally: Tally, tokens: Tokens) -> None:
    """Count the words of some texts.

    Example:
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> tally = Tally(pl.String)
        >>> add_words(tally, tokenize(as_texts(["ä b ä", ""])))
        >>> sorted(tally.table().rows())
        [('b', 1), ('ä', 2)]
    """
    counts = np.bincount(tokens.codes, minlength=len(tokens.words))
    seen = np.flatnonzero(counts)
    tally.add(pl.Series(KEY, tokens.words, dtype=pl.String).gather(seen), counts[seen])


def add_numbers(tally: Tally, numbers: NDArray[np.int64]) -> None:
    """Count whole numbers.

    Example:
        >>> tally = Tally(pl.Int64)
        >>> add_numbers(tally, np.array([7, 7, 2**40]))
        >>> sorted(tally.table().rows())
        [(7, 2), (1099511627776, 1)]
    """
    keys, counts = np.unique(numbers, return_counts=True)
    tally.add(pl.Series(KEY, keys), counts)

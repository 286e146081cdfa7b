"""Parts by a hash of the text, for tables that are read some rows at a time.

Equal texts have equal hashes, so they never stand in two parts, and nothing has to be remembered.
Parts that are to measure are kept in memory, so they are bounded: where one grows too large, its
rows with the highest numbers are handed back. Knows nothing of labels.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.splitting.table import HASH

MOST_ROWS, MOST_BYTES = 100_000, 200_000_000
"""What a part may have: more rows would narrow a 95 % interval to less than 0.2 points."""

ALL = 2**64
NUMBER = "number"
_STEP = 0x9E3779B97F4A7C15
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def numbers_of(hashes: pl.Series, *, seed: int) -> NDArray[np.uint64]:
    """Return a number for each hash that looks drawn at random (splitmix64, Steele et al. 2014).

    Args:
        hashes: What `hashes_of` returned.
        seed: Another one gives other numbers.

    Example:
        >>> numbers_of(pl.Series([0, 1], dtype=pl.UInt64), seed=0).tolist()
        [16294208416658607535, 10451216379200822465]
    """
    mixed = hashes.to_numpy() + np.uint64(_STEP * (seed + 1) % ALL)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX_1
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
    found: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return found


class Part:
    """Rows whose numbers are the lowest; as many as a share says, and as may be.

    Args:
        share: Share of all rows, 0 to 1.
        seed: Of the numbers.
        upside_down: Whether the highest numbers are taken instead: of one seed, both ends can be.
        most: How many rows it may have; None: 100,000.

    Attributes:
        bound: Rows whose number is below it belong here.

    Example:
        >>> from linnet.splitting.table import hashes_of
        >>> texts = pl.Series("text", ["ä", "b", "c", "ä", ""])
        >>> part = Part(1.0, seed=0, most=2)
        >>> part.add(pl.DataFrame([texts, hashes_of(texts)]))["text"].to_list()
        ['ä', 'b', 'ä']
        >>> part.close()["text"].to_list(), part.rows["text"].to_list()
        ([], ['c', ''])
    """

    def __init__(
        self, share: float, *, seed: int, upside_down: bool = False, most: int | None = None
    ) -> None:
        self.bound, self.seed, self.upside_down = int(share * ALL), seed, upside_down
        self.most = most or MOST_ROWS
        self.rows = pl.DataFrame()

    def add(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Take the rows that belong here; return the others, and what has no room any more."""
        numbers = numbers_of(rows[HASH], seed=self.seed)
        rows = rows.with_columns(pl.Series(NUMBER, ~numbers if self.upside_down else numbers))
        mine = self._below(rows[NUMBER])
        others = rows.filter(~mine).drop(NUMBER)
        # Copied, because a filtered column of strings holds on to the whole text it was cut from.
        taken = rows.filter(mine)
        taken = pl.DataFrame(taken.to_dict(as_series=False), schema=taken.schema)
        self.rows = pl.concat([self.rows, taken], how="diagonal_relaxed")
        if len(self.rows) > 1.25 * self.most or self._bytes() > 1.25 * MOST_BYTES:
            return pl.concat([others, self._too_many()])
        return others

    def close(self) -> pl.DataFrame:
        """Return what has no room; no row comes any more."""
        over = self._too_many() if len(self.rows) else self.rows
        self.rows = self.rows.drop(NUMBER, strict=False)
        return over

    def _too_many(self) -> pl.DataFrame:
        """Take out the rows with the highest numbers, those of equal texts together."""
        ordered = self.rows.sort(NUMBER, maintain_order=True)
        size = ordered["text"].str.len_bytes().cast(pl.Int64).cum_sum()
        room = min(self.most, max(1, int((size <= MOST_BYTES).sum())))
        if room < len(ordered):
            self.bound = int(ordered[NUMBER][room])
        stays = self._below(self.rows[NUMBER])
        over, self.rows = self.rows.filter(~stays).drop(NUMBER), self.rows.filter(stays)
        return over

    def _below(self, numbers: pl.Series) -> pl.Series:
        if self.bound >= ALL:
            return pl.repeat(True, len(numbers), eager=True)
        return numbers < pl.Series([self.bound], dtype=pl.UInt64)

    def _bytes(self) -> int:
        return int(self.rows["text"].str.len_bytes().sum()) if len(self.rows) else 0

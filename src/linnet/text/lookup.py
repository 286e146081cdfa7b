"""Many whole numbers looked up at once, in a hash table made of two NumPy arrays.

Goes in: distinct keys, none below 0, and their values. Comes out: the values of other keys. Knows
nothing of texts; for a few keys `numpy.searchsorted` is faster.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KEYS_AT_ONCE = 65_536
"""So that what is between two steps stays in the cache."""

_FREE = -1
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio (Knuth 1973)


@dataclass(frozen=True, eq=False)
class Lookup:
    """A hash table at most half full: a key stands in its place, or in the next that was free.

    Attributes:
        keys: Shape (2**n,): the key of each place, -1 where it is free.
        values: Shape (2**n,): what belongs to it.
    """

    keys: NDArray[np.int64]
    values: NDArray[np.int32]

    @classmethod
    def of(cls, keys: NDArray[np.int64], values: NDArray[np.int32]) -> "Lookup":
        """Make a table.

        Example:
            >>> table = Lookup.of(np.array([5, 2**40]), np.array([1, 2], np.int32))
            >>> table.get(np.array([2**40, 7, 5])).tolist(), table.get(np.array([], int)).tolist()
            ([2, 0, 1], [])
        """
        size = 2 << len(keys).bit_length()
        table = cls(np.full(size, _FREE), np.zeros(size, np.int32))
        places = table._places(keys)
        while len(keys):
            free = table.keys[places] == _FREE
            table.keys[places[free]] = keys[free]
            placed = table.keys[places] == keys
            table.values[places[placed]] = values[placed]
            keys, values = keys[~placed], values[~placed]
            places = (places[~placed] + 1) % size
        return table

    def get(self, keys: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the value of each key, 0 for those that are not there."""
        found = np.zeros(len(keys), np.int32)
        for start in range(0, len(keys), KEYS_AT_ONCE):
            part = keys[start : start + KEYS_AT_ONCE]
            waiting, places = np.arange(start, start + len(part)), self._places(part)
            while len(part):
                here = self.keys[places]
                hit = here == part
                found[waiting[hit]] = self.values[places[hit]]
                more = np.flatnonzero(~hit & (here != _FREE))
                part, waiting = part[more], waiting[more]
                places = (places[more] + 1) % len(self.keys)
        return found

    def _places(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the place that each key wants."""
        bits = len(self.keys).bit_length() - 1
        mixed = np.asarray(keys, np.int64).view(np.uint64) * _MIX
        return (mixed >> np.uint64(64 - bits)).astype(np.int64)

"""What crosses the parts of a split: rows that are measured though a model has read their like.

Goes in: a split and groups. Comes out: counts, of the split and of a random one. Knows nothing of
texts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from linnet.types import Note, Rows, Split


@dataclass(frozen=True)
class Crossing:
    """How many validation and test rows have their like in a part before theirs.

    Attributes:
        measured: How many validation and test rows there are.
        at_random: Kind of likeness → how many such rows a random split of the same sizes has.
        here: The same of the split itself.
    """

    measured: int
    at_random: dict[str, int]
    here: dict[str, int]

    def note(self) -> Note:
        """Say it in a sentence.

        Example:
            >>> Crossing(9, {"near": 5, "exact": 2}, {"near": 0, "exact": 0}).note().message
            '0 of 9 validation and test rows have a near-duplicate in an earlier part, 0 an exact
            copy; at random 5 and 2 would'
        """
        message = (
            f"{self.here['near']:,} of {self.measured:,} validation and test rows have a "
            f"near-duplicate in an earlier part, {self.here['exact']:,} an exact copy; at random "
            f"{self.at_random['near']:,} and {self.at_random['exact']:,} would"
        )
        return Note("crossing", self.here["near"], message)


def crossing(
    split: Split, drawn: Split, *, groups: Mapping[str, Rows], test_drawn: bool, seed: int = 0
) -> Crossing:
    """Count what crosses the parts, and what would if they had been drawn at random.

    Args:
        split: The parts, cleaned.
        drawn: The parts as they were drawn; a random split has the same sizes.
        groups: Kind of likeness → the group of each row.
        test_drawn: Whether test rows were drawn too; else only validation rows were.
        seed: Of the random split.

    Example:
        >>> none = np.empty(0, np.int64)
        >>> split = Split(np.array([0, 1]), none, np.array([2, 3]))
        >>> groups = {"near": np.array([0, 1, 0, 2])}
        >>> crossing(split, split, groups=groups, test_drawn=True).here
        {'near': 1}
        >>> groups = {"near": np.array([0, 0, 1, 1])}
        >>> crossing(split, split, groups=groups, test_drawn=False).at_random
        {'near': 0}
    """
    other = at_random(drawn, test_drawn=test_drawn, seed=seed)
    return Crossing(
        measured=split.validation.size + split.test.size,
        at_random={kind: _crossing(other, each) for kind, each in groups.items()},
        here={kind: _crossing(split, each) for kind, each in groups.items()},
    )


def at_random(split: Split, *, test_drawn: bool, seed: int = 0) -> Split:
    """Return a split with parts of the same sizes, drawn at random.

    Args:
        split: The parts.
        test_drawn: Whether test rows are drawn too; else they stay.
        seed: Of the shuffle.

    Example:
        >>> none = np.empty(0, np.int64)
        >>> made = at_random(Split(np.arange(8), none, np.arange(8, 10)), test_drawn=True)
        >>> made.train.size, made.test.tolist() == [8, 9]
        (8, False)
    """
    given = np.empty(0, np.int64) if test_drawn else split.test
    rows = np.concatenate(
        [split.train, split.validation, split.test[: split.test.size - given.size]]
    )
    rows = np.random.default_rng(seed).permutation(rows)
    ends = np.cumsum([split.train.size, split.validation.size])
    train, validation, test = np.split(rows, ends)
    return Split(train, validation, test if test_drawn else given)


def _crossing(split: Split, groups: Rows) -> int:
    """Count the rows whose group stands in a part before theirs."""
    parts = (split.train, split.validation, split.test)
    first = np.full(int(groups.max(initial=-1)) + 1, len(parts))
    for number in reversed(range(len(parts))):
        first[groups[parts[number]]] = number
    return sum(int((first[groups[rows]] < number).sum()) for number, rows in enumerate(parts))

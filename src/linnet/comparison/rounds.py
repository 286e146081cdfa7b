"""Rounds of a comparison: the rows that train, that watch and that are measured.

Goes in: a split and the pool of all rows. Comes out: a split per round, whose test rows are those
that the round measures. The test rows of the given split stand in none.
"""

from dataclasses import dataclass, replace

import numpy as np

from linnet.errors import ConfigError
from linnet.splitting.folds import folds
from linnet.splitting.pool import Pool
from linnet.splitting.validation import validation_from
from linnet.types import Rows, Split


@dataclass(frozen=True, eq=False)
class Round:
    """What one round trains on and measures.

    Attributes:
        number: From 0.
        seed: Of everything random.
        split: `train` and `validation` rows as in any training; `test` are measured.
    """

    number: int
    seed: int
    split: Split


def by_fold(
    pool: Pool, rows: Rows, *, num_folds: int, watch: float = 0.1, seed: int = 0
) -> tuple[Round, ...]:
    """Return a round per fold: each row is measured in one of them.

    Args:
        pool: All rows.
        rows: Those that take part.
        num_folds: At least two.
        watch: Share of the rows of the other folds that decide when training ends.
        seed: Of the folds; each round has a seed of its own.

    Raises:
        ConfigError: Fewer than two folds.
        DataError: There are too few rows for so many folds.

    Example:
        >>> pool = Pool(np.arange(12) % 2, "binary")
        >>> found = by_fold(pool, np.arange(2, 12), num_folds=2, watch=0.2)
        >>> [(each.seed, len(each.split.train), len(each.split.test)) for each in found]
        [(0, 4, 5), (1, 4, 5)]
    """
    if num_folds < 2:
        raise ConfigError(f"folds {num_folds}: at least 2 were expected; or give seeds")
    parts = [rows[part] for part in folds(pool.select(rows), num_folds, seed=seed)]
    return tuple(
        _round(pool, np.setdiff1d(rows, part), part, number=number, watch=watch, seed=seed)
        for number, part in enumerate(parts)
    )


def by_seed(
    pool: Pool, split: Split, *, num_seeds: int, watch: float = 0.1, seed: int = 0
) -> tuple[Round, ...]:
    """Return a round per seed, which all measure the validation rows.

    Args:
        pool: All rows.
        split: Its training rows train and watch.
        num_seeds: At least one.
        watch: Share of the training rows that decide when training ends; drawn in each round.
        seed: The first.

    Raises:
        ConfigError: No round is asked for, or there are no validation rows.

    Example:
        >>> split = Split(np.arange(8), np.array([8, 9]), np.array([], int))
        >>> pool = Pool(np.arange(10) % 2, "binary")
        >>> found = by_seed(pool, split, num_seeds=2, watch=0.25, seed=5)
        >>> [(each.seed, len(each.split.train), each.split.test.tolist()) for each in found]
        [(5, 6, [8, 9]), (6, 6, [8, 9])]
    """
    if num_seeds < 1 or not len(split.validation):
        raise ConfigError(
            f"seeds {num_seeds} on {len(split.validation)} validation rows: at least 1 of each was "
            "expected; set validation_fraction"
        )
    return tuple(
        _round(pool, split.train, split.validation, number=number, watch=watch, seed=seed)
        for number in range(num_seeds)
    )


def _round(
    pool: Pool, learn: Rows, measured: Rows, *, number: int, watch: float, seed: int
) -> Round:
    """Draw the rows that watch out of those that a round may learn from."""
    free = replace(pool, parts=None)
    given = Split(learn, learn[:0], measured)
    split = validation_from(given, free, fraction=watch, seed=seed + number)
    return Round(number, seed + number, split)

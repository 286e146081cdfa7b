"""Validation rows taken out of the training rows.

Goes in: a split and the pool of its rows. Comes out: a split with the same test rows. Knows
nothing of texts.
"""

import dataclasses

import numpy as np

from linnet.config import Config
from linnet.errors import ConfigError
from linnet.splitting.check import checked
from linnet.splitting.fractions import shares_of
from linnet.splitting.pool import Pool
from linnet.splitting.share_out import share_out
from linnet.types import Rows, Split


def watched(split: Split, pool: Pool, *, config: Config) -> Split:
    """Take validation rows out of the training rows as the settings say; none may be wanted.

    Args:
        split: Has no validation rows yet.
        pool: Every row of the table.
        config: `first_validation` or `validation_fraction`, and the seed.

    Raises:
        ConfigError: As of `validation_from`.

    Example:
        >>> none = np.empty(0, np.int64)
        >>> split, pool = Split(np.arange(4), none, none), Pool(np.zeros(4, int), "multiclass")
        >>> config = Config(validation_fraction=0.25)
        >>> len(watched(split, pool, config=config).validation)
        1
        >>> len(watched(split, pool, config=Config(validation_fraction=0)).validation)
        0
    """
    first, fraction = config.first_validation, config.validation_fraction
    if not first and not fraction:
        return split
    return validation_from(
        split, pool, fraction=None if first else fraction, first=first, seed=config.seed
    )


def validation_from(
    split: Split,
    pool: Pool,
    *,
    fraction: float | None = None,
    first: int | None = None,
    seed: int = 0,
) -> Split:
    """Take validation rows out of the training rows, by fraction or by number.

    For a table that brings its own test rows and no validation rows.

    Args:
        split: Has no validation rows yet.
        pool: Every row of the table. If a fraction is taken, labels have the same shares.
        fraction: Of the training rows, from 0 (none) to below 1.
        first: Instead of `fraction`: so many rows, the first after the shuffle; with groups about
            so many, with times the latest.
        seed: Of the shuffle.

    Raises:
        ConfigError: Not exactly one of `fraction` and `first` is given, it leaves nothing for
            training, or the split has validation rows already.

    Example:
        >>> none = np.empty(0, np.int64)
        >>> split = Split(np.array([1, 2, 3, 4]), none, np.array([0]))
        >>> pool = Pool(np.array([0, 0, 0, 1, 1]), "binary")
        >>> taken = validation_from(split, pool, fraction=0.5)
        >>> taken.train.size, taken.validation.size, taken.test.tolist()
        (2, 2, [0])
        >>> validation_from(split, pool, first=4)
        Traceback (most recent call last):
        linnet.errors.ConfigError: first_validation 4: there are 4 training rows, ...
    """
    if split.validation.size:
        raise ConfigError(
            f"the split has {split.validation.size} validation rows already: "
            "leave out validation_fraction and first_validation"
        )
    if first is not None and fraction is None:
        train, validation = _first(split.train, first, pool=pool, seed=seed)
    elif fraction is not None and first is None:
        shares = shares_of({"validation_fraction": fraction})
        parts = share_out(pool.select(split.train), shares, seed=seed)
        train, validation = (split.train[part] for part in parts)
    else:
        raise ConfigError(
            f"validation_fraction {fraction} and first_validation {first}: give one of the two"
        )
    return checked(dataclasses.replace(split, train=train, validation=validation))


def _first(train: Rows, number: int, *, pool: Pool, seed: int) -> tuple[Rows, Rows]:
    if not 0 <= number < train.size:
        raise ConfigError(
            f"first_validation {number}: there are {train.size} training rows, and a number "
            "from 0 to below that was expected"
        )
    if pool.groups is None and pool.times is None and pool.parts is None:
        shuffled = np.random.default_rng(seed).permutation(train)
        return np.sort(shuffled[number:]), np.sort(shuffled[:number])
    share = number / train.size
    parts = share_out(pool.select(train), [1 - share, share], seed=seed)
    return train[parts[0]], train[parts[1]]

"""Parts by fraction: shuffled with a seed, every class shared out evenly.

Goes in: a pool. Comes out: `Split`. Knows nothing of texts.
"""

from collections.abc import Mapping

import numpy as np

from linnet.errors import ConfigError
from linnet.splitting.check import checked
from linnet.splitting.pool import Pool
from linnet.splitting.share_out import share_out
from linnet.types import Note, Rows, Split


def by_fraction(
    pool: Pool,
    *,
    test_fraction: float = 0.1,
    validation_fraction: float = 0.1,
    seed: int = 0,
) -> Split:
    """Split rows at random, each label in the same proportions.

    Of each class every part gets its exact share, rounded up or down, and the parts have the
    sizes asked for, rounded. Training comes first: it gets at least one row of every class.
    Labels of a multilabel task, and groups that must stay together, come as near to that as they
    can; rows with times are split by these instead.

    Args:
        pool: The rows.
        test_fraction: Of all rows, from 0 (no test rows) to below 1.
        validation_fraction: Of all rows too; 0: no validation rows.
        seed: Of the shuffle. The same seed gives the same rows, however classes are numbered.

    Raises:
        ConfigError: A fraction is negative, or they leave nothing for training.
        DataError: There are no rows.

    Example:
        >>> targets = np.array([0] * 6 + [1] * 3 + [2])
        >>> split = by_fraction(Pool(targets, "multiclass"), test_fraction=0.4)
        >>> [targets[rows].tolist() for rows in (split.train, split.validation, split.test)]
        [[0, 0, 0, 1, 2], [0], [0, 0, 1, 1]]
        >>> split.notes[0].message
        '1 class has a single row: it is for training, and nothing measures it'
    """
    shares = shares_of({"validation_fraction": validation_fraction, "test_fraction": test_fraction})
    train, validation, test = share_out(pool, shares, seed=seed)
    notes = (
        *_seen_once(pool),
        *_none("validation", validation, fraction=validation_fraction, pool=pool),
        *_none("test", test, fraction=test_fraction, pool=pool),
    )
    return checked(Split(train, validation, test, notes))


def shares_of(fractions: Mapping[str, float]) -> list[float]:
    """Return the share of training, then the fractions in the order given.

    Args:
        fractions: What each is called in messages → the fraction, from 0 to below 1.

    Raises:
        ConfigError: A fraction is negative or not a number, or they leave nothing for training.

    Example:
        >>> shares_of({"test_fraction": 0}), shares_of({"a": 0.25, "b": 0.5})
        ([1.0, 0], [0.25, 0.25, 0.5])
    """
    train = round(1.0 - sum(fractions.values()), 9)
    if not (train > 0 and min(fractions.values()) >= 0):
        given = " and ".join(f"{name} {value}" for name, value in fractions.items())
        raise ConfigError(
            f"{given}: from 0 to below 1 was expected, in all below 1, because the rest is "
            "for training; write 0.1 for a tenth of the rows"
        )
    return [train, *fractions.values()]


def _seen_once(pool: Pool) -> tuple[Note, ...]:
    if pool.task == "multilabel" or pool.times is not None:
        return ()
    _, first, counts = np.unique(pool.targets, return_index=True, return_counts=True)
    rows = np.sort(first[counts == 1])
    if not rows.size:
        return ()
    start = "1 class has" if rows.size == 1 else f"{rows.size} classes have"
    message = f"{start} a single row: it is for training, and nothing measures it"
    return (Note("seen once", rows.size, message, rows),)


def _none(part: str, rows: Rows, *, fraction: float, pool: Pool) -> tuple[Note, ...]:
    if rows.size or not fraction or not len(pool):
        return ()
    together = "" if pool.groups is None else " and groups stay together"
    message = (
        f"0 {part} rows: {fraction} of {len(pool)} rows leaves none once every class can be "
        f"trained on{together}"
    )
    return (Note(f"no {part} rows", 0, message),)

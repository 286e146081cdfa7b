"""Folds: every row is measured once, by a model that has not seen it.

Goes in: a pool. Comes out: the rows of each fold. Knows nothing of what is trained on them.
"""

from dataclasses import replace

import numpy as np

from linnet.errors import DataError
from linnet.splitting.pool import Pool
from linnet.splitting.share_out import share_out
from linnet.types import Rows


def folds(pool: Pool, num_folds: int = 5, *, seed: int = 0) -> tuple[Rows, ...]:
    """Share rows out to folds of the same size, each label in the same proportions.

    Groups stay together. Times and the parts of an earlier split have no say: every row is
    measured once.

    Args:
        pool: The rows.
        num_folds: At least two, at most as many as there are rows.
        seed: Of the shuffle.

    Returns:
        The rows of each fold, ascending.

    Raises:
        DataError: There are too few rows, or groups, for so many folds.

    Example:
        >>> pool = Pool(np.array([0, 0, 0, 0, 1, 1]), "binary", groups=np.array([0, 0, 1, 2, 3, 4]))
        >>> [rows.tolist() for rows in folds(pool, 2)]
        [[0, 1, 4], [2, 3, 5]]
        >>> folds(pool.select(np.array([0])), 2)
        Traceback (most recent call last):
        linnet.errors.DataError: 2 folds need at least as many rows, ...
    """
    found = share_out(replace(pool, times=None, parts=None), [1 / num_folds] * num_folds, seed=seed)
    if any(not len(rows) for rows in found):
        num = len(pool) if pool.groups is None else len(np.unique(pool.groups))
        raise DataError(
            f"{num_folds} folds need at least as many rows, those that stay together counted as "
            f"one, not {num}: give more rows, or fewer folds"
        )
    return found

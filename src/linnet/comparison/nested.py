"""Growing shares of the training rows, each within the next.

Goes in: a split, its rows and how many of them are wanted. Comes out: a split for each number, all
with the same test rows. Knows nothing of what is trained on them.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from linnet.errors import ConfigError
from linnet.splitting.pool import Pool
from linnet.splitting.share_out import share_out
from linnet.types import Rows, Split

NUM_SIZES = 5
SMALLEST_SHARE = 1 / 16
LEAST_ROWS, LEAST_ROWS_PER_LABEL = 20, 10


def train_sizes(
    num_rows: int, wanted: Sequence[float] | None = None, *, num_labels: int
) -> list[int]:
    """Return how many rows to train on, ascending.

    Args:
        num_rows: All rows that are for training or validation.
        wanted: Whole numbers of rows or, if one of them has a fraction, shares of all, up to 1.0.
            None: five sizes in even ratios, from a sixteenth to all; from a larger share where a
            sixteenth would be fewer than 20 rows, or fewer than 10 for each label.
        num_labels: How many labels there are.

    Raises:
        ConfigError: There is a size that is no number of rows, or fewer than two are left.

    Example:
        >>> train_sizes(1600, num_labels=2), train_sizes(1600, [0.5, 1, 0.5], num_labels=2)
        ([100, 200, 400, 800, 1600], [800, 1600])
        >>> train_sizes(0, num_labels=2)
        Traceback (most recent call last):
        linnet.errors.ConfigError: 0 training rows make no curve: ...
    """
    if wanted is None:
        least = max(SMALLEST_SHARE * num_rows, LEAST_ROWS, LEAST_ROWS_PER_LABEL * num_labels)
        found = np.geomspace(min(least, max(num_rows, 1)), max(num_rows, 1), NUM_SIZES)
        sizes = sorted({round(each) for each in found.tolist()})
    else:
        shares = any(not isinstance(each, int) for each in wanted)
        sizes = sorted({_size(each, num_rows, share=shares) for each in wanted})
    if len(sizes) < 2:
        raise ConfigError(
            f"{num_rows:,} training rows make no curve: at least two sizes are needed, the "
            f"smallest of {max(LEAST_ROWS, LEAST_ROWS_PER_LABEL * num_labels):,} rows; give more "
            "rows, or train_sizes"
        )
    return sizes


def _size(wanted: float, num_rows: int, *, share: bool) -> int:
    """Return how many rows a share is, or the number itself."""
    size = round(wanted * num_rows) if share else int(wanted)
    if share and not 0 < wanted <= 1:
        raise ConfigError(f"train_sizes has {wanted}: a share above 0 and up to 1 was expected")
    if not 2 <= size <= num_rows:
        raise ConfigError(
            f"train_sizes has {wanted}, {size:,} rows: from 2 to {num_rows:,} were expected, which "
            "are all that are for training or validation"
        )
    return size


def nested(split: Split, pool: Pool, *, sizes: Sequence[int], seed: int = 0) -> list[Split]:
    """Draw some rows of a split, each draw within the next larger one.

    Training and validation rows are drawn in the same share, each label as often as among all of
    them, at least once where groups allow it. Groups stay whole, so that a draw may be a little
    larger or smaller than wanted.

    Args:
        split: The parts of all rows.
        pool: All rows of the table, with the groups that stay whole.
        sizes: How many training and validation rows in all, ascending; up to all there are.
        seed: Of the draw.

    Returns:
        A split for each size, with the same test rows.

    Example:
        >>> split = Split(np.arange(8), np.arange(8, 12), np.arange(12, 14))
        >>> found = nested(split, Pool(np.arange(14) % 2, "binary"), sizes=[6, 12])
        >>> [(len(each.train), len(each.validation), each.test.tolist()) for each in found]
        [(4, 2, [12, 13]), (8, 4, [12, 13])]
        >>> set(found[0].train.tolist()) < set(found[1].train.tolist())
        True
    """
    found: list[Split] = []
    total = len(split.train) + len(split.validation)
    for size in reversed(sizes):
        larger = found[-1] if found else split
        if size < total:
            share = size / total
            split_of_size = replace(
                larger,
                train=_share_of(larger.train, len(split.train) * share, pool=pool, seed=seed),
                validation=_share_of(
                    larger.validation, len(split.validation) * share, pool=pool, seed=seed
                ),
            )
        else:
            split_of_size = larger
        found.append(split_of_size)
    return found[::-1]


def _share_of(rows: Rows, wanted: float, *, pool: Pool, seed: int) -> Rows:
    """Draw about so many of some rows."""
    share = min(1.0, wanted / max(len(rows), 1))
    if share == 1.0:
        return rows
    some = pool.select(rows)
    groups = None if some.groups is None else np.unique(some.groups, return_inverse=True)[1]
    alone = replace(some, groups=groups, times=None, parts=None)
    return np.sort(rows[share_out(alone, [share, 1 - share], seed=seed)[0]])

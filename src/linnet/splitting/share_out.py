"""Rows shared out to parts: by what they have already, by groups, by time, by their labels.

Goes in: a pool and the shares of the parts. Comes out: the rows of each part. Knows nothing of
what the parts are for.

Where wishes conflict, the first in this order wins: the part that a row has already, groups that
stay together, time, labels in the same shares everywhere.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from linnet.splitting.balanced import balanced
from linnet.splitting.pool import NEW, Pool
from linnet.splitting.stratified import stratified
from linnet.types import Rows


def share_out(pool: Pool, shares: Sequence[float], *, seed: int = 0) -> tuple[Rows, ...]:
    """Share out all rows.

    A group some of whose rows have a part already goes to the last of these parts: training gives
    way to validation, and validation to test.

    Args:
        pool: The rows.
        shares: Share of each part, in all 1. The first part gets a group of every class.
        seed: Of the shuffle.

    Returns:
        The rows of each part, ascending.

    Example:
        >>> pool = Pool(np.array([0, 0, 0, 0, 1, 1]), "binary", groups=np.array([0, 1, 1, 2, 3, 4]))
        >>> [rows.tolist() for rows in share_out(pool, [0.5, 0.5])]
        [[1, 2, 4], [0, 3, 5]]
        >>> [rows.tolist() for rows in share_out(pool.select(np.empty(0, np.int64)), [0.5, 0.5])]
        [[], []]
    """
    parts = np.full(len(pool), NEW) if pool.parts is None else pool.parts
    parts = np.where(parts < len(shares), parts, NEW)
    groups = np.arange(len(pool)) if pool.groups is None else pool.groups
    grouped = bool(len(groups)) and len(np.unique(groups)) < len(groups)
    drawn = not grouped and pool.times is None and pool.task != "multilabel"
    if drawn and (parts == NEW).all():
        return stratified(pool.targets, shares, seed=seed)
    of_group = np.full(int(groups.max(initial=-1)) + 1, NEW)
    np.maximum.at(of_group, groups, parts)
    parts = of_group[groups]
    if pool.times is not None:
        parts = _by_time(parts, groups, pool.times, shares=shares, seed=seed)
    else:
        parts = balanced(pool, parts, groups=groups, shares=shares, seed=seed)
    return tuple(np.flatnonzero(parts == number) for number in range(len(shares)))


def _by_time(
    parts: Rows, groups: Rows, times: NDArray[np.float64], *, shares: Sequence[float], seed: int
) -> Rows:
    """Fill the last part with the groups that have the latest rows, then the part before it.

    A group counts as of its latest row: none that a model is trained on ends later than one that
    measures it, though single rows of long groups may overlap. Rows whose time is not known go to
    the first part.
    """
    latest = np.full(int(groups.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(latest, groups, np.where(np.isnan(times), -np.inf, times))
    new = np.flatnonzero(np.bincount(groups[parts == NEW], minlength=len(latest)))
    order = np.random.default_rng(seed).permutation(new)
    order = order[np.argsort(-latest[order], kind="stable")]
    sizes = np.bincount(groups, minlength=len(latest))[order]
    ends = np.cumsum(sizes) - sizes / 2  # a group belongs where more than half of it fits
    given = np.bincount(parts[parts != NEW], minlength=len(shares))
    of_group = np.zeros(len(latest), np.int64)
    start = 0.0
    for part in range(len(shares) - 1, 0, -1):
        end = start + max(0, round(len(groups) * shares[part]) - int(given[part]))
        of_group[order[(ends > start) & (ends <= end) & np.isfinite(latest[order])]] = part
        start = end
    return np.where(parts == NEW, of_group[groups], parts)

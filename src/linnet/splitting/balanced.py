"""Groups shared out one by one, so that every label comes near its share in each part.

Goes in: labels, groups and the parts that some have already. Comes out: a part for each row.

Groups are taken largest first, and those with the rarest labels before the others, as iterative
stratification does (Sechidis, Tsoumakas and Vlahavas 2011, "On the stratification of multi-label
data"); each goes where all of its labels, not the rarest alone, are missed most. Single rows of
one label each come last, and fill up what is missing by controlled rounding.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from linnet.splitting.pool import NEW, Pool
from linnet.splitting.stratified import Counts, by_first_row, fill_up
from linnet.types import Rows, Targets

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def balanced(pool: Pool, parts: Rows, *, groups: Rows, shares: Sequence[float], seed: int) -> Rows:
    """Give a part to every row that has none.

    Args:
        pool: The rows with their labels.
        parts: The part of each row, the same for all rows of a group, or `NEW`.
        groups: The group of each row, from 0.
        shares: Share of each part, in all 1.
        seed: Of the shuffle.

    Returns:
        The part of each row.

    Example:
        >>> pool = Pool(np.array([[1, 0], [1, 0], [0, 1], [0, 1]]), "multilabel")
        >>> new, alone = np.full(4, NEW), np.arange(4)
        >>> sorted(balanced(pool, new, groups=alone, shares=[0.5, 0.5], seed=0)[:2].tolist())
        [0, 1]
    """
    members = _labels_of(pool)
    wanted = np.outer(_sums(members, np.ones(len(pool))), shares)
    given = np.stack([_sums(members, parts == part) for part in range(len(shares))], axis=1)
    sizes = np.bincount(groups)
    open_groups = np.flatnonzero(np.bincount(groups[parts == NEW], minlength=len(sizes)))
    alone = (
        sizes[open_groups] == 1 if pool.task != "multilabel" else np.zeros(len(open_groups), bool)
    )
    of_group = np.full(len(sizes), NEW)
    by_group = _by_group(members, groups, len(sizes))
    order = _order(by_group, open_groups[~alone], sizes, seed)
    of_group[order] = _placed(by_group[order], given, wanted)
    parts = np.where(parts == NEW, of_group[groups], parts)
    if alone.any():
        rows = np.flatnonzero(parts == NEW)
        numbers = by_first_row(pool.targets)
        parts[rows] = fill_up(
            numbers[rows], wanted[:-1] - given[:-1], first=given[:-1, 0] == 0, seed=seed
        )
    return parts


def _labels_of(pool: Pool) -> "csr_array":
    """Return which labels each row has, and last a label that every row has: (rows, labels + 1)."""
    from scipy.sparse import csr_array

    targets: Targets = pool.targets
    num_rows = len(targets)
    if pool.task == "multilabel":
        rows, labels = np.nonzero(targets)
        num_labels = targets.shape[1]
    else:
        labels = by_first_row(targets)
        rows, num_labels = np.arange(num_rows), int(labels.max(initial=-1)) + 1
    rows = np.concatenate([rows, np.arange(num_rows)])
    labels = np.concatenate([labels, np.full(num_rows, num_labels)])
    return csr_array((np.ones(len(rows)), (rows, labels)), shape=(num_rows, num_labels + 1))


def _sums(members: "csr_array", chosen: NDArray[np.generic]) -> NDArray[np.float64]:
    """Count the chosen rows of each label."""
    counts: NDArray[np.float64] = members.T @ chosen.astype(np.float64)
    return counts


def _by_group(members: "csr_array", groups: Rows, num_groups: int) -> "csr_array":
    from scipy.sparse import csr_array

    ends = (np.ones(len(groups)), (groups, np.arange(len(groups))))
    summed = csr_array(csr_array(ends, shape=(num_groups, len(groups))) @ members)
    summed.sort_indices()
    return summed


def _order(by_group: "csr_array", chosen: Rows, sizes: Counts, seed: int) -> Rows:
    """Order groups: the largest first, of equal ones those with the rarest label."""
    frequency = np.bincount(by_group.indices, minlength=by_group.shape[1])
    rarest = np.minimum.reduceat(frequency[by_group.indices], by_group.indptr[:-1])
    shuffled = np.random.default_rng(seed).permutation(chosen)
    return shuffled[np.lexsort([rarest[shuffled], -sizes[shuffled]])]


def _placed(
    by_group: "csr_array", given: NDArray[np.float64], wanted: NDArray[np.float64]
) -> list[int]:
    """Place groups one by one; `given` is counted up. The last label is the size.

    What is made small is the sum of the squares of what parts have too much or too little of each
    label: over the part's share, so that all parts fill up alike, and over the root of the
    label's rows, so that rare labels come first and frequent ones are not forgotten.
    """
    every = range(given.shape[1])
    have, want = given.tolist(), np.maximum(wanted, 1e-9).tolist()
    weights = np.sqrt(np.maximum(wanted.sum(axis=1, keepdims=True), 1)) / np.maximum(wanted, 1e-9)
    weigh = weights.tolist()
    room = [round(size) - has for size, has in zip(want[-1], have[-1], strict=True)]
    labels, counts = by_group.indices.tolist(), by_group.data.tolist()
    ends = by_group.indptr.tolist()
    chosen = []
    for start, end in pairwise(ends):
        here = [
            (have[label], want[label], weigh[label], count)
            for label, count in zip(labels[start:end], counts[start:end], strict=True)
        ]
        size = counts[end - 1]
        fits = [part for part in every if room[part] >= size]
        if any(not has[0] for has, *_ in here):  # the first part needs one of every label
            best = 0
        elif len(fits) < 2:
            best = fits[0] if fits else room.index(max(room))
        else:
            best = min(fits, key=lambda part: _excess(here, part))
        for has, *_, count in here:
            has[best] += count
        room[best] -= size
        chosen.append(best)
    given[:] = have
    return chosen


def _excess(here: list[tuple[list[float], list[float], list[float], float]], part: int) -> float:
    """Return by how much the sum of squares grows if a group goes to a part."""
    return sum(
        count * (2 * (has[part] - want[part]) + count) * weigh[part]
        for has, want, weigh, count in here
    )

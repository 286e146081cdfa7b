"""Rows shared out at random, so that every class goes to every part in the same proportions.

Goes in: targets and the shares of the parts. Comes out: the rows of each part. Knows nothing of
what the parts are for.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from linnet.types import Rows, Targets

Counts = NDArray[np.int64]


def stratified(targets: Targets, shares: Sequence[float], *, seed: int = 0) -> tuple[Rows, ...]:
    """Share out all rows, each class in the same proportions.

    Args:
        targets: Class numbers, row by row.
        shares: Share of each part, in all 1; the first part gets at least one row of every class.
        seed: Of the shuffle. The same seed gives the same rows, however classes are numbered.

    Returns:
        The rows of each part, ascending.

    Example:
        >>> targets = np.array([0, 0, 0, 0, 1, 1, 2])
        >>> [targets[rows].tolist() for rows in stratified(targets, [0.5, 0.5])]
        [[0, 0, 1, 2], [0, 0, 1]]
    """
    order = np.random.default_rng(seed).permutation(len(targets))
    numbers = by_first_row(targets[order])
    given = apportion(np.bincount(numbers), shares)
    by_class = order[np.argsort(numbers, kind="stable")]
    part = np.repeat(np.tile(np.arange(len(shares)), len(given)), given.ravel())
    return tuple(np.sort(by_class[part == number]) for number in range(len(shares)))


def by_first_row(targets: Targets) -> Counts:
    """Number classes by the first row that has them, so that their own numbers have no say.

    Example:
        >>> by_first_row(np.array([7, 3, 7, 5])).tolist()
        [0, 1, 0, 2]
    """
    _, first, numbers = np.unique(targets, return_index=True, return_inverse=True)
    found: Counts = np.argsort(np.argsort(first))[numbers]
    return found


def apportion(counts: Counts, shares: Sequence[float]) -> Counts:
    """Share out the rows of every class, so that each class and each total comes out right.

    Every number is its exact value rounded up or down, and so are the totals of the parts. This
    is controlled rounding (Cox 1987): each class is first rounded alone by largest remainders,
    then single rows move between parts until the totals fit too.

    Args:
        counts: Shape (classes,): rows of each class, each at least 1.
        shares: Share of each part, in all 1. The first part gets a row of every class, which may
            leave the other parts smaller than asked.

    Returns:
        Shape (classes, parts); its rows sum to `counts`.

    Example:
        >>> apportion(np.array([10, 5, 1]), [0.8, 0.1, 0.1]).tolist()
        [[8, 1, 1], [4, 1, 0], [1, 0, 0]]
        >>> apportion(np.empty(0, np.int64), [0.5, 0.5]).tolist()
        []
    """
    return _rounded(np.outer(counts, shares), counts, first=np.ones(len(counts), bool))


def fill_up(
    classes: NDArray[np.int64],
    missing: NDArray[np.float64],
    *,
    first: NDArray[np.bool_],
    seed: int,
) -> Counts:
    """Share out rows so that every class comes as near as can be to what the parts miss.

    Args:
        classes: The class of each row, from 0.
        missing: Shape (classes, parts): how many rows are missed, below 0 where there are too many.
        first: Shape (classes,): of which classes the first part must get a row, if there is one.
        seed: Of the shuffle.

    Returns:
        The part of each row.

    Example:
        >>> none = np.zeros(2, bool)
        >>> missing = np.array([[1, 2], [1, -1]])
        >>> fill_up(np.array([0, 0, 0, 1]), missing, first=none, seed=0).tolist()
        [1, 1, 0, 0]
    """
    counts = np.bincount(classes, minlength=len(missing))
    wanted = np.maximum(missing, 0)
    none = wanted.sum(axis=1) == 0
    wanted[none, 0] = 1
    # Where a class has too many rows in one part, the others share what is left of it.
    exact = wanted * (counts / wanted.sum(axis=1))[:, None]
    given = _rounded(exact, counts, first=first & (counts > 0))
    order = np.random.default_rng(seed).permutation(len(classes))
    order = order[np.argsort(classes[order], kind="stable")]
    parts = np.empty(len(classes), np.int64)
    parts[order] = np.repeat(np.tile(np.arange(missing.shape[1]), len(given)), given.ravel())
    return parts


def _rounded(exact: NDArray[np.float64], counts: Counts, *, first: NDArray[np.bool_]) -> Counts:
    """Round, so that rows and columns come out right; `first`: classes the first part must have."""
    exact = np.round(exact, 9)  # 0.29 * 100 is 28.999999999999996
    low, high = _whole(np.floor(exact)), _whole(np.ceil(exact))
    low[:, 0] = np.maximum(low[:, 0], first)
    given = _largest_remainders(exact, low, counts)
    sums = np.round(exact.sum(axis=0), 6)[None, :]
    wanted = _largest_remainders(sums, _whole(np.floor(sums)), counts.sum(keepdims=True))[0]
    while _move(given, wanted - given.sum(axis=0), (low, high)):
        pass
    return given


def _largest_remainders(exact: NDArray[np.float64], low: Counts, counts: Counts) -> Counts:
    """Give the rows that `low` leaves over to the parts that miss most of theirs."""
    order = np.argsort(low - exact, axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    given: Counts = low + (rank < (counts - low.sum(axis=1))[:, None])
    return given


def _move(given: Counts, missing: Counts, bounds: tuple[Counts, Counts]) -> bool:
    """Move rows from a part that has too many to one that has too few, if that is possible.

    Where no class allows it, rows go to a third part, from which other classes make them good.
    """
    can_give, can_take = given > bounds[0], given < bounds[1]
    for over, under in product(
        *(np.flatnonzero(each).tolist() for each in (missing < 0, missing > 0))
    ):
        detours = [[(over, via), (via, under)] for via in range(len(missing))]
        for steps in [[(over, under)], *detours]:
            movers = [np.flatnonzero(can_give[:, a] & can_take[:, b]) for a, b in steps]
            num_rows = min(-missing[over], missing[under], *(each.size for each in movers))
            for (source, target), classes in zip(steps, movers, strict=True):
                given[classes[:num_rows], source] -= 1
                given[classes[:num_rows], target] += 1
            if num_rows:
                return True
    return False


def _whole(values: NDArray[np.float64]) -> Counts:
    return values.astype(np.int64)

"""How far a metric could lie from what was measured, had other rows been drawn.

Goes in: a count or two per row. Comes out: the two ends of a 95 % interval. Rows are taken to be
drawn one by one: copies and rows that hang together make the true interval wider.
"""

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linnet.evaluation.counts import Counts, count_labels
from linnet.evaluation.decisions import decide
from linnet.types import Scores, Targets, Task

LEVEL = 0.95
NUM_RESAMPLES = 2_000
SAME = "no difference that these rows could show"
_NORMAL = 1.959963984540054  # the quantile of the normal distribution for LEVEL

Interval: TypeAlias = tuple[float, float]
Pairs: TypeAlias = NDArray[np.int64]
Statistic: TypeAlias = Callable[[NDArray[Any]], NDArray[np.float64]]


def wilson(right: float, rows: float) -> Interval:
    """Return the interval of a share, by Wilson (1927).

    It stays within 0 and 1 and has a width even where every row is right, as the bootstrap has
    not.

    Args:
        right: Rows that count.
        rows: All rows, more than 0; both may be fractions where they stand for something else.

    Example:
        >>> [round(end, 4) for end in wilson(90, 100)]
        [0.8256, 0.9448]
        >>> [round(end, 4) for end in wilson(1, 1)]
        [0.2065, 1.0]
    """
    share, square = right / rows, _NORMAL**2
    middle = (share + square / (2 * rows)) / (1 + square / rows)
    spread = share * (1 - share) / rows + square / (4 * rows**2)
    half = _NORMAL * spread**0.5 / (1 + square / rows)
    return middle - half if right else 0.0, middle + half if right < rows else 1.0


def bootstrap(counts: NDArray[Any], statistic: Statistic, *, seed: int = 0) -> Interval:
    """Return the percentile interval of a statistic of sums over rows, by Efron (1979).

    Rows are drawn again with replacement, 2,000 times. Like rows are drawn together, as one
    multinomial number, so that many rows cost no more than few. Columns of one row stay together:
    with the counts of two models side by side this is the paired bootstrap.

    Args:
        counts: Shape (rows, columns), at least one row.
        statistic: Takes sums over rows, shape (resamples, columns), returns shape (resamples,).
        seed: Of the draws; the same seed gives the same interval.

    Example:
        >>> rows = np.array([[1, 1]] * 90 + [[0, 1]] * 10)
        >>> [round(end, 2) for end in bootstrap(rows, ratio)]
        [0.84, 0.96]
        >>> bootstrap(np.array([[1, 1]]), ratio)
        (1.0, 1.0)
    """
    kinds, frequency = np.unique(counts, axis=0, return_counts=True)
    num_rows = len(counts)
    drawn = np.random.default_rng(seed).multinomial(
        num_rows, frequency / num_rows, size=NUM_RESAMPLES
    )
    low, high = np.quantile(statistic(drawn @ kinds), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def ratio(sums: Pairs) -> NDArray[np.float64]:
    """Return the first of two columns over the second, 0 where that is 0.

    Example:
        >>> ratio(np.array([[1, 2], [0, 0]]))
        array([0.5, 0. ])
    """
    share: NDArray[np.float64] = np.zeros(len(sums))
    np.divide(sums[:, 0], sums[:, 1], out=share, where=sums[:, 1] != 0)
    return share


def ratio_interval(counts: Pairs) -> Interval:
    """Return the interval of what rows' counts say: Wilson's of a share, else the bootstrap's.

    Args:
        counts: Shape (rows, 2), as `row_counts` returns them, or their sums over several models.

    Example:
        >>> ratio_interval(np.array([[1, 1]] * 9)) == wilson(9, 9)
        True
        >>> ratio_interval(np.array([[2, 3], [2, 2]]))
        (0.66..., 1.0)
    """
    if not counts[:, 1].any():  # nothing was asked, nothing is known
        return 0.0, 1.0
    if (counts[:, 1] == counts[0, 1]).all():  # of every row the same is asked
        return wilson(float(counts[:, 0].sum() / counts[0, 1]), len(counts))
    return bootstrap(counts, ratio)


def row_counts(
    targets: Targets, scores: Scores, *, task: Task, thresholds: ArrayLike | None = None
) -> Pairs:
    """Return two counts per row, whose sums' `ratio` is the headline metric.

    Binary and multiclass, accuracy: 1 where the row is right, and 1. Multilabel, micro-F1: twice
    the labels that are true and given, and the labels that are true plus those that are given.

    Args:
        targets: Class numbers (rows,), or for multilabel 0 and 1 (rows, labels).
        scores: Probabilities, shape (rows, labels).
        task: Binary, multiclass or multilabel.
        thresholds: As for `decide`.

    Returns:
        Shape (rows, 2).

    Example:
        >>> row_counts(np.array([0, 0]), np.eye(2), task="binary").tolist()
        [[1, 1], [0, 1]]
        >>> row_counts(np.array([[1, 1]]), np.array([[0.9, 0.1]]), task="multilabel").tolist()
        [[2, 3]]
        >>> row_counts(np.empty(0, int), np.empty((0, 2)), task="binary").shape
        (0, 2)
    """
    predicted = decide(scores, task=task, thresholds=thresholds)
    if task == "multilabel":
        return f1_counts(count_labels(targets, predicted)[1])
    right: NDArray[np.bool_] = predicted == targets
    return np.column_stack([right, np.ones_like(right)]).astype(np.int64)


def f1_counts(per_row: Counts) -> Pairs:
    """Return two counts per row whose sums' `ratio` is micro-F1, shape (rows, 2).

    Example:
        >>> one = np.array([1])
        >>> f1_counts(Counts(true_positives=one, predicted=one, support=2 * one)).tolist()
        [[2, 3]]
    """
    return np.column_stack([2 * per_row.true_positives, per_row.predicted + per_row.support])


def tango(lost: int, won: int, *, rows: int) -> Interval:
    """Return the interval of the difference of two paired shares, by Tango (1998).

    It has a width even where no row changes, and holds 0 if McNemar's test sees no difference.

    Args:
        lost: Rows that count before and not after.
        won: Rows that count after and not before.
        rows: All rows, at least one.

    Example:
        >>> [round(end, 4) for end in tango(2, 12, rows=50)]
        [0.0611, 0.3447]
        >>> [round(end, 4) for end in tango(0, 0, rows=100)]
        [-0.037, 0.037]
    """

    def surprise(true: float) -> float:
        """Return by how many standard deviations the rows miss a true difference."""
        linear = (2 * rows - won + lost) * true - won - lost
        root = math.sqrt(max(0.0, linear**2 + 8 * rows * lost * true * (1 - true)))
        spread = rows * ((root - linear) / (2 * rows) + true * (1 - true))
        return (won - lost - rows * true) / math.sqrt(max(spread, 1e-12))

    measured = (won - lost) / rows
    return _border(surprise, _NORMAL, (-1, measured)), _border(surprise, -_NORMAL, (measured, 1))


def _border(surprise: Callable[[float], float], level: float, ends: Interval) -> float:
    """Return where a falling function reaches a level, by halving."""
    low, high = ends
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if surprise(middle) > level else (low, middle)
    return (low + high) / 2


def difference(before: Pairs, after: Pairs) -> dict[str, Any]:
    """Compare the headline metric of two models on the same rows.

    Args:
        before: What `row_counts` says of one model, shape (rows, 2), at least one row.
        after: The same of the other.

    Returns:
        `before`, `after`, `difference` (after - before), the `interval` of the difference at
        `level`: of accuracy Tango's, of micro-F1 by the jackknife; the `verdict` in words, and
        `rows`.

    Example:
        >>> before, after = np.array([[0, 1]] * 5 + [[1, 1]] * 95), np.array([[1, 1]] * 100)
        >>> found = difference(before, after)
        >>> round(found["difference"], 2), [round(end, 3) for end in found["interval"]]
        (0.05, [0.011, 0.112])
        >>> difference(after, after)["verdict"]
        'no difference that these rows could show'
    """
    old, new = (float(ratio(each.sum(axis=0)[None])[0]) for each in (before, after))
    ends = _of_ratios(before, after, new - old)
    if (before[:, 1] == 1).all() and (after[:, 1] == 1).all():
        changed = after[:, 0] - before[:, 0]
        ends = tango(int((changed < 0).sum()), int((changed > 0).sum()), rows=len(changed))
    return {
        "rows": len(before), "before": old, "after": new, "difference": new - old,
        "interval": list(ends), "level": LEVEL, "verdict": verdict(ends),
    }  # fmt: skip


def _of_ratios(before: Pairs, after: Pairs, value: float) -> Interval:
    """Return the interval of a difference of ratios: each row is left out once."""
    totals = before.sum(axis=0), after.sum(axis=0)
    old, new = (
        ratio(total - each) - ratio(total[None])
        for each, total in zip((before, after), totals, strict=True)
    )
    sums = np.asarray(totals, np.float64).mean(axis=0)
    if not sums[1]:
        return -1.0, 1.0
    return around(value, new - old, imagined=float(flip(sums[0] / sums[1], sums[1], paired=False)))


def around(value: float, changes: NDArray[np.float64], *, imagined: float) -> Interval:
    """Return the interval of a difference by what leaving out each row changes (Tukey 1958).

    Args:
        value: The difference.
        changes: Shape (rows,).
        imagined: The square of what one answer more or less would change; two are imagined, so
            that rows without a change do not prove that there is none.

    Example:
        >>> around(0.0, np.zeros(3), imagined=0.0)
        (0.0, 0.0)
        >>> [round(end, 2) for end in around(0.5, np.array([0.1, -0.1]), imagined=0.01)]
        [0.11, 0.89]
    """
    half = _NORMAL * float(np.sum((changes - changes.mean()) ** 2) + 2 * imagined) ** 0.5
    return max(-1.0, value - half), min(1.0, value + half)


def flip(value: Any, size: Any, *, paired: bool) -> Any:
    """Return the square of what one answer changes in an F1.

    Args:
        value: F1.
        size: How often the label is true plus how often it is given, more than 0.
        paired: The answer is taken from one label and given to another.

    Example:
        >>> flip(1.0, 10, paired=False), flip(1.0, 10, paired=True)
        (0.01, 0.04)
    """
    either = ((2 - value) ** 2 + value**2) / 2
    return (4 if paired else either) / size**2


def verdict(ends: Interval) -> str:
    """Say what the interval of a difference means, more being better.

    Example:
        >>> verdict((-0.1, 0.1))
        'no difference that these rows could show'
        >>> verdict((0.1, 0.2)), verdict((-0.2, -0.1))
        ('better', 'worse')
    """
    low, high = ends
    if low <= 0 <= high:
        return SAME
    return "better" if low > 0 else "worse"

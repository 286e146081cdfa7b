"""How far an F1 could lie from what was measured, and the difference of two.

Goes in: `Cells`. Comes out: the two ends of a 95 % interval. The bootstrap is not used: with rare
labels or few mistakes its intervals hold the truth far less often than they say (docs/LOG.md).
"""

import numpy as np

from linnet.evaluation.cells import Cells, Floats, f1
from linnet.evaluation.intervals import Interval, around, flip, wilson


def f1_interval(cells: Cells) -> Interval:
    """Return the interval of macro-F1; of pooled cells, of micro-F1.

    Right and wrong cells of a label are a binomial, r of r + w, and F1 is 2s / (1 + s) of its
    share s (Goutte and Gaussier 2005). The spreads of the labels are added, enlarged by what
    mistakes of a row have in common, and the sum is read as that of one share of so many rows,
    whose interval is Wilson's (1927). A label of which these rows say nothing counts 0 in
    macro-F1; in the interval it may have any F1.

    Args:
        cells: What a model gets right and wrong.

    Example:
        >>> from linnet.evaluation.cells import cells
        >>> targets = np.array([0, 1] * 50)
        >>> given = np.where(np.arange(100) < 90, targets, 0)
        >>> [round(end, 2) for end in f1_interval(cells(targets, given, num_labels=2))]
        [0.89, 0.98]
        >>> [round(end, 2) for end in f1_interval(cells(targets, given, num_labels=4))]
        [0.44, 0.99]
        >>> f1_interval(cells(targets[:0], given[:0], num_labels=2))
        (0.0, 1.0)
    """
    right, wrong = cells.counts
    seen = right + wrong > 0
    if not seen.any():
        return 0.0, 1.0
    known, total = float(seen.mean()), (right + wrong)[seen]
    share = (right[seen] + 0.5) / (total + 1)
    missed = share * (1 - share) / total
    spread = float(np.sum(missed * (2 / (1 + share) ** 2) ** 2)) / len(share) ** 2
    spread *= _together(cells)
    likely = float(np.mean(2 * share / (1 + share)))
    num_rows = likely * (1 - likely) / spread  # of one share that spreads as much
    measured = f1(right, wrong)
    bent = 2 * missed / (1 + share) ** 3  # F1 of a mean share is above the mean F1 (Jensen)
    middle = min(1.0, float(np.mean(measured[seen] + bent)))
    low, high = wilson(middle * num_rows, num_rows)
    value = float(measured.mean())
    return min(known * low, value), max(known * high + 1 - known, value)


def f1_difference(before: Cells, after: Cells) -> tuple[float, Interval]:
    """Return the difference of two models' macro-F1 on the same rows, and its interval.

    By the jackknife (Tukey 1958): what each row adds to the difference is found by leaving it
    out. Two rows are imagined beside them, one lost and one won: without them few changed answers
    would seem to prove that there is no difference (Bonett and Price 2012).

    Args:
        before: What one model gets right and wrong.
        after: The same of the other, for the same rows and labels.

    Returns:
        after - before, and the ends of its interval.

    Example:
        >>> from linnet.evaluation.cells import cells
        >>> targets = np.array([0, 1] * 50)
        >>> old, new = (cells(targets, np.where(np.arange(100) < right, targets, 0), num_labels=2)
        ...             for right in (80, 98))
        >>> value, ends = f1_difference(old, new)
        >>> round(value, 2), [round(end, 2) for end in ends]
        (0.09, [0.03, 0.15])
        >>> value, ends = f1_difference(old, old)
        >>> value, [round(end, 2) for end in ends]
        (0.0, [-0.03, 0.03])
    """
    old, new = (f1(*each.counts) for each in (before, after))
    sizes = np.mean([2 * right + wrong for right, wrong in (before.counts, after.counts)], axis=0)
    there = sizes > 0
    turned = flip((old + new)[there] / 2, sizes[there], paired=before.paired)
    imagined = float(np.sum(turned * sizes[there])) / max(1.0, sizes.sum()) / len(sizes) ** 2
    value = float(np.mean(new - old))
    return value, around(value, _left_out(after) - _left_out(before), imagined=imagined)


def _together(cells: Cells) -> float:
    """Return how much wider than independent cells spread those of the same row are."""
    right, wrong = cells.counts
    value, size = f1(right, wrong), np.maximum(2 * right + wrong, 1)
    lift, drop = (2 - 2 * value) / size, value / size
    rows = cells.right @ lift - cells.wrong @ drop
    single = float(np.sum(right * lift**2 + wrong * drop**2))
    num = int(np.count_nonzero(right + wrong))
    one, shared = 2 * float(np.sum(drop**2)) / num, 1.0
    if not one:
        return 1.0
    if cells.paired and num > 1:  # one mistake more would be of any two labels
        shared += (float(drop.sum()) ** 2 / float(np.sum(drop**2)) - 1) / (num - 1)
    return (float(np.sum(rows**2)) + shared * one) / (single + one)


def _left_out(cells: Cells) -> Floats:
    """Return by how much macro-F1 changes when each row is left out."""
    right, wrong = cells.counts
    value = f1(right, wrong)
    hit = f1(np.maximum(right - 1, 0), wrong) - value
    miss = f1(right, np.maximum(wrong - 1, 0)) - value
    changes: Floats = (cells.right @ hit + cells.wrong @ miss) / len(value)
    return changes

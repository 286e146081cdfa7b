"""Intervals of F1: that they hold the truth, the rare labels, the few mistakes, the odd rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.metrics import f1_score

from linnet.evaluation.cells import cells, f1, pooled
from linnet.evaluation.f1_intervals import f1_difference, f1_interval
from linnet.evaluation.intervals import tango

REPEATS = 300
HELD = pytest.approx(0.95, abs=0.038)


def held(intervals, truth):
    low, high = np.array(intervals).T
    return np.mean((low <= truth) & (truth <= high))


def population(shares, right, *, seed=0, num_rows=100_000):
    random = np.random.default_rng(seed)
    shares = np.array(shares) / np.sum(shares)
    targets = random.choice(len(shares), num_rows, p=shares)
    hit = random.random(num_rows) < np.broadcast_to(right, len(shares))[targets]
    return targets, np.where(hit, targets, random.choice(len(shares), num_rows, p=shares))


def macro(targets, given, num):
    return float(f1(*cells(targets, given, num_labels=num).counts).mean())


def intervals(targets, given, num, *, num_rows, seed=1):
    random = np.random.default_rng(seed)
    for _ in range(REPEATS):
        rows = random.integers(0, len(targets), num_rows)
        yield f1_interval(cells(targets[rows], given[rows], num_labels=num))


@pytest.mark.parametrize(
    ("shares", "right", "num_rows"),
    [
        ([0.6, 0.4], 0.9, 200),
        ([8, 4, 2, 1], 0.9, 500),
        ([1 / at for at in range(1, 31)], 0.7, 1000),
    ],
    ids=["two", "four", "thirty"],
)
def test_macro_f1_is_held(shares, right, num_rows):
    targets, answers = population(shares, right)
    found = list(intervals(targets, answers, len(shares), num_rows=num_rows))
    assert held(found, macro(targets, answers, len(shares))) == HELD


@pytest.mark.parametrize("right", [0.99, 0.999])
def test_few_mistakes_are_no_certainty(right):
    targets, answers = population([8, 4, 2, 1], right)
    found = list(intervals(targets, answers, 4, num_rows=300))
    assert held(found, macro(targets, answers, 4)) >= 0.9
    assert min(high - low for low, high in found) > 0.002


def test_labels_that_are_missing_make_the_interval_wide_and_not_wrong():
    shares = 1 / np.arange(1, 31) ** 2
    targets, answers = population(shares, 0.8)
    found = list(intervals(targets, answers, 30, num_rows=300))
    assert held(found, macro(targets, answers, 30)) >= 0.93


def test_micro_f1_of_rows_that_hang_together_is_held():
    random = np.random.default_rng(3)
    targets = (random.random((50_000, 12)) < 0.15).astype(np.uint8)
    luck = (random.random((50_000, 1)) + random.random((50_000, 12))) / 2
    answers = np.where(targets, luck < 0.7, luck > 0.93).astype(np.uint8)
    truth = f1_score(targets, answers, average="micro")
    found = []
    for _ in range(REPEATS):
        rows = random.integers(0, 50_000, 150)
        found.append(f1_interval(pooled(cells(targets[rows], answers[rows], num_labels=12))))
    assert held(found, truth) == HELD


def test_mistakes_of_one_row_are_not_independent():
    alone = np.zeros((60, 6), np.uint8)
    alone[:, 0] = 1
    together = np.zeros((60, 6), np.uint8)
    together[:10] = 1
    few, many = (np.ones((60, 6), np.uint8) - each for each in (alone, together))
    every = np.ones((60, 6), np.uint8)
    one, other = (f1_interval(pooled(cells(every, each, num_labels=6))) for each in (few, many))
    assert other[1] - other[0] > 1.5 * (one[1] - one[0])


@settings(max_examples=40)
@given(st.integers(0, 8), st.booleans(), st.data())
def test_f1_is_that_of_sklearn_and_lies_in_its_interval(num_rows, several, data):
    shape, most = ((num_rows, 3), 1) if several else ((num_rows,), 2)
    targets, given_ = (
        data.draw(arrays.arrays(np.int64, shape, elements=st.integers(0, most))) for _ in range(2)
    )
    found = cells(targets, given_, num_labels=3)
    value = float(f1(*found.counts).mean())
    if num_rows:
        theirs = f1_score(targets, given_, labels=[0, 1, 2], average="macro", zero_division=0)
        assert value == pytest.approx(theirs)
    low, high = f1_interval(found)
    assert 0 <= low <= value <= high <= 1
    assert high > low
    low, high = f1_interval(pooled(found))
    assert 0 <= low < high <= 1


def test_difference_of_macro_f1_is_that_of_each_row_left_out():
    targets, before = population([3, 2, 1], 0.7, num_rows=40)
    after = np.where(np.arange(40) % 3, before, targets)
    value, (low, high) = f1_difference(
        cells(targets, before, num_labels=3), cells(targets, after, num_labels=3)
    )
    assert value == pytest.approx(macro(targets, after, 3) - macro(targets, before, 3))
    without = [np.delete(np.arange(40), row) for row in range(40)]
    changes = [
        macro(targets[rows], after[rows], 3) - macro(targets[rows], before[rows], 3)
        for rows in without
    ]
    spread = np.sum((changes - np.mean(changes)) ** 2) ** 0.5
    assert (high - low) / 2 > 1.96 * spread
    assert (high - low) / 2 < 1.96 * spread + 0.15
    assert (low + high) / 2 == pytest.approx(value)


def test_difference_of_macro_f1_is_held():
    targets, before = population([8, 4, 2, 1], 0.85)
    other, again = population([8, 4, 2, 1], 0.88, seed=0), population([1] * 4, 0.5, seed=7)
    assert (other[0] == targets).all()
    after = np.where(again[0] == 0, targets, other[1])
    truth = macro(targets, after, 4) - macro(targets, before, 4)
    random, found = np.random.default_rng(5), []
    for _ in range(REPEATS):
        rows = random.integers(0, len(targets), 300)
        old, new = (cells(targets[rows], each[rows], num_labels=4) for each in (before, after))
        found.append(f1_difference(old, new)[1])
    assert held(found, truth) == HELD


def test_tango_holds_what_the_score_test_does_not_reject():
    """The definition, by brute force: the likeliest shares under each true difference."""
    from scipy.optimize import minimize_scalar

    lost, won, rows = 3, 11, 80
    low, high = tango(lost, won, rows=rows)
    for true in (low, high):

        def unlikely(share, true=true):
            rest = 1 - 2 * share - true
            if min(share, share + true, rest) <= 0:
                return 1e9
            same = rows - lost - won
            return -(won * np.log(share + true) + lost * np.log(share) + same * np.log(rest))

        bounds = (max(0.0, -true) + 1e-9, (1 - true) / 2 - 1e-9)
        share = minimize_scalar(unlikely, bounds=bounds, method="bounded").x
        spread = rows * (2 * share + true - true**2)
        assert abs(won - lost - rows * true) / spread**0.5 == pytest.approx(1.96, abs=2e-3)


@pytest.mark.parametrize(("lost", "won"), [(0, 0), (0, 5), (7, 0), (30, 40), (100, 0), (0, 100)])
def test_tango_turns_with_the_models(lost, won):
    low, high = tango(lost, won, rows=100)
    assert tango(won, lost, rows=100) == pytest.approx((-high, -low), abs=1e-9)
    assert -1 <= low < (won - lost) / 100 + 1e-9
    assert (won - lost) / 100 - 1e-9 < high <= 1

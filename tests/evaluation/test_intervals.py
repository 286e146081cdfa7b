"""Intervals: that they hold the truth as often as they say, and the odd rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from linnet.evaluation.counts import count_labels
from linnet.evaluation.intervals import (
    bootstrap,
    difference,
    f1_counts,
    ratio,
    ratio_interval,
    row_counts,
    wilson,
)
from linnet.evaluation.metrics import evaluate

REPEATS = 300
# 95 % of 300, and three standard deviations of a binomial with that share.
EXPECTED = pytest.approx(0.95, abs=0.038)


def accuracy_counts(right):
    return np.column_stack([right, np.ones_like(right)]).astype(np.int64)


def coverage(intervals, truth):
    return np.mean([low <= truth <= high for low, high in intervals])


def test_nothing_that_was_asked_tells_nothing():
    assert ratio_interval(np.zeros((9, 2), int)) == (0.0, 1.0)


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_share_is_held_by_95_of_100_intervals(share):
    rights = np.random.default_rng(1).binomial(200, share, REPEATS)
    assert coverage([wilson(int(right), 200) for right in rights], share) == EXPECTED


def test_bootstrap_of_a_share_is_held_too():
    random = np.random.default_rng(2)
    found = [bootstrap(accuracy_counts(random.random(200) < 0.8), ratio) for _ in range(REPEATS)]
    assert coverage(found, 0.8) == EXPECTED


def test_difference_of_two_models_is_held():
    random = np.random.default_rng(3)
    found = []
    for _ in range(REPEATS):
        hard = random.random(200)  # what one model finds hard, the other does too
        before, after = (
            accuracy_counts(hard + random.normal(0, 0.1, 200) < cut) for cut in (0.7, 0.75)
        )
        found.append(difference(before, after)["interval"])
    hard = random.random(400_000) + random.normal(0, 0.1, 400_000)
    assert coverage(found, np.mean(hard < 0.75) - np.mean(hard < 0.7)) == EXPECTED


def test_micro_f1_is_held():
    random = np.random.default_rng(4)

    def rows(count):
        support = random.integers(1, 5, count)
        hits = random.binomial(support, 0.7)
        return np.column_stack([2 * hits, support + hits + random.poisson(0.5, count)])

    found = [bootstrap(rows(200), ratio) for _ in range(REPEATS)]
    assert coverage(found, 2 * 0.7 * 2.5 / (2.5 + 0.7 * 2.5 + 0.5)) == EXPECTED


def test_rows_that_both_models_answer_alike_narrow_the_difference():
    random = np.random.default_rng(5)
    before = accuracy_counts(random.random(1000) < 0.8)
    alike, apart = before.copy(), accuracy_counts(random.random(1000) < 0.8)
    alike[:10, 0] = 1 - alike[:10, 0]
    widths = [np.ptp(difference(before, after)["interval"]) for after in (alike, apart)]
    assert widths[0] < widths[1] / 3


def test_wilson_is_that_of_scipy():
    from scipy.stats import binomtest

    for right, rows in ((0, 1), (1, 1), (0, 30), (30, 30), (17, 400), (39_000, 40_000)):
        theirs = binomtest(right, rows).proportion_ci(method="wilson")
        assert wilson(right, rows) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_bootstrap_is_that_of_scipy():
    from scipy.stats import bootstrap as resample

    right = np.random.default_rng(6).random(500) < 0.85
    theirs = resample((right,), np.mean, method="percentile", rng=7).confidence_interval
    ours = bootstrap(accuracy_counts(right), ratio)
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.004)


def test_same_seed_same_interval():
    counts = accuracy_counts(np.random.default_rng(8).random(300) < 0.7)
    assert bootstrap(counts, ratio) == bootstrap(counts[::-1], ratio)
    assert bootstrap(counts, ratio, seed=1) != bootstrap(counts, ratio)


def test_no_label_anywhere_gives_zero():
    assert bootstrap(np.zeros((5, 2), np.int64), ratio) == (0.0, 0.0)


@settings(max_examples=30)
@given(arrays.arrays(np.int64, (7,), elements=st.integers(0, 2)), st.data())
def test_headline_lies_in_its_interval_and_is_the_ratio_of_its_rows(targets, data):
    scores = data.draw(
        arrays.arrays(np.float32, (7, 3), elements=st.floats(0, 1, width=32)), label="scores"
    )
    sets = np.eye(3, dtype=np.int64)[targets]
    for task, answers, name in (
        ("multiclass", targets, "accuracy"),
        ("multilabel", sets, "micro_f1"),
    ):
        found = evaluate(answers, scores, task=task, labels=["a", "b", "ä"])
        low, high = found["intervals"][name]
        assert 0 <= low <= found[name] <= high <= 1
        counts = row_counts(answers, scores, task=task)
        assert ratio(counts.sum(axis=0)[None])[0] == pytest.approx(found[name])


def test_counts_of_labels_are_those_of_the_thresholds():
    targets, scores = np.array([[1, 0], [1, 1]]), np.array([[0.4, 0.6], [0.4, 0.6]])
    counts = row_counts(targets, scores, task="multilabel", thresholds=[0.3, 0.9])
    assert counts.tolist() == [[2, 2], [2, 3]]
    per_row = count_labels(targets, np.array([[1, 0], [1, 0]]))[1]
    assert f1_counts(per_row).tolist() == counts.tolist()


def test_difference_says_both_values():
    before = accuracy_counts(np.arange(100) < 50)
    found = difference(before, accuracy_counts(np.arange(100) < 80))
    assert (found["before"], found["after"], found["rows"], found["level"]) == (0.5, 0.8, 100, 0.95)
    assert found["difference"] == pytest.approx(0.3)
    low, high = found["interval"]
    assert 0.2 < low < 0.3 < high < 0.4

"""Two models on the same rows: tests that are right as often as they say, and what is accepted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from linnet.errors import ConfigError, DataError
from linnet.evaluation.cells import cells, pooled
from linnet.evaluation.intervals import difference
from linnet.evaluation.paired import (
    accepted,
    compare_scores,
    holm,
    label_changes,
    mcnemar,
    randomised,
    row_changes,
)

LABELS = ["a", "ä", "c"]


def scores_of(answers, num=3):
    return np.eye(num, dtype=np.float32)[answers]


def answers_of(targets, right, *, seed):
    random = np.random.default_rng(seed)
    hit = random.random(len(targets)) < right
    return np.where(hit, targets, random.integers(0, 3, len(targets)))


@settings(max_examples=60)
@given(st.integers(0, 200), st.integers(0, 200))
def test_mcnemar_is_the_exact_test_less_half_of_what_was_measured(lost, won):
    p_value = mcnemar(lost, won)
    assert p_value == mcnemar(won, lost)
    if lost != won:
        measured = binom.pmf(lost, lost + won, 0.5)
        exact = binomtest(lost, lost + won).pvalue
        assert p_value == pytest.approx(exact - measured, abs=1e-9)
    else:
        assert p_value == pytest.approx(1.0)


def test_randomised_agrees_with_all_swaps_of_few_rows():
    targets = np.array([0, 0, 1, 1, 2, 2, 0, 1])
    old, new = np.array([1, 0, 0, 1, 1, 2, 2, 1]), np.array([0, 0, 1, 2, 2, 2, 0, 1])

    def macro(given):
        return np.mean(
            [
                2 * np.sum((targets == k) & (given == k))
                / max(1, np.sum(targets == k) + np.sum(given == k))
                for k in range(3)
            ]
        )  # fmt: skip

    measured, as_large = abs(macro(new) - macro(old)), 0
    for number in range(2**8):
        swap = (number >> np.arange(8)) & 1 == 1
        one, other = np.where(swap, new, old), np.where(swap, old, new)
        as_large += abs(macro(other) - macro(one)) >= measured - 1e-12
    found = randomised(cells(targets, old, num_labels=3), cells(targets, new, num_labels=3))
    assert found == pytest.approx(as_large / 2**8, abs=0.03)


def test_equal_models_are_called_worse_in_two_and_a_half_of_a_hundred():
    """400 test sets: the models are as good as each other, and answer differently."""
    random, worse, small = np.random.default_rng(11), 0, 0
    for _ in range(400):
        hard = random.random(1000)
        old, new = (hard + random.normal(0, 0.15, 1000) < 0.85 for _ in range(2))
        pairs = [np.column_stack([each, np.ones(1000)]).astype(np.int64) for each in (old, new)]
        worse += difference(*pairs)["verdict"] == "worse"
        small += mcnemar(int((old & ~new).sum()), int((new & ~old).sum())) <= 0.05
    # 2.5 % and 5 %, and three standard deviations of a binomial of 400.
    assert worse / 400 <= 0.025 + 0.024
    assert small / 400 == pytest.approx(0.05, abs=0.033)


@pytest.mark.slow
@pytest.mark.parametrize("average", ["micro", "macro"])
def test_equal_models_of_several_labels_too(average):
    random, worse, small, repeats = np.random.default_rng(12), 0, 0, 120
    for _ in range(repeats):
        targets = (random.random((300, 6)) < 0.25).astype(np.uint8)
        hard = random.random((300, 1))
        old, new = (
            np.where(targets, luck < 0.7, luck > 0.95).astype(np.uint8)
            for luck in ((hard + random.random((300, 6))) / 2 for _ in range(2))
        )
        found = [cells(targets, each, num_labels=6) for each in (old, new)]
        both = [pooled(each) for each in found] if average == "micro" else found
        p_value = randomised(*both)
        small += p_value <= 0.05
        higher = [2 * r.sum() / (2 * r.sum() + w.sum()) for r, w in (each.counts for each in both)]
        worse += p_value <= 0.05 and higher[1] < higher[0]
    assert small / repeats == pytest.approx(0.05, abs=0.06)
    assert worse / repeats <= 0.025 + 0.043


def test_verdict_and_test_agree_but_for_the_border():
    for lost in range(0, 40, 3):
        for won in range(0, 40, 3):
            pairs = np.ones((2, 200, 2), np.int64)
            pairs[1, :lost, 0] = 0
            pairs[0, lost : lost + won, 0] = 0
            verdict = difference(*pairs)["verdict"]
            p_value = mcnemar(lost, won)
            if p_value < 0.03:
                assert verdict == ("worse" if lost > won else "better")
            if p_value > 0.07:
                assert verdict.startswith("no difference")


def test_everything_is_said_of_each_task():
    targets = np.arange(300) % 3
    both = tuple(scores_of(answers_of(targets, right, seed=1)) for right in (0.5, 0.9))
    one = compare_scores(targets, both, task="multiclass", labels=LABELS)
    sets = np.eye(3, dtype=np.uint8)[targets]
    several = compare_scores(sets, both, task="multilabel", labels=LABELS)
    assert (one["metric"], several["metric"]) == ("accuracy", "micro_f1")
    assert several["difference"] == pytest.approx(one["difference"])
    for found in (one, several):
        assert (found["verdict"], found["rows"]) == ("better", 300)
        assert found["p_value"] < 0.001
        assert list(found["metrics"])[1:] == ["macro_f1", "loss", "calibration_error"]
        assert found["metrics"]["loss"]["difference"] < 0
        for name, each in found["metrics"].items():
            assert each["after"] - each["before"] == pytest.approx(each["difference"]), name
            if "interval" in each:
                assert each["interval"][0] < each["difference"] < each["interval"][1]
                assert each["intervals"][1][0] < each["after"] < each["intervals"][1][1]
        assert {each["label"] for each in found["labels"]} == set(LABELS)


def test_thresholds_are_each_models_own():
    targets = np.array([[1, 0], [0, 1]] * 20)
    scores = np.where(targets, 0.4, 0.2).astype(np.float32)
    found = compare_scores(
        targets,
        (scores, scores),
        task="multilabel",
        labels=["a", "b"],
        thresholds=(None, [0.3, 0.3]),
    )
    assert (found["before"], found["after"], found["verdict"]) == (0.0, 1.0, "better")


def test_no_rows_are_refused():
    none = np.empty((0, 2), np.float32)
    with pytest.raises(DataError, match="no rows"):
        compare_scores(np.empty(0, int), (none, none), task="binary", labels=["a", "b"])


def test_a_label_that_lost_is_named_first_and_corrected_for_their_number():
    targets = np.repeat([0, 1, 2], 40)
    after = np.where((targets == 1) & (np.arange(120) % 2 == 0), 2, targets)
    changes = label_changes(
        cells(targets, targets, num_labels=3), cells(targets, after, num_labels=3), labels=LABELS
    )
    assert [each["label"] for each in changes] == ["ä", "c", "a"]
    assert (changes[0]["lost"], changes[0]["won"]) == (20, 0)
    assert changes[0]["p_value"] == pytest.approx(3 * mcnemar(20, 0))
    assert (changes[2]["difference"], changes[2]["p_value"]) == (0.0, 1.0)


def test_holm_is_that_of_statsmodels_definition():
    given = [0.01, 0.02, 0.03, 0.5]
    assert holm(given) == [0.04, 0.06, 0.06, 0.5]
    assert holm(given[::-1]) == [0.5, 0.06, 0.06, 0.04]


def test_rows_of_several_labels_change_by_their_number_of_mistakes():
    targets = np.array([[1, 1], [1, 0], [0, 0]])
    before, after = np.array([[1, 0], [1, 0], [0, 1]]), np.array([[1, 1], [1, 1], [1, 0]])
    scores = np.full((3, 2), 0.25, np.float32)
    old, new, change = row_changes(targets, (before, after), both=(scores, 1 - scores))
    assert change.tolist() == [1, -1, 0]
    assert old.tolist() == [0.25, 0.5, 0.75]
    assert new.tolist() == [0.75, 0.5, 0.25]


@pytest.mark.parametrize(
    ("interval", "require", "margin", "expected"),
    [
        ((-0.01, 0.02), "not-worse", None, True),
        ((-0.02, -0.01), "not-worse", None, False),
        ((0.01, 0.02), "not-worse", None, True),
        ((-0.01, 0.02), "better", None, False),
        ((0.0, 0.02), "better", None, False),
        ((0.01, 0.02), "better", None, True),
        ((-0.02, -0.01), "not-worse", 0.03, True),
        ((-0.02, 0.05), "not-worse", 0.02, False),
        ((0.0, 0.05), "not-worse", 0.0, False),
    ],
)
def test_what_is_accepted(interval, require, margin, expected):
    assert accepted(interval, require=require, margin=margin) is expected


@pytest.mark.parametrize(
    ("require", "margin", "message"),
    [
        ("best", None, r"unknown requirement 'best'"),
        ("not-worse", -0.1, r"margin must be at least 0, not -0\.1"),
        ("not-worse", float("nan"), "margin must be at least 0, not nan"),
        ("better", 0.1, "not both"),
    ],
)
def test_what_cannot_be_asked_for(require, margin, message):
    with pytest.raises(ConfigError, match=message):
        accepted((0, 0), require=require, margin=margin)

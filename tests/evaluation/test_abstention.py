"""Answering only when sure: the scores that are chosen, and what they are worth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.artifact.answers import least_score
from linnet.evaluation.abstention import (
    abstention,
    answers,
    precision_thresholds,
    selective_curve,
)


def calibrated(num, seed=0):
    random = np.random.default_rng(seed)
    sure = random.uniform(0.3, 1, num).astype(np.float32)
    return sure, random.random(num) < sure


@pytest.mark.parametrize("wanted", [0.7, 0.9, 0.95])
def test_other_rows_reach_what_was_promised(wanted):
    lowest = least_score(precision_thresholds(*calibrated(5_000)), wanted)
    sure, right = calibrated(20_000, seed=1)
    (found,) = abstention({wanted: lowest}, sure, right=right)
    low, high = found["interval"]
    assert low - 0.02 <= wanted <= high + 0.02
    assert 0 < found["answered"] < 1


def test_every_answer_may_be_given_where_all_together_are_good_enough():
    sure, right = calibrated(1_000)
    assert least_score(precision_thresholds(sure, right), 0.5) == 0.0


def test_a_few_right_rows_promise_little():
    table = precision_thresholds(np.float32([0.9, 0.8, 0.7]), np.array([True] * 3))
    assert least_score(table, 0.8) == 0.0
    assert least_score(table, 0.85) is None
    assert abstention({0.9: None}, np.float32([0.9]), right=np.array([True])) == [
        {"wanted": 0.9, "score": None}
    ]


def test_answers_of_one_score_are_given_together():
    sure, right = np.full(100, 0.5, np.float32), np.arange(100) < 95
    table = precision_thresholds(sure, right)
    assert least_score(table, 0.9) == 0.0
    assert least_score(table, 0.95) is None


def test_sets_of_labels_answer_label_by_label():
    targets = np.array([[1, 0, 0], [0, 0, 1]])
    scores = np.float32([[0.9, 0.01, 0.2], [0.01, 0.3, 0.8]])
    sure, right = answers(targets, scores)
    pairs = zip(sure.tolist(), right.tolist(), strict=True)
    assert sorted((round(each, 2), true) for each, true in pairs) == [
        (0.2, False), (0.3, False), (0.8, True), (0.9, True),
    ]  # fmt: skip


@given(st.integers(0, 60), st.integers(0, 2**32 - 1))
def test_more_precision_never_takes_a_lower_score(num, seed):
    random = np.random.default_rng(seed)
    sure = random.choice(np.linspace(0, 1, 7), num).astype(np.float32)
    table = precision_thresholds(sure, random.random(num) < 0.8)
    scores = [score for _, score in table]
    assert scores == sorted(scores)
    curve = selective_curve(sure, random.random(num) < 0.8)
    assert len(curve["answered"]) == len(curve["precision"]) == (20 if num else 0)

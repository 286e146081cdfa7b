"""Curves against scikit-learn's, calibration against its definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from linnet.evaluation.calibration import NUM_BINS, calibration
from linnet.evaluation.curves import MOST_LABELS, MOST_POINTS, curves, precision_recall, roc
from linnet.evaluation.ranking import steps

SCORES = st.floats(0, 1, width=32)


def test_no_rows():
    nothing = np.empty(0, int), np.empty((0, 3), np.float32)
    assert curves(*nothing, task="multiclass", labels="abc") == {"roc": [], "precision_recall": []}
    assert calibration(*nothing) == {}


@settings(max_examples=60)
@given(st.lists(st.tuples(st.booleans(), SCORES), min_size=2, max_size=80))
def test_points_are_those_of_scikit_learn(rows):
    metrics = pytest.importorskip("sklearn.metrics")
    positive = np.array([each for each, _ in rows])
    scores = np.array([score for _, score in rows], np.float32)
    if positive.all() or not positive.any():
        return
    found = roc(*steps(positive, scores))
    x, y, _ = metrics.roc_curve(positive, scores, drop_intermediate=False)
    assert found["x"] == pytest.approx(x, abs=1e-4)
    assert found["y"] == pytest.approx(y, abs=1e-4)
    assert found["area"] == pytest.approx(metrics.roc_auc_score(positive, scores))
    found = precision_recall(*steps(positive, scores))
    precision, recall, _ = metrics.precision_recall_curve(positive, scores)
    assert found["x"][1:] == pytest.approx(recall[::-1][1:], abs=1e-4)
    assert found["y"][1:] == pytest.approx(precision[::-1][1:], abs=1e-4)


@given(arrays(np.float32, st.integers(150, 400), elements=SCORES, unique=True), st.randoms())
def test_few_points_keep_the_shape(scores, random):
    positive = np.array([random.random() < score for score in scores])
    positive[:2] = True, False
    for draw in (roc, precision_recall):
        found = draw(*steps(positive, scores))
        assert len(found["x"]) == len(found["y"]) <= MOST_POINTS
        assert found["x"] == sorted(found["x"])
        assert (found["x"][0], found["x"][-1]) == (0, 1)
    few, exact = roc(*steps(positive, scores)), found_area(positive, scores)
    assert np.trapezoid(few["y"], few["x"]) == pytest.approx(exact, abs=0.03)


def found_area(positive, scores):
    """The chance that a positive row scores higher than another, pair by pair."""
    return float(np.mean(scores[positive][:, None] > scores[~positive]))


def test_binary_has_the_curve_of_the_second_label_only():
    scores = np.array([[0.8, 0.2], [0.3, 0.7]], np.float32)
    found = curves(np.array([0, 1]), scores, task="binary", labels=["-", "+"])
    assert [each["label"] for each in found["roc"]] == ["+"]
    assert found["precision_recall"][0]["area"] == 1.0


def test_many_labels_the_most_frequent_and_all_together():
    rng = np.random.default_rng(0)
    targets = (rng.random((300, 40)) < np.linspace(0.0, 0.5, 40)).astype(np.uint8)
    scores = rng.random((300, 40), np.float32)
    labels = [f"l{each}" for each in range(40)]
    found = curves(targets, scores, task="multilabel", labels=labels)["roc"]
    assert found[0]["label"] is None
    assert found[0]["rows"] == targets.sum()
    assert len(found) == 1 + MOST_LABELS
    rows = [each["rows"] for each in found[1:]]
    assert rows == sorted(targets.sum(0).tolist(), reverse=True)[:MOST_LABELS]
    assert found[0]["area"] == pytest.approx(0.5, abs=0.05)


def test_a_label_that_no_row_has_has_no_curve():
    scores = np.full((3, 3), 1 / 3, np.float32)
    found = curves(np.array([0, 1, 1]), scores, task="multiclass", labels="abc")
    assert [each["label"] for each in found["roc"]] == [None, "b", "a"]


def test_a_class_that_the_model_does_not_know_counts_as_another():
    scores = np.array([[0.9, 0.1], [0.2, 0.8]], np.float32)
    found = curves(np.array([0, 2]), scores, task="multiclass", labels="ab")
    assert [(each["label"], each["rows"]) for each in found["roc"]] == [(None, 1), ("a", 1)]


@settings(max_examples=60)
@given(st.lists(st.tuples(SCORES, st.booleans()), min_size=1, max_size=60))
def test_calibration_error_is_the_mean_over_bins(rows):
    top = np.array([max(score, np.float32(1) - np.float32(score)) for score, _ in rows], np.float32)
    right = np.array([each for _, each in rows])
    found = calibration(np.where(right, 0, 1), np.stack([top, np.zeros_like(top)], axis=1))
    assert sum(each["rows"] for each in found["bins"]) == found["rows"] == len(rows)
    gaps = [each["rows"] * abs(each["score"] - each["right"]) for each in found["bins"]]
    assert found["error"] == pytest.approx(sum(gaps) / len(rows))
    for each in found["bins"]:
        assert each["from"] - 1e-4 <= each["score"] <= each["to"] + 1e-4
        assert each["to"] - each["from"] == pytest.approx(1 / NUM_BINS, abs=2e-4)


def test_multilabel_calibration_asks_for_the_label_scored_highest():
    scores = np.array([[0.9, 0.6], [0.2, 0.7]], np.float32)
    found = calibration(np.array([[0, 1], [0, 1]]), scores)
    assert found["error"] == pytest.approx((0.9 + 0.3) / 2)

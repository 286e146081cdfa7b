"""Ranking of doubtful labels: flipped labels come first, and odd targets are survived."""

import sys

import numpy as np
import pytest

from linnet.errors import MissingExtraError
from linnet.evaluation.label_errors import doubts, score_of

NUM_ROWS = 400


def drawn(num_labels=3, seed=0, wrong=0.1):
    """Scores of a good model, targets of which a share is flipped, and which."""
    rng = np.random.default_rng(seed)
    true = rng.integers(0, num_labels, NUM_ROWS)
    scores = rng.dirichlet(np.ones(num_labels), NUM_ROWS) + 4 * np.eye(num_labels)[true]
    scores = (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32)
    flipped = rng.random(NUM_ROWS) < wrong
    given = np.where(flipped, (true + rng.integers(1, num_labels, NUM_ROWS)) % num_labels, true)
    return given, scores, flipped, true


@pytest.mark.parametrize(("num_labels", "task"), [(2, "binary"), (3, "multiclass")])
def test_flipped_labels_are_found_and_mended(num_labels, task):
    given, scores, flipped, true = drawn(num_labels)
    found = doubts(given, scores, task=task)
    assert flipped[found.order[: flipped.sum()]].all()
    assert flipped[found.suspected].all()
    assert found.noise == pytest.approx(flipped.mean(), rel=0.2)
    assert (found.suggested == true).all()
    assert (found.quality[flipped] < found.suggested_quality[flipped]).all()


def test_flipped_sets_are_found_and_mended():
    rng = np.random.default_rng(1)
    true = (rng.random((NUM_ROWS, 4)) < 0.4).astype(np.uint8)
    scores = np.where(true, 0.9, 0.1).astype(np.float32) + rng.uniform(-0.1, 0.1, true.shape)
    given, flipped = true.copy(), rng.random(NUM_ROWS) < 0.1
    given[flipped, 2] ^= 1
    found = doubts(given, scores.astype(np.float32), task="multilabel")
    assert flipped[found.order[: flipped.sum()]].all()
    assert flipped[found.suspected].all()
    assert found.noise == pytest.approx(flipped.mean(), rel=0.2)
    assert (found.suggested == true).all()


def test_order_is_by_quality_and_ties_by_row():
    given, scores, _, _ = drawn()
    scores = np.round(scores, 1)
    found = doubts(given, scores, task="multiclass")
    assert sorted(found.order.tolist()) == list(range(NUM_ROWS))
    pairs = [(found.quality[row], row) for row in found.order]
    assert pairs == sorted(pairs)


def test_a_row_that_the_model_agrees_with_is_never_suspected():
    given, scores, _, _ = drawn(wrong=0.5, seed=3)
    found = doubts(given, scores, task="multiclass")
    assert found.suspected.any()
    assert (found.suggested[found.suspected] != given[found.suspected]).all()


ODD = {
    "no rows": (np.empty(0, np.int64), np.empty((0, 3), np.float32)),
    "one row": (np.array([1]), np.float32([[0.5, 0.5]])),
    "one label only": (np.zeros(5, np.int64), np.full((5, 2), 0.5, np.float32)),
    "a label without rows": (np.array([0, 2, 0, 2]), np.full((4, 3), 1 / 3, np.float32)),
    "rounded above one": (np.array([0, 1]), np.float32([[1.0000001, 0], [0, 1.0000001]])),
    "no rows of sets": (np.empty((0, 2), np.uint8), np.empty((0, 2), np.float32)),
    "empty sets": (np.zeros((4, 2), np.uint8), np.full((4, 2), 0.2, np.float32)),
    "a label on all rows": (np.uint8([[1, 0], [1, 1], [1, 0]]), np.full((3, 2), 0.6, np.float32)),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_targets_are_survived(case):
    targets, scores = ODD[case]
    task = "multilabel" if targets.ndim == 2 else "multiclass"
    found = doubts(targets, scores, task=task)
    assert len(found.order) == len(found.quality) == len(found.suspected) == len(targets)
    assert 0 <= found.noise <= 1


def test_the_score_of_a_set_is_that_of_its_weakest_part():
    scores = np.float32([[0.875, 0.25, 0.5]])
    assert score_of(np.uint8([[1, 0, 1]]), scores).tolist() == [0.5]
    assert score_of(np.uint8([[0, 1, 1]]), scores).tolist() == [0.125]


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "cleanlab", None)
    monkeypatch.delitem(sys.modules, "cleanlab.count", raising=False)
    given, scores, _, _ = drawn()
    with pytest.raises(MissingExtraError, match=r"cleanlab .* pip install 'linnet\[quality\]'"):
        doubts(given, scores, task="multiclass")

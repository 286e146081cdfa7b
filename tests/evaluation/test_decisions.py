import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from linnet.evaluation.decisions import decide, top_k

SCORES = arrays.arrays(
    np.float32,
    arrays.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=8).filter(lambda s: s[1]),
    elements=st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]),
)


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel"])
def test_no_texts(task):
    decided = decide(np.empty((0, 2), np.float32), task=task)
    assert decided.shape == ((0, 2) if task == "multilabel" else (0,))


def test_equal_scores_give_the_lower_class():
    assert decide(np.full((1, 2), 0.5, np.float32), task="binary").tolist() == [0]
    assert decide(np.array([[0.2, 0.4, 0.4]], np.float32), task="multiclass").tolist() == [1]


def test_a_score_at_the_threshold_counts():
    scores = np.array([[0.5, np.nextafter(np.float32(0.5), np.float32(0))]], np.float32)
    assert decide(scores, task="multilabel").tolist() == [[1, 0]]


@pytest.mark.parametrize("threshold", [0.1, 0.3, 0.7, 0.9])
def test_a_threshold_is_rounded_as_its_scores(threshold):
    scores = np.array([[threshold]], np.float32)
    assert decide(scores, task="multilabel", thresholds=[threshold]).tolist() == [[1]]


@given(SCORES)
def test_rows_are_decided_alone(scores):
    for task in ("multiclass", "multilabel"):
        alone = [decide(scores[row : row + 1], task=task)[0] for row in range(len(scores))]
        assert np.array_equal(decide(scores, task=task), np.array(alone).reshape(
            decide(scores, task=task).shape))  # fmt: skip


@given(SCORES, st.integers(0, 10))
def test_top_k_is_a_stable_sort(scores, k):
    before = scores.copy()
    assert np.array_equal(top_k(scores, k), np.argsort(-scores, axis=1, kind="stable")[:, :k])
    assert np.array_equal(scores, before)

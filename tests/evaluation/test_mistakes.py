import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.evaluation.mistakes import Mistake, confused_pairs, confusion, mistakes, mixed_up


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel"])
def test_no_rows(task):
    targets = np.empty((0, 2) if task == "multilabel" else 0, np.int64)
    assert mistakes(targets, np.empty((0, 2), np.float32), task=task) == []


def test_no_mistakes():
    right = np.eye(2, dtype=np.float32)
    assert mistakes(np.array([0, 1]), right, task="binary") == []
    assert mistakes(np.eye(2, dtype=np.uint8), right, task="multilabel") == []


def test_the_surest_stands_first():
    scores = np.array([[0.75, 0.25], [0.0, 1.0], [1.0, 0.0], [0.25, 0.75]], np.float32)
    found = mistakes(np.array([1, 0, 0, 0]), scores, task="binary")
    assert found == [
        Mistake(1, (0,), (1,), 1.0),
        Mistake(0, (1,), (0,), 0.75),
        Mistake(3, (0,), (1,), 0.75),
    ]
    assert mistakes(np.array([1, 0, 0, 0]), scores, task="binary", num=1) == found[:1]
    assert mistakes(np.array([1, 0, 0, 0]), scores, task="binary", num=0) == []


def test_multilabel_judges_the_labels_that_are_wrong():
    targets = np.array([[1, 0, 0], [0, 1, 1], [0, 0, 1]])
    scores = np.array([[0.25, 0.5, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.75]], np.float32)
    assert mistakes(targets, scores, task="multilabel") == [
        Mistake(1, (1, 2), (1,), 1.0),
        Mistake(0, (0,), (1,), 0.75),
    ]
    # The last label of row 2 is far from the truth now, and yet right.
    targets[2], scores[2] = [1, 0, 1], [0.75, 0.0, 0.25]
    found = mistakes(targets, scores, task="multilabel", thresholds=[0.9, 0.5, 0.25])
    assert Mistake(2, (0, 2), (2,), 0.25) in found


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=30), st.integers(0, 5))
def test_pairs_agree_with_the_table(answers, num):
    targets, predicted = np.array(answers, np.int64).reshape(-1, 2).T
    table = confusion(targets, predicted, num_labels=4)
    assert table.sum() == len(answers)
    pairs = confused_pairs(targets, predicted, num=num)
    assert all(table[true, found] == rows for true, found, rows in pairs)
    off = sorted((rows for (true, found), rows in np.ndenumerate(table) if true != found),
                 reverse=True)  # fmt: skip
    assert [rows for *_, rows in pairs] == [rows for rows in off if rows][:num]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=40))
def test_pairs_both_ways_agree_with_the_table(answers):
    targets, predicted = np.array(answers, np.int64).reshape(-1, 2).T
    table = confusion(targets, predicted, num_labels=4)
    found = mixed_up(targets, predicted)
    assert {(a, b): (there, back) for a, b, there, back in found} == {
        (a, b): (table[a, b], table[b, a])
        for a in range(4) for b in range(4)
        if (table[a, b], -a) > (table[b, a], -b) and a != b and table[a, b]
    }  # fmt: skip
    together = [there + back for *_, there, back in found]
    assert together == sorted(together, reverse=True)
    assert mixed_up(targets, predicted, num=1) == found[:1]

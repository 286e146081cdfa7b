"""Rows and how they become batches."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from linnet.text.ids import Ids
from linnet.training.data import (
    LENGTHS,
    WINDOW,
    Data,
    batches_by_length,
    lengths_of,
    round_up,
    row_weights,
    shuffled_batches,
)


def random(seed=0):
    return np.random.default_rng(seed)


def test_no_rows_are_no_batches():
    assert shuffled_batches(0, 4, random=random()) == []
    assert batches_by_length(np.empty(0, np.int64), 4, random=random()) == []


@given(st.lists(st.integers(0, 600), max_size=300), st.integers(1, 40), st.integers(0, 9))
def test_batches_hold_each_row_once(lengths, size, seed):
    lengths = np.array(lengths, np.int64)
    for batches in (
        shuffled_batches(len(lengths), size, random=random(seed)),
        batches_by_length(lengths, size, random=random(seed)),
    ):
        rows = np.concatenate([*batches, np.empty(0, np.int64)])
        assert sorted(rows) == list(range(len(lengths)))
        assert all(0 < len(batch) <= size for batch in batches)
        assert sum(len(batch) < size for batch in batches) <= 1
        assert all(len(batch) == size for batch in batches[:-1])


def test_batches_are_drawn_by_the_random_state_only():
    lengths = random(3).integers(1, 50, 200)
    make = {
        "shuffled": lambda seed: shuffled_batches(200, 8, random=random(seed)),
        "by length": lambda seed: batches_by_length(lengths, 8, random=random(seed)),
    }
    for batches in make.values():
        np.testing.assert_array_equal(batches(1), batches(1))
        assert not np.array_equal(batches(1), batches(2))


def test_batches_by_length_are_of_like_lengths_and_in_no_order():
    lengths = random(3).integers(1, 500, 8 * WINDOW * 3)
    batches = batches_by_length(lengths, 8, random=random())
    spread = np.mean([np.ptp(lengths[batch]) for batch in batches])
    shuffled = shuffled_batches(len(lengths), 8, random=random())
    assert spread < 0.1 * np.mean([np.ptp(lengths[batch]) for batch in shuffled])
    means = [lengths[batch].mean() for batch in batches]
    assert abs(np.corrcoef(means, np.arange(len(means)))[0, 1]) < 0.3
    first = np.concatenate(batches[: len(batches) // 3])
    assert len({*(first // (8 * WINDOW))}) == 3  # windows are cut after shuffling


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_round_up_covers_the_length_and_is_one_of_a_few(length, most):
    rounded = round_up(length, most)
    assert min(length, most) <= rounded <= most
    assert rounded == most or rounded in LENGTHS
    if rounded != most and length > 8:
        assert rounded < 2 * length


def test_the_lengths_are_few_and_grow():
    assert len(LENGTHS) < 40
    assert (np.diff(LENGTHS) > 0).all()
    assert LENGTHS[0] == 8
    assert (LENGTHS % 8 == 0).all()


def test_lengths_of_ids_and_of_bags():
    assert lengths_of(Ids.from_lists([])).tolist() == []
    assert lengths_of(Ids.from_lists([[], [2, 3], [4]])).tolist() == [0, 2, 1]
    assert lengths_of(sp.csr_array(np.float32([[0, 0], [1, 2]]))).tolist() == [0, 2]


@pytest.mark.parametrize("rows", [[], [2], [1, 0, 2]])
def test_select_keeps_rows_together(rows):
    rows = np.array(rows, np.int64)
    lists, targets = [[], [2, 3], [4]], np.array([5, 6, 7])
    weights = np.float32([0.5, 1.5, 2.5])
    bags = sp.csr_array(np.float32([[0, 1], [2, 0], [0, 0]]))
    for inputs in (Ids.from_lists(lists), bags):
        chosen = Data(inputs, targets, weights).select(rows)
        assert len(chosen) == len(rows)
        assert chosen.targets.tolist() == targets[rows].tolist()
        assert chosen.weights.tolist() == weights[rows].tolist()
        assert lengths_of(chosen.inputs).tolist() == lengths_of(inputs)[rows].tolist()
        assert Data(inputs, targets).select(rows).weights is None


def test_balanced_weights_are_those_of_scikit_learn():
    from sklearn.utils.class_weight import compute_sample_weight

    targets = random(1).integers(0, 4, 50) ** 2 // 3
    labels = ["a", "b", "c", "d"]
    present = np.unique(targets)
    found = row_weights(targets, labels, class_weights=None)
    expected = compute_sample_weight("balanced", targets) * len(present) / len(labels)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert found.dtype == np.float32


def test_a_label_without_rows_does_no_harm():
    assert row_weights(np.array([0, 0]), ["a", "b"], class_weights=None).tolist() == [0.5, 0.5]
    assert row_weights(np.empty(0, np.int64), ["a", "b"], class_weights=None).tolist() == []

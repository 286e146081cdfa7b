"""Runs of ids: cut, padded, chosen; bags as padded arrays."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from linnet.text.ids import Ids, padded_bags

LISTS = st.lists(st.lists(st.integers(1, 9), max_size=6), max_size=6)


@given(LISTS)
def test_lists_come_back(lists):
    ids = Ids.from_lists(lists)
    assert ids.to_lists() == lists
    assert len(ids) == len(lists)
    assert ids.lengths.tolist() == [len(each) for each in lists]
    assert (ids.values.dtype, ids.offsets.dtype) == (np.int32, np.int64)


@given(LISTS, st.data())
def test_select(lists, data):
    rows = data.draw(st.lists(st.integers(0, len(lists) - 1))) if lists else []
    chosen = Ids.from_lists(lists).select(np.array(rows, np.int64))
    assert chosen.to_lists() == [lists[row] for row in rows]


@given(LISTS, st.integers(1, 9))
def test_keep(lists, dropped):
    ids = Ids.from_lists(lists)
    expected = [[each for each in text if each != dropped] for text in lists]
    assert ids.keep(ids.values != dropped).to_lists() == expected


@given(LISTS, st.integers(1, 7))
def test_cut_in_front_and_behind(lists, length):
    ids = Ids.from_lists(lists)
    assert ids.cut(length, "post").to_lists() == [each[:length] for each in lists]
    assert ids.cut(length, "pre").to_lists() == [each[-length:] for each in lists]


@given(LISTS, st.integers(6, 8))
def test_padded_in_front_and_behind(lists, length):
    ids = Ids.from_lists(lists)
    behind, front = ids.padded(length), ids.padded(length, "pre")
    assert behind.shape == front.shape == (len(lists), length)
    assert behind.tolist() == [each + [0] * (length - len(each)) for each in lists]
    assert front.tolist() == [[0] * (length - len(each)) + each for each in lists]


def test_a_text_that_does_not_fit_is_no_padding():
    with pytest.raises(ValueError, match="cannot assign"):
        Ids.from_lists([[1, 2, 3]]).padded(2)


@given(st.integers(0, 4), st.integers(1, 5), st.data())
def test_padded_bags_hold_the_same_weights(num_texts, num_ids, data):
    cells = st.lists(st.sampled_from([0.0, 0.5, 2.0]), min_size=num_ids, max_size=num_ids)
    dense = np.array([data.draw(cells) for _ in range(num_texts)], np.float32)
    dense = dense.reshape(num_texts, num_ids)
    ids, weights = padded_bags(sp.csr_array(dense), num_ids)
    again = np.zeros_like(dense)
    np.add.at(again, (np.arange(num_texts)[:, None], ids), weights)
    np.testing.assert_array_equal(again, dense)
    assert (ids.dtype, weights.dtype) == (np.int32, np.float32)
    assert ids[weights == 0].sum() == 0

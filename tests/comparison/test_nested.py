"""Growing shares: nested, with every label and whole groups, test rows untouched."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.comparison.nested import nested, train_sizes
from linnet.errors import ConfigError
from linnet.splitting.pool import Pool
from linnet.types import Split

SPLIT = Split(np.arange(320), np.arange(320, 400), np.arange(400, 440))
TARGETS = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [300, 120, 20]))
SIZES = [50, 100, 200, 400]


def parts(split):
    return [set(each.tolist()) for each in (split.train, split.validation, split.test)]


def test_each_share_lies_within_the_next_one():
    found = nested(SPLIT, Pool(TARGETS, "multiclass"), sizes=SIZES)
    for small, large in itertools.pairwise(map(parts, found)):
        assert small[0] < large[0]
        assert small[1] < large[1]
        assert small[2] == large[2]
    assert [len(each.train) + len(each.validation) for each in found] == SIZES
    assert [len(each.validation) for each in found] == [10, 20, 40, 80]


def test_all_rows_are_the_split_itself():
    assert nested(SPLIT, Pool(TARGETS, "multiclass"), sizes=SIZES)[-1] is SPLIT


def test_labels_keep_their_shares():
    small = nested(SPLIT, Pool(TARGETS, "multiclass"), sizes=SIZES)[0].train
    shares = np.bincount(TARGETS[small], minlength=3) / len(small)
    assert shares == pytest.approx(np.bincount(TARGETS[SPLIT.train]) / 320, abs=0.03)


@pytest.mark.parametrize("sizes", [[8, 400], [4, 8, 400]])
def test_every_label_stays_in_training(sizes):
    for each in nested(SPLIT, Pool(TARGETS, "multiclass"), sizes=sizes):
        assert set(TARGETS[each.train]) == {0, 1, 2}


def test_sets_of_labels_are_drawn_too():
    targets = np.eye(3, dtype=np.uint8)[TARGETS]
    targets[::7] = 0
    small = nested(SPLIT, Pool(targets, "multilabel"), sizes=SIZES)[0]
    assert len(small.train) + len(small.validation) == pytest.approx(50, abs=2)
    assert targets[small.train].any(axis=0).all()


def test_groups_stay_whole():
    groups = np.arange(440) // 4
    for each in nested(SPLIT, Pool(TARGETS, "multiclass", groups), sizes=SIZES):
        for rows in (each.train, each.validation):
            _, sizes = np.unique(groups[rows], return_counts=True)
            assert set(sizes) == {4}


def test_times_and_earlier_parts_have_no_say():
    pool = Pool(TARGETS, "multiclass", times=np.arange(440.0), parts=np.zeros(440, np.int64))
    plain = nested(SPLIT, Pool(TARGETS, "multiclass"), sizes=SIZES)
    assert [parts(each) for each in nested(SPLIT, pool, sizes=SIZES)] == [*map(parts, plain)]


def test_seeds_draw_different_rows():
    first, second = (
        nested(SPLIT, Pool(TARGETS, "multiclass"), sizes=SIZES, seed=seed)[0] for seed in (0, 1)
    )
    assert parts(first)[0] != parts(second)[0]


def test_without_validation_rows():
    split = Split(np.arange(400), np.empty(0, np.int64), SPLIT.test)
    found = nested(split, Pool(TARGETS, "multiclass"), sizes=[100, 400])
    assert (len(found[0].train), len(found[0].validation)) == (100, 0)


def test_default_sizes_are_in_even_ratios():
    assert train_sizes(16_000, num_labels=4) == [1000, 2000, 4000, 8000, 16_000]


@pytest.mark.parametrize(("labels", "smallest"), [(2, 25), (4, 40), (20, 200)])
def test_small_tables_begin_with_enough_rows(labels, smallest):
    sizes = train_sizes(400, num_labels=labels)
    assert (sizes[0], sizes[-1], len(sizes)) == (smallest, 400, 5)


def test_too_few_rows_make_no_curve():
    with pytest.raises(ConfigError, match=r"20 training rows make no curve: .* 20 rows"):
        train_sizes(20, num_labels=2)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [([100, 20], [20, 100]), ([0.5, 1], [200, 400]), ([0.25, 0.25, 1.0], [100, 400])],
)
def test_sizes_are_numbers_or_shares(wanted, found):
    assert train_sizes(400, wanted, num_labels=2) == found


@pytest.mark.parametrize("wanted", [[0.5, 2.0], [0.0, 1.0], [-0.5, 1.0]])
def test_shares_beyond_all_are_refused(wanted):
    with pytest.raises(ConfigError, match="a share above 0 and up to 1 was expected"):
        train_sizes(400, wanted, num_labels=2)


@pytest.mark.parametrize("wanted", [[1, 400], [100, 401], [0, 100], [0.001, 1.0]])
def test_sizes_that_cannot_be_are_refused(wanted):
    with pytest.raises(ConfigError, match="from 2 to 400 were expected"):
        train_sizes(400, wanted, num_labels=2)


@given(num_rows=st.integers(0, 100_000), labels=st.integers(1, 500))
def test_default_sizes_ascend_to_all_rows(num_rows, labels):
    try:
        sizes = train_sizes(num_rows, num_labels=labels)
    except ConfigError:
        assert num_rows <= max(20, 10 * labels)
    else:
        assert sizes == sorted(set(sizes))
        assert sizes[-1] == num_rows

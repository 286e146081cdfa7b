"""Groups, times and sets of labels shared out."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.splitting.pool import NEW, Pool, joined
from linnet.splitting.share_out import share_out
from linnet.splitting.stratified import stratified

SHARES = [0.8, 0.1, 0.1]


def part_of(parts, num_rows):
    numbers = np.full(num_rows, -1)
    for number, rows in enumerate(parts):
        numbers[rows] = number
    return numbers


def sets_of_labels(num_rows, num_labels, seed=0):
    rng = np.random.default_rng(seed)
    topic = rng.integers(0, 10, num_rows)
    boost = np.where(np.arange(num_labels)[None] % 10 == topic[:, None], 5, 0.5)
    chance = np.geomspace(0.2, 0.002, num_labels) * boost
    return (rng.random((num_rows, num_labels)) < chance).astype(np.uint8)


def most_off(targets, parts):
    counts = targets.sum(axis=0)
    return max(
        np.abs(targets[rows].sum(axis=0) - counts * share).max()
        for rows, share in zip(parts, SHARES, strict=True)
    )


rows = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 5), st.integers(-1, 2)),
    min_size=1, max_size=60,
)  # fmt: skip


@given(rows=rows, task=st.sampled_from(["multiclass", "multilabel"]), timed=st.booleans(),
       known=st.booleans(), seed=st.integers(0, 2))  # fmt: skip
def test_every_row_has_one_part_and_groups_stay_together(rows, task, timed, known, seed):
    classes, groups, times, parts = (np.array(each) for each in zip(*rows, strict=True))
    targets = np.eye(4, dtype=np.uint8)[classes] if task == "multilabel" else classes
    pool = Pool(targets, task, groups, times.astype(float) if timed else None,
                parts if known else None)  # fmt: skip
    made = share_out(pool, SHARES, seed=seed)
    assert sorted(np.concatenate(made).tolist()) == list(range(len(rows)))
    now = part_of(made, len(rows))
    for each in np.unique(groups):
        assert len(set(now[groups == each])) == 1
        before = parts[groups == each].max() if known else NEW
        assert before in (NEW, now[groups == each][0])


@given(
    targets=st.lists(st.integers(0, 5), max_size=60).map(lambda each: np.array(each, np.int64)),
    seed=st.integers(0, 3),
)
def test_groups_of_one_row_are_no_groups(targets, seed):
    made = share_out(Pool(targets, "multiclass", np.arange(len(targets))), SHARES, seed=seed)
    plain = stratified(targets, SHARES, seed=seed)
    assert [part.tolist() for part in made] == [part.tolist() for part in plain]


def test_groups_leave_shares_and_sizes_as_they_are():
    rng = np.random.default_rng(0)
    groups = np.sort(rng.integers(0, 2_000, 10_000))
    targets = np.where(rng.random(10_000) < 0.9, groups % 4, rng.integers(0, 4, 10_000))
    parts = share_out(Pool(targets, "multiclass", groups), SHARES)
    assert [len(part) for part in parts] == pytest.approx([8_000, 1_000, 1_000], abs=3)
    assert most_off(np.eye(4, dtype=int)[targets], parts) < 6


def test_single_rows_make_good_what_groups_leave():
    targets = np.array([0] * 30 + [1] * 30 + [0] * 470 + [1] * 470)
    groups = np.concatenate([np.zeros(30, int), np.ones(30, int), np.arange(2, 942)])
    parts = share_out(Pool(targets, "binary", groups), SHARES)
    assert [len(part) for part in parts] == [800, 100, 100]
    assert [int(targets[part].sum()) for part in parts] == [400, 50, 50]


@given(
    targets=st.lists(st.integers(0, 12), min_size=1, max_size=80).map(np.array),
    pairs=st.integers(1, 6), seed=st.integers(0, 3),
)  # fmt: skip
def test_every_class_is_trained_on_beside_groups(targets, pairs, seed):
    groups = np.arange(len(targets))
    groups[: 2 * pairs] //= 2  # a few near-duplicates
    train, *_ = share_out(Pool(targets, "multiclass", groups), SHARES, seed=seed)
    grouped = np.unique(groups, return_counts=True)
    alone = np.isin(groups, grouped[0][grouped[1] == 1])
    assert set(targets[alone].tolist()) <= set(targets[train].tolist())


@given(targets=st.lists(st.integers(0, 5), min_size=8, max_size=60).map(np.array))
def test_numbers_of_classes_have_no_say_beside_groups(targets):
    groups = np.arange(len(targets)) // 2
    first = share_out(Pool(targets, "multiclass", groups), SHARES)
    second = share_out(Pool((5 - targets) * 7, "multiclass", groups), SHARES)
    assert [part.tolist() for part in first] == [part.tolist() for part in second]


def test_the_largest_group_is_for_training():
    groups = np.array([0] * 70 + list(range(1, 31)))
    train, *others = share_out(Pool(np.arange(100) % 2, "binary", groups), SHARES)
    assert set(range(70)) <= set(train.tolist())
    assert [len(each) for each in others] == [10, 10]


def test_labels_have_their_shares_within_rows():
    targets = sets_of_labels(5_000, 40)
    parts = share_out(Pool(targets, "multilabel"), SHARES)
    assert [len(part) for part in parts] == [4_000, 500, 500]
    assert most_off(targets, parts) < 4
    rng = np.random.default_rng(0)
    assert most_off(targets, np.split(rng.permutation(5_000), [4_000, 4_500])) > 15


def test_labels_of_groups_have_their_shares():
    targets = sets_of_labels(5_000, 40)
    groups = np.random.default_rng(2).integers(0, 3_000, 5_000)
    parts = share_out(Pool(targets, "multilabel", groups), SHARES)
    assert [len(part) for part in parts] == pytest.approx([4_000, 500, 500], abs=2)
    assert most_off(targets, parts) < 6


def test_every_label_is_trained_on():
    targets = np.eye(50, dtype=np.uint8)[np.repeat(np.arange(50), 2)]
    train, *_ = share_out(Pool(targets, "multilabel"), [0.5, 0.25, 0.25])
    assert targets[train].any(axis=0).all()


def test_rows_without_any_label():
    parts = share_out(Pool(np.zeros((100, 3), np.uint8), "multilabel"), SHARES)
    assert [len(part) for part in parts] == [80, 10, 10]


@pytest.mark.slow
def test_a_hundred_thousand_rows_of_a_hundred_labels():
    targets = sets_of_labels(100_000, 100)
    started = time.perf_counter()
    parts = share_out(Pool(targets, "multilabel"), SHARES)
    assert time.perf_counter() - started < 10
    assert most_off(targets, parts) < 5


def test_the_latest_rows_are_for_test():
    times = np.random.default_rng(0).permutation(100).astype(float)
    train, validation, test = share_out(Pool(np.zeros(100, int), "binary", times=times), SHARES)
    assert sorted(times[test]) == list(range(90, 100))
    assert sorted(times[validation]) == list(range(80, 90))
    assert len(train) == 80


def test_a_group_counts_as_of_its_latest_row():
    times = np.arange(20.0)
    groups = np.arange(20)
    groups[0] = groups[19]
    groups[1] = groups[10]
    train, _, test = share_out(Pool(np.zeros(20, int), "binary", groups, times), [0.7, 0.15, 0.15])
    assert {0, 19} <= set(test.tolist())
    assert {1, 10} <= set(train.tolist())
    assert times[train].max() < times[test].max()


def test_rows_of_unknown_time_are_for_training():
    times = np.array([np.nan] * 5 + [1.0, 2.0, 3.0, 4.0, 5.0])
    train, test = share_out(Pool(np.zeros(10, int), "binary", times=times), [0.8, 0.2])
    assert test.tolist() == [8, 9]
    assert set(range(5)) <= set(train.tolist())


def test_known_parts_stay_and_new_rows_make_up_the_shares():
    parts = np.concatenate([np.repeat([0, 1, 2], [80, 10, 10]), np.full(100, NEW)])
    made = share_out(Pool(np.arange(200) % 2, "binary", parts=parts), SHARES)
    now = part_of(made, 200)
    assert (now[:100] == parts[:100]).all()
    assert [len(part) for part in made] == [160, 20, 20]
    assert [int((part % 2).sum()) for part in made] == [80, 10, 10]


def test_too_many_known_test_rows_get_no_new_ones():
    parts = np.concatenate([np.repeat([0, 2], [20, 80]), np.full(100, NEW)])
    made = share_out(Pool(np.zeros(200, int), "binary", parts=parts), SHARES)
    assert [len(part) for part in made] == [108, 12, 80]  # of 100 new rows 140 : 20, as missing


def test_a_row_that_joins_two_parts_moves_both_to_the_later():
    parts = np.array([0, 2, NEW, 1, NEW])
    groups = np.array([0, 0, 0, 1, 1])
    made = share_out(Pool(np.zeros(5, int), "binary", groups, parts=parts), SHARES)
    assert [part.tolist() for part in made] == [[], [3, 4], [0, 1, 2]]


def test_groupings_joined():
    assert joined(None, None) is None
    one, other = np.array([0, 0, 1, -1, -1]), np.array([0, 1, 1, 2, -1])
    assert joined(one, other).tolist() == [0, 0, 0, 1, 2]

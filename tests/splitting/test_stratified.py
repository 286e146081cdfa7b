import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linnet.splitting.stratified import apportion, stratified

SHARES = [[1.0], [0.5, 0.5], [0.8, 0.1, 0.1], [0.1, 0.45, 0.45], [0.34, 0.33, 0.33]]
counts = st.lists(st.integers(1, 60), max_size=12).map(lambda each: np.array(each, np.int64))


@given(counts=counts, shares=st.sampled_from(SHARES))
def test_each_number_is_its_exact_value_rounded_up_or_down(counts, shares):
    made = apportion(counts, shares)
    exact = np.round(np.outer(counts, shares), 9)
    assert (made.sum(axis=1) == counts).all()
    assert (np.abs(made - exact) < 1).all()
    assert (made[:, 0] >= 1).all()


@given(counts=counts.filter(lambda each: not each.size or each.min() >= 10),
       shares=st.sampled_from(SHARES))  # fmt: skip
def test_parts_have_the_size_asked_for(counts, shares):
    # From 10 rows on every class has a training row anyway, so that nothing is in the way.
    sizes = apportion(counts, shares).sum(axis=0)
    assert (np.abs(sizes - np.round(counts.sum() * np.array(shares), 9)) < 1).all()


def test_many_small_classes_still_give_the_size_asked_for():
    assert apportion(np.full(500, 3), [0.8, 0.1, 0.1]).sum(axis=0).tolist() == [1200, 150, 150]


def test_rows_move_through_a_third_part():
    # No class can move a row straight from the first part to the second here.
    made = apportion(np.array([2, 23, 18, 1, 22]), [0.35, 0.27, 0.38])
    assert made.sum(axis=0).tolist() == [23, 18, 25]


def test_classes_seen_once_are_for_the_first_part():
    assert apportion(np.ones(5, np.int64), [0.2, 0.4, 0.4]).tolist() == [[1, 0, 0]] * 5


def test_no_rows():
    parts = stratified(np.empty(0, np.int64), [0.5, 0.5])
    assert [part.tolist() for part in parts] == [[], []]


@given(
    targets=st.lists(st.integers(0, 5), max_size=60).map(lambda each: np.array(each, np.int64)),
    seed=st.integers(0, 3),
)
def test_parts_are_ascending_disjoint_and_whole(targets, seed):
    parts = stratified(targets, [0.6, 0.2, 0.2], seed=seed)
    assert sorted(np.concatenate(parts)) == list(range(len(targets)))
    assert all((np.diff(part) > 0).all() for part in parts)


@given(
    targets=st.lists(st.integers(0, 5), max_size=60).map(lambda each: np.array(each, np.int64)),
    order=st.permutations(range(6)),
)
def test_numbers_of_the_classes_have_no_say(targets, order):
    renumbered = np.array(order)[targets]
    first = stratified(targets, [0.6, 0.2, 0.2])
    second = stratified(renumbered, [0.6, 0.2, 0.2])
    assert [part.tolist() for part in first] == [part.tolist() for part in second]


def test_seed_decides():
    targets = np.arange(400) % 4
    first, again, other = (stratified(targets, [0.5, 0.5], seed=seed)[0] for seed in (1, 1, 2))
    assert (first == again).all()
    assert first.tolist() != other.tolist()


def test_every_row_of_a_class_can_be_drawn():
    drawn = {
        row
        for seed in range(40)
        for row in stratified(np.zeros(10, np.int64), [0.8, 0.2], seed=seed)[1]
    }
    assert drawn == set(range(10))

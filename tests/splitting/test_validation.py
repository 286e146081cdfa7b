import numpy as np
import pytest

from linnet.errors import ConfigError
from linnet.splitting.pool import Pool
from linnet.splitting.validation import validation_from
from linnet.types import Note, Split

NONE = np.empty(0, np.int64)
TARGETS = np.array([0, 1] * 50)
SPLIT = Split(np.arange(20, 100), NONE, np.arange(20), notes=(Note("left out", 3, "3 rows"),))


def test_fraction_is_of_the_training_rows_and_stratified():
    taken = validation_from(SPLIT, Pool(TARGETS, "binary"), fraction=0.25)
    assert taken.validation.size == 20
    assert TARGETS[taken.validation].mean() == 0.5
    assert sorted([*taken.train, *taken.validation]) == SPLIT.train.tolist()
    assert taken.test.tolist() == SPLIT.test.tolist()
    assert taken.notes == SPLIT.notes


def test_targets_are_those_of_the_whole_table():
    targets = np.repeat([0, 1], [60, 40])
    split = Split(np.arange(50, 100), NONE, np.arange(50))
    taken = validation_from(split, Pool(targets, "binary"), fraction=0.5)
    assert np.bincount(targets[taken.validation]).tolist() == [5, 20]


def test_first_is_so_many_rows_after_the_shuffle():
    taken = validation_from(SPLIT, Pool(TARGETS, "binary"), first=30)
    more = validation_from(SPLIT, Pool(TARGETS, "binary"), first=31)
    other = validation_from(SPLIT, Pool(TARGETS, "binary"), first=30, seed=1)
    assert taken.validation.size == 30
    assert set(taken.validation) < set(more.validation)
    assert taken.validation.tolist() != other.validation.tolist()
    assert not set(range(20, 50)) >= set(taken.validation.tolist())
    assert sorted([*taken.train, *taken.validation]) == SPLIT.train.tolist()


@pytest.mark.parametrize("amount", [{"first": 0}, {"fraction": 0}])
def test_none(amount):
    taken = validation_from(SPLIT, Pool(TARGETS, "binary"), **amount)
    assert taken.validation.size == 0
    assert taken.train.tolist() == SPLIT.train.tolist()


@pytest.mark.parametrize("first", [-1, 80, 81])
def test_first_must_leave_rows_for_training(first):
    with pytest.raises(ConfigError, match=f"first_validation {first}: there are 80 training rows"):
        validation_from(SPLIT, Pool(TARGETS, "binary"), first=first)


@pytest.mark.parametrize("fraction", [-0.1, 1.0])
def test_bad_fraction(fraction):
    with pytest.raises(ConfigError, match=f"validation_fraction {fraction}: from 0 to below 1"):
        validation_from(SPLIT, Pool(TARGETS, "binary"), fraction=fraction)


@pytest.mark.parametrize("amount", [{}, {"first": 3, "fraction": 0.1}])
def test_one_of_the_two(amount):
    with pytest.raises(ConfigError, match="give one of the two"):
        validation_from(SPLIT, Pool(TARGETS, "binary"), **amount)


def test_no_second_validation():
    split = Split(np.array([0, 1]), np.array([2]), NONE)
    with pytest.raises(ConfigError, match="has 1 validation rows already"):
        validation_from(split, Pool(TARGETS, "binary"), first=1)

import math

import numpy as np
import pytest

from linnet.errors import ConfigError, DataError
from linnet.splitting.fractions import by_fraction, shares_of
from linnet.splitting.pool import Pool


def test_no_rows():
    with pytest.raises(DataError, match=r"no row is left to train on \(validation 0, test 0\)"):
        by_fraction(Pool(np.empty(0, np.int64), "binary"))


def test_default_is_a_tenth_each_of_all_rows():
    targets = np.repeat([0, 1], [700, 300])
    split = by_fraction(Pool(targets, "binary"))
    assert [split.train.size, split.validation.size, split.test.size] == [800, 100, 100]
    for part in (split.train, split.validation, split.test):
        assert targets[part].mean() == pytest.approx(0.3)
    assert split.notes == ()


def test_no_validation_and_no_test():
    split = by_fraction(Pool(np.zeros(5, int), "binary"), test_fraction=0, validation_fraction=0)
    assert split.train.tolist() == [0, 1, 2, 3, 4]
    assert split.validation.size == split.test.size == 0
    assert split.notes == ()


def test_one_row_is_for_training():
    split = by_fraction(Pool(np.array([0]), "multiclass"), test_fraction=0.8)
    assert split.train.tolist() == [0]


def test_class_seen_once_is_for_training_and_noted():
    targets = np.array([0] * 50 + [1] + [0] * 50 + [2])
    split = by_fraction(Pool(targets, "multiclass"), test_fraction=0.45, validation_fraction=0.45)
    assert {50, 101} <= set(split.train.tolist())
    assert [(note.what, note.count, note.rows.tolist()) for note in split.notes] == [
        ("seen once", 2, [50, 101])
    ]
    assert split.notes[0].message.startswith("2 classes have a single row")


def test_label_set_seen_once_is_no_class_seen_once():
    sets = np.array([[number >> bit & 1 for bit in range(5)] for number in range(1, 31)], np.uint8)
    split = by_fraction(Pool(sets, "multilabel"))
    assert split.notes == ()
    assert [split.train.size, split.validation.size, split.test.size] == [24, 3, 3]


def test_labels_seen_once_are_for_training():
    split = by_fraction(Pool(np.eye(20, dtype=np.uint8), "multilabel"))
    assert split.train.size == 20
    assert [note.what for note in split.notes] == ["no validation rows", "no test rows"]


def test_too_few_rows_for_a_part_are_noted():
    split = by_fraction(Pool(np.zeros(3, int), "binary"), test_fraction=0.1, validation_fraction=0)
    assert [(note.what, note.message) for note in split.notes] == [
        (
            "no test rows",
            "0 test rows: 0.1 of 3 rows leaves none once every class can be trained on",
        )
    ]


@pytest.mark.parametrize("validation", [-0.1, 1.0, 1.5, 0.9, math.nan, math.inf])
def test_bad_fractions_are_refused_with_their_values(validation):
    with pytest.raises(
        ConfigError, match=f"validation_fraction {validation} and test_fraction 0.1: from 0 to"
    ):
        by_fraction(Pool(np.zeros(9, int), "binary"), validation_fraction=validation)


def test_shares():
    assert shares_of({"a": 0.1, "b": 0.2}) == [0.7, 0.1, 0.2]

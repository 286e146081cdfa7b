import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.errors import DataError
from linnet.splitting.check import checked
from linnet.splitting.table import from_table, to_table
from linnet.types import Note, Split

NONE = np.empty(0, np.int64)


def parts_of(split):
    return [part.tolist() for part in (split.train, split.validation, split.test)]


def split_of(numbers):
    where = np.array(numbers)
    return Split(*(np.flatnonzero(where == number) for number in (1, 2, 3)))


@given(numbers=st.lists(st.integers(0, 3), min_size=1).filter(lambda each: 1 in each))
def test_there_and_back(numbers):
    split = split_of(numbers)
    rows = np.arange(len(numbers)) * 3 + 2
    table = to_table(split, rows)
    assert table.schema == {"row": pl.Int64, "part": pl.String}
    assert table["row"].to_list() == rows.tolist()
    assert parts_of(from_table(table, rows)) == parts_of(split)


def test_empty_table():
    table = to_table(Split(NONE, NONE, NONE), NONE)
    assert table.height == 0
    with pytest.raises(DataError, match="no row is left to train on"):
        from_table(table, NONE)


def test_rows_in_another_order_and_rows_that_are_gone():
    table = pl.DataFrame({"row": [5, 3, 9], "part": ["test", "train", "validation"]})
    assert parts_of(from_table(table, np.array([9, 4, 3]))) == [[2], [0], []]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({}, "not a split: columns .* were expected, found {}"),
        ({"row": ["null"], "part": ["train"]}, "not a split: columns .* found"),
        ({"row": [7, 7], "part": ["train", "test"]}, "not a split: row 7 stands there more than"),
        ({"row": [7], "part": ["dev"]}, "not a split: part 'dev': one of left out, train, valid"),
        ({"row": [7, 8], "part": ["train", None]}, "not a split: part None: one of"),
    ],
)
def test_bad_tables(columns, message):
    with pytest.raises(DataError, match=message):
        from_table(pl.DataFrame(columns), np.array([7]))


def test_parts_must_be_disjoint():
    with pytest.raises(DataError, match=r"row 4 \(counted from 0\) stands in train and in test"):
        checked(Split(np.array([1, 4]), NONE, np.array([4])))
    with pytest.raises(DataError, match=r"row 4 .* stands in train and in train"):
        checked(Split(np.array([4, 4]), NONE, NONE))


def test_empty_training_is_explained_by_the_notes():
    notes = (Note("left out", 3, "3 rows left out: nobody knows why"),)
    with pytest.raises(DataError, match=r"\(validation 1, test 0\): 3 rows left out: nobody"):
        checked(Split(NONE, np.array([0]), NONE, notes))

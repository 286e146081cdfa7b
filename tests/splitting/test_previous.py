"""Parts of an earlier split, what crosses parts, and columns of groups and times."""

import datetime

import numpy as np
import polars as pl
import pytest

from linnet.errors import DataError
from linnet.splitting.crossing import at_random, crossing
from linnet.splitting.pool import NEW
from linnet.splitting.previous import moved, parts_before
from linnet.splitting.table import from_table, to_table
from linnet.splitting.values import groups_of, times_of
from linnet.types import Split

NONE = np.empty(0, np.int64)


def table_of(split, texts):
    return to_table(split, np.arange(len(texts)), texts=pl.Series(texts))


def test_rows_in_another_order_have_their_parts():
    texts = ["a", "b", "c", "b"]
    old = table_of(Split(np.array([0, 3]), np.array([1]), np.array([2])), texts)
    parts, known = parts_before(old, pl.Series(["c", "b", "new", "b", "a"]), rows=np.arange(5))
    assert parts.tolist() == [2, 1, NEW, 0, 0]
    assert known.tolist() == [0, 1, 3, 4]


def test_a_new_copy_has_the_part_of_its_text():
    old = table_of(Split(np.array([0]), NONE, np.array([1])), ["a", "b"])
    parts, known = parts_before(old, pl.Series(["a", "b", "b", "a"]), rows=np.arange(4))
    assert parts.tolist() == [0, 2, 2, 0]
    assert known.tolist() == [0, 1]


def test_rows_left_out_go_to_training_and_are_not_known():
    old = table_of(Split(np.array([0]), NONE, NONE), ["a", "b"])
    parts, known = parts_before(old, pl.Series(["a", "b"]), rows=np.arange(2))
    assert parts.tolist() == [0, 0]
    assert known.tolist() == [0]


def test_old_files_tell_rows_by_number():
    old = pl.DataFrame({"row": [0, 2], "part": ["test", "train"]})
    parts, known = parts_before(old, pl.Series(["x", "y", "z"]), rows=np.arange(3))
    assert parts.tolist() == [2, NEW, 0]
    assert known.tolist() == [0, 2]
    assert from_table(old, np.arange(3)).test.tolist() == [0]


def test_a_table_with_hashes_is_read_back():
    split = Split(np.array([0]), NONE, np.array([1]))
    assert from_table(table_of(split, ["", "ä"]), np.arange(2)).test.tolist() == [1]


def test_no_split():
    with pytest.raises(DataError, match="not a split"):
        parts_before(pl.DataFrame({"a": [1]}), pl.Series(["x"]), rows=np.arange(1))


def test_what_stays_is_said_too():
    split = Split(np.array([0]), NONE, np.array([1]))
    notes = moved(split, np.array([0, 2]), known=np.arange(2))
    assert [(note.what, note.message) for note in notes] == [
        ("kept", "all 2 rows known before keep their parts")
    ]


def test_crossing_is_counted_against_earlier_parts():
    split = Split(np.array([0, 1]), np.array([2, 3]), np.array([4, 5, 6]))
    near = np.array([0, 1, 0, 2, 2, 3, 3])
    found = crossing(split, split, groups={"near": near, "exact": np.arange(7)}, test_drawn=True)
    assert found.measured == 5
    assert found.here == {"near": 2, "exact": 0}  # row 2 as 0, row 4 as 3; 5 and 6 are both test


def test_random_split_keeps_sizes_and_given_test_rows():
    split = Split(np.arange(50), np.arange(50, 60), np.arange(60, 100))
    for drawn in (True, False):
        other = at_random(split, test_drawn=drawn)
        sizes = [part.size for part in (other.train, other.validation, other.test)]
        assert sizes == [50, 10, 40]
        assert sorted(np.concatenate([other.train, other.validation, other.test])) == [*range(100)]
        assert (other.test.tolist() == split.test.tolist()) is not drawn


@pytest.mark.parametrize(
    "values",
    [
        [3, 1, 2],
        [2.5, -1.0, 0.0],
        [datetime.date(2026, 3, 1), datetime.date(2024, 1, 1), datetime.date(2025, 1, 1)],
        ["2026-03-01", "2024-01-01", "2025-01-01"],
        ["2026-03-01 12:00:00", "2024-01-01 00:00:00", "2026-03-01 11:59:59"],
        ["10", "9", "9.5"],
    ],
)
def test_times_are_in_order(values):
    times = times_of(pl.Series("day", [*values, None]))
    assert np.argsort(times[:-1]).tolist() == [1, 2, 0]
    assert np.isnan(times[-1])


@pytest.mark.parametrize("values", [["soon"], [[1]], [None], []])
def test_what_is_no_time_is_refused(values):
    with pytest.raises(DataError, match=r"the time column 'day' holds .* numbers or dates"):
        times_of(pl.Series("day", values))


def test_groups_of_any_type():
    for values in (["x", None, "x", "y"], [7, None, 7, 9], [True, None, True, False]):
        found = groups_of(pl.Series("g", values))
        assert found[1] == -1
        assert found[0] == found[2] != found[3]
    with pytest.raises(DataError, match="the group column 'g' holds List"):
        groups_of(pl.Series("g", [["a"]]))

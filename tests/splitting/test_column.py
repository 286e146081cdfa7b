from pathlib import Path

import polars as pl
import pytest

from linnet.errors import DataError
from linnet.splitting.column import by_column
from linnet.splitting.files import by_file

DATA = Path(__file__).parents[3] / "shared" / "data"


def test_no_rows():
    with pytest.raises(DataError, match="column 'split' has no train rows: it says nothing;"):
        by_column(pl.Series("split", [], dtype=pl.String))


def test_spellings():
    said = ["TRAIN", "training", "val", "Valid", "dev", "validation", "test", " Testing "]
    split = by_column(pl.Series("split", said))
    assert split.train.tolist() == [0, 1]
    assert split.validation.tolist() == [2, 3, 4, 5]
    assert split.test.tolist() == [6, 7]
    assert split.notes == ()


def test_other_values_are_left_out_and_counted():
    said = ["train", "test", "x", None, "x", "", *(f"y{number:02}" for number in range(9))]
    note = by_column(pl.Series("part", said)).notes[0]
    assert (note.what, note.count) == ("left out", 13)
    assert note.rows.tolist() == list(range(2, 15))
    assert note.message.startswith("13 rows left out: column 'part' says 'x' (2), null (1), '' (1)")
    assert note.message.endswith("'y04' (1), and 4 more")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (["a", "b", "a"], "no train rows: it says 'a' \\(2\\), 'b' \\(1\\); 'train', 'validation'"),
        (["train", "val"], "no test rows: it says 'train' \\(1\\), 'val' \\(1\\)"),
        ([None, "test"], "no train rows: it says null \\(1\\), 'test' \\(1\\)"),
    ],
)
def test_missing_parts(said, message):
    with pytest.raises(DataError, match=message):
        by_column(pl.Series("fold", said))


@pytest.mark.parametrize("values", [[1, 2], [True, False], [None]])
def test_other_types_name_no_part(values):
    with pytest.raises(DataError, match="column 'fold' has no train rows"):
        by_column(pl.Series("fold", values))


def test_lists_are_no_names():
    with pytest.raises(DataError, match=r"column 'fold' holds List\(String\): 'train'"):
        by_column(pl.Series("fold", [["train"], ["test"]]))


def test_categories():
    values = pl.Series("split", ["train", "test"], dtype=pl.Categorical)
    assert by_column(values).test.tolist() == [1]


def test_reuters():
    path = DATA / "reuters21578.parquet"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    split = by_column(pl.read_parquet(path)["modapte"])
    assert (split.train.size, split.validation.size, split.test.size) == (9603, 0, 3299)
    assert [note.count for note in split.notes] == [21578 - 9603 - 3299]


def test_files():
    split = by_file(train=2, validation=1, test=2)
    assert [split.train.tolist(), split.validation.tolist(), split.test.tolist()] == [
        [0, 1],
        [2],
        [3, 4],
    ]
    with pytest.raises(DataError, match="no row is left to train on"):
        by_file(train=0, test=3)

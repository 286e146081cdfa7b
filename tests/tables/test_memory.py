"""Tables from memory: polars, pandas, dicts and lists."""

import datetime

import numpy as np
import polars as pl
import pytest

from linnet.errors import ConfigError, DataError
from linnet.tables.read import read


@pytest.fixture
def pandas():
    return pytest.importorskip("pandas", reason="pandas is not installed")


@pytest.mark.parametrize("empty", [[], {}, (), {"text": []}, pl.DataFrame(), pl.Series([])])
def test_nothing(empty):
    with pytest.raises(DataError, match="the table has no rows"):
        read(empty)


def test_polars_passes_through():
    table = pl.DataFrame({"text": [""], "n": [1]})
    assert read(table) is table
    assert read(pl.Series("post", ["x"])).to_dicts() == [{"post": "x"}]
    assert read(pl.Series(["x"])).columns == ["text"]


def test_columns_and_rows():
    columns = {"text": ["", None, "päivää"], "n": np.array([1, 2, 3]), "x": (0.5, float("nan"), 1)}
    assert read(columns).rows() == [("", 1, 0.5), (None, 2, None), ("päivää", 3, 1.0)]
    rows = [{"a": "x"}, {"b": ["y"]}, {}]
    assert read(rows).rows() == [("x", None), (None, ["y"]), (None, None)]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (None, "cannot make a table of NoneType: a path"),
        (["a", "b"], "cannot make a table of list: .*a list of dicts was expected"),
        (3, "cannot make a table of int"),
        ({"text": "hi"}, "column 'text' is 'hi': a list of values was expected"),
        ({"text": None}, "column 'text' is None"),
        ({"a": [1], "b": []}, "column 'a' has 1 values and 'b' has 0"),
        ({"a": ["x", 1]}, "column 'a' cannot be read: .*all strings"),
        ([{"a": "x"}, {"a": 1}], "column 'a' cannot be read"),
    ],
)
def test_what_is_no_table(source, message):
    with pytest.raises(DataError, match=message):
        read(source)


def test_names_are_for_files():
    with pytest.raises(ConfigError, match="a table in memory has column names of its own"):
        read({"a": [1]}, columns=["b"])


def test_pandas_data_frame(pandas):
    frame = pandas.DataFrame(
        {
            "text": ["", None, "päivää"],
            "n": [1, 2, 3],
            "x": [0.5, float("nan"), 1],
            "truth": [True, False, True],
            "kind": pandas.Categorical(["b", None, "a"]),
            "count": pandas.array([1, None, 3], dtype="Int64"),
            "word": pandas.array(["x", None, "z"], dtype="string"),
            "tags": [["a"], [], None],
            "day": pandas.to_datetime(["2024-01-01", None, "2024-01-03"]),
            7: ["x", "y", "z"],
        },
        index=[5, 6, 7],
    )
    first, third = datetime.datetime(2024, 1, 1), datetime.datetime(2024, 1, 3)
    assert read(frame).to_dict(as_series=False) == {
        "text": ["", None, "päivää"],
        "n": [1, 2, 3],
        "x": [0.5, None, 1.0],
        "truth": [True, False, True],
        "kind": ["b", None, "a"],
        "count": [1, None, 3],
        "word": ["x", None, "z"],
        "tags": [["a"], [], None],
        "day": [first, None, third],
        "7": ["x", "y", "z"],
    }


def test_pandas_series_and_mistakes(pandas):
    assert read(pandas.Series(["x"], name="post")).to_dicts() == [{"post": "x"}]
    assert read(pandas.Series(["x"])).columns == ["text"]
    assert read({"text": pandas.Series(["x", None])}).to_dicts() == [{"text": "x"}, {"text": None}]
    with pytest.raises(DataError, match="two columns are named 'a'"):
        read(pandas.DataFrame([[1, 2]], columns=["a", "a"]))
    with pytest.raises(DataError, match="column 'a' cannot be read"):
        read(pandas.DataFrame({"a": ["x", 1]}))
    with pytest.raises(DataError, match="the table has no rows"):
        read(pandas.DataFrame({"a": []}))

"""Columns by name, and texts of one or several columns."""

import polars as pl
import pytest

from linnet.errors import ConfigError, DataError
from linnet.tables.columns import column, texts

TABLE = pl.DataFrame(
    {"title": ["", None, "päivää", "x"], "body": [None, None, "hei\n", ""], "n": [1, None, 3, 4]}
)


def test_column():
    assert column(TABLE, "n").to_list() == [1, None, 3, 4]
    with pytest.raises(DataError, match=r"a\.csv: unknown column 'Tite': did you mean 'title'"):
        column(TABLE, "Tite", source="a.csv")
    with pytest.raises(DataError, match="unknown column 'x': there are none"):
        column(pl.DataFrame(), "x")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title", ["", "", "päivää", "x"]),
        (["title"], ["", "", "päivää", "x"]),
        (["title", "body"], ["", "", "päivää\nhei\n", "x"]),
        (["body", "title"], ["", "", "hei\n\npäivää", "x"]),
        (["n", "title"], ["1", "", "3\npäivää", "4\nx"]),
        (["title", "title"], ["", "", "päivää\npäivää", "x\nx"]),
    ],
)
def test_texts(text, expected):
    found = texts(TABLE, text)
    assert found.to_list() == expected
    assert (found.name, found.dtype) == ("text", pl.String)


def test_texts_of_no_rows():
    assert texts(TABLE.clear(), ["title", "body"]).to_list() == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pl.Series([None, None]), ["", ""]),
        (pl.Series(["a", None], dtype=pl.Categorical), ["a", ""]),
        (pl.Series([1.5, 2.0]), ["1.5", "2.0"]),
        (pl.Series([True, None]), ["true", ""]),
        (pl.Series(["päivää".encode()]), ["päivää"]),
    ],
)
def test_other_types_become_strings(values, expected):
    assert texts(values.to_frame("a"), "a").to_list() == expected


@pytest.mark.parametrize("values", [[["a"]], [{"a": 1}], [b"\xff"], [object()]])
def test_what_is_no_text(values):
    table = pl.DataFrame({"a": pl.Series(values, strict=False)})
    with pytest.raises(DataError, match=r"b\.csv: the text column 'a' holds .*: strings"):
        texts(table, "a", source="b.csv")


def test_no_column_named():
    with pytest.raises(ConfigError, match="text: at least one column"):
        texts(TABLE, [])

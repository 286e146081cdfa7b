"""Label columns of every form."""

import ast
import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.errors import ConfigError, DataError
from linnet.tables.labels import label_cells
from linnet.tables.written_lists import are_written_lists, written_lists

SINGLE = {
    "none": (pl.Series([], dtype=pl.String), []),
    "strings": (pl.Series(["", " \t", None, "01", " x"]), [None, None, None, "01", " x"]),
    "integers": (pl.Series([1, None, -2]), ["1", None, "-2"]),
    "whole floats": (pl.Series([1.0, None, -0.0, float("nan")]), ["1", None, "0", None]),
    "floats": (pl.Series([1.0, 2.5, 1e300]), ["1", "2.5", "1e+300"]),
    "truth values": (pl.Series([True, False, None]), ["true", "false", None]),
    "categories": (pl.Series(["b", None], dtype=pl.Categorical), ["b", None]),
    "enum": (pl.Series(["b", ""], dtype=pl.Enum(["b", ""])), ["b", None]),
    "all missing": (pl.Series([None, None]), [None, None]),
    "brackets": (pl.Series(["[spam]", "[ham]"]), ["[spam]", "[ham]"]),
    "one is no list": (pl.Series(["['a']", "b"]), ["['a']", "b"]),
}


@pytest.mark.parametrize("case", SINGLE)
def test_one_label_per_cell(case):
    values, expected = SINGLE[case]
    cells = label_cells(values)
    assert (cells.to_list(), cells.dtype) == (expected, pl.String)


SETS = {
    "none": (pl.Series([], dtype=pl.List(pl.String)), []),
    "strings": (pl.Series([[], None, ["b", "a", "b", "", None]]), [[], None, ["b", "a"]]),
    "floats": (pl.Series([[1.0, 2.5], []]), [["1", "2.5"], []]),
    "integers": (pl.Series([[1, None], []]), [["1"], []]),
    "array": (pl.Series([["a", "b"]], dtype=pl.Array(pl.String, 2)), [["a", "b"]]),
    "of null": (pl.Series([[], None], dtype=pl.List(pl.Null)), [[], None]),
    "Python": (pl.Series(["['ä', 'b']", " [] ", None, ""]), [["ä", "b"], [], None, None]),
    "Python 2": (pl.Series(["[u'a', u\"b\"]"]), [["a", "b"]]),
    "JSON": (pl.Series(['["a", null, true, 1.0, 2]']), [["a", "true", "1", "2"]]),
    "escapes": (pl.Series([r"['it\'s', '\n']", '["\\ud83d\\ude00"]']), [["it's"], ["😀"]]),
    "bare numbers": (pl.Series(["[1, 2]", "[1]"]), [["1", "2"], ["1"]]),
    "repeated": (pl.Series(["['a', 'a', '']"]), [["a"]]),
}


@pytest.mark.parametrize("case", SETS)
def test_sets_of_labels(case):
    values, expected = SETS[case]
    cells = label_cells(values)
    assert (cells.to_list(), cells.dtype) == (expected, pl.List(pl.String))


@pytest.mark.parametrize(
    ("values", "separator", "expected"),
    [
        (["", None, "|", "a"], "|", [[], None, [], ["a"]]),
        (["a| b||a ", "ä"], "|", [["a", "b"], ["ä"]]),
        (["a.b", "a"], ".", [["a", "b"], ["a"]]),
        (["a, b"], ", ", [["a", "b"]]),
        ([1, None], "|", [["1"], None]),
        (["['a', 'b']"], ",", [["['a'", "'b']"]]),
    ],
)
def test_separator(values, separator, expected):
    assert label_cells(pl.Series(values), separator=separator).to_list() == expected


@pytest.mark.parametrize("values", [[{"a": 1}], [[["a"]]], [b"a"], [object()], [[{"a": 1}]]])
def test_what_is_no_label(values):
    with pytest.raises(DataError, match=r"b\.csv: the label column 'tag' holds .*: strings, num"):
        label_cells(pl.Series("tag", values), source="b.csv")


def test_separator_mistakes():
    with pytest.raises(ConfigError, match="label_separator is empty"):
        label_cells(pl.Series(["a"]), separator="")
    with pytest.raises(ConfigError, match="'tag' holds lists already: leave label_separator out"):
        label_cells(pl.Series("tag", [["a"]]), separator="|")


@pytest.mark.parametrize(
    "bad",
    ["['a' 'b']", "['a', b]", "['a]", '["a]', "[['a']]", "['a',,]", "[open('x')]", "['a']['b']"],
)
def test_malformed_lists(bad):
    values = pl.Series("tags", ["['x']", None, bad, bad])
    with pytest.raises(DataError) as caught:
        label_cells(values, source="b.csv")
    message = str(caught.value)
    assert "b.csv, column 'tags': 2 of 4 cells are not lists, the first in row 2" in message
    assert repr(bad) in message
    assert "commas between them" in message


def test_arrays_as_numpy_prints_them_are_not_taken_for_labels():
    with pytest.raises(DataError, match="2 of 2 cells are not lists"):
        label_cells(pl.Series(["['a' 'b']", "['a' 'c']"]))


lists = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), max_size=4)


@given(st.lists(lists, max_size=5), st.sampled_from([repr, json.dumps]))
def test_any_list_survives_being_written(rows, written):
    values = pl.Series([written(row) for row in rows], dtype=pl.String)
    assert are_written_lists(values) is bool(rows)
    assert written_lists(values, "a").to_list() == rows


@given(st.text("['\\\"a, ]u1\n", max_size=12))
def test_a_string_is_parsed_as_python_parses_it_or_not_at_all(inner):
    from linnet.tables.written_lists import _parsed

    found = _parsed(f"[{inner}]")
    if found is not None:
        try:
            assert found == [str(each) for each in json.loads(f"[{inner}]")]
        except ValueError:
            assert found == [str(each) for each in ast.literal_eval(f"[{inner}]")]

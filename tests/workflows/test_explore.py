"""The verb `explore`: a value that is data and page, and the folder it writes."""

import copy
import json
import pickle

import pytest

import linnet
from linnet.errors import MissingExtraError, OutputError

TABLE = {"text": ["good film", "bad film", "", "<b>"] * 9, "label": ["+", "-", "+", "-"] * 9}


def test_it_has_all_attributes_of_what_was_found():
    explored = linnet.explore(TABLE)
    assert explored.rows == explored.found.rows == 27
    assert explored.to_json() == explored.found.to_json()
    with pytest.raises(AttributeError, match="rwos"):
        _ = explored.rwos


def test_copies_are_equal():
    explored = linnet.explore(TABLE)
    assert copy.deepcopy(explored) == explored == pickle.loads(pickle.dumps(explored))
    assert explored != linnet.explore(TABLE, max_length=3)


def test_out_is_a_new_folder_with_data_and_page(tmp_path):
    out = tmp_path / "a" / "found"
    explored = linnet.explore(TABLE, out=str(out), max_length=1)
    assert json.loads((out / "explore.json").read_text("utf-8")) == explored.to_json()
    assert (out / "explore.html").read_text("utf-8") == explored.page
    assert explored.cuts["1"].words == 0.6667
    with pytest.raises(OutputError, match="found exists already: name another path"):
        linnet.explore(TABLE, out=str(out))


def test_a_mistake_leaves_no_folder(tmp_path):
    with pytest.raises(linnet.DataError, match="unknown column 'body'"):
        linnet.explore(TABLE, text="body", out=str(tmp_path / "found"))
    assert list(tmp_path.iterdir()) == []


def test_the_page_is_named_after_the_file(tmp_path):
    path = tmp_path / "<päivä>.csv"
    path.write_text("text,label\na,b\nc,d\n", "utf-8")
    assert "<title>&lt;päivä&gt;.csv</title>" in linnet.explore(path).page


def test_a_notebook_shows_the_page():
    assert linnet.explore(TABLE)._repr_html_().startswith("<iframe sandbox srcdoc=")


def test_a_notebook_without_jinja2_shows_the_value(monkeypatch):
    def missing():
        raise MissingExtraError("jinja2 is not installed")

    explored = linnet.explore(TABLE)
    monkeypatch.setattr("linnet.reporting.page._environment", missing)
    assert explored._repr_html_() is None
    assert repr(explored) == "<Explored 'table': 27 rows, binary, 2 labels, 4 findings>"
    with pytest.raises(MissingExtraError, match="jinja2 is not installed"):
        _ = explored.page


def test_a_name_that_is_no_unicode_is_written(tmp_path):
    explored = linnet.workflows.explored.Explored(linnet.explore(TABLE).found, "a\udc80")
    explored.write(tmp_path)
    assert "<title>a?</title>" in (tmp_path / "explore.html").read_text("utf-8")


def test_empty_label_sets_are_counted():
    table = {"text": ["a", "b", "c"], "label": [["x", "y"], [], ["x"]]}
    explored = linnet.explore(table)
    assert (explored.task, explored.rows) == ("multilabel", 3)
    assert explored.together.labels_per_text == {"0": 1, "1": 1, "2": 1}
    assert "no label" in explored.page

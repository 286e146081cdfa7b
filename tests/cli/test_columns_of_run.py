"""Commands on a saved run know which columns its tables have."""

import json

import polars as pl
import pytest

from linnet import evaluate, predict_table, train
from linnet.errors import DataError

TABLE = {"post": ["good", "hyvä", "bad", "paha"] * 5, "tag": ["+", "+", "-", "-"] * 5}
COLUMNS = {"text": "post", "label": "tag", "labels": ("+=plus", "-=minus")}


@pytest.fixture
def run(tmp_path):
    out = tmp_path / "run"
    train(TABLE, out=out, epochs=1, duplicates="keep", **COLUMNS)
    return out


@pytest.fixture
def more(tmp_path):
    path = tmp_path / "more.csv"
    pl.DataFrame({"post": ["good", "bad"], "tag": ["+", "-"], "other": ["a", "b"]}).write_csv(path)
    return path


def test_evaluate_takes_them_from_the_run(run, more, linnet):
    assert evaluate(run, more)["rows"] == 2
    assert json.loads(linnet("evaluate", run, more, "--json").out) == evaluate(run, more)


def test_predict_takes_them_from_the_run(run, more, linnet, tmp_path):
    out = tmp_path / "labelled.csv"
    assert linnet("predict", run, "--table", more, "--out", out).code == 0
    labelled = predict_table(run, more)
    assert pl.read_csv(out)["predicted"].to_list() == labelled["predicted"].to_list()
    assert set(labelled["predicted"]) <= {"plus", "minus"}


def test_what_is_said_wins(run, more, linnet):
    said = predict_table(run, more, text="other")["score"].to_list()
    assert said != predict_table(run, more)["score"].to_list()
    shown = linnet("predict", run, "--table", more, "--text", "other").out
    assert shown == predict_table(run, more, text="other").write_csv()
    with pytest.raises(DataError, match="unknown column 'none'"):
        evaluate(run, more, text="none")

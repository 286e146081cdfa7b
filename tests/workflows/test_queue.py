"""The texts to label next: the least sure first, each only once."""

import json

import numpy as np
import polars as pl
import pytest

import linnet
from linnet.errors import ConfigError, DataError
from linnet.evaluation.uncertainty import MEASURES


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel"])
@pytest.mark.parametrize("by", MEASURES)
def test_the_least_sure_come_first(runs, tables, task, by):
    texts = tables[task].select("text")
    found = linnet.queue(runs[task].path, texts, most=7, by=by)
    assert 0 < len(found) <= 7
    unsure = found["uncertainty"].to_list()
    assert unsure == sorted(unsure, reverse=True)
    assert found["text"].to_list() == texts["text"].gather(found["row"]).to_list()
    assert found["label"].null_count() == len(found)
    assert found["suggested"].to_list() == runs[task].classifier.predict(found["text"])


def test_margin_is_that_of_the_scores(runs, tables):
    run = runs["multiclass"]
    found = linnet.queue(run.path, tables["multiclass"], most=5)
    ordered = np.sort(run.classifier.predict_proba(found["text"]), axis=1)
    assert found["uncertainty"].to_list() == pytest.approx(1 - (ordered[:, -1] - ordered[:, -2]))
    assert found["score"].to_list() == pytest.approx(ordered[:, -1])


def test_labels_of_the_table_are_kept_beside(runs, tables):
    for task in ("binary", "multilabel"):
        table = tables[task]
        found = linnet.queue(runs[task].path, table, most=5)
        assert found["label"].to_list() == table["label"].gather(found["row"]).to_list()


def test_copies_and_empty_texts_are_left_out(runs):
    texts = ["", None, "bread and a goal", "Bread and a goal!", "soup", "  "]
    found = linnet.queue(runs["binary"].path, {"text": texts})
    assert sorted(found["row"].to_list()) in ([2, 4], [3, 4])


def test_only_empty_texts_make_an_empty_queue(runs):
    assert linnet.queue(runs["multilabel"].path, {"text": ["", " "]}).is_empty()


def test_settings_are_checked(runs):
    with pytest.raises(ConfigError, match="most must be at least 1, not 0"):
        linnet.queue(runs["binary"].path, {"text": ["a"]}, most=0)
    with pytest.raises(ConfigError, match="unknown measure of uncertainty"):
        linnet.queue(runs["binary"].path, {"text": ["a"]}, by="luck")
    with pytest.raises(DataError, match="unknown column 'text'"):
        linnet.queue(runs["binary"].path, {"body": ["a"]})


def test_a_queue_is_written_for_a_tool(runs, tables, tmp_path):
    run = runs["multilabel"]
    found = linnet.queue(run.path, tables["multilabel"].select("text"), most=3)
    labels = run.classifier.labels
    linnet.write_queue(found, tmp_path / "next.json", tool="argilla", labels=labels)
    records = json.loads((tmp_path / "next.json").read_text("utf-8"))
    assert [each["fields"]["text"] for each in records] == found["text"].to_list()
    assert [each["suggestions"]["label"]["value"] for each in records] == [
        list(each) for each in found["suggested"]
    ]
    assert isinstance(found, pl.DataFrame)

"""Labels of a run worth checking: rows that its model did not learn from, and disagrees with."""

import json

import polars as pl
import pytest

import linnet


def doubted(run):
    return json.loads((run.path / "doubts.json").read_text("utf-8"))


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel"])
def test_rows_are_of_test_and_validation_and_disagree(runs, tables, task):
    split = pl.read_parquet(runs[task].path / "split.parquet")
    parts = dict(zip(split["row"], split["part"], strict=True))
    found = doubted(runs[task])
    assert [each["quality"] for each in found] == sorted(each["quality"] for each in found)
    for each in found:
        assert parts[each["row"]] == each["part"]
        assert each["part"] in ("test", "validation")
        assert set(each["label"]) != set(each["suggested"])
        assert tables[task]["text"][each["row"]] == each["text"]


def test_wrong_labels_of_test_and_validation_rows_are_doubted(tables, fast):
    table = tables["binary"].with_columns(
        part=pl.Series((["train"] * 8 + ["validation", "test"]) * 6)
    )
    labels = table["label"].to_list()
    for row in (8, 19):
        labels[row] = "food" if labels[row] == "sport" else "sport"
    table = table.with_columns(label=pl.Series(labels))
    settings = fast | {"epochs": 30, "patience": 30, "retrain": False}
    found = doubted(linnet.train(table, split="part", **settings))
    assert {each["row"] for each in found} >= {8, 19}
    assert "Labels worth checking" not in "".join(each["text"] for each in found)


def test_a_label_that_only_test_rows_have_is_not_doubted(tables, fast):
    table = tables["binary"].with_columns(part=pl.Series(["train"] * 50 + ["test"] * 10))
    labels = [*table["label"][:55], *["new"] * 5]
    run = linnet.train(table.with_columns(label=pl.Series(labels)), split="part", **fast)
    assert not {each["row"] for each in doubted(run)} & set(range(55, 60))

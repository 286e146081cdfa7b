"""Labels that are wrong are found in a table, and mended through a queue and its answers."""

import json

import numpy as np
import polars as pl
import pytest

import linnet
from linnet.errors import ConfigError, DataError, OutputError

QUICK = {"model": "linear", "epochs": 30, "num_folds": 3}
WRONG = [5, 22, 41]


@pytest.fixture(scope="module")
def table(tables):
    """The binary table with three wrong labels, and a row without text before all others."""
    labels = tables["binary"]["label"].to_list()
    for row in WRONG:
        labels[row] = "food" if labels[row] == "sport" else "sport"
    rows = pl.DataFrame({"text": tables["binary"]["text"], "label": labels})
    return pl.concat([pl.DataFrame({"text": [None], "label": ["food"]}, rows.schema), rows])


@pytest.fixture(scope="module")
def found(table):
    return linnet.label_errors(table, **QUICK)


def test_wrong_labels_come_first_with_the_rows_of_the_table(found, table):
    assert sorted(found.table["row"].head(3).to_list()) == [row + 1 for row in WRONG]
    assert found.table["row"].n_unique() == len(table) - 1
    assert found.table["text"].to_list() == table["text"].gather(found.table["row"]).to_list()
    assert found.table["label"].to_list() == table["label"].gather(found.table["row"]).to_list()
    suspected = found.table.filter("suspected")
    assert (suspected["label"] != suspected["suggested"]).all()
    assert set(suspected["row"]) >= {row + 1 for row in WRONG}
    assert found.noise == pytest.approx(len(suspected) / (len(table) - 1))
    assert any("no text" in note.message for note in found.notes)


def test_counts_are_those_of_the_suspected_rows(found):
    suspected = found.table.filter("suspected")
    for label, counts in found.counts.items():
        assert counts["rows"] == (found.table["label"] == label).sum()
        assert counts["wrong"] == (suspected["label"] == label).sum()
        assert counts["missing"] == (suspected["suggested"] == label).sum()


def test_the_same_seed_finds_the_same(found, table):
    assert linnet.label_errors(table, **QUICK).table.equals(found.table)


def test_sets_of_labels(tables):
    rows = tables["multilabel"]["label"].to_list()
    rows[7] = ["food"] if "food" not in rows[7] else ["sport"]
    table = tables["multilabel"].with_columns(label=pl.Series(rows))
    found = linnet.label_errors(table, model="linear", epochs=30, num_folds=3)
    first = found.table.head(5).filter(pl.col("row") == 7)
    assert first["label"].to_list() == [rows[7]]
    assert set(first["suggested"][0]) == set(tables["multilabel"]["label"][7])
    assert found.table.schema["suggested"] == pl.List(pl.String)


def test_copies_do_not_vouch_for_one_another():
    """Two copies of each text, both labelled alike at random: nothing can be learned."""
    labels = np.random.default_rng(0).choice(["x", "y"], 40).repeat(2)
    texts = [f"{word} {word}b {word}c" for row in range(40) for word in [f"w{row}"] * 2]
    table = {"text": texts, "label": labels}
    settings = {"model": "linear", "epochs": 20, "num_folds": 4, "min_count": 1}
    apart = linnet.label_errors(table, **settings)
    leaking = linnet.label_errors(table, near_duplicates="ignore", **settings)
    assert apart.table["quality"].mean() < 0.65 < leaking.table["quality"].mean()


def test_parts_of_a_split_have_no_say(table, found):
    parted = table.with_columns(part=pl.Series(["test", "train", "?"] * 20 + ["train"]))
    assert linnet.label_errors(parted, split="part", **QUICK).table.equals(found.table)


def test_a_label_of_one_row_is_not_judged(table):
    odd = table.with_columns(label=pl.Series([*table["label"][:-1], "alone"]))
    found = linnet.label_errors(odd, **QUICK)
    assert len(odd) - 1 not in found.table["row"].to_list()
    (note,) = [note for note in found.notes if note.what == "not judged"]
    assert (note.count, note.rows.tolist()) == (1, [len(odd) - 1])


def test_too_few_folds_and_rows_are_refused(table):
    with pytest.raises(ConfigError, match="num_folds must be at least 2, not 1"):
        linnet.label_errors(table, num_folds=1)
    with pytest.raises(DataError, match="5 folds need at least as many rows"):
        linnet.label_errors({"text": ["a", "b", "c"], "label": ["x", "y", "x"]})


def test_files_are_written_once(found, tmp_path):
    found.write(tmp_path / "errors.csv")
    read = linnet.read(tmp_path / "errors.csv")
    assert read["row"].to_list() == [str(row) for row in found.table["row"]]
    found.write_page(tmp_path / "errors.html")
    assert "labels are probably wrong" in (tmp_path / "errors.html").read_text("utf-8")
    with pytest.raises(OutputError, match=r"errors\.csv exists"):
        found.write(tmp_path / "errors.csv")
    with pytest.raises(OutputError, match=r"errors\.html exists"):
        found.write_page(tmp_path / "errors.html")


def test_a_notebook_shows_the_page(found):
    assert found._repr_html_().startswith("<iframe sandbox srcdoc=")
    assert repr(found).startswith("<LabelErrors 'table': ")


def test_answers_mend_the_table(found, table, tmp_path):
    queue, export = tmp_path / "queue.json", tmp_path / "export.json"
    num = found.queue(queue, tool="label-studio", most=3)
    tasks = json.loads(queue.read_text("utf-8"))
    assert num == len(tasks) == 3
    for number, task in enumerate(tasks):
        task |= {"id": number, "annotations": [{"result": task["predictions"][0]["result"]}]}
    export.write_text(json.dumps(tasks))
    mended = linnet.import_labels(export, tool="label-studio", into=table)
    changed = np.flatnonzero((mended.table["label"] != table["label"]).to_numpy()).tolist()
    assert changed == [row + 1 for row in WRONG]
    assert mended.notes[-1].message == "3 labels changed, 0 confirmed by an answer"


INTO = {
    "sets": ([["x"], ["x", "y"], []], None, [["x"], ["y"], []]),
    "written sets": (["['x']", "['x', 'y']", "[]"], None, [["x"], ["y"], []]),
    "separated sets": (["x", "x|y", ""], "|", ["x", "y", ""]),
    "one label": (["x", "x", "z"], None, ["x", "y", "z"]),
    "numbers": ([1, 1, 2], None, ["1", "y", "2"]),
    "no label yet": (["x", None, None], None, ["x", "y", None]),
}


@pytest.mark.parametrize("case", INTO)
def test_answers_go_into_every_form_of_labels(tmp_path, case):
    labels, separator, expected = INTO[case]
    table = pl.DataFrame({"post": ["a", "ä b", "c"], "tags": labels}, strict=False)
    path = tmp_path / "export.jsonl"
    path.write_text('{"text": " ä b", "label": ["y"]}\n', "utf-8")
    config = linnet.Config(text=("post",), label="tags", label_separator=separator)
    found = linnet.import_labels(path, tool="doccano", into=table, config=config)
    assert found.table["tags"].to_list() == expected


@pytest.mark.parametrize("row", ["", '"row": 0, ', '"row": 7, '])
def test_answers_of_another_table_are_refused(tmp_path, row):
    path = tmp_path / "export.jsonl"
    path.write_text(f'{{"text": "b", {row}"label": ["y"]}}\n', "utf-8")
    with pytest.raises(DataError, match=r"holds the answered text 'b': is it the table"):
        linnet.import_labels(path, tool="doccano", into={"text": ["a"], "label": ["x"]})

"""Two saved models on one table: rows, labels, texts, what they were trained on."""

import json
import shutil

import polars as pl
import pytest

import linnet
from linnet.errors import ArtifactError, ConfigError, DataError

TASKS = ["binary", "multiclass", "multilabel"]


@pytest.fixture(scope="module")
def others(tables, tmp_path_factory):
    """Task → a run of another model, with another tokeniser."""
    base = tmp_path_factory.mktemp("others")
    return {
        task: linnet.train(
            table, out=str(base / task), model="linear", tokenizer="characters", epochs=2
        )
        for task, table in tables.items()
    }


@pytest.fixture(scope="module")
def fresh(tables):
    """Task → rows of the same kind that no run has seen."""
    return {
        task: table.with_columns(pl.col("text") + pl.format(" new{}", pl.int_range(pl.len())))
        for task, table in tables.items()
    }


@pytest.fixture(scope="module", params=TASKS)
def task(request):
    return request.param


def test_numbers_are_those_of_evaluate(task, runs, others, fresh):
    found = linnet.compare_runs(runs[task].path, others[task].path, on=fresh[task])
    before, after = (linnet.evaluate(each.path, fresh[task]) for each in (runs[task], others[task]))
    result = found.result
    assert (result["task"], result["rows"], result["rows_seen"]) == (task, len(fresh[task]), 0)
    assert result["metric"] == ("micro_f1" if task == "multilabel" else "accuracy")
    for name, each in result["metrics"].items():
        assert each["before"] == pytest.approx(before[name]), name
        assert each["after"] == pytest.approx(after[name]), name
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert found.verdict == result["verdict"]


def test_each_model_reads_the_columns_it_was_trained_on(tmp_path):
    num = 40
    table = pl.DataFrame({
        "title": [f"news {row % 7}" for row in range(num)],
        "body": [f"{['goal', 'bread'][row % 2]} n{row}" for row in range(num)],
        "label": [["sport", "food"][row % 2] for row in range(num)],
    })  # fmt: skip
    how = {"model": "fasttext", "epochs": 20, "duplicates": "keep", "baseline": False}
    titles = linnet.train(table, text="title", out=str(tmp_path / "a"), **how)
    both = linnet.train(table, text=("title", "body"), out=str(tmp_path / "b"), **how)
    fresh = table.with_columns(pl.format("{} new{}", "body", pl.int_range(num)).alias("body"))
    found = linnet.compare_runs(titles.path, both.path, on=fresh, keep_seen=True).result
    alone = linnet.evaluate(both.path, fresh)
    assert found["metrics"]["accuracy"]["after"] == pytest.approx(alone["accuracy"])
    seen = linnet.compare_runs(titles.path, both.path, on=table, keep_seen=True).result
    assert any(f"{both.path}" in note and "was trained on" in note for note in seen["notes"])


def test_a_damaged_split_is_said(runs, others, fresh, tmp_path):
    copy = shutil.copytree(runs["binary"].path, tmp_path / "copy")
    (copy / "split.parquet").write_bytes(b"PAR1")
    with pytest.raises(DataError, match=r"split\.parquet is damaged or not a Parquet file"):
        linnet.compare_runs(copy, others["binary"].path, on=fresh["binary"])


def test_texts_are_those_of_the_table_with_both_answers(task, runs, others, fresh):
    table = fresh[task]
    texts = linnet.compare_runs(runs[task].path, others[task].path, on=table).texts
    assert sorted(texts["row"]) == list(range(len(table)))
    there = table[texts["row"].to_list()]
    assert texts["text"].to_list() == there["text"].to_list()
    assert [set(each) for each in texts["label"]] == [set(each) for each in there["label"]]
    for column, run in (("before", runs[task]), ("after", others[task])):
        given = run.classifier.predict(texts["text"])
        assert [sorted(each) for each in texts[column]] == [sorted(each) for each in given]
    assert texts["score_before"].is_between(0, 1).all()
    order = texts["change"].replace_strict({"worse": 0, "better": 1, "same": 2})
    assert order.is_sorted()
    worse = texts.filter(pl.col("change") == "worse")
    moved = (worse["score_after"] - worse["score_before"]).abs()
    assert moved.is_sorted(descending=True)
    if task != "multilabel":
        assert (worse["before"] == worse["label"]).all()
        assert (worse["after"] != worse["label"]).all()


def test_a_model_against_itself_is_not_worse_and_not_better(task, runs, fresh):
    found = linnet.compare_runs(runs[task].path, runs[task].path / "model", on=fresh[task])
    assert found.result["difference"] == 0
    assert found.result["p_value"] == 1
    low, high = found.result["interval"]
    assert low < 0 < high
    assert found.accepted()
    assert not found.accepted(require="better")
    assert not found.accepted(margin=0.01), "few rows prove little"
    assert found.accepted(margin=100 * abs(low) + 0.1)
    assert set(found.texts["change"]) == {"same"}


def test_rows_of_the_training_are_left_out(task, runs, others, tables):
    found = linnet.compare_runs(runs[task].path, others[task].path, on=tables[task])
    split = pl.read_parquet(runs[task].path / "split.parquet")
    test = set(split.filter(pl.col("part") == "test")["row"])
    assert set(found.texts["row"]) <= test
    assert found.result["rows_seen"] == len(tables[task]) - found.result["rows"]
    notes = " ".join(found.result["notes"])
    assert f"rows hold texts that {runs[task].path}/model was trained on: left out" in notes


def test_rows_of_the_training_are_kept_if_that_is_asked_for(runs, others, tables):
    table = tables["binary"]
    found = linnet.compare_runs(
        runs["binary"].path, others["binary"].path, on=table, keep_seen=True
    )
    assert found.result["rows"] == len(table)
    assert found.result["rows_seen"] > 0
    assert found.result["notes"][0].endswith("what it scores on them proves nothing")


def test_only_rows_of_the_training_are_an_error(runs, others, tables):
    split = pl.read_parquet(runs["binary"].path / "split.parquet")
    rows = split.filter(pl.col("part") == "train")["row"].to_list()
    with pytest.raises(DataError, match="rows that both have never seen were expected"):
        linnet.compare_runs(runs["binary"].path, others["binary"].path, on=tables["binary"][rows])


def test_a_model_without_its_run_says_that_its_rows_are_not_known(runs, tables, tmp_path):
    shutil.copytree(runs["binary"].path / "model", tmp_path / "alone" / "model")
    alone = tmp_path / "alone" / "model"
    found = linnet.compare_runs(alone, runs["binary"].path, on=tables["binary"])
    assert f"which rows {alone} was trained on is not known" in found.result["notes"][0]
    assert found.result["rows_seen"] > 0


def test_a_compressed_model_is_compared_with_its_original(task, runs, fresh, tmp_path):
    linnet.compress(runs[task].path, tmp_path / "small", keep_ids=20)
    found = linnet.compare_runs(runs[task].path, tmp_path / "small", on=fresh[task])
    megabytes, milliseconds = (
        found.result["cost"]["megabytes"],
        found.result["cost"]["milliseconds"],
    )
    assert megabytes["after"] < megabytes["before"]
    assert min(milliseconds.values()) > 0
    assert found.result["rows"] == len(fresh[task])


def test_labels_in_another_order_are_the_same_labels(runs, tables, fresh, fast, tmp_path):
    turned = linnet.train(
        tables["multiclass"],
        out=str(tmp_path / "turned"),
        labels=["sport", "music", "food"],
        **fast,
    )
    before = runs["multiclass"]
    assert turned.classifier.labels != before.classifier.labels
    found = linnet.compare_runs(before.path, turned.path, on=fresh["multiclass"])
    theirs = linnet.evaluate(turned.path, fresh["multiclass"])
    assert found.result["after"] == pytest.approx(theirs["accuracy"])
    assert found.texts["after"].to_list() == turned.classifier.predict(found.texts["text"])


def test_a_label_that_one_model_does_not_know_counts_as_wrong(runs, fresh):
    binary, multiclass = runs["binary"], runs["multiclass"]
    found = linnet.compare_runs(binary.path, multiclass.path, on=fresh["multiclass"])
    num = int((fresh["multiclass"]["label"] == "music").sum())
    note = f"does not know 1 of the labels, 'music': their {num} rows count as wrong for it"
    assert note in found.result["notes"][0]
    assert found.result["task"] == "multiclass"
    music = found.texts.filter(pl.col("label") == "music")
    assert (music["score_before"] == 0).all()
    assert (music["before"] != "music").all()
    back = linnet.compare_runs(multiclass.path, binary.path, on=fresh["multiclass"])
    assert back.result["difference"] == pytest.approx(-found.result["difference"])
    assert back.result["interval"] == pytest.approx(
        [-each for each in found.result["interval"][::-1]]
    )


def test_other_columns_can_be_named(runs, others, fresh):
    table = fresh["binary"].rename({"text": "post", "label": "tag"})
    paths = runs["binary"].path, others["binary"].path
    assert linnet.compare_runs(*paths, on=table, text="post", label="tag").result["rows"] == 60
    with pytest.raises(DataError, match="unknown column 'text'"):
        linnet.compare_runs(*paths, on=table)


def test_models_that_cannot_be_compared(runs, fresh, fast, tmp_path):
    with pytest.raises(ConfigError, match="two models of the same task were expected"):
        linnet.compare_runs(runs["multilabel"].path, runs["binary"].path, on=fresh["binary"])
    strange = fresh["binary"].with_columns(
        label=pl.col("label").replace({"food": "x", "sport": "y"})
    )
    other = linnet.train(strange, out=str(tmp_path / "other"), **fast)
    with pytest.raises(ConfigError, match=r"no label of .* is known to"):
        linnet.compare_runs(runs["binary"].path, other.path, on=fresh["binary"])
    with pytest.raises(DataError, match="labels are not among the 2 known ones"):
        linnet.compare_runs(runs["binary"].path, runs["binary"].path, on=strange)
    with pytest.raises(ArtifactError):
        linnet.compare_runs(runs["binary"].path, tmp_path / "none", on=fresh["binary"])

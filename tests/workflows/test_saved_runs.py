"""What is done with a saved run: evaluate, predict, label tables."""

import json
import shutil

import numpy as np
import polars as pl
import pytest

import linnet
from linnet.errors import ConfigError, DataError
from linnet.workflows.predict import predict_table, table_as_csv, write_table

TASKS = ("binary", "multiclass", "multilabel")


def rows_of(run, table, part):
    split = pl.read_parquet(run.path / "split.parquet")
    return table[split.filter(pl.col("part") == part)["row"].to_list()]


@pytest.mark.parametrize("task", TASKS)
def test_test_rows_give_the_numbers_of_the_run(runs, tables, task):
    found = linnet.evaluate(runs[task].path, rows_of(runs[task], tables[task], "test"))
    written = runs[task].evaluation["test"]
    metric = "micro_f1" if task == "multilabel" else "accuracy"
    for name, expected in runs[task].evaluation["baselines"].items():
        assert found["baselines"][name][metric] == pytest.approx(expected[metric])
        assert found["baselines"][name]["intervals"] == expected["intervals"]
    assert found.pop("baselines").keys() == runs[task].evaluation["baselines"].keys()
    for name in ("against_linear", "baseline_notes"):
        assert found.pop(name) == runs[task].evaluation[name]
    assert found.pop("notes") == []
    of_training = {"calibration_error_before", "calibration_error_if_perfect", "abstention"}
    assert found.keys() == written.keys() - of_training
    for name, value in written.items():
        if name in of_training:
            continue
        if isinstance(value, int | float):
            assert found[name] == pytest.approx(value, abs=1e-5), name
        elif name == "confusion":
            assert found[name] == value


def test_rows_that_are_left_out_are_counted(runs):
    table = {"text": [" ", "good film", "bad film"], "label": ["bad", None, "bad"]}
    labels = runs["binary"].classifier.labels
    table["label"] = [labels[0], None, labels[1]]
    counted = ["1 of 3 rows left out: no text in column 'text'",
               "1 of 3 rows left out: no label in column 'label'"]  # fmt: skip
    assert linnet.evaluate(runs["binary"].path, table)["notes"] == counted
    more = {name: [*values, *values[2:], values[2]] for name, values in table.items()}
    more["label"][3] = labels[0]
    found = linnet.explore(more)
    assert [each.check for each in found.findings][:2] == ["no text", "no label"]


def test_predict_table_reads_a_file_without_header(runs, tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text("1;good film\n2;bad\n")
    found = linnet.predict_table(runs["binary"].path, path, columns=("id", "text"), delimiter=";")
    assert found.columns == ["id", "text", "predicted", "score"]
    assert len(found) == 2


def test_how_a_table_was_written_does_not_bind_the_next_one(tmp_path):
    (tmp_path / "a.csv").write_text("food|good bread\nsport|a match\n" * 10)
    run = linnet.train(
        tmp_path / "a.csv", columns=("label", "text"), delimiter="|", model="fasttext", epochs=1,
        duplicates="keep", out=str(tmp_path / "so"),
    )  # fmt: skip
    rows = {"text": ["good bread", "a match"], "label": ["food", "sport"]}
    assert linnet.evaluate(run.path, rows)["rows"] == 2
    pl.DataFrame(rows).write_csv(tmp_path / "b.csv")
    assert linnet.evaluate(run.path, tmp_path / "b.csv")["rows"] == 2
    assert len(linnet.queue(run.path, tmp_path / "b.csv")) == 2
    again = linnet.evaluate(
        run.path, tmp_path / "a.csv", columns=("label", "text"), delimiter="|"
    )  # fmt: skip
    assert again["rows"] == 20


def test_evaluate_takes_settings_of_the_data(runs, tables):
    table = tables["binary"].rename({"text": "post", "label": "tag"})
    found = linnet.evaluate(runs["binary"].path, table, text="post", label="tag")
    assert found["rows"] == 60
    renamed = linnet.evaluate(
        runs["binary"].path,
        table.with_columns(pl.col("tag").replace("food", "ruoka")),
        text="post",
        label="tag",
        labels=("ruoka=food",),
    )
    assert renamed["accuracy"] == found["accuracy"]


def test_evaluate_refuses_unknown_labels(runs):
    table = {"text": ["a", "b"], "label": ["food", "päivä"]}
    with pytest.raises(linnet.DataError, match=r"'päivä' \(1 row.*Known: 'food', 'sport'"):
        linnet.evaluate(runs["binary"].path, table)


def test_evaluate_one_class_only(runs):
    found = linnet.evaluate(runs["binary"].path, {"text": ["bread"], "label": ["food"]})
    assert found["rows"] == 1


@pytest.mark.parametrize("task", TASKS)
def test_predict_gives_the_highest_labels(runs, task):
    classifier = runs[task].classifier
    answers = linnet.predict(runs[task].path, ["", "goal league"], k=99)
    assert [len(pairs) for pairs in answers] == [len(classifier.labels)] * 2
    for pairs, scores in zip(answers, classifier.predict_proba(["", "goal league"]), strict=True):
        assert [score for _, score in pairs] == sorted(scores.tolist(), reverse=True)


def test_predict_nothing(runs):
    assert linnet.predict(runs["binary"].path, []) == []


def test_predict_refuses_a_bare_string(runs):
    with pytest.raises(linnet.LinnetError, match="list"):
        linnet.predict(runs["binary"].path, "goal")


@pytest.mark.parametrize("task", TASKS)
def test_labelled_table_has_all_rows_in_order(runs, tables, task):
    table = pl.concat([tables[task].clear(2).with_columns(text=pl.lit("")), tables[task]])
    labelled = predict_table(runs[task].path, table)
    classifier = runs[task].classifier
    assert labelled.columns == ["text", "label", "predicted", "score"]
    assert labelled.drop("predicted", "score").equals(table)
    texts = table["text"].to_list()
    assert labelled["predicted"].to_list() == classifier.predict(texts)
    assert np.array_equal(labelled["score"], classifier.predict_proba(texts).max(axis=1))


def test_column_of_texts_is_named_as_for_train(runs):
    table = {"päivä": ["", "goal"], "text": ["b", ""]}
    path = runs["binary"].path
    one = predict_table(path, table, text="päivä")
    assert one.equals(predict_table(path, table, text=["päivä"]))
    assert predict_table(path, table, text="päivä,text").columns == one.columns


def test_empty_table_is_refused(runs):
    with pytest.raises(linnet.DataError, match="has no rows: at least one row was expected"):
        predict_table(runs["binary"].path, {"text": []})


@pytest.mark.parametrize("name", ["predicted", "score"])
def test_taken_column_is_refused(runs, name):
    with pytest.raises(linnet.DataError, match=f"has a column '{name}' already: rename it"):
        predict_table(runs["binary"].path, {"text": ["a"], name: ["b"]})


def test_missing_text_column_is_refused(runs):
    with pytest.raises(linnet.DataError, match="unknown column 'text': did you mean 'texts'"):
        predict_table(runs["binary"].path, {"texts": ["a"]})


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet", ".csv.gz"])
def test_labelled_tables_are_written_and_read(runs, tables, tmp_path, suffix):
    labelled = predict_table(runs["multilabel"].path, tables["multilabel"])
    write_table(labelled, tmp_path / f"out{suffix}")
    again = linnet.read(tmp_path / f"out{suffix}")
    assert again["text"].to_list() == labelled["text"].to_list()


def test_csv_writes_lists_as_json():
    table = pl.DataFrame({"text": ["päivä"], "predicted": [["a", "b"]]})
    assert table_as_csv(table).decode() == 'text,predicted\npäivä,"[""a"",""b""]"\n'


@pytest.mark.parametrize("verb", ["evaluate", "explore", "load", "predict", "read", "train",
                                  "verify"])  # fmt: skip
def test_verbs_stay_functions_when_their_modules_are_imported(verb):
    import importlib

    first = getattr(linnet, verb)
    module = importlib.import_module(f"linnet.workflows.{verb}")
    assert getattr(linnet, verb) is first is getattr(module, verb)
    assert callable(first)


def test_each_verb_twice(tables, fast):
    table = tables["binary"]
    runs = [linnet.train(linnet.read(table), **fast) for _ in range(2)]
    for run in runs:
        found = linnet.explore(table)
        assert (found.rows, found.class_counts) == (60, {"food": 30, "sport": 30})
        assert linnet.load(run.path).labels == ("food", "sport")
        assert linnet.evaluate(run.path, table)["rows"] == 60
        assert len(linnet.predict(run.path, ["", "goal"])) == 2
        assert len(linnet.verify(run.path)) == 2


def test_public_names_are_all_there():
    assert all(getattr(linnet, name) is not None for name in linnet.__all__)
    assert set(dir(linnet)) == set(linnet.__all__)
    with pytest.raises(AttributeError, match="module 'linnet' has no attribute 'trian'"):
        _ = linnet.trian


def test_run_draws_figures(runs):
    figures = [runs["multiclass"].plot_history(), runs["multiclass"].plot_confusion()]
    assert all(figure.axes for figure in figures)


@pytest.mark.parametrize("task", TASKS)
def test_a_run_is_opened_as_its_training_returned_it(runs, task):
    run = runs[task]
    opened = linnet.Run.open(str(run.path))
    for name in ("path", "config", "history", "evaluation", "best_epoch", "notes", "best_epochs"):
        assert getattr(opened, name) == getattr(run, name), name
    assert repr(opened) == repr(run)
    assert linnet.Run.open(run.path / "model").path == run.path


def test_what_is_no_run_is_not_opened(runs, tmp_path):
    with pytest.raises(ConfigError, match=r"holds no run: config\.toml and model/ were expected"):
        linnet.Run.open(tmp_path)
    with pytest.raises(ConfigError, match=r"there is no folder .*nothing"):
        linnet.Run.open(tmp_path / "nothing")
    shutil.copytree(runs["binary"].path, tmp_path / "run")
    told = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    (tmp_path / "run" / "run.json").write_text(json.dumps({**told, "epochs": []}), "utf-8")
    with pytest.raises(DataError, match=r"run\.json is damaged .*: train the run again"):
        linnet.Run.open(tmp_path / "run")
    (tmp_path / "run" / "resume").mkdir()
    (tmp_path / "run" / "begun.json").rename(tmp_path / "run" / "resume" / "begun.json")
    with pytest.raises(ConfigError, match=r"interrupted: `linnet\.train\(.*\)` goes on with it"):
        linnet.Run.open(tmp_path / "run")

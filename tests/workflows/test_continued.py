"""Going on from a saved run: what holds, what may be given anew, what is refused."""

import json
import shutil

import numpy as np
import polars as pl
import pytest

import linnet
from linnet.config import configure, read_config
from linnet.workflows.continued import saved_settings

BUILD = """
import keras

def build(sizes):
    ids = keras.Input((sizes.length,), dtype="int32")
    x = keras.layers.Flatten()(keras.layers.Embedding(sizes.num_ids, {units})(ids))
    return keras.Model(ids, keras.layers.Dense(sizes.outputs, "sigmoid")(x))
"""
STILL = {"epochs": 1, "learning_rate": 1e-9, "calibrate": False}


def manifest(run):
    return json.loads((run.path / "model" / "manifest.json").read_text("utf-8"))


def rows(num_rows, *labels, word=""):
    """Return new rows with the words of the old ones, or with a word of their own."""
    given = [labels[row % len(labels)] for row in range(num_rows)]
    words = {"food": "bread soup", "sport": "goal match", "music": "song guitar"}
    texts = [f"{words.get(each, each)} {word} x{row}" for row, each in enumerate(given)]
    return pl.DataFrame({"text": texts, "label": given})


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel"])
def test_same_rows_go_on_where_training_stopped(runs, tables, task):
    before = runs[task]
    again = linnet.train(tables[task], from_=before.path, epochs=2)
    assert (again.classifier.task, again.classifier.labels) == (task, before.classifier.labels)
    assert again.history[0]["loss"] < before.history[-1]["loss"]
    assert again.evaluation["test"]["loss"] < before.evaluation["test"]["loss"]
    assert manifest(again)["from"] == {
        "fingerprint": manifest(before)["fingerprint"], "rows": manifest(before)["rows"]
    }  # fmt: skip
    assert linnet.verify(again.path)


@pytest.mark.parametrize("retrain", [True, False])
@pytest.mark.parametrize("folder", ["", "model"])
def test_small_steps_leave_the_scores(runs, tables, folder, retrain):
    before = runs["multiclass"]
    texts = json.loads((before.path / "model" / "golden.json").read_text("utf-8"))["texts"]
    from_ = str(before.path / folder)
    again = linnet.train(tables["multiclass"], from_=from_, retrain=retrain, **STILL)
    was, now = (run.classifier.predict_proba(texts) for run in (before, again))
    assert texts
    assert np.allclose(was, now, atol=1e-4)


def test_card_and_manifest_name_no_place(runs, tables, tmp_path):
    again = linnet.train(tables["binary"], from_=runs["binary"].path, **STILL)
    card = (again.path / "model" / "README.md").read_text("utf-8")
    fingerprint = manifest(runs["binary"])["fingerprint"][:12]
    assert f"- Goes on from: a model of 48 training rows, `{fingerprint}…`" in card
    for file in ("README.md", "manifest.json"):
        assert str(tmp_path.parent) not in (again.path / "model" / file).read_text("utf-8")
    first = runs["binary"].path / "model" / "README.md"
    assert "Goes on from" not in first.read_text("utf-8")
    assert "from" not in manifest(runs["binary"])


def test_settings_of_text_model_and_training_hold(tables, tmp_path):
    renamed = tables["binary"].rename({"text": "post", "label": "tag"})
    first = linnet.train(
        renamed, text="post", label="tag", labels="sport=games,food", model="mlp", hidden="5",
        monitor="val_accuracy", seed=3, retrain=False, epochs=2, test_fraction=0.3,
        min_label_rows=2, out=str(tmp_path / "first"),
    )  # fmt: skip
    again = linnet.train(renamed.head(40), from_=first.path)
    held = ("text", "label", "model", "hidden", "monitor", "seed", "retrain", "epochs", "optimizer")
    assert [getattr(again.config, name) for name in held] == [
        getattr(first.config, name) for name in held
    ]
    assert again.classifier.labels == ("games", "food")
    assert (again.config.test_fraction, again.config.min_label_rows) == (0.1, None)
    other = linnet.train(
        tables["binary"], from_=first.path, text="text", label="label", seed=0, retrain=True,
        monitor="val_loss", **STILL,
    )  # fmt: skip
    assert (other.config.seed, other.config.retrain, other.config.monitor) == (0, True, "val_loss")


def test_a_config_given_wins_over_the_saved_run(runs, tables):
    given = configure(seed=5, monitor="val_accuracy", **STILL)
    again = linnet.train(tables["binary"], from_=runs["binary"].path, config=given, retrain=False)
    assert (again.config.seed, again.config.monitor) == (5, "val_accuracy")
    assert (again.config.model, again.config.embedding_size) == ("fasttext", 8)


def test_the_model_is_right_where_config_toml_was_edited(runs, tmp_path):
    shutil.copytree(runs["binary"].path, tmp_path / "so")
    path = tmp_path / "so" / "config.toml"
    path.write_text(path.read_text().replace("ngrams = 2", "ngrams = 1"), "utf-8")
    assert read_config(path).ngrams == 1
    assert saved_settings(tmp_path / "so").ngrams == 2


def test_labels_that_do_not_occur_are_kept(runs):
    again = linnet.train(rows(30, "food", "music"), from_=runs["multiclass"].path, **STILL)
    assert again.classifier.labels == ("food", "music", "sport")
    assert again.evaluation["test"]["rows"] > 0
    assert again.classifier.predict(["goal match league ball"]) == ["sport"]


def test_rows_of_one_label_are_refused(runs):
    with pytest.raises(linnet.DataError, match="training rows have the label 'sport': at least tw"):
        linnet.train(rows(20, "sport"), from_=runs["multiclass"].path)


def test_a_new_label_is_refused(runs, tmp_path):
    table = rows(30, "food", "sport", "kala")
    message = (
        r"^table: the model in .*binary does not know 1 of the labels: 'kala'\. Add them with "
        r"extend_labels, map each to a known one \(labels = 'kala=food'\), or leave"
    )
    with pytest.raises(linnet.DataError, match=message):
        linnet.train(table, from_=runs["binary"].path, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()
    mapped = linnet.train(table, from_=runs["binary"].path, labels="kala=food", **STILL)
    assert mapped.classifier.labels == ("food", "sport")


def test_a_new_label_that_only_test_rows_have_is_refused_too(runs):
    table = rows(30, "food", "sport").with_columns(part=pl.lit("train"))
    strange = pl.DataFrame({"text": ["a"], "label": ["aaa"], "part": ["test"]})
    with pytest.raises(linnet.DataError, match="does not know 1 of the labels: 'aaa'"):
        linnet.train(pl.concat([table, strange]), from_=runs["binary"].path, split="part")


def test_two_labels_become_more(runs):
    first = runs["binary"]
    table = rows(60, "food", "sport", "apina")
    still = linnet.train(table, from_=first.path, extend_labels=True, **STILL)
    assert still.classifier.labels == ("food", "sport", "apina")  # never sorted again
    assert (still.config.task, still.config.loss) == (
        "multiclass",
        "sparse_categorical_crossentropy",
    )
    texts = ["", "goal match", "bread soup", "päivää"]
    known = still.classifier.predict_proba(texts)[:, :2]
    was = first.classifier.predict_proba(texts)
    assert np.allclose(known / known.sum(1, keepdims=True), was, atol=1e-4)
    message = "added behind the 2 saved labels: apina"
    assert message in [note.message for note in still.notes]
    learned = linnet.train(
        table, from_=first.path, extend_labels=True, extend_vocabulary=True, epochs=30
    )
    assert learned.evaluation["test"]["accuracy"] > 0.9
    assert learned.classifier.predict(["apina"]) == ["apina"]
    more = linnet.train(rows(20, "food", "apina"), from_=learned.path, **STILL)
    assert more.classifier.labels == ("food", "sport", "apina")


def test_sets_of_labels_get_more(runs, tables):
    table = tables["multilabel"].with_columns(
        label=pl.Series([["abc", *each] for each in tables["multilabel"]["label"]])
    )
    again = linnet.train(table, from_=runs["multilabel"].path, extend_labels=True, epochs=20)
    assert again.classifier.labels == ("food", "music", "sport", "abc")
    assert "abc" in again.classifier.predict(["bread"])[0]
    none = linnet.train(tables["multilabel"], from_=runs["multilabel"].path, extend_labels=True,
                        **STILL)  # fmt: skip
    assert none.classifier.labels == ("food", "music", "sport")


def test_a_label_that_only_test_rows_have_is_not_added(runs, tmp_path):
    test = tmp_path / "test.csv"
    test.write_text("text,label\nbread soup,food\na,aaa\n", "utf-8")
    again = linnet.train(rows(30, "food", "sport"), from_=runs["binary"].path, extend_labels=True,
                         test=str(test), **STILL)  # fmt: skip
    assert (again.classifier.task, again.classifier.labels) == ("binary", ("food", "sport"))
    assert again.evaluation["test"]["rows"] == 2


def test_new_words_get_ids_behind_the_old_ones(runs):
    first = runs["binary"].path / "model" / "vocabulary.parquet"
    table = rows(40, "food", "sport", word="uusi")
    more = linnet.train(table, from_=runs["binary"].path, extend_vocabulary=True, **STILL)
    old, new = (pl.read_parquet(each) for each in (first, more.path / "model/vocabulary.parquet"))
    assert new.head(len(old)).equals(old)
    assert "uusi" in new["token"].tail(len(new) - len(old))
    same = linnet.train(table, from_=runs["binary"].path, **STILL)
    assert pl.read_parquet(same.path / "model/vocabulary.parquet").equals(old)


def test_the_limit_of_ids_can_be_raised_with_new_words_only(tables, tmp_path):
    first = linnet.train(
        tables["binary"], model="linear", max_ids=10, epochs=1, out=str(tmp_path / "first")
    )
    table = rows(40, "food", "sport", word="uusi")
    with pytest.raises(
        linnet.ConfigError, match="has 10 ids and max_ids is 10: set max_ids higher"
    ):
        linnet.train(table, from_=first.path, extend_vocabulary=True, out=tmp_path / "full")
    assert not (tmp_path / "full").exists()
    with pytest.raises(
        linnet.ConfigError, match=r"max_ids is 12, .* has 10: give extend_vocabulary"
    ):
        linnet.train(table, from_=first.path, max_ids=12)
    more = linnet.train(table, from_=first.path, max_ids=12, extend_vocabulary=True, **STILL)
    assert manifest(more)["sizes"]["num_ids"] == 12
    assert manifest(more)["text"]["max_ids"] == 12


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"model": "lstm"},
            "model is 'lstm', and the saved run .*binary has 'fasttext': leave mod",
        ),
        ({"embedding_size": 9}, "embedding_size is 9, and the saved run .* has 8: leave"),
        (
            {"units": 9},
            "units is 9, and the saved run .* has None: leave units out, or train a new",
        ),
        ({"tokenizer": "words"}, "tokenizer is 'words', and the saved run .* has 'subwords'"),
        ({"strip_markup": True}, "strip_markup is True, and the saved run .* has False"),
        ({"min_count": 7}, "min_count is 7, .* give extend_vocabulary too"),
        ({"vectorizer": "count"}, "vectorizer is 'count'"),
        ({"loss": "categorical_crossentropy"}, "loss is 'categorical_crossentropy'"),
        ({"task": "multilabel"}, "task is 'multilabel'"),
        ({"modle": "lstm"}, "unknown setting 'modle': did you mean 'model'"),
    ],
)
def test_another_model_is_refused(runs, tables, settings, message, tmp_path):
    with pytest.raises(linnet.ConfigError, match=message):
        linnet.train(tables["binary"], from_=runs["binary"].path, out=tmp_path / "o", **settings)
    assert list(tmp_path.iterdir()) == []


def test_the_same_model_may_be_named(runs, tables):
    settings = {
        "model": "fasttext",
        "task": "binary",
        "loss": "binary_crossentropy",
        "max_ids": None,
    }
    again = linnet.train(tables["binary"], from_=runs["binary"].path, **settings, **STILL)
    assert again.config.max_ids == runs["binary"].config.max_ids


@pytest.mark.parametrize("name", ["extend_vocabulary", "extend_labels"])
def test_extending_nothing_is_refused(tables, name):
    with pytest.raises(linnet.ConfigError, match=f"^{name} is for going on from a saved run"):
        linnet.train(tables["binary"], **{name: True})


def test_a_folder_is_never_written_into(runs, tables):
    before = runs["binary"].path
    with pytest.raises(linnet.OutputError, match="exists already"):
        linnet.train(tables["binary"], from_=before, out=str(before))


def test_a_folder_without_a_run_is_refused(runs, tables, tmp_path):
    with pytest.raises(linnet.ArtifactError, match="does not exist"):
        linnet.train(tables["binary"], from_=tmp_path / "nothing")
    shutil.copytree(runs["binary"].path / "model", tmp_path / "alone" / "model")
    with pytest.raises(linnet.ConfigError, match="model is a model without its run, such as"):
        linnet.train(tables["binary"], from_=tmp_path / "alone" / "model")
    with pytest.raises(linnet.ConfigError, match="baseline is a model without its run"):
        linnet.train(tables["binary"], from_=runs["binary"].path / "baseline")


def test_one_may_stand_in_the_model_folder(runs, tables, tmp_path, monkeypatch):
    monkeypatch.chdir(runs["binary"].path / "model")
    again = linnet.train(tables["binary"], from_=".", out=str(tmp_path / "more"), **STILL)
    assert again.config.model == "fasttext"


def test_a_damaged_model_is_refused(runs, tables, tmp_path):
    shutil.copytree(runs["binary"].path, tmp_path / "so")
    path = tmp_path / "so" / "model" / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    with pytest.raises(linnet.ArtifactError, match="is damaged: its SHA-256 is not the one"):
        linnet.train(tables["binary"], from_=tmp_path / "so")


def test_engines_can_change(runs, tables):
    again = linnet.train(
        tables["binary"], from_=runs["binary"].path, engine="keras", optimizer="adam", **STILL
    )
    texts = ["", "goal", "bread soup"]
    was, now = (run.classifier.predict_proba(texts) for run in (runs["binary"], again))
    assert np.allclose(was, now, atol=1e-4)


def test_a_model_of_ones_own(tables, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(BUILD.format(units=3), "utf-8")
    settings = {"model": f"{file}:build", "max_length": 8, "epochs": 2, "retrain": False}
    first = linnet.train(tables["binary"], out=str(tmp_path / "first"), **settings)
    again = linnet.train(tables["binary"], from_=first.path, **STILL)
    texts = ["", "goal match"]
    was, now = (run.classifier.predict_proba(texts) for run in (first, again))
    assert np.allclose(was, now, atol=1e-4)
    with pytest.raises(linnet.ConfigError, match="extend_vocabulary cannot be used with model"):
        linnet.train(tables["binary"], from_=first.path, extend_vocabulary=True)
    with pytest.raises(linnet.ConfigError, match="extend_labels cannot add 'music' to model"):
        linnet.train(tables["multiclass"], from_=first.path, extend_labels=True)
    file.write_text(BUILD.format(units=4), "utf-8")
    with pytest.raises(linnet.ConfigError, match="the saved weights do not fit the model: build"):
        linnet.train(tables["binary"], from_=first.path)


def test_rows_that_the_saved_model_learned_are_counted(tables, tmp_path):
    table = tables["multiclass"]
    first = linnet.train(table, out=str(tmp_path / "first"), epochs=1)
    again = linnet.train(table, from_=first.path, seed=7, **STILL)
    seen = {note.what: note for note in again.notes if note.what.endswith("rows seen")}
    assert "give previous" in seen["test rows seen"].message
    kept = linnet.train(table, from_=first.path, previous=str(first.path), **STILL)
    told = [note.what for note in kept.notes if note.what.endswith("rows seen")]
    assert told == ["validation rows seen"]  # the first model was trained again on them

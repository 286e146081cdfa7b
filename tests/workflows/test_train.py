"""Training from end to end: what stands in the folder, what decides it, and what is refused."""

import gc
import hashlib
import json
import signal
import time
import warnings

import numpy as np
import polars as pl
import pytest

import linnet
from linnet.config import configure, read_config
from linnet.errors import OutputError

FILES = {
    "begun.json", "config.toml", "confused.json", "curves.json", "doubts.json", "dropped.parquet",
    "examples.json", "explore.json", "mistakes.json", "report.html", "run.json", "samples.json",
    "split.parquet",
    "model/README.md", "model/SHA256SUMS", "model/evaluation.json", "model/golden.json",
    "model/history.csv", "model/manifest.json", "model/model.onnx", "model/profile.json",
    "model/vocabulary.parquet", "model/weights.safetensors",
}  # fmt: skip
FILES |= {name.replace("model/", "baseline/") for name in FILES if name.startswith("model/")}
TASKS = ("binary", "multiclass", "multilabel")


def files(folder):
    """Return name → SHA-256 of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def weights(run):
    return (run.path / "model" / "weights.safetensors").read_bytes()


@pytest.mark.parametrize("task", TASKS)
class TestRun:
    def test_folder_is_complete(self, runs, task):
        found = set(files(runs[task].path))
        assert {name for name in found if not name.startswith("checkpoints/")} == FILES
        assert any(name.startswith("checkpoints/epoch-") for name in found)

    def test_says_the_same_in_memory_and_on_disk(self, runs, task):
        run = runs[task]
        written = json.loads((run.path / "model/evaluation.json").read_text("utf-8"))
        assert written == run.evaluation
        assert read_config(run.path / "config.toml") == configure(run.config, out=None)
        assert len(pl.read_csv(run.path / "model/history.csv")) == len(run.history)
        assert [row["epoch"] for row in run.history] == list(range(1, len(run.history) + 1))
        assert 1 <= run.best_epoch <= len(run.history)

    def test_settings_are_decided(self, runs, task):
        config = runs[task].config
        undecided = {
            name for name in ("model", "tokenizer", "vectorizer", "optimizer", "learning_rate",
                              "batch_size", "max_ids", "patience")
            if getattr(config, name) is None
        }  # fmt: skip
        assert undecided == set()

    def test_learns(self, runs, task):
        result, base = runs[task].evaluation["test"], runs[task].evaluation["baselines"]
        name = "micro_f1" if task == "multilabel" else "accuracy"
        assert result[name] > max(each[name] for kind, each in base.items() if kind != "linear")

    def test_same_again_byte_for_byte(self, runs, tables, task, fast, tmp_path):
        again = linnet.train(tables[task], out=str(tmp_path / "again"), **fast)
        for folder in ("model", "baseline"):
            assert files(again.path / folder) == files(runs[task].path / folder)
        first, second = (pl.read_parquet(run.path / "split.parquet") for run in (runs[task], again))
        assert first.equals(second)

    def test_loads_and_answers(self, runs, task):
        classifier = runs[task].classifier
        assert classifier.task == task
        assert classifier.predict_proba([]).shape == (0, len(classifier.labels))
        assert len(classifier.predict(["", "soup and bread"])) == 2
        assert linnet.verify(runs[task].path)

    def test_split_lists_every_row_once(self, runs, tables, task):
        split = pl.read_parquet(runs[task].path / "split.parquet")
        assert split["row"].to_list() == list(range(len(tables[task])))
        assert set(split["part"]) == {"train", "validation", "test"}


def test_nothing_is_overwritten(runs, tables, fast):
    before = files(runs["binary"].path)
    with pytest.raises(linnet.OutputError, match="exists already: name another path"):
        linnet.train(tables["binary"], out=str(runs["binary"].path), **fast)
    assert files(runs["binary"].path) == before


def test_place_that_cannot_be_written_is_refused_before_training(tables, fast, tmp_path):
    (tmp_path / "file").write_text("")
    seen = []
    with pytest.raises(linnet.OutputError, match=r"cannot write to .*run: Not a directory"):
        linnet.train(
            tables["binary"], out=str(tmp_path / "file" / "run"), report=seen.append, **fast
        )
    assert seen == []


def test_mistake_leaves_no_folder(tables, tmp_path):
    with pytest.raises(linnet.ConfigError, match="unknown model 'ltsm': did you mean 'lstm'"):
        linnet.train(tables["binary"], out=str(tmp_path / "run"), model="ltsm")
    assert list(tmp_path.iterdir()) == []


def test_without_out_the_folder_lives_as_long_as_the_run(tables, fast):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = linnet.train(tables["binary"], **fast)
        path = run.path
        assert run.classifier.labels == ("food", "sport")
        del run
        gc.collect()
    assert not path.exists()
    assert not path.parent.exists()


def test_interrupted_run_without_out_leaves_nothing(tables, fast, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def stop(progress):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        linnet.train(tables["binary"], report=stop, **fast)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def heeding_interrupts():
    """Heed SIGINT, also where who runs the tests ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeding_interrupts")
def test_an_interrupt_of_the_exploration_beside_it_ends_the_training(tables, fast, monkeypatch):
    epochs = []

    def stop(subject):
        raise KeyboardInterrupt

    def wait(progress):
        epochs.append(progress.row["epoch"])
        for _ in range(300):  # an interrupt comes between two lines of Python
            time.sleep(0.01)

    monkeypatch.setattr("linnet.exploration.copies.most_frequent", stop)
    with pytest.raises(KeyboardInterrupt):
        linnet.train(tables["binary"], report=wait, **fast | {"epochs": 3})
    assert len(epochs) <= 1


def test_tables_of_all_kinds_give_the_same_model(runs, tables, fast, tmp_path):
    pandas = pytest.importorskip("pandas")
    columns = tables["binary"].to_dict(as_series=False)
    tables["binary"].write_csv(tmp_path / "table.csv")
    for table in (pandas.DataFrame(columns), columns, tables["binary"].to_dicts(),
                  tmp_path / "table.csv"):  # fmt: skip
        assert weights(linnet.train(table, **fast)) == weights(runs["binary"])


def test_several_text_columns(tables, fast):
    table = tables["binary"].select(
        pl.lit("").alias("title"), pl.col("text").alias("body"), "label"
    )
    run = linnet.train(table, text=("title", "body"), **fast)
    assert run.config.text == ("title", "body")
    assert run.evaluation["test"]["rows"] == 6


def test_label_separator_and_lists_are_one(runs, tables, fast):
    table = tables["multilabel"].with_columns(pl.col("label").list.join("|"))
    run = linnet.train(table, label_separator="|", **fast)
    assert weights(run) == weights(runs["multilabel"])


def test_labels_are_ordered_and_renamed(tables, fast):
    run = linnet.train(tables["binary"], labels=("sport=urheilu", "food=ruoka"), **fast)
    assert run.classifier.labels == ("urheilu", "ruoka")


def test_weights_count(tables, fast):
    table = tables["binary"].with_columns(
        weight=pl.when(pl.col("label") == "food").then(1.0).otherwise(0.01)
    )
    # Plain steps: Adam makes up for the size of a gradient, and words of one label count alike.
    steps = {"optimizer": "sgd", "learning_rate": 2.0}
    fast = {**fast, "epochs": 20, "weights": "last", "patience": 20, **steps}
    even = linnet.train(tables["binary"], **fast)
    uneven = linnet.train(table, weight="weight", **fast)
    [even_score, uneven_score] = (
        run.classifier.predict_proba(["soup goal"])[0, 1] for run in (even, uneven)
    )
    assert uneven_score < even_score - 0.3


def test_settings_go_over_config(tables, fast):
    config = configure(seed=3, epochs=7, out=None)
    run = linnet.train(tables["binary"], config=config, **{**fast, "epochs": 1})
    assert (run.config.seed, run.config.epochs, len(run.history)) == (3, 1, 1)


def test_written_settings_give_the_same_model(runs, tables, tmp_path):
    config = read_config(runs["multiclass"].path / "config.toml")
    again = linnet.train(tables["multiclass"], config=config, out=str(tmp_path / "again"))
    assert weights(again) == weights(runs["multiclass"])


def test_unknown_setting_names_the_nearest(tables):
    with pytest.raises(linnet.ConfigError, match="unknown setting 'epoch': did you mean 'epochs'"):
        linnet.train(tables["binary"], epoch=3)


def test_one_class_is_refused():
    with pytest.raises(linnet.DataError, match="there is only one label, 'päivä', on all 4 rows"):
        linnet.train({"text": list("abcd"), "label": ["päivä"] * 4})


def test_one_class_in_the_training_rows_is_refused():
    table = {"text": list("abc"), "label": list("xxy"), "part": ["train", "train", "test"]}
    with pytest.raises(linnet.DataError, match="all 2 training rows have the label 'x'"):
        linnet.train(table, split="part", validation_fraction=0.0)


def test_no_label_in_the_training_rows_is_refused():
    table = {"text": list("abc"), "label": [[], [], ["y"]], "part": ["train", "train", "test"]}
    with pytest.raises(linnet.DataError, match="no training row has any label"):
        linnet.train(table, split="part", validation_fraction=0.0)


def test_test_rows_never_reach_the_model(tables, fast):
    table = tables["multiclass"].with_columns(
        part=pl.when(pl.int_range(pl.len()) % 5 == 0)
        .then(pl.lit("test"))
        .otherwise(pl.lit("train"))
    )
    other = table.with_columns(
        text=pl.when(pl.col("part") == "test")
        .then(pl.lit("aivan muuta goal goal ") + pl.int_range(pl.len()).cast(pl.String))
        .otherwise(pl.col("text"))
    )
    first, second = (linnet.train(each, split="part", **fast) for each in (table, other))
    for name in ("weights.safetensors", "vocabulary.parquet", "model.onnx", "history.csv",
                 "profile.json", "golden.json"):  # fmt: skip
        paths = [run.path / "model" / name for run in (first, second)]
        assert paths[0].read_bytes() == paths[1].read_bytes(), name
    assert first.evaluation["test"] != second.evaluation["test"]
    assert first.evaluation["train"] == second.evaluation["train"]


@pytest.mark.parametrize("task", TASKS)
def test_a_label_of_test_rows_alone_changes_no_byte_of_the_model_but_counts(tables, fast, task):
    row = pl.int_range(pl.len())
    parts = pl.when(row % 5 == 0).then(pl.lit("test")).otherwise(pl.lit("train"))
    table = tables[task].with_columns(part=parts)
    new = pl.lit(["0 new"]) if task == "multilabel" else pl.lit("0 new")
    other = table.with_columns(label=pl.when(row == 0).then(new).otherwise(pl.col("label")))
    first, second = (linnet.train(each, split="part", **fast) for each in (table, other))
    for name in ("weights.safetensors", "vocabulary.parquet", "model.onnx", "history.csv"):
        paths = [run.path / "model" / name for run in (first, second)]
        assert paths[0].read_bytes() == paths[1].read_bytes(), name
    assert first.classifier.labels == second.classifier.labels
    found = second.evaluation["test"]["per_class"][-1]
    assert (found["label"], found["support"], found["recall"]) == ("0 new", 1, 0.0)
    assert first.evaluation["test"]["rows"] == second.evaluation["test"]["rows"]


def test_several_labels_per_text_have_no_confusion_matrix(runs):
    with pytest.raises(linnet.ConfigError, match="no confusion matrix for a multilabel task"):
        runs["multilabel"].plot_confusion()


def test_settings_of_the_file_are_complete(runs):
    config = read_config(runs["binary"].path / "config.toml")
    assert (config.task, config.loss, config.out) == ("binary", "binary_crossentropy", None)


def test_no_validation_rows(tables, fast):
    run = linnet.train(tables["binary"], validation_fraction=0.0, **fast)
    assert "validation" not in run.evaluation
    assert "val_loss" not in run.history[0]
    assert len(run.history) == run.best_epoch == fast["epochs"]


def test_no_test_rows(tables, fast):
    run = linnet.train(tables["binary"], test_fraction=0.0, **fast)
    assert "test" not in run.evaluation
    assert json.loads((run.path / "samples.json").read_text("utf-8")) == []
    assert run.plot_confusion() is not None


@pytest.mark.parametrize("task", TASKS)
def test_best_epochs_and_retraining_are_told(runs, task):
    run = runs[task]
    names = {"multilabel": ["val_loss", "val_binary_accuracy", "val_micro_f1", "val_macro_f1"]}
    assert list(run.best_epochs) == names.get(task, ["val_loss", "val_accuracy", "val_macro_f1"])
    assert run.best_epochs["val_loss"] == run.best_epoch
    told = json.loads((run.path / "run.json").read_text("utf-8"))
    assert told["kept_epoch"] == run.best_epoch
    assert told["best_epochs"]["val_loss"] == {
        "epoch": run.best_epoch, "value": run.history[run.best_epoch - 1]["val_loss"],
    }  # fmt: skip
    assert told["overfitting"] == run.overfitting != ""
    metric = "micro_f1" if task == "multilabel" else "accuracy"
    found = run.evaluation["retraining"]
    assert found["metric"] == metric
    assert found["after"] == pytest.approx(run.evaluation["test"][metric])
    for name in ("test", "test_before_retraining", "validation", "train"):
        low, high = run.evaluation[name]["intervals"][metric]
        assert low <= run.evaluation[name][metric] <= high


def test_a_run_that_nobody_watched_has_no_best_epoch(tables, fast):
    run = linnet.train(tables["binary"], validation_fraction=0.0, **fast)
    assert run.best_epochs == {}
    assert run.overfitting.startswith("No validation rows were watched")
    assert "retraining" not in run.evaluation


def test_retraining_for_a_number_of_epochs(tables, fast):
    seen = []
    run = linnet.train(tables["binary"], retrain_epochs=7, report=seen.append, **fast)
    assert len([each for each in seen if each.ended]) == len(run.history) + 7
    manifest = json.loads((run.path / "model/manifest.json").read_text("utf-8"))
    assert (manifest["epochs"], manifest["retrained"]) == (7, True)


@pytest.mark.parametrize("policy", ["best", "last", "all", "none"])
def test_checkpoints(tables, fast, policy):
    run = linnet.train(tables["binary"], **{**fast, "epochs": 2, "checkpoints": policy})
    found = list(run.path.glob("checkpoints/*.safetensors"))
    assert len(found) == {"best": 1, "last": 1, "all": 2, "none": 0}[policy]


def test_report_hears_of_every_epoch(tables, fast):
    seen = []
    run = linnet.train(tables["binary"], report=seen.append, **fast)
    ended = [progress for progress in seen if progress.ended]
    assert len(ended) == len(run.history) + run.best_epoch, "once watched, once again on all rows"
    assert max(progress.done for progress in seen) <= max(progress.total for progress in seen)


@pytest.mark.parametrize("tokenizer", ["words", "subwords", "keras"])
def test_the_exploration_beside_training_is_that_of_the_training_rows(tokenizer):
    table = {
        "text": ["good film!", "hyvä film", "bad one", "bad film"] * 5 + ["only tested here"] * 2,
        "label": ["+", "+", "-", "-"] * 5 + ["+", "-"],
        "split": ["train", "validation"] * 10 + ["test"] * 2,
    }
    run = linnet.train(table, split="split", tokenizer=tokenizer, epochs=1, duplicates="keep")
    told = json.loads((run.path / "explore.json").read_text())
    rows = range(0, 20, 2)
    train = {name: [table[name][row] for row in rows] for name in ("text", "label")}
    fresh = linnet.explore(train, duplicates="keep").found.to_json()
    for name in ("rows", "lengths", "distinct_words", "class_counts", "telling", "cuts"):
        assert told[name] == fresh[name], name


def test_keras_engine_trains_ids(tables):
    settings = {"model": "lstm", "units": 4, "embedding_size": 4, "epochs": 1, "retrain": False}
    run = linnet.train(tables["binary"], **settings)
    told = json.loads((run.path / "explore.json").read_text())
    assert str(run.config.max_length) in told["cuts"], "the length that training measured"
    scores = run.classifier.predict_proba(["", "goal league"])
    assert np.allclose(scores.sum(axis=1), 1, atol=1e-5)
    assert run.classifier.path.joinpath("model.onnx").exists()


def test_a_full_disk_is_one_line_and_leaves_nothing(tables, fast, tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match=r"cannot write .*begun\.json: No space left on device"):
        linnet.train(tables["binary"], out=tmp_path / "run", **fast)
    assert not (tmp_path / "run").exists()

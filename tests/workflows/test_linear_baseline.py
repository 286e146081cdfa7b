"""The linear baseline of a run: in its folder, beside its numbers, and never in the way."""

import json
import shutil

import numpy as np
import polars as pl
import pytest

import linnet
from linnet.errors import LinnetError
from linnet.files import write_text

TASKS = ("binary", "multiclass", "multilabel")
NO_BASELINE = "no linear baseline beside this model"


def metric_of(task):
    return "micro_f1" if task == "multilabel" else "accuracy"


@pytest.fixture
def copy(runs, tmp_path):
    """Return a copy of a run, to be damaged."""
    shutil.copytree(runs["binary"].path, tmp_path / "run")
    return tmp_path / "run"


@pytest.mark.parametrize("task", TASKS)
class TestOfARun:
    def test_it_is_a_model_like_any_other(self, runs, task):
        folder = runs[task].path / "baseline"
        baseline, model = linnet.load(folder), runs[task].classifier
        assert (baseline.labels, baseline.task) == (model.labels, model.task)
        assert baseline.manifest["fingerprint"] == model.manifest["fingerprint"]
        assert baseline.manifest["retrained"] == model.manifest["retrained"]
        assert baseline.predict_proba([]).shape == (0, len(model.labels))
        assert len(baseline.predict(["", "keitto and bread"])) == 2
        assert linnet.verify(folder)
        assert (folder / "weights.safetensors").stat().st_size < 100_000

    def test_every_headline_has_an_interval_and_stands_beside_both(self, runs, task):
        metric, evaluation = metric_of(task), runs[task].evaluation
        constant = "most_frequent" if task == "multilabel" else "majority"
        for found in (evaluation["test"], *evaluation["baselines"].values()):
            low, high = found["intervals"][metric]
            assert low <= found[metric] <= high
        assert {constant, "linear"} <= set(evaluation["baselines"])
        against = evaluation["against_linear"]
        assert (against["before"], against["after"]) == (
            evaluation["baselines"]["linear"][metric], evaluation["test"][metric],
        )  # fmt: skip
        card = (runs[task].path / "model" / "README.md").read_text("utf-8")
        assert "TF-IDF + logistic regression |" in card
        assert f"- {metric} against TF-IDF + logistic regression: " in card
        shown = repr(runs[task])
        assert f"{constant} {evaluation['baselines'][constant][metric]:.4f}" in shown
        assert "linear " in shown

    def test_report_shows_it(self, runs, task):
        for page in (
            (runs[task].path / "report.html").read_text("utf-8"),
            runs[task]._repr_html_(),
        ):
            assert "TF-IDF + logistic regression" in page
            assert "against TF-IDF + logistic regression: " in page


def test_new_rows_are_answered_by_both(runs, tables):
    table = tables["binary"].head(20)
    of_run = linnet.evaluate(runs["binary"].path, table)
    of_model = linnet.evaluate(runs["binary"].path / "model", table)
    assert of_run == of_model
    baseline = linnet.evaluate(runs["binary"].path / "baseline", table)
    assert of_run["baselines"]["linear"]["accuracy"] == baseline["accuracy"]
    assert of_run["against_linear"]["rows"] == 20
    assert "linear" not in baseline["baselines"]  # it is no news that it is as good as itself
    assert baseline["baseline_notes"] == []


def test_a_model_alone_says_where_the_baseline_is(runs, tables, tmp_path):
    shutil.copytree(runs["binary"].path / "model", tmp_path / "alone")
    found = linnet.evaluate(tmp_path / "alone", tables["binary"], text="text", label="label")
    assert set(found["baselines"]) == {"majority"}
    assert "against_linear" not in found
    (note,) = found["baseline_notes"]
    assert note.startswith(NO_BASELINE)


def test_a_damaged_baseline_is_left_out_and_said(copy, tables):
    (copy / "baseline" / "weights.safetensors").write_bytes(b"")
    found = linnet.evaluate(copy, tables["binary"])
    assert "linear" not in found["baselines"]
    assert "cannot be used: " in found["baseline_notes"][0]
    assert linnet.verify(copy)


def test_the_baseline_of_another_training_is_not_believed(copy, runs, tables):
    shutil.rmtree(copy / "baseline")
    shutil.copytree(runs["multiclass"].path / "baseline", copy / "baseline")
    found = linnet.evaluate(copy, tables["binary"])
    assert "linear" not in found["baselines"]
    assert "is of another training" in found["baseline_notes"][0]


def test_it_can_be_left_out(tables, fast):
    run = linnet.train(tables["binary"], baseline=False, **fast)
    assert not (run.path / "baseline").exists()
    assert set(run.evaluation["baselines"]) == {"majority"}
    assert "against_linear" not in run.evaluation
    assert linnet.evaluate(run.path, tables["binary"])["baseline_notes"][0].startswith(NO_BASELINE)
    assert linnet.report(run.path).is_file()


def test_the_model_is_the_same_with_and_without(runs, tables, fast):
    run = linnet.train(tables["binary"], baseline=False, **fast)
    name = "model/weights.safetensors"
    assert (run.path / name).read_bytes() == (runs["binary"].path / name).read_bytes()


def test_no_training_ends_for_it(tables, fast, monkeypatch):
    def fails(run, tokens=None):
        raise LinnetError("loss became inf")

    monkeypatch.setattr("linnet.training.baseline.train_baseline", fails)
    run = linnet.train(tables["binary"], **fast)
    assert run.evaluation["baseline_notes"] == [
        "the linear baseline could not be trained: loss became inf"
    ]
    assert not (run.path / "baseline").exists()
    assert "could not be trained" in (run.path / "report.html").read_text("utf-8")


def test_a_model_that_is_worse_says_so(tables):
    learn_nothing = {"epochs": 1, "learning_rate": 1e-9, "retrain": False, "calibrate": False}
    run = linnet.train(
        pl.concat([tables["binary"]] * 5), model="linear", duplicates="keep", test_fraction=0.5,
        **learn_nothing,
    )  # fmt: skip
    assert run.evaluation["against_linear"]["verdict"] == "worse"
    worse = run.evaluation["baseline_notes"][-1]
    assert worse.startswith("this model is worse than TF-IDF + logistic regression")
    assert worse in (run.path / "model" / "README.md").read_text("utf-8")
    assert f"{worse[0].upper()}{worse[1:]}." in (run.path / "report.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("settings", "tokenizer"),
    [
        ({"tokenizer": "characters", "ngrams": 3}, "words"),
        ({"tokenizer": "subwords"}, "words"),
        ({"tokenizer": "whitespace", "strip_markup": True}, "whitespace"),
        ({"thresholds": "labels"}, "words"),
        ({"validation_fraction": 0.0}, "words"),
        ({"test_fraction": 0.0}, "words"),
        ({"seed": 3, "weights": "last"}, "words"),
    ],
)
def test_settings_of_the_run(tables, settings, tokenizer):
    run = linnet.train(tables["multilabel"], model="linear", epochs=2, **settings)
    baseline = linnet.load(run.path / "baseline")
    assert baseline.manifest["text"]["tokenizer"] == tokenizer
    assert baseline.manifest["text"]["strip_markup"] == run.config.strip_markup
    part = "test" if "test" in run.evaluation else "validation"
    assert run.evaluation["against_linear"]["rows"] == run.evaluation[part]["rows"]
    if "test" in run.evaluation:
        rows = pl.read_parquet(run.path / "split.parquet").filter(pl.col("part") == "test")["row"]
        again = linnet.evaluate(run.path, tables["multilabel"][rows])
        expected = run.evaluation["baselines"]["linear"]["micro_f1"]
        assert again["baselines"]["linear"]["micro_f1"] == pytest.approx(expected)


def test_a_run_that_goes_on_has_a_baseline_of_its_own_rows(runs, tables, fast):
    run = linnet.train(tables["binary"], from_=runs["binary"].path)
    assert run.evaluation["against_linear"]["rows"] == run.evaluation["test"]["rows"]
    assert linnet.load(run.path / "baseline").labels == run.classifier.labels
    assert run.config.baseline


def test_a_keras_model_of_ones_own_stands_beside_it_too(tables, tmp_path):
    write_text(
        tmp_path / "mine.py",
        "import keras\n\n\ndef build(sizes):\n"
        "    ids = keras.Input((sizes.length,), dtype='int32')\n"
        "    x = keras.layers.Embedding(sizes.num_ids, 4)(ids)\n"
        "    x = keras.layers.Flatten()(x)\n"
        "    return keras.Model(ids, keras.layers.Dense(sizes.outputs, 'sigmoid')(x))\n",
    )
    run = linnet.train(tables["binary"], model=f"{tmp_path / 'mine.py'}:build", epochs=1)
    assert run.evaluation["baselines"]["linear"]["accuracy"] > 0.5
    assert json.loads((run.path / "baseline/manifest.json").read_text("utf-8"))["layers"]


def test_weights_of_rows_and_a_label_that_training_lacks(tables):
    table = tables["multiclass"].with_columns(
        pl.lit(2.0).alias("weight"),
        pl.Series("part", ["test", *["train"] * 69, *["test"] * 10]),
        pl.Series("label", ["new", *tables["multiclass"]["label"][1:]]),
    )
    run = linnet.train(
        table, weight="weight", split="part", validation_fraction=0.2, model="linear", epochs=2
    )
    assert run.evaluation["test"]["per_class"][-1]["label"] == "new"
    assert run.evaluation["baselines"]["linear"]["accuracy"] < 1


@pytest.mark.parametrize("num_rows", [2, 3])
def test_tables_of_almost_no_rows(num_rows):
    table = {"text": ["a", "ä", "b"][:num_rows], "label": ["x", "y", "x"][:num_rows]}
    run = linnet.train(table, model="linear", epochs=1, test_fraction=0.0, validation_fraction=0.0)
    assert run.evaluation["against_linear"]["rows"] == num_rows


def test_compress_compares_with_the_same_baseline(runs, tables, tmp_path):
    made = linnet.compress(runs["binary"].path, tmp_path / "small", table=tables["binary"])
    before, after = made.evaluations
    assert after["baselines"] == before["baselines"]
    assert (made.change["before"], made.change["after"]) == (before["accuracy"], after["accuracy"])
    low, high = made.change["interval"]
    assert low <= made.change["difference"] <= high
    written = json.loads((tmp_path / "small" / "evaluation.json").read_text("utf-8"))
    assert written["baselines"]["linear"] == after["baselines"]["linear"]
    assert written["against_linear"] == after["against_linear"]
    assert linnet.compress(runs["binary"].path, tmp_path / "other").change is None


def test_the_estimator_pays_for_it_only_if_asked(tables):
    texts, labels = tables["binary"]["text"], tables["binary"]["label"].to_numpy()
    clf = linnet.TextClassifier("linear", epochs=1, baseline=True).fit(texts, labels)
    assert clf.run_.evaluation["baselines"]["linear"]["accuracy"] > 0.5
    plain = linnet.TextClassifier("linear", epochs=1).fit(texts, labels)
    assert "linear" not in plain.run_.evaluation["baselines"]
    np.testing.assert_array_equal(plain.predict_proba(texts), clf.predict_proba(texts))

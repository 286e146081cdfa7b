"""A run draws itself from its own folder, and says when there is nothing to draw."""

import json

import pytest

import linnet
from linnet.errors import ConfigError

PLOTS = ("history", "lengths", "class_counts", "roc", "precision_recall", "calibration")


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel"])
@pytest.mark.parametrize("plot", PLOTS)
def test_draws(runs, task, plot):
    assert getattr(runs[task], f"plot_{plot}")().axes


def test_curves_are_those_of_the_labels(runs):
    read = {task: json.loads((run.path / "curves.json").read_text("utf-8"))
            for task, run in runs.items()}  # fmt: skip
    labels = {task: [line["label"] for line in each["roc"]] for task, each in read.items()}
    assert labels["binary"] == ["sport"]
    assert labels["multiclass"][:2] == [None, "food"]
    assert set(labels["multilabel"]) == {None, "food", "music", "sport"}
    for task, run in runs.items():
        assert read[task]["calibration"]["rows"] == run.evaluation["test"]["rows"]


def test_examples_go_to_numbers_and_back(runs):
    for task, run in runs.items():
        told = json.loads((run.path / "examples.json").read_text("utf-8"))
        assert told["target"]["labels"] == told["target"]["back"], task
        assert {"<unknown>", *told["text"]["words"]} & set(told["text"]["tokens"])
        weights = json.loads((run.path / "model/manifest.json").read_text("utf-8"))["num_weights"]
        assert sum(layer["weights"] for layer in told["model"]["layers"]) == weights
        assert told["shapes"]["test"]["inputs"][0] == run.evaluation["test"]["rows"]


def test_mistakes_are_wrong_answers(runs, tables):
    for task, run in runs.items():
        told = json.loads((run.path / "mistakes.json").read_text("utf-8"))
        sure = [each["sure"] for each in told]
        assert sure == sorted(sure, reverse=True)
        for each in told:
            assert set(each["given"]) != set(each["label"]), task
            assert tables[task]["text"][each["row"]] == each["text"]


def test_a_notebook_shows_the_result_and_the_report(runs):
    run = runs["binary"]
    shown = run._repr_html_()
    assert f"{run.evaluation['test']['accuracy']:.4f}" in shown
    assert str(run.path / "report.html") in shown


def test_a_prompt_shows_one_line(runs):
    run = runs["multilabel"]
    score = f"test micro_f1 {run.evaluation['test']['micro_f1']:.4f} ("
    assert repr(run).startswith(f"<Run {str(run.path)!r}: multilabel, model {run.config.model}, ")
    assert score in repr(run)
    assert "\n" not in repr(run)


def test_without_test_rows_there_is_no_curve(tables, fast):
    run = linnet.train(tables["binary"], test_fraction=0.0, **fast)
    assert "validation accuracy" in repr(run)
    with pytest.raises(ConfigError, match="nothing to draw for roc: it needs test rows"):
        run.plot_roc()
    assert json.loads((run.path / "mistakes.json").read_text("utf-8")) == []
    assert run.plot_lengths().axes

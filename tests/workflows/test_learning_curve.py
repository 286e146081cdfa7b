"""A learning curve from a table to its files."""

import csv
import json

import numpy as np
import polars as pl
import pytest

import linnet
from linnet.errors import ConfigError, DataError, OutputError

SIGNS = [f"sign{number}" for number in range(40)]
FAST = {"model": "linear", "epochs": 3, "ngrams": 1, "near_duplicates": "ignore"}


def table_of(rows, seed=0):
    """Texts that are told apart by many rare words, so that more texts teach more."""
    random = np.random.default_rng(seed)
    made = []
    for row in range(rows):
        label = row % 2
        words = [SIGNS[random.integers(20) + 20 * label], SIGNS[random.integers(40)], f"ä{row}"]
        made.append((" ".join(words), "ab"[label]))
    return pl.DataFrame(made, schema=["text", "label"], orient="row")


@pytest.fixture(scope="module")
def said():
    return []


@pytest.fixture(scope="module")
def found(said, tmp_path_factory):
    out = tmp_path_factory.mktemp("curves") / "c"
    return linnet.learning_curve(table_of(1200), out=str(out), say=said.append, **FAST), out


def test_the_last_point_is_the_model_that_train_gives(found):
    curve, _ = found
    test = linnet.train(table_of(1200), **FAST).evaluation["test"]
    last = curve.points[-1]
    assert last["train_size"] == curve.num_rows == 1080
    assert last["score"] == test["accuracy"]
    assert last["interval"] == test["intervals"]["accuracy"]
    assert curve.num_test_rows == test["rows"]
    assert curve.majority == pytest.approx(0.5, abs=0.01)


def test_more_rows_give_more(found):
    curve, _ = found
    assert curve.train_sizes == sorted(curve.train_sizes)
    assert [len(draws) for draws in curve.test_scores] == [3, 3, 3, 2, 1]
    assert curve.points[-1]["score"] > curve.points[0]["score"]
    assert curve.why_not is None
    assert [guess["train_size"] for guess in curve.forecasts] == [2160, 4320]
    assert curve.sentence.startswith("1,080 texts: ")
    assert "; twice as many texts (2,160): " in curve.sentence


def test_each_point_is_said_when_it_is_known(found, said):
    assert said[0] == (
        "binary, 2 labels; 1,080 rows to learn from, 120 test rows; 5 sizes, 12 trainings"
    )
    assert [line.split(" texts")[0].strip() for line in said[1:]] == [
        f"{size:,}" for size in found[0].train_sizes
    ]
    assert " left" in said[1]
    assert " left" not in said[-1]


def test_the_folder_holds_the_curve_as_json_csv_and_page(found):
    curve, out = found
    assert sorted(each.name for each in out.iterdir()) == [
        "learning_curve.csv", "learning_curve.html", "learning_curve.json"
    ]  # fmt: skip
    told = json.loads((out / "learning_curve.json").read_text("utf-8"))
    assert told == json.loads(json.dumps(curve.to_json()))
    with (out / "learning_curve.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert [int(line["train_size"]) for line in lines] == curve.train_sizes
    assert lines[-1]["spread"] == ""
    page = (out / "learning_curve.html").read_text("utf-8")
    assert "Twice as many texts" in page
    assert curve._repr_html_().startswith("<iframe")


def test_it_can_be_drawn(found):
    pytest.importorskip("matplotlib")
    (axes,) = found[0].plot().axes
    assert axes.get_ylabel() == "accuracy, %"
    assert len(axes.get_xticks()) == 7


def test_it_is_the_same_again_with_one_seed(found):
    again = linnet.learning_curve(table_of(1200), **FAST)
    assert again.test_scores == found[0].test_scores
    assert again.forecasts == found[0].forecasts


def test_where_no_more_can_be_learned_nothing_is_told():
    table = {"text": ["good bread", "bad soup"] * 250, "label": ["+", "-"] * 250}
    curve = linnet.learning_curve(table, duplicates="keep", test_fraction=0.5, **FAST)
    assert "does not rise" in curve.why_not
    assert curve.sentence.startswith("what more texts would give cannot be told: from ")
    assert (curve.forecasts, curve.band, curve.law) == ([], [], None)
    assert "cannot be told" in curve.page


def test_sets_of_labels(tables):
    curve = linnet.learning_curve(
        tables["multilabel"], train_sizes=[0.5, 1.0], repeats=1, duplicates="keep", **FAST
    )
    assert curve.metric == "micro_f1"
    test = linnet.train(tables["multilabel"], duplicates="keep", **FAST).evaluation["test"]
    assert curve.points[-1]["score"] == pytest.approx(test["micro_f1"])
    assert "Micro-F1" in curve.page


def test_groups_stay_together():
    table = table_of(400).with_columns(group=np.arange(400) // 8)
    curve = linnet.learning_curve(table, group="group", train_sizes=[0.25, 1.0], **FAST)
    assert curve.train_sizes[0] % 8 == 0


def test_short_time_is_said(said):
    curve = linnet.learning_curve(table_of(400), minutes=1e-6, **FAST)
    assert len(curve.points) == 1
    messages = [note.message for note in curve.notes]
    assert "2 more draws of the smaller sizes were left out to end in time" in messages
    assert any(
        each.startswith("there was no time for 4 sizes (") and each.endswith("give more minutes")
        for each in messages
    )
    assert "at least 4 sizes, and 1 were measured" in curve.why_not


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"repeats": 0}, "repeats must be a whole number from 1 on, not 0"),
        ({"repeats": 1.5}, "repeats must be a whole number from 1 on, not 1.5"),
        ({"minutes": 0}, "minutes must be above 0, not 0"),
        ({"minutes": float("nan")}, "minutes must be above 0, not nan"),
        ({"test_fraction": 0}, "measured on test rows, and there are none"),
        ({"train_sizes": [0.5, 1.5]}, "train_sizes has 1.5: a share"),
        ({"train_size": [0.5]}, "unknown setting 'train_size'"),
    ],
)
def test_what_does_not_fit_is_refused(settings, message):
    with pytest.raises(ConfigError, match=message):
        linnet.learning_curve(table_of(200), **FAST, **settings)


def test_one_label_is_nothing_to_learn():
    table = {"text": [f"text {row}" for row in range(90)], "label": ["a"] * 89 + ["b"]}
    with pytest.raises(DataError):
        linnet.learning_curve({**table, "label": ["a"] * 90}, task="binary", **FAST)


def test_nothing_is_overwritten(found):
    with pytest.raises(OutputError, match="exists already"):
        linnet.learning_curve(table_of(200), out=str(found[1]), **FAST)

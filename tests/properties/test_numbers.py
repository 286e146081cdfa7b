"""No NaN and no infinity leaves the package: tiny tables, tiny parts, extreme scores."""

import csv
import json
import math
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import linnet
from linnet.errors import LinnetError
from linnet.evaluation.calibrate import per_label, temperature
from linnet.evaluation.calibration import calibration, error_if_perfect
from linnet.evaluation.curves import curves
from linnet.evaluation.metrics import evaluate
from linnet.evaluation.thresholds import label_thresholds

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
NULLS = dict(
    re.findall(r"^\| `(\S+\.json \S+)` \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
)
"""Where null may stand, by the page that says what it means."""

TEXTS = ["bread", "goal", "", "  ", "same", "a b c d", "!!", "päivä", "1 2 3", "bread goal", "zz"]
ONE = st.sampled_from(["x", "y", "z", "rare"])
ROWS = st.lists(st.tuples(st.sampled_from(TEXTS), ONE), min_size=3, max_size=16)
SETS = st.lists(
    st.tuples(st.sampled_from(TEXTS), st.lists(ONE, max_size=2)), min_size=3, max_size=16
)
FRACTION = st.sampled_from([0.0, 0.2, 0.45])
SETTINGS = st.fixed_dictionaries({
    "model": st.sampled_from(["linear", "mlp", "fasttext"]),
    "epochs": st.integers(1, 2),
    "test_fraction": FRACTION,
    "validation_fraction": FRACTION,
    "duplicates": st.sampled_from(["auto", "keep"]),
    "learning_rate": st.sampled_from([1e-9, 0.01, 10.0, 1e15, 1e38]),
    "retrain": st.booleans(),
    "calibrate": st.booleans(),
    "baseline": st.booleans(),
})  # fmt: skip


def trained(rows, settings):
    texts, labels = zip(*rows, strict=True)
    labels = pl.Series(labels, strict=False)
    return linnet.train(pl.DataFrame({"text": texts, "label": labels}), **settings)


def refuse(constant):
    raise AssertionError(f"{constant} is not JSON")


def nulls(found, at):
    """Yield where null stands: names joined by dots, [] for any place of a list."""
    if isinstance(found, dict):
        for name, each in found.items():
            yield from nulls(each, f"{at}.{name}".replace(" .", " "))
    elif isinstance(found, list):
        for each in found:
            yield from nulls(each, f"{at}[]")
    elif found is None:
        yield at


def assert_finite(folder):
    """Every JSON file is JSON, each null is on the page, and history and report hold numbers."""
    files = sorted(folder.rglob("*.json"))
    assert {"evaluation.json", "explore.json", "curves.json", "run.json"} <= {f.name for f in files}
    for path in files:
        found = json.loads(path.read_text("utf-8"), parse_constant=refuse)
        assert set(nulls(found, f"{path.name} ")) <= NULLS.keys()
    with (folder / "model" / "history.csv").open() as file:
        assert all(
            math.isfinite(float(each)) for row in csv.DictReader(file) for each in row.values()
        )
    page = re.sub(r"(?s)<(script|style)\b.*?</\1>", "", (folder / "report.html").read_text("utf-8"))
    page = re.sub(r"loss became (nan|inf) in epoch", "", page)  # a note on a training that ran away
    assert not re.search(r"\b(nan|inf|infinity)\b", page, re.IGNORECASE)


def assert_answers(classifier):
    asked = ["", "bread", "unknown words", "!", "bread " * 500]
    assert np.isfinite(classifier.predict_proba(asked)).all()
    for why in classifier.explain(asked):
        json.dumps(why.to_json(), allow_nan=False)


def check(rows, settings):
    try:
        run = trained(rows, settings)
    except LinnetError:
        return  # a table of which nothing can be learned, or steps too large from the first on
    assert_answers(run.classifier)
    assert_finite(run.path)


@given(rows=ROWS | SETS, settings=SETTINGS)
@settings(max_examples=12)
def test_a_run_holds_finite_numbers(rows, settings):
    check(rows, settings)


@pytest.mark.slow
@given(rows=ROWS | SETS, settings=SETTINGS)
@settings(max_examples=400)
def test_many_runs_hold_finite_numbers(rows, settings):
    check(rows, settings)


SURE = st.sampled_from([0.0, 1e-45, 1e-7, 0.05, 0.5, 1 - 1e-7, 1.0])


@st.composite
def judged(draw):
    """Targets and scores of few rows: classes without rows, scores of exactly 0 and 1."""
    task = draw(st.sampled_from(["binary", "multiclass", "multilabel"]))
    num_rows, num_labels = draw(st.integers(1, 5)), draw(st.integers(2, 4))
    num_labels = 2 if task == "binary" else num_labels
    flat = draw(st.lists(SURE, min_size=num_rows * num_labels, max_size=num_rows * num_labels))
    scores = np.array(flat, np.float32).reshape(num_rows, num_labels)
    most = 1 if task == "multilabel" else num_labels - 1
    shape = scores.shape if task == "multilabel" else (num_rows,)
    size = int(np.prod(shape))
    targets = draw(st.lists(st.integers(0, most), min_size=size, max_size=size))
    return task, np.array(targets, np.int64).reshape(shape), scores


@given(judged())
@settings(max_examples=100)
def test_metrics_of_few_rows_are_finite(case):
    task, targets, scores = case
    labels = [str(each) for each in range(scores.shape[1])]
    found = {
        "evaluation": evaluate(targets, scores, task=task, labels=labels),
        "curves": curves(targets, scores, task=task, labels=labels),
        "calibration": calibration(targets, scores),
        "if_perfect": error_if_perfect(scores),
    }
    if task == "multilabel":
        found["thresholds"] = label_thresholds(targets, scores).tolist()
    json.dumps(found, allow_nan=False)
    assert set(nulls(found, "")) <= {".curves.roc[].label", ".curves.precision_recall[].label"}


LOGITS = st.sampled_from([0.0, 1e-30, 1.0, 50.0, 1e4, 1e18, 3e38])


@given(st.lists(LOGITS, max_size=6), st.booleans())
def test_calibration_of_answers_that_are_all_right_or_wrong_is_finite(sizes, right):
    """Perfect separation: nothing but the prior keeps the scale from growing without end."""
    logits = np.array(sizes, np.float32)[:, None] * np.float32([-1, 1])
    targets = np.full(len(sizes), int(right))
    several = np.eye(2, dtype=np.uint8)[targets].reshape(-1, 2)
    for found in (
        temperature(logits, targets), temperature(logits[:, 1:], targets),
        per_label(logits, several),
    ):  # fmt: skip
        assert np.isfinite([found.scale, found.shift]).all()
        assert (found.scale > 0).all()


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("label", ["x", "y"])
def test_an_evaluation_of_one_label_alone_is_finite(rows, label):
    run = trained([("bread", "x"), ("goal", "y")] * 5, {"epochs": 1, "duplicates": "keep"})
    found = linnet.evaluate(run.path, {"text": ["unknown"] * rows, "label": [label] * rows})
    json.dumps(found, allow_nan=False)


def test_training_that_runs_away_when_it_is_repeated_keeps_the_watched_model(monkeypatch):
    from linnet.errors import DivergedError
    from linnet.training import train

    fit_rows, calls = train.fit_rows, []

    def second_runs_away(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise DivergedError("loss became nan in epoch 1: lower learning_rate")
        return fit_rows(*args, **kwargs)

    monkeypatch.setattr(train, "fit_rows", second_runs_away)
    run = trained([("bread", "x"), ("goal", "y")] * 9, {"epochs": 2, "duplicates": "keep"})
    assert [note.what for note in run.notes].count("diverged") == 1
    assert not run.config.retrain
    assert (len(calls), run.classifier.predict(["bread"])) == (2, ["x"])
    assert_finite(run.path)


def test_a_training_that_runs_away_says_so_and_keeps_the_best_epoch():
    words = ["bread keitto", "goal match", "tax vote"]
    rows = [(f"{words[n % 3]} n{n} w{n // 3}", "xy"[n % 2]) for n in range(60)]
    large = {"model": "fasttext", "optimizer": "sgd", "learning_rate": 100.0, "batch_size": 8}
    run = trained(rows, {**large, "epochs": 6, "patience": 6, "retrain": False})
    (note,) = (note for note in run.notes if note.what == "diverged")
    assert note.message.startswith("loss became nan in epoch 3: training ended there and epoch 1")
    assert note.message.endswith("lower learning_rate")
    assert len(run.history) == 2
    assert_finite(run.path)
    assert_answers(run.classifier)

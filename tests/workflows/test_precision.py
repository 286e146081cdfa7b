"""Answers only where the model is sure, and of texts like those it was trained on."""

import json

import numpy as np
import polars as pl
import pytest

import linnet
from linnet.errors import ConfigError

WORDS = [f"w{number}" for number in range(400)]


def table_of(num, task, *, seed=0):
    """Texts of which a label's word is there more often than not."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 3, num)
    texts = []
    for label in labels:
        words = random.choice(WORDS, 8).tolist()
        if random.random() < 0.7:
            words.insert(3, f"label{label}")
        texts.append(" ".join(words))
    names = [f"l{label}" for label in labels]
    return {"text": texts, "label": names if task == "multiclass" else [[name] for name in names]}


@pytest.fixture(scope="module", params=["multiclass", "multilabel"])
def run(request, tmp_path_factory):
    out = tmp_path_factory.mktemp("precision") / "run"
    settings = {"task": request.param, "test_fraction": 0.3, "validation_fraction": 0.3}
    settings["vectorizer"] = "tf_idf"  # what is asked here was measured with it
    settings["retrain"] = False  # it would learn from as many rows again, and be surer
    return linnet.train(table_of(2_000, request.param), out=str(out), **settings)


NEW = ["w1 w2 label1 w3 w4 w5", "w1 w2 w3 w4 w5 w6", "der Hund schläft unter dem Tisch", ""]


def test_sure_answers_are_right_and_others_are_none(run):
    classifier = linnet.load(run.path)
    sure, unsure, unlike, empty = classifier.predict(NEW, precision=0.96)
    several = classifier.task == "multilabel"
    assert sure == (["l1"] if several else "l1")
    assert unsure == ([] if several else None)
    assert unlike is None
    assert empty is None
    assert classifier.in_scope(NEW).tolist() == [True, True, False, False]
    assert None not in classifier.predict(NEW)
    fresh = table_of(2_000, "multiclass", seed=1)
    given = classifier.predict(fresh["text"], precision=0.9)
    pairs = [
        (answer, true)
        for answers, true in zip(given, fresh["label"], strict=True)
        for answer in (answers or [] if several else [answers])
        if answer
    ]
    right = np.mean([answer == true for answer, true in pairs])
    assert right > 0.88
    assert 0.4 < len(pairs) / len(given) < 0.9


def test_many_texts_are_told_as_few_are(run, monkeypatch):
    classifier = linnet.load(run.path)
    texts = NEW * 5
    expected = classifier.in_scope(texts).tolist()
    monkeypatch.setattr("linnet.runtime.batches.TEXTS_PER_CHUNK", 3)
    assert classifier.in_scope(texts).tolist() == expected
    assert classifier.in_scope([]).tolist() == []


def test_what_is_measured_is_what_is_given(run):
    test = next(each for each in run.evaluation["test"]["abstention"] if each["wanted"] == 0.9)
    classifier = linnet.load(run.path)
    table = table_of(2_000, classifier.task)
    split = pl.read_parquet(run.path / "split.parquet")
    rows = split.filter(pl.col("part") == "test")["row"].to_list()
    texts = [table["text"][row] for row in rows]
    scores = classifier.predict_proba(texts)
    given = classifier.labels_for(scores, least=classifier.least_score(0.9))
    if classifier.task == "multilabel":
        assert sum(map(len, given)) == round(test["answered"] * int((scores >= 0.05).sum()))
    else:
        assert len(given) - given.count(None) == round(test["answered"] * len(texts))


def test_every_text_is_answered_where_no_precision_is_asked_for(run):
    classifier = linnet.load(run.path)
    assert None not in classifier.predict(NEW[:2], precision=0.0)
    assert classifier.least_score(0) == (0.05 if classifier.task == "multilabel" else 0.0)


def test_a_table_has_nulls_where_it_is_not_answered(run):
    found = linnet.predict_table(run.path, {"text": NEW}, precision=0.9)
    assert found["predicted"].is_null().to_list()[2:] == [True, True]
    assert found["score"].is_null().sum() == 0
    assert isinstance(found, pl.DataFrame)


def test_what_cannot_be_promised_is_refused(run):
    classifier = linnet.load(run.path)
    with pytest.raises(ConfigError, match=r"a precision of 1 cannot be promised: at most 0\.\d+"):
        classifier.predict(NEW, precision=1.0)
    with pytest.raises(ConfigError, match="precision must be a number from 0 to 1, not 95"):
        classifier.predict(NEW, precision=95)


def test_the_run_tells_what_it_is_worth(run):
    test = run.evaluation["test"]
    wanted = [each["wanted"] for each in test["abstention"]]
    assert wanted == [0.8, 0.9, 0.95, 0.99]
    assert test["calibration_error"] <= test["calibration_error_before"] + 0.02
    drawn = json.loads((run.path / "curves.json").read_text("utf-8"))["answered"]
    assert drawn["precision"][0] > drawn["precision"][-1]
    page = (run.path / "report.html").read_text("utf-8")
    assert "Answering only when sure" in page


def test_a_model_with_fewer_words_takes_every_text_with_words_for_its_own(run, tmp_path):
    linnet.compress(run.path, tmp_path / "small", keep_ids=200)
    small = linnet.load(tmp_path / "small")
    assert small.in_scope([*NEW[:2], "label1 Hund", *NEW[2:]]).tolist() == [True] * 3 + [False] * 2
    with pytest.raises(ConfigError, match="cannot be promised: it was trained without validation"):
        small.predict(NEW, precision=0.5)
    linnet.compress(run.path, tmp_path / "whole")
    assert linnet.load(tmp_path / "whole").in_scope(NEW).tolist() == [True, True, False, False]


def test_one_label_per_text_has_no_thresholds():
    with pytest.raises(ConfigError, match="thresholds = labels is for several labels per text"):
        linnet.train(table_of(100, "multiclass"), thresholds="labels")


def test_each_label_may_have_a_threshold_of_its_own():
    table = table_of(1_500, "multilabel")
    one, own = (
        linnet.train(table, task="multilabel", thresholds=how).classifier.thresholds
        for how in ("one", "labels")
    )
    assert len(set(one)) == 1
    assert len(set(own)) > 1

"""A run tells why: which words decided its texts, and which separate labels that are mixed up."""

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import linnet
from linnet.errors import ConfigError
from linnet.runtime.classifier import Classifier
from linnet.workflows import why
from linnet.workflows.why import separations, separations_for_report, with_words


def told(run, name):
    return json.loads((run.path / name).read_text("utf-8"))


def test_texts_of_a_run_carry_their_words(runs):
    for task, run in runs.items():
        for row in told(run, "samples.json"):
            (expected,) = run.classifier.explain([row["text"]], label=row["why"]["label"])
            assert row["why"] == json.loads(json.dumps(expected.to_json())), task
            assert row["why"]["label"] == row["scores"][0][0]
        for row in told(run, "mistakes.json"):
            both = {row["why"]["label"], row["why"]["against"]} - {None}
            assert both <= {*row["given"], *row["label"]}
            assert row["why"]["label"] not in row["label"] or task == "multilabel"


@pytest.fixture(scope="module")
def mixed_up(runs):
    """Texts that say one thing and are labelled another, with the model's scores."""
    run = runs["multiclass"]
    texts = pl.Series(["bread soup", "goal match", "goal ball", "song piano", "goal soup"])
    known = np.array([run.classifier.labels.index(each)
                      for each in ("food", "sport", "food", "music", "music")])  # fmt: skip
    return run.classifier, texts, known, run.classifier.predict_proba(texts)


def test_pairs_say_which_way_and_by_which_words(mixed_up):
    model, texts, known, scores = mixed_up
    found = separations(model, texts, known=known, scores=scores)
    pair = next(each for each in found if set(each["labels"]) == {"food", "sport"})
    assert (pair["method"], pair["texts"]) == ("exact", 3)
    (taken,) = pair["taken"]
    assert (taken["true"], taken["predicted"], taken["rows"]) == ("food", "sport", 1)
    assert {word for word, *_ in taken["words"]} <= {"goal", "ball"}
    towards = dict(zip(pair["labels"], pair["towards"], strict=True))
    assert towards["sport"][0][::2] == ["goal", 2]
    assert all(pull > 0 for words in pair["towards"] for _, pull, _ in words)


def test_as_many_pairs_and_texts_as_asked(mixed_up):
    model, texts, known, scores = mixed_up
    some = separations(model, texts, known=known, scores=scores, num_pairs=1, texts_per_label=1)
    assert [each["texts"] for each in some] == [2]
    assert separations(model, texts[:0], known=known[:0], scores=scores[:0]) == []


def test_labels_that_the_model_does_not_have_are_no_pair(mixed_up):
    model, texts, known, scores = mixed_up
    foreign = np.where(known == known[0], len(model.labels), known)
    found = separations(model, texts, known=foreign, scores=scores)
    assert [each["true"] for pair in found for each in pair["taken"]] == ["music"]


def test_models_that_take_long_are_asked_for_as_much_as_time_allows(runs, monkeypatch, mixed_up):
    model, texts, known, scores = mixed_up
    rows = told(runs["multiclass"], "samples.json")
    monkeypatch.setattr(why, "_cost", lambda classifier, text: 100_000)
    shown = with_words(rows, model)
    assert ["why" in each and each["why"] is not None for each in shown[:2]] == [True, True]
    fresh = [{key: value for key, value in row.items() if key != "why"} for row in rows]
    assert ["why" in each for each in with_words(fresh, model)] == [True] * 2 + [False] * (
        len(rows) - 2
    )
    assert separations_for_report(model, texts, known=known, scores=scores) == []


def test_a_model_that_has_to_be_asked_again_tells_too(runs, monkeypatch, mixed_up):
    model, texts, known, scores = mixed_up
    exact = separations_for_report(model, texts, known=known, scores=scores)
    monkeypatch.setattr(Classifier, "bag_model", None)
    asked = separations_for_report(replace(model), texts, known=known, scores=scores)
    assert {each["method"] for each in exact} == {"exact"}
    assert {each["method"] for each in asked} == {"occlusion"}
    for one, other in zip(exact, asked, strict=True):
        assert (one["labels"], one["taken"][0]["rows"]) == (
            other["labels"], other["taken"][0]["rows"]
        )  # fmt: skip
        for exactly, roughly in zip(one["towards"], other["towards"], strict=True):
            assert exactly[0][0] in {word for word, *_ in roughly}


def test_a_long_text_is_explained_whole_and_shown_cut(runs):
    model = runs["binary"].classifier
    text = "bread " * 500 + "goal " * 2_000
    row = {"text": text, "label": ["food"], "scores": [["sport", 0.9], ["food", 0.1]]}
    (shown,) = with_words([row | {"given": ["sport"]}], model)
    assert len(shown["text"]) == why.LONGEST_TEXT + 1
    assert (shown["why"]["label"], shown["why"]["against"]) == ("sport", "food")
    assert shown["why"]["for"][0][0] == "goal", "it stands behind the cut"
    assert max(end for _, end, _ in shown["why"]["marks"]) <= why.LONGEST_TEXT


def test_several_labels_are_never_taken_for_each_other(runs):
    table = {"text": ["bread"], "label": [["food"]]}
    with pytest.raises(ConfigError, match="give each text one label"):
        linnet.evaluate(runs["multilabel"].path, table, why=True)
    assert told(runs["multilabel"], "confused.json") == []

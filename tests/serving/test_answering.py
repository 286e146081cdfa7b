"""Answers over HTTP are those of the library, whoever shares the run."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import linnet
from linnet.serving.answering import Answering, explanations, whole
from linnet.serving.drift import Drift
from linnet.serving.question import Question

TEXTS = ("bread salt", "", "Päivää, 猫!", "goal match ball run " * 50, "drum")


@pytest.fixture(scope="session", params=["two", "three", "sets"])
def classifier(request, runs):
    return linnet.load(runs[request.param])


@pytest.fixture
def answering(classifier):
    return Answering(classifier, Drift(classifier.labels, {}))


def read(answers, model="m"):
    said = json.loads(whole(answers, model=model, version="v"))
    assert (said["model"], said["version"]) == (model, "v")
    return said["answers"]


def test_labels_and_scores_are_those_of_the_classifier(classifier, answering):
    (answers,) = answering([Question(TEXTS, k=2)])
    key = "labels" if classifier.task == "multilabel" else "label"
    found = read(answers, 'a "name"')
    assert [each[key] for each in found] == classifier.predict(TEXTS)
    assert [each["in_scope"] for each in found] == classifier.in_scope(TEXTS).tolist()
    for each, top in zip(found, classifier.top(TEXTS, k=2), strict=True):
        assert [pair["label"] for pair in each["scores"]] == [label for label, _ in top]
        scores = [pair["score"] for pair in each["scores"]]
        assert scores == pytest.approx([score for _, score in top], abs=1e-6)


def test_more_labels_than_there_are_means_all(classifier, answering):
    (answers,) = answering([Question(("a",), k=10_000)])
    labels = [pair["label"] for pair in read(answers)[0]["scores"]]
    assert sorted(labels) == sorted(classifier.labels)


@pytest.mark.parametrize("threshold", [1e-9, 0.5, 1.0])
def test_threshold(classifier, answering, threshold):
    (answers,) = answering([Question(TEXTS, threshold=threshold)])
    scores = classifier.predict_proba(TEXTS)
    for each, row in zip(read(answers), scores, strict=True):
        reached = {classifier.labels[number] for number in np.flatnonzero(row >= threshold)}
        if classifier.task == "multilabel":
            assert set(each["labels"]) == reached
        else:
            best = classifier.labels[row.argmax()]
            assert each["label"] == (best if best in reached else None)


QUESTIONS = st.builds(
    Question, st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4).map(tuple),
    st.integers(1, 4), st.none() | st.sampled_from([0.2, 0.5, 0.9]),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(questions=st.lists(QUESTIONS, min_size=1, max_size=6))
def test_company_changes_no_answer(answering, questions):
    together = answering(questions)
    for question, answers in zip(questions, together, strict=True):
        (alone,) = answering([question])
        for one, other in zip(read(answers), read(alone), strict=True):
            assert {**one, "scores": 0} == {**other, "scores": 0}
            pairs = zip(one["scores"], other["scores"], strict=True)
            assert all(a["score"] == pytest.approx(b["score"], abs=2e-6) for a, b in pairs)


def test_explanations_are_those_of_the_classifier(classifier, answering):
    question = Question(("bread salt", ""), explain=True)
    (answers,), (why,) = answering([question]), explanations(classifier, [question])
    found = read([one + more for one, more in zip(answers, why, strict=True)])
    for each, expected in zip(found, classifier.explain(question.texts), strict=True):
        words = [(one["text"], one["start"], one["end"]) for one in each["why"]["words"]]
        assert words == [(one.text, one.start, one.end) for one in expected.words]
        assert each["why"]["label"] == expected.label == each["scores"][0]["label"]
        contributions = [one["contribution"] for one in each["why"]["words"]]
        assert contributions == pytest.approx(
            [one.contribution for one in expected.words], abs=1e-6
        )
        assert each["why"]["method"] == expected.method

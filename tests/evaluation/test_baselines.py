import numpy as np
import pytest

from linnet.errors import DataError
from linnet.evaluation.baselines import (
    against_linear,
    baseline_notes,
    baselines,
    constant_answers,
    label_shares,
)


def test_majority_is_that_of_the_training_rows():
    train, test = np.array([1, 1, 1, 0]), np.array([0, 0, 0, 1])
    found = baselines(train, test, task="binary", labels=["no", "yes"])
    assert list(found) == ["majority"]
    assert found["majority"]["accuracy"] == 0.25
    assert found["majority"]["roc_auc"] == 0.5
    expected = -(3 * np.log(0.25) + np.log(0.75)) / 4
    assert found["majority"]["loss"] == pytest.approx(expected)


def test_a_class_that_training_never_saw_has_a_finite_loss():
    found = baselines(np.array([0]), np.array([2]), task="multiclass", labels=["a", "b", "c"])
    assert found["majority"]["accuracy"] == 0
    assert found["majority"]["loss"] == pytest.approx(-np.log(1e-7))


def test_multilabel():
    train = np.array([[1, 0, 1], [1, 0, 1], [1, 1, 0]])
    test = np.array([[1, 0, 1], [0, 0, 0]])
    found = baselines(train, test, task="multilabel", labels=["a", "b", "c"])
    zeros, frequent = found["all_zeros"], found["most_frequent"]
    assert zeros["micro_f1"] == 0
    assert zeros["binary_accuracy"] == zeros["all_zeros_binary_accuracy"] == pytest.approx(4 / 6)
    assert zeros["subset_accuracy"] == 0.5
    # Two labels a row on average: a and c.
    assert frequent["subset_accuracy"] == 0.5
    assert frequent["micro_f1"] == pytest.approx(2 * 2 / (4 + 2))
    assert frequent["precision_at_1"] == 0.5
    assert frequent["precision_at_3"] == pytest.approx(2 / 6)
    assert "precision_at_1" not in zeros


def test_no_label_at_all_still_answers_one():
    empty = np.zeros((2, 2), np.uint8)
    found = baselines(empty, empty, task="multilabel", labels=["a", "b"])
    assert found["all_zeros"]["subset_accuracy"] == 1
    assert found["most_frequent"]["binary_accuracy"] == 0.5


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel"])
def test_headline_numbers_only(task):
    targets = np.eye(2, dtype=np.uint8) if task == "multilabel" else np.array([0, 1])
    for found in baselines(targets, targets, task=task, labels=["a", "b"]).values():
        low, high = found.pop("intervals")["micro_f1" if task == "multilabel" else "accuracy"]
        assert 0 <= low <= high <= 1
        assert all(isinstance(each, int | float) for each in found.values())


def test_no_training_rows():
    with pytest.raises(DataError, match="no training rows: baselines need at least one"):
        baselines(np.array([], int), np.array([0]), task="binary", labels=["a", "b"])


def test_no_rows():
    with pytest.raises(DataError, match="no rows to evaluate"):
        baselines(np.array([0]), np.array([], int), task="binary", labels=["a", "b"])


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel"])
def test_label_shares_are_all_that_baselines_take_of_the_training_rows(task):
    random = np.random.default_rng(0)
    num_labels = 2 if task == "binary" else 4
    size = (30, num_labels) if task == "multilabel" else 30
    train, test = (random.integers(0, 2 if task != "multiclass" else 4, size) for _ in range(2))
    shares = label_shares(train, num_labels=num_labels)
    labels = [f"label {number}" for number in range(num_labels)]
    assert constant_answers(shares, test, task=task, labels=labels) == baselines(
        train, test, task=task, labels=labels
    )


RIGHT, WRONG = [1, 1], [0, 1]


def test_difference_from_the_linear_baseline():
    linear, model = np.array([RIGHT] * 50 + [WRONG] * 50), np.array([RIGHT] * 70 + [WRONG] * 30)
    found = against_linear(linear, model, metric="accuracy")
    assert (found["metric"], found["before"], found["after"]) == ("accuracy", 0.5, 0.7)
    assert found["verdict"] == "better"
    assert found["interval"][0] < 0.2 < found["interval"][1]
    assert against_linear(model, linear, metric="accuracy")["verdict"] == "worse"
    assert "no difference" in against_linear(model, model, metric="accuracy")["verdict"]


def test_notes_say_when_a_model_is_not_worth_its_trouble():
    answers = {"majority": {"accuracy": 0.5}, "linear": {"accuracy": 0.8}}

    def notes(value, verdict=None):
        against = verdict and {"verdict": verdict}
        return baseline_notes({"accuracy": value}, answers, task="binary", against=against)

    assert notes(0.9, "better") == notes(0.7, "no difference") == notes(0.9) == []
    (worse,) = notes(0.7, "worse")
    assert "worse than TF-IDF + logistic regression" in worse
    assert [note[:27] for note in notes(0.5, "worse")] == [
        "this model is no better tha",
        worse[:27],
    ]


def test_one_label_alone_says_nothing_of_a_model():
    answers = {"majority": {"accuracy": 1.0}}
    assert baseline_notes({"accuracy": 1.0}, answers, task="binary") == []


def test_notes_of_sets_of_labels_compare_micro_f1_with_the_better_constant():
    answers = {"all_zeros": {"micro_f1": 0.0}, "most_frequent": {"micro_f1": 0.3}}
    assert baseline_notes({"micro_f1": 0.31}, answers, task="multilabel") == []
    assert "labels: it has" in baseline_notes({"micro_f1": 0.3}, answers, task="multilabel")[0]

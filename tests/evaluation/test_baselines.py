import numpy as np
import pytest

from linnet.errors import DataError
from linnet.evaluation.baselines import baselines, constant_answers, label_shares


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

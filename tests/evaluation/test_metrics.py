"""evaluate, quick and headline: the promises, and equality with scikit-learn on random arrays."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.errors import ConfigError, DataError
from linnet.evaluation.metrics import MOST_LABELS_OF_CONFUSION, evaluate, headline, quick

metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is the reference here")

NAMES = [f"l{number}" for number in range(MOST_LABELS_OF_CONFUSION + 1)]


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


@st.composite
def one_label(draw, labels):
    """Targets and scores where classes go missing, are never predicted, and scores tie."""
    num_labels = draw(labels)
    rows = draw(st.integers(1, 30))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    targets = generator.integers(0, draw(st.integers(1, num_labels)), rows)
    logits = generator.integers(-1, 2, (rows, num_labels)) * draw(st.sampled_from([0, 1, 3.0]))
    return targets, softmax(logits)


@st.composite
def label_sets(draw):
    """Targets that may be empty, full or rare, and scores of which many tie or stand at 0.5."""
    shape = draw(st.integers(1, 20)), draw(st.integers(1, 9))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    targets = generator.random(shape) < draw(st.sampled_from([0, 0.1, 0.5, 1]))
    scores = generator.integers(0, 5, shape) / draw(st.sampled_from([4, 5, 10]))
    return targets.astype(np.uint8), scores.astype(np.float32)


def check_averages(ours, true, predicted, labels):
    for average in ("macro", "micro", "weighted"):
        theirs = metrics.f1_score(true, predicted, average=average, labels=labels, zero_division=0)
        assert ours[f"{average}_f1"] == pytest.approx(theirs), average
    theirs = metrics.precision_recall_fscore_support(
        true, predicted, labels=labels, zero_division=0
    )
    for key, column in zip(("precision", "recall", "f1", "support"), theirs, strict=True):
        assert [each[key] for each in ours["per_class"]] == pytest.approx(column.tolist()), key


@given(one_label(st.integers(2, 6)))
def test_multiclass_equals_scikit_learn(arrays):
    targets, scores = arrays
    classes = list(range(scores.shape[1]))
    predicted = scores.argmax(axis=1)
    ours = evaluate(targets, scores, task="multiclass", labels=NAMES[: len(classes)])
    assert ours["rows"] == len(targets)
    assert ours["accuracy"] == pytest.approx(metrics.accuracy_score(targets, predicted))
    assert ours["micro_f1"] == pytest.approx(ours["accuracy"])
    check_averages(ours, targets, predicted, classes)
    theirs = metrics.confusion_matrix(targets, predicted, labels=classes)
    assert ours["confusion"] == theirs.tolist()
    assert [each["predicted"] for each in ours["per_class"]] == theirs.sum(axis=0).tolist()
    theirs = metrics.log_loss(targets, scores, labels=classes)
    assert ours["loss"] == pytest.approx(theirs, rel=1e-5)


@given(one_label(st.just(2)))
def test_binary_equals_scikit_learn(arrays):
    targets, scores = arrays
    predicted = scores.argmax(axis=1)
    ours = evaluate(targets, scores, task="binary", labels=["no", "yes"])
    for name in ("precision", "recall", "f1"):
        theirs = getattr(metrics, f"{name}_score")(targets, predicted, zero_division=0)
        assert ours[name] == pytest.approx(theirs), name
    if len(set(targets.tolist())) == 1:
        assert "roc_auc" not in ours
        assert "average_precision" not in ours
    else:
        assert ours["roc_auc"] == pytest.approx(metrics.roc_auc_score(targets, scores[:, 1]))
        theirs = metrics.average_precision_score(targets, scores[:, 1])
        assert ours["average_precision"] == pytest.approx(theirs)


@given(label_sets())
def test_multilabel_equals_scikit_learn(arrays):
    targets, scores = arrays
    num_labels = scores.shape[1]
    predicted = (scores >= 0.5).astype(int)
    ours = evaluate(targets, scores, task="multilabel", labels=NAMES[:num_labels])
    assert ours["subset_accuracy"] == pytest.approx(metrics.accuracy_score(targets, predicted))
    assert ours["hamming_loss"] == pytest.approx(np.mean(targets != predicted))
    assert ours["binary_accuracy"] == pytest.approx(np.mean(targets == predicted))
    assert ours["all_zeros_binary_accuracy"] == pytest.approx(np.mean(targets == 0))
    assert ours["labels_per_row"] == pytest.approx(targets.sum() / len(targets))
    assert "accuracy" not in ours
    assert "confusion" not in ours
    # scikit-learn takes a single column for a binary task.
    if num_labels > 1:
        check_averages(ours, targets, predicted, list(range(num_labels)))
        theirs = metrics.f1_score(targets, predicted, average="samples", zero_division=0)
        assert ours["sample_f1"] == pytest.approx(theirs)
        theirs = metrics.hamming_loss(targets, predicted)
        assert ours["hamming_loss"] == pytest.approx(theirs)


@given(label_sets())
def test_precision_at_k_counts_the_first_in_class_order(arrays):
    targets, scores = arrays
    num_labels = scores.shape[1]
    ours = evaluate(targets, scores, task="multilabel", labels=NAMES[:num_labels])
    for k in (1, 3, 5):
        ranked = [sorted(range(num_labels), key=lambda at, row=row: -row[at])[:k] for row in scores]
        hits = [targets[row, top].sum() for row, top in enumerate(ranked)]
        expected = sum(hits) / (k * len(hits)) if k <= num_labels else None
        assert ours.get(f"precision_at_{k}") == pytest.approx(expected)


@given(label_sets())
def test_multilabel_loss_is_that_of_keras(arrays):
    targets, scores = arrays
    ours = evaluate(targets, scores, task="multilabel", labels=NAMES[: scores.shape[1]])
    losses = [
        -math.log(min(max(float(p if true else 1 - p), 1e-7), 1 - 1e-7))
        for true, p in zip(targets.ravel(), scores.ravel().astype(float), strict=True)
    ]
    assert ours["loss"] == pytest.approx(sum(losses) / len(losses))


@given(one_label(st.integers(2, 6)) | label_sets())
def test_quick_is_a_part_of_evaluate_and_everything_is_json(arrays):
    targets, scores = arrays
    task = "multilabel" if targets.ndim == 2 else "multiclass"
    every = evaluate(targets, scores, task=task, labels=NAMES[: scores.shape[1]])
    few = quick(targets, scores, task=task)
    watched = ["accuracy"] if task == "multiclass" else ["binary_accuracy", "micro_f1"]
    assert list(few) == ["loss", *watched, "macro_f1"]
    assert few == pytest.approx({name: every[name] for name in few})
    assert json.loads(json.dumps(every, allow_nan=False)) == every
    assert all(type(each) is float for each in few.values())


def test_a_big_matrix_is_cut_without_a_trace():
    generator = np.random.default_rng(0)
    targets = (generator.random((5_000, 130)) < 0.1).astype(np.uint8)
    scores = generator.random((5_000, 130), np.float32)
    ours = evaluate(targets, scores, task="multilabel", labels=NAMES[:130])
    check_averages(ours, targets, scores >= 0.5, list(range(130)))
    theirs = metrics.f1_score(targets, scores >= 0.5, average="samples")
    assert ours["sample_f1"] == pytest.approx(theirs)
    assert ours["precision_at_1"] == np.take_along_axis(
        targets, scores.argmax(axis=1, keepdims=True), axis=1
    ).mean()  # fmt: skip


def test_thresholds_are_kept_label_by_label():
    targets = np.array([[1, 0], [0, 1]])
    scores = np.array([[0.3, 0.6], [0.2, 0.9]], np.float32)
    ours = evaluate(targets, scores, task="multilabel", labels=["a", "b"], thresholds=[0.3, 0.9])
    assert ours["subset_accuracy"] == 1.0
    assert quick(targets, scores, task="multilabel", thresholds=[0.3, 0.9])["micro_f1"] == 1.0
    assert quick(targets, scores, task="multilabel")["micro_f1"] == pytest.approx(0.5)


def test_confused_pairs_stand_most_frequent_first():
    targets = np.array([0, 0, 1, 2, 2])
    scores = np.eye(3, dtype=np.float32)[[1, 1, 0, 1, 2]]
    ours = evaluate(targets, scores, task="multiclass", labels=["a", "b", "ä"])
    assert ours["confused_pairs"] == [
        {"true": "a", "predicted": "b", "rows": 2},
        {"true": "b", "predicted": "a", "rows": 1},
        {"true": "ä", "predicted": "b", "rows": 1},
    ]


@pytest.mark.parametrize("surplus", [0, 1])
def test_confusion_is_left_out_where_it_would_be_huge(surplus):
    num_labels = MOST_LABELS_OF_CONFUSION + surplus
    scores = np.full((1, num_labels), 1 / num_labels, np.float32)
    ours = evaluate(np.array([1]), scores, task="multiclass", labels=NAMES[:num_labels])
    assert ("confusion" in ours) == (surplus == 0)
    assert ours["confused_pairs"] == [{"true": "l1", "predicted": "l0", "rows": 1}]


def test_certain_mistake_costs_sixteen():
    sure = np.array([[1.0, 0.0]], np.float32)
    assert quick(np.array([1]), sure, task="binary")["loss"] == pytest.approx(-math.log(1e-7))
    assert quick(np.array([0]), sure, task="binary")["loss"] == pytest.approx(1e-7)
    sets = np.array([[1, 0]])
    assert quick(sets, sure, task="multilabel")["loss"] == pytest.approx(1e-7)
    assert quick(1 - sets, sure, task="multilabel")["loss"] == pytest.approx(-math.log(1e-7))


def test_headline():
    assert headline({"accuracy": 0.5, "micro_f1": 0.4}, "multiclass") == ("accuracy", 0.5)
    assert headline({"binary_accuracy": 0.9, "micro_f1": 0.4}, "multilabel") == ("micro_f1", 0.4)


HALF = np.full((2, 2), 0.5, np.float32)
WRONG = {
    "no rows": ([], HALF[:0], "binary", DataError, "no rows to evaluate: at least one"),
    "no rows of sets": (HALF[:0], HALF[:0], "multilabel", DataError, "no rows to evaluate"),
    "an unknown task": ([0, 1], HALF, "multilable", ConfigError, "did you mean 'multilabel'"),
    "more targets": ([0, 1, 1], HALF, "binary", DataError, r"shape \(3,\), scores \(2, 2\)"),
    "sets for one label": ([[0, 1]] * 2, HALF, "binary", DataError, r"of the shape \(2,\)"),
    "one label for sets": ([0, 1], HALF, "multilabel", DataError, r"of the shape \(2, 2\)"),
    "flat scores": ([0, 1], HALF[0], "binary", DataError, r"\(rows, labels\) was expected"),
    "no labels": ([0, 1], HALF[:, :0], "multiclass", DataError, r"\(rows, labels\) was expected"),
    "binary with one column": ([0, 1], HALF[:, :1], "binary", DataError, "1 columns: a binary"),
    "a class too high": ([0, 2], HALF, "binary", DataError, "targets hold 2: 0 to 1"),
    "a class below 0": ([0, -1], HALF, "binary", DataError, "targets hold -1: 0 to 1"),
    "2 in a set": ([[0, 2]] * 2, HALF, "multilabel", DataError, "targets hold 2: 0 to 1"),
    "halves": ([0.5, 1.0], HALF, "binary", DataError, "float64: whole numbers"),
    "logits": ([0, 1], HALF * 3, "binary", DataError, "to 1.5: probabilities between 0 and 1"),
    "negative": ([0, 1], HALF - 1, "binary", DataError, "from -0.5 .* probabilities"),
    "nan": ([0, 1], HALF * np.nan, "binary", DataError, "lower the learning rate"),
}


@pytest.mark.parametrize("case", WRONG)
def test_arrays_that_do_not_fit(case):
    targets, scores, task, error, message = WRONG[case]
    with pytest.raises(error, match=message):
        evaluate(np.array(targets), scores, task=task, labels=["a", "b"])
    with pytest.raises(error, match=message):
        quick(np.array(targets), scores, task=task)


def test_labels_that_do_not_fit():
    with pytest.raises(DataError, match="2 columns: 3 labels are given"):
        evaluate(np.array([0, 1]), HALF, task="multiclass", labels=["a", "b", "c"])


@pytest.mark.parametrize(
    ("targets", "task", "thresholds", "message"),
    [
        ([0, 1], "binary", [0.5, 0.5], "thresholds are for multilabel tasks: this one is binary"),
        ([[0, 1]] * 2, "multilabel", [0.5], r"shape \(1,\): one number, or one for each of the 2"),
    ],
)
def test_thresholds_that_do_not_fit(targets, task, thresholds, message):
    with pytest.raises(ConfigError, match=message):
        evaluate(np.array(targets), HALF, task=task, labels=["a", "b"], thresholds=thresholds)
    with pytest.raises(ConfigError, match=message):
        quick(np.array(targets), HALF, task=task, thresholds=thresholds)

"""Heads: losses and gradients against Keras and against slopes, for every task and loss."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from linnet.errors import ConfigError
from linnet.models.heads import INTEGER, LOSSES, ONE_HOT, head, log_softmax, sigmoid, softmax
from linnet.registry import import_keras
from linnet.types import TASKS

PAIRS = [(task, loss) for task in TASKS for loss in LOSSES[task]]
NUM_LABELS = {"binary": 2, "multiclass": 4, "multilabel": 3}
LOGITS = arrays.arrays(
    np.float32,
    arrays.array_shapes(min_dims=2, max_dims=2),
    elements=st.floats(-(2.0**99), 2.0**99, width=32),
)


def example(task, loss, num_texts=7):
    made = head(task, NUM_LABELS[task], loss=loss)
    random = np.random.default_rng(1)
    logits = random.normal(0, 3, (num_texts, made.outputs)).astype(np.float32)
    shape = (num_texts, made.num_labels) if task == "multilabel" else num_texts
    targets = random.integers(0, 2 if task == "multilabel" else made.num_labels, shape)
    if task == "multilabel":
        targets[:1] = 0  # a text without labels
        targets[1:2] = 1
    return made, logits, targets


@pytest.mark.parametrize(("task", "loss"), PAIRS)
def test_the_loss_is_that_of_keras(task, loss):
    import_keras()
    made, logits, targets = example(task, loss)
    expected = made.expected(targets)
    ours, _ = made.loss_and_gradient(logits, expected)
    assert ours.shape == (len(targets),)
    assert float(made.keras_loss()(expected, logits)) == pytest.approx(ours.mean(), abs=1e-6)
    activated = softmax(logits) if made.softmax else sigmoid(logits)
    theirs = float(made.keras_loss(from_logits=False)(expected, activated))
    assert theirs == pytest.approx(ours.mean(), abs=1e-4)


@pytest.mark.parametrize(("task", "loss"), PAIRS)
def test_the_gradient_is_the_slope_of_the_loss(task, loss):
    made, logits, targets = example(task, loss)
    logits, expected = logits.astype(np.float64), made.expected(targets)
    _, gradient = made.loss_and_gradient(logits, expected)
    for column in range(made.outputs):
        step = np.zeros_like(logits)
        step[:, column] = 1e-5
        above, _ = made.loss_and_gradient(logits + step, expected)
        below, _ = made.loss_and_gradient(logits - step, expected)
        np.testing.assert_allclose(gradient[:, column], (above - below) / 2e-5, atol=1e-8)


@pytest.mark.parametrize(("task", "loss"), PAIRS)
def test_no_texts(task, loss):
    made, logits, targets = example(task, loss, num_texts=0)
    losses, gradient = made.loss_and_gradient(logits, made.expected(targets))
    assert losses.shape == (0,)
    assert gradient.shape == logits.shape
    assert made.scores(logits).shape == (0, made.num_labels)


@pytest.mark.parametrize("task", ["binary", "multiclass"])
def test_one_hot_and_integer_targets_are_the_same_loss(task):
    one_hot, logits, targets = example(task, ONE_HOT)
    integer = head(task, one_hot.num_labels, loss=INTEGER)
    ours = one_hot.loss_and_gradient(logits, one_hot.expected(targets))
    theirs = integer.loss_and_gradient(logits, integer.expected(targets))
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


@pytest.mark.parametrize(("task", "loss"), PAIRS)
def test_extreme_logits_stay_finite(task, loss):
    made, _, targets = example(task, loss, num_texts=3)
    for value in (0, 1e4, -1e4, 1e30, -1e30):
        logits = np.zeros((3, made.outputs), np.float32)
        logits[:, 0] = value
        losses, gradient = made.loss_and_gradient(logits, made.expected(targets))
        scores = made.scores(logits)
        for each in (losses, gradient, scores):
            assert np.isfinite(each).all()
            assert each.dtype == np.float32
        assert ((scores >= 0) & (scores <= 1)).all()


@given(LOGITS)
def test_softmax_sums_to_1(logits):
    scores = softmax(logits)
    np.testing.assert_allclose(scores.sum(1), 1, atol=1e-5)
    assert (scores[np.arange(len(logits)), logits.argmax(1)] == scores.max(1)).all()
    assert (log_softmax(logits) <= 0).all()


@given(LOGITS)
def test_sigmoid_of_the_opposite_is_the_rest(logits):
    np.testing.assert_allclose(sigmoid(logits) + sigmoid(-logits), 1, atol=1e-6)


@pytest.mark.parametrize("logit", [0.0, 1000.0, 1e8])
def test_softmax_of_equal_logits_is_even(logit):
    assert softmax(np.full((1, 4), logit, np.float32)).tolist() == [[0.25] * 4]


@pytest.mark.parametrize(("task", "loss"), PAIRS)
def test_logits_come_back_from_scores(task, loss):
    made, logits, _ = example(task, loss)
    activated = softmax(logits) if made.softmax else sigmoid(logits)
    again = made.logits(activated)
    np.testing.assert_allclose(made.scores(again), made.scores(logits), atol=1e-5)
    assert np.isfinite(made.logits(np.array([[0.0, 1.0]], np.float32))).all()


def test_expected():
    targets = np.array([2, 0])
    integer = head("multiclass", 3).expected(targets)
    assert (integer.dtype, integer.tolist()) == (np.int32, [2, 0])
    assert head("multiclass", 3, loss=ONE_HOT).expected(targets).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert head("binary", 2).expected(np.array([1, 0])).tolist() == [[1], [0]]
    sets = np.array([[0, 0, 0], [1, 0, 1], [0, 1, 0]])
    assert head("multilabel", 3).expected(sets).tolist() == sets.tolist()
    shares = head("multilabel", 3, loss=ONE_HOT).expected(sets)
    assert shares.tolist() == [[0, 0, 0], [0.5, 0, 0.5], [0, 1, 0]]


def test_binary_scores_have_two_columns():
    scores = head("binary", 2).scores(np.array([[0.0], [100.0], [-100.0]], np.float32))
    assert scores.shape == (3, 2)
    np.testing.assert_allclose(scores, [[0.5, 0.5], [0, 1], [1, 0]], atol=1e-6)


@pytest.mark.parametrize(
    ("task", "loss", "outputs", "activation"),
    [
        ("binary", None, 1, "sigmoid"),
        ("binary", ONE_HOT, 2, "softmax"),
        ("binary", INTEGER, 2, "softmax"),
        ("multiclass", None, 4, "softmax"),
        ("multilabel", None, 3, "sigmoid"),
        ("multilabel", ONE_HOT, 3, "softmax"),
    ],
)
def test_outputs_and_activation(task, loss, outputs, activation):
    made = head(task, NUM_LABELS[task], loss=loss)
    assert (made.outputs, made.activation) == (outputs, activation)


def test_accuracy():
    logits = np.array([[1.0], [-1.0], [1.0]], np.float32)
    assert head("binary", 2).accuracy(logits, np.array([1, 0, 0])) == pytest.approx(2 / 3)
    logits = np.array([[1, 2, 0], [5, 0, 0]], np.float32)
    assert head("multiclass", 3).accuracy(logits, np.array([1, 1])) == 0.5
    assert head("multilabel", 3).accuracy(logits - 1, np.array([[1, 1, 0], [1, 1, 0]])) == 5 / 6


@pytest.mark.parametrize(
    ("task", "loss", "fitting"),
    [
        ("binary", "hinge", "binary_crossentropy or categorical_crossentropy or sparse_"),
        ("multiclass", "binary_crossentropy", "sparse_categorical_crossentropy or categorical"),
        ("multilabel", INTEGER, "binary_crossentropy or categorical_crossentropy$"),
    ],
)
def test_a_loss_that_does_not_fit(task, loss, fitting):
    with pytest.raises(
        ConfigError, match=f"loss '{loss}' does not fit a {task} task: use {fitting}"
    ):
        head(task, 3, loss=loss)


@pytest.mark.parametrize("loss", [None, ONE_HOT])
def test_a_multilabel_task_may_have_one_label(loss):
    made = head("multilabel", 1, loss=loss)
    sets = np.array([[1], [0]])
    logits = np.array([[3.0], [-3.0]], np.float32)
    assert made.outputs == 1
    assert made.expected(sets).tolist() == [[1], [0]]
    assert made.scores(logits).shape == (2, 1)
    if loss is None:
        assert made.accuracy(logits, sets) == 1
    assert made.loss_and_gradient(logits, made.expected(sets))[1].shape == (2, 1)


@pytest.mark.parametrize(
    ("task", "scores", "found"),
    [
        ("binary", [[0.5], [-1.25]], "gives -1.25, and scores from 0 to 1 were expected"),
        ("multilabel", [[0.5, 0.5, 3.0]], "gives 3, and scores from 0 to 1 were expected"),
        ("multiclass", [[0.5, 0.5, 0.5]], "gives shares of 1.5 in all, and shares of 1 were"),
    ],
)
def test_only_scores_become_logits(task, scores, found):
    made = head(task, 2 if task == "binary" else 3)
    with pytest.raises(ConfigError, match=found):
        made.logits(np.array(scores, np.float32))
    unknown = np.full((2, made.outputs), np.nan, np.float32)
    assert np.isnan(made.logits(unknown)).all(), "a training that ran away is told as such"

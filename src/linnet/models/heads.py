"""What comes after the last layer, for each task: the number of outputs, scores, loss.

The last layer gives logits. A head turns them into scores (sigmoid or softmax), gives the loss
and its gradient to the sparse engine, the loss's name to Keras, and its own nodes to ONNX.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.errors import ConfigError
from linnet.models.layers.layer import Array, Graph
from linnet.types import Scores, Targets, Task

BINARY = "binary_crossentropy"
ONE_HOT = "categorical_crossentropy"
INTEGER = "sparse_categorical_crossentropy"
LEAST = np.float32(1e-7)
ROUNDED = 0.02
"""How far a sum of scores may be from 1 in half precision."""

LOSSES: dict[Task, tuple[str, ...]] = {
    "binary": (BINARY, ONE_HOT, INTEGER),
    "multiclass": (INTEGER, ONE_HOT),
    "multilabel": (BINARY, ONE_HOT),
}
"""The losses each task can use, its default first; names as in Keras."""


@dataclass(frozen=True)
class Head:
    """The end of a model.

    Attributes:
        task: What is decided.
        loss: A name of `LOSSES[task]`.
        num_labels: How many labels there are.
    """

    task: Task
    loss: str
    num_labels: int

    @property
    def softmax(self) -> bool:
        """Whether scores are shares of one whole; otherwise each stands for itself."""
        return self.loss != BINARY

    @property
    def activation(self) -> str:
        """The name of the function that turns logits into scores."""
        return "softmax" if self.softmax else "sigmoid"

    @property
    def shared(self) -> bool:
        """Whether two labels share one sigmoid: the score of the first is what is left."""
        return self.task == "binary" and not self.softmax

    @property
    def outputs(self) -> int:
        """Logits of one text: a single one where two labels share a sigmoid."""
        return 1 if self.shared else self.num_labels

    def scores(self, logits: Array) -> Scores:
        """Turn logits, shape (texts, outputs), into scores, shape (texts, labels)."""
        scores = softmax(logits) if self.softmax else sigmoid(logits)
        return self.widen(scores)

    def logits(self, scores: Array) -> Array:
        """Turn what a sigmoid or softmax gave, shape (texts, outputs), back into logits.

        Raises:
            ConfigError: Nothing of the kind gave them: a user's own model may end in anything.
        """
        self._check(scores)
        sure = np.clip(scores, LEAST, 1 - LEAST)
        return np.log(sure) if self.softmax else np.log(sure) - np.log1p(-sure)

    def _check(self, scores: Array) -> None:
        beyond = scores[(scores < -ROUNDED) | (scores > 1 + ROUNDED)]
        sums = scores.sum(1, dtype=np.float64)
        wrong = sums[abs(sums - 1) > ROUNDED] if self.softmax else sums[:0]
        if not (beyond.size or wrong.size):  # what is no number is told elsewhere
            return
        found = f"{beyond[0]:.4g}" if beyond.size else f"shares of {wrong[0]:.4g} in all"
        expected = "shares of 1" if self.softmax else "scores from 0 to 1"
        raise ConfigError(
            f"the model gives {found}, and {expected} were expected: end it in a layer with "
            f"activation={self.activation!r}"
        )

    def widen(self, scores: Array) -> Scores:
        """Give a single score of the second label its counterpart in front."""
        return np.concatenate([1 - scores, scores], axis=1) if self.shared else scores

    def expected(self, targets: Targets) -> NDArray[Any]:
        """Return targets in the form that the loss takes.

        Integer classes for the sparse loss, shape (texts,); otherwise float32, shape
        (texts, outputs): one-hot, 0 and 1 per label, or equal shares of a text's labels.
        """
        if self.loss == INTEGER:
            return targets.astype(np.int32)
        if self.shared:
            return targets[:, None].astype(np.float32)
        if self.task != "multilabel":
            return np.eye(self.num_labels, dtype=np.float32)[targets]
        shares = targets.astype(np.float32)
        return shares / np.maximum(shares.sum(1, keepdims=True), 1) if self.softmax else shares

    def loss_and_gradient(self, logits: Array, expected: NDArray[Any]) -> tuple[Array, Array]:
        """Return each text's loss, shape (texts,), and the gradient of its logits."""
        if not self.softmax:
            losses = np.logaddexp(0, logits) - logits * expected
            return losses.mean(1), (sigmoid(logits) - expected) / logits.shape[1]
        log_scores = log_softmax(logits)
        if self.loss == INTEGER:
            rows = np.arange(len(logits))
            gradient = np.exp(log_scores)
            gradient[rows, expected] -= 1
            return -log_scores[rows, expected], gradient
        total = expected.sum(1, keepdims=True)
        return -(expected * log_scores).sum(1), np.exp(log_scores) * total - expected

    def accuracy(self, logits: Array, targets: Targets) -> float:
        """Return the share of right classes, or of right labels for multilabel."""
        if self.task == "multilabel":
            return float(((self.scores(logits) >= 0.5) == targets).mean())
        classes = logits[:, 0] > 0 if self.shared else logits.argmax(1)
        return float((classes == targets).mean())

    def keras_loss(self, *, from_logits: bool = True) -> Any:
        """Return the loss of Keras."""
        import keras

        losses = {
            BINARY: keras.losses.BinaryCrossentropy,
            ONE_HOT: keras.losses.CategoricalCrossentropy,
            INTEGER: keras.losses.SparseCategoricalCrossentropy,
        }
        return losses[self.loss](from_logits=from_logits)

    def to_onnx(self, graph: Graph, logits: str) -> str:
        """Add the head to a graph and return the scores."""
        if self.softmax:
            return graph.node("Softmax", logits, axis=1)
        scores = graph.node("Sigmoid", logits)
        if not self.shared:
            return scores
        other = graph.node("Sigmoid", graph.node("Neg", logits))
        return graph.node("Concat", other, scores, axis=1)


def head(task: Task, num_labels: int, *, loss: str | None = None) -> Head:
    """Return the head for a task.

    Args:
        task: What is decided.
        num_labels: How many labels there are.
        loss: A loss of Keras by name; None: the task's usual one.

    Raises:
        ConfigError: The loss does not fit the task.

    Example:
        >>> head("binary", 2).outputs, head("binary", 2, loss="categorical_crossentropy").outputs
        (1, 2)
        >>> head("multilabel", 3, loss="mse")
        Traceback (most recent call last):
        linnet.errors.ConfigError: loss 'mse' does not fit a multilabel task: \
use binary_crossentropy or categorical_crossentropy
    """
    loss = loss or LOSSES[task][0]
    if loss not in LOSSES[task]:
        fitting = " or ".join(LOSSES[task])
        raise ConfigError(f"loss {loss!r} does not fit a {task} task: use {fitting}")
    return Head(task, loss, num_labels)


def sigmoid(logits: Array) -> Array:
    """Return 1 / (1 + e^-x) without overflow.

    Example:
        >>> sigmoid(np.array([-1000.0, 0.0], np.float32)).tolist()
        [0.0, 0.5]
    """
    return np.exp(-np.logaddexp(0, -logits))


def softmax(logits: Array) -> Array:
    """Return scores that sum to 1 in each row, shape (texts, labels).

    Example:
        >>> softmax(np.array([[1000.0, 1000.0]], np.float32)).tolist()
        [[0.5, 0.5]]
    """
    return np.exp(log_softmax(logits))


def log_softmax(logits: Array) -> Array:
    """Return the logarithm of `softmax`, exact where that is 0.

    Example:
        >>> log_softmax(np.array([[0.0, 1000.0]], np.float32)).tolist()
        [[-1000.0, 0.0]]
    """
    below = logits - logits.max(1, keepdims=True)
    return np.asarray(below - np.log(np.exp(below).sum(1, keepdims=True)))

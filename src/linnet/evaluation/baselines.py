"""What every model must beat: what is reached without reading a single text, or by single words.

Goes in: the targets of the training rows and of the rows to evaluate; what others measured of a
linear model. Comes out: a few metrics per baseline, how far the model is above, and what to say.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.errors import DataError
from linnet.evaluation.intervals import Pairs, difference
from linnet.evaluation.metrics import evaluate, headline, summary
from linnet.types import Targets, Task

LINEAR = "linear"
"""The name of TF-IDF with logistic regression among the baselines."""

# Nobody ranks labels here: the order of equal scores would be reported.
_RANKED = (
    "loss", "precision_at_1", "precision_at_3", "precision_at_5", "ndcg_at_3", "ndcg_at_5",
    "calibration_error",
)  # fmt: skip


def baselines(
    train_targets: Targets, targets: Targets, *, task: Task, labels: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return what constant answers reach.

    Binary and multiclass: `majority` answers the shares of the training rows' classes, so its
    decision is the most frequent class. Multilabel: `all_zeros` answers no label;
    `most_frequent` the labels that are most frequent in the training rows, as many as a training
    row has on average, at least one.

    Args:
        train_targets: Targets of the training rows, at least one.
        targets: Targets of the rows to evaluate, at least one.
        task: Binary, multiclass or multilabel.
        labels: In class order.

    Returns:
        Baseline → what `evaluate` says of it, without what is said per label.

    Example:
        >>> train, test = np.array([0, 0, 1]), np.array([0, 1])
        >>> baselines(train, test, task="binary", labels=["neg", "pos"])["majority"]["accuracy"]
        0.5
        >>> baselines(test[:0], test, task="binary", labels=["neg", "pos"])
        Traceback (most recent call last):
        linnet.errors.DataError: there are no training rows: baselines need at least one
    """
    if len(train_targets) == 0:
        raise DataError("there are no training rows: baselines need at least one")
    shares = label_shares(train_targets, num_labels=len(labels))
    return constant_answers(shares, targets, task=task, labels=labels)


def label_shares(targets: Targets, *, num_labels: int) -> NDArray[np.float64]:
    """Return the share of rows that have each label, shape (labels,).

    Example:
        >>> label_shares(np.array([0, 1, 1, 1]), num_labels=3).tolist()
        [0.25, 0.75, 0.0]
        >>> label_shares(np.array([[1, 1], [0, 1]]), num_labels=2).tolist()
        [0.5, 1.0]
    """
    sets = targets.ndim == 2
    counts = np.count_nonzero(targets, 0) if sets else np.bincount(targets, minlength=num_labels)
    shares: NDArray[np.float64] = counts / len(targets)
    return shares


def constant_answers(
    shares: NDArray[np.float64], targets: Targets, *, task: Task, labels: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return what `baselines` does, from the share of each label in the training rows.

    Args:
        shares: Shape (labels,), as `label_shares` returns them.
        targets: Targets of the rows to evaluate, at least one.
        task: Binary, multiclass or multilabel.
        labels: In class order.

    Example:
        >>> shares, targets = np.array([0.25, 0.75]), np.array([0, 1])
        >>> constant_answers(shares, targets, task="binary", labels="ab")["majority"]["accuracy"]
        0.5
    """
    if task == "multilabel":
        return _multilabel(shares, targets, labels)
    scores = np.broadcast_to(shares.astype(np.float32), (len(targets), len(labels)))
    return {"majority": summary(evaluate(targets, scores, task=task, labels=labels))}


def against_linear(linear: Pairs, model: Pairs, *, metric: str) -> dict[str, Any]:
    """Compare a model with TF-IDF and logistic regression on the same rows.

    Args:
        linear: What `row_counts` says of the linear model, shape (rows, 2).
        model: The same of the model.
        metric: The name of the headline metric.

    Returns:
        `metric`, and as `difference`: `before` is the linear model, `after` the model.

    Example:
        >>> model, linear = np.array([[1, 1]] * 100), np.array([[0, 1]] * 10 + [[1, 1]] * 90)
        >>> found = against_linear(linear, model, metric="accuracy")
        >>> found["verdict"], round(found["difference"], 2)
        ('better', 0.1)
    """
    return {"metric": metric, **difference(linear, model)}


def baseline_notes(
    evaluation: Mapping[str, Any], answers: Mapping[str, Mapping[str, Any]], *,
    task: Task, against: Mapping[str, Any] | None = None,
) -> list[str]:  # fmt: skip
    """Say in plain words where a model is not worth its trouble.

    Args:
        evaluation: What `evaluate` says of the model.
        answers: Baseline → the same of it.
        task: Binary, multiclass or multilabel.
        against: What `against_linear` returned; None: there is no linear model.

    Example:
        >>> notes = baseline_notes({"accuracy": 0.5}, {"majority": {"accuracy": 0.6}},
        ...                        task="binary", against={"verdict": "worse"})
        >>> for note in notes: print(note)
        this model is no better than always the most frequent label: it has learned nothing
        this model is worse than TF-IDF + logistic regression: take the folder baseline/ of ...
        >>> baseline_notes({"accuracy": 0.7}, {}, task="binary")
        []
    """
    name, value = headline(evaluation, task)
    constant = [each[name] for kind, each in answers.items() if kind != LINEAR]
    notes = []
    if constant and value <= max(constant) < 1:  # with one label alone nothing can be told
        most = "labels" if task == "multilabel" else "label"
        notes.append(
            f"this model is no better than always the most frequent {most}: it has learned nothing"
        )
    if against and against["verdict"] == "worse":
        notes.append(
            "this model is worse than TF-IDF + logistic regression: take the folder baseline/ of "
            "the run instead, or train another model"
        )
    return notes


def most_frequent(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return thresholds that give the most frequent labels, as many as a training row has.

    Args:
        shares: Share of the training rows that have each label, shape (labels,).

    Returns:
        Shape (labels,): 0 for a label that is given, 2 for one that is not.

    Example:
        >>> most_frequent(np.array([0.2, 0.9, 0.5])).tolist()
        [2.0, 0.0, 0.0]
        >>> most_frequent(np.array([0.1, 0.1])).tolist()
        [0.0, 2.0]
    """
    thresholds = np.full(len(shares), 2.0)
    num = max(1, round(float(shares.sum())))
    thresholds[np.argsort(-shares, kind="stable")[:num]] = 0.0
    return thresholds


def _multilabel(
    shares: NDArray[np.float64], targets: Targets, labels: Sequence[str]
) -> dict[str, dict[str, Any]]:
    never, frequent = np.full(len(labels), 2.0), most_frequent(shares)
    scores = np.broadcast_to(shares.astype(np.float32), targets.shape)
    answers = {
        name: evaluate(targets, scores, task="multilabel", labels=labels, thresholds=thresholds)
        for name, thresholds in (("all_zeros", never), ("most_frequent", frequent))
    }
    all_zeros = {name: each for name, each in answers["all_zeros"].items() if name not in _RANKED}
    return {"all_zeros": summary(all_zeros), "most_frequent": summary(answers["most_frequent"])}

"""Everything that is said of a model's answers, and the few numbers that are looked at first.

Goes in: targets and scores. Comes out: one dictionary, ready for JSON, that never holds NaN.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linnet.errors import ConfigError, DataError
from linnet.evaluation.arrays import checked
from linnet.evaluation.calibration import calibration_error
from linnet.evaluation.cells import cells, pooled
from linnet.evaluation.counts import averages, count_classes, count_labels, per_class
from linnet.evaluation.decisions import decide
from linnet.evaluation.f1_intervals import f1_interval
from linnet.evaluation.intervals import wilson
from linnet.evaluation.label_sets import label_set_metrics
from linnet.evaluation.losses import binary_cross_entropy, cross_entropy
from linnet.evaluation.mistakes import confused_pairs, confusion
from linnet.evaluation.ranking import average_precision, ndcg_at, precision_at, roc_auc
from linnet.types import Scores, Targets, Task

# A table of all pairs of more labels would be megabytes that nobody reads.
MOST_LABELS_OF_CONFUSION = 500
PER_LABEL = ("per_class", "confusion", "confused_pairs")


def evaluate(
    targets: Targets,
    scores: Scores,
    *,
    task: Task,
    labels: Sequence[str],
    thresholds: ArrayLike | None = None,
) -> dict[str, Any]:
    """Return all metrics of a task.

    All tasks: `rows`, `loss`, `macro_f1`, `micro_f1`, `weighted_f1`, `calibration_error` (0 to 1;
    of the highest score), `per_class`, `intervals`: between which numbers the headline metric
    and macro-F1 lie, with 95 % confidence. Binary and
    multiclass: `accuracy`, `confusion` (rows true, columns predicted; up to 500 labels),
    `confused_pairs`. Binary: `precision`, `recall`, `f1` of the second label, and where both
    occur `roc_auc` and `average_precision`. Multilabel: `subset_accuracy`, `hamming_loss`,
    `sample_f1`, `binary_accuracy` beside `all_zeros_binary_accuracy`, `labels_per_row`,
    `precision_at_1`, `_3` and `_5`, `ndcg_at_3` and `_5`.

    Args:
        targets: Class numbers (rows,), or for multilabel 0 and 1 (rows, labels).
        scores: Probabilities, shape (rows, labels).
        task: Binary, multiclass or multilabel.
        labels: In class order; the second of a binary task is the positive one.
        thresholds: Multilabel only: one per label, or one for all; None: 0.5.

    Raises:
        DataError: No rows, or arrays that do not fit each other or the labels.
        ConfigError: An unknown task, or thresholds that do not fit.

    Example:
        >>> scores = np.array([[0.9, 0.1], [0.4, 0.6], [0.8, 0.2]], np.float32)
        >>> result = evaluate(np.array([0, 1, 1]), scores, task="binary", labels=["neg", "pos"])
        >>> result["accuracy"], result["recall"], result["confusion"]
        (0.6666666666666666, 0.5, [[1, 0], [1, 1]])
        >>> nothing = evaluate(np.zeros((1, 2), int), np.zeros((1, 2)), task="multilabel",
        ...                    labels=["a", "b"])
        >>> nothing["micro_f1"], nothing["subset_accuracy"]
        (0.0, 1.0)
    """
    targets = checked(targets, scores, task=task)
    if len(labels) != scores.shape[1]:
        raise DataError(f"scores have {scores.shape[1]} columns: {len(labels)} labels are given")
    _check_thresholds(thresholds, task, len(labels))
    if task == "multilabel":
        return _multilabel(targets, scores, labels, thresholds)
    return _one_label(targets, scores, labels, task)


def quick(
    targets: Targets, scores: Scores, *, task: Task, thresholds: ArrayLike | None = None
) -> dict[str, float]:
    """Return the few metrics that a training loop watches each epoch, the same as `evaluate`.

    Returns:
        `loss`, `accuracy` and `macro_f1`; for multilabel `loss`, `binary_accuracy`, `micro_f1`
        and `macro_f1`.

    Example:
        >>> quick(np.array([0, 1]), np.array([[1.0, 0.0], [1.0, 0.0]]), task="binary")
        {'loss': 8.05..., 'accuracy': 0.5, 'macro_f1': 0.333...}
        >>> scores, thresholds = np.array([[0.5, 0.5]]), [1, 0.5]
        >>> quick(np.array([[0, 1]]), scores, task="multilabel", thresholds=thresholds)
        {'loss': 0.69..., 'binary_accuracy': 1.0, 'micro_f1': 1.0, 'macro_f1': 0.5}
    """
    targets = checked(targets, scores, task=task)
    _check_thresholds(thresholds, task, scores.shape[1])
    predicted = decide(scores, task=task, thresholds=thresholds)
    if task != "multilabel":
        counts = count_classes(targets, predicted, num_labels=scores.shape[1])
        return {
            "loss": cross_entropy(targets, scores),
            "accuracy": float(np.mean(predicted == targets)),
            "macro_f1": averages(counts)["macro_f1"],
        }
    counts, _ = count_labels(targets, predicted)
    wrong = int((counts.predicted + counts.support - 2 * counts.true_positives).sum())
    shares = averages(counts)
    return {
        "loss": binary_cross_entropy(targets, scores),
        "binary_accuracy": 1 - wrong / targets.size,
        "micro_f1": shares["micro_f1"],
        "macro_f1": shares["macro_f1"],
    }


def summary(evaluation: Mapping[str, Any]) -> dict[str, Any]:
    """Return an evaluation without what is said per label.

    Example:
        >>> summary({"rows": 2, "accuracy": 0.5, "per_class": [], "confused_pairs": []})
        {'rows': 2, 'accuracy': 0.5}
    """
    return {name: each for name, each in evaluation.items() if name not in PER_LABEL}


def headline(evaluation: Mapping[str, Any], task: Task) -> tuple[str, float]:
    """Return the name and the value of the one number to show first.

    Example:
        >>> headline({"accuracy": 0.9, "micro_f1": 0.9}, "binary")
        ('accuracy', 0.9)
        >>> headline({"binary_accuracy": 0.99, "micro_f1": 0.2}, "multilabel")
        ('micro_f1', 0.2)
    """
    name = "micro_f1" if task == "multilabel" else "accuracy"
    return name, float(evaluation[name])


def _one_label(
    targets: Targets, scores: Scores, labels: Sequence[str], task: Task
) -> dict[str, Any]:
    predicted = decide(scores, task=task)
    counts = count_classes(targets, predicted, num_labels=len(labels))
    classes = per_class(counts, labels)
    result: dict[str, Any] = {
        "rows": len(targets),
        "loss": cross_entropy(targets, scores),
        "accuracy": float(np.mean(predicted == targets)),
        **averages(counts),
        "calibration_error": calibration_error(targets, scores),
        "intervals": {
            "accuracy": list(wilson(int(counts.true_positives.sum()), len(targets))),
            "macro_f1": list(f1_interval(cells(targets, predicted, num_labels=len(labels)))),
        },
    }
    if task == "binary":
        result |= {name: classes[1][name] for name in ("precision", "recall", "f1")}
        result |= _binary_ranking(targets == 1, scores)
    result["per_class"] = classes
    if len(labels) <= MOST_LABELS_OF_CONFUSION:
        result["confusion"] = confusion(targets, predicted, num_labels=len(labels)).tolist()
    result["confused_pairs"] = [
        {"true": labels[true], "predicted": labels[found], "rows": rows}
        for true, found, rows in confused_pairs(targets, predicted)
    ]
    return result


def _binary_ranking(positive: NDArray[np.bool_], scores: Scores) -> dict[str, float]:
    if positive.all() or not positive.any():
        return {}
    return {
        "roc_auc": roc_auc(positive, scores[:, 1]),
        "average_precision": average_precision(positive, scores[:, 1]),
    }


def _multilabel(
    targets: Targets, scores: Scores, labels: Sequence[str], thresholds: ArrayLike | None
) -> dict[str, Any]:
    predicted = decide(scores, task="multilabel", thresholds=thresholds)
    per_label, per_row = count_labels(targets, predicted)
    found = cells(targets, predicted, num_labels=len(labels))
    ranked = precision_at(targets, scores, ks=(1, 3, 5))
    gains = ndcg_at(targets, scores, ks=(3, 5))
    return {
        "rows": len(targets),
        "loss": binary_cross_entropy(targets, scores),
        **averages(per_label),
        **label_set_metrics(per_row, num_labels=len(labels)),
        **{f"precision_at_{k}": share for k, share in ranked.items()},
        **{f"ndcg_at_{k}": gain for k, gain in gains.items()},
        "calibration_error": calibration_error(targets, scores),
        "intervals": {
            "micro_f1": list(f1_interval(pooled(found))), "macro_f1": list(f1_interval(found)),
        },
        "per_class": per_class(per_label, labels),
    }  # fmt: skip


def _check_thresholds(thresholds: ArrayLike | None, task: Task, num_labels: int) -> None:
    if thresholds is None:
        return
    if task != "multilabel":
        raise ConfigError(f"thresholds are for multilabel tasks: this one is {task}")
    if np.shape(thresholds) not in {(), (num_labels,)}:
        raise ConfigError(
            f"thresholds have the shape {np.shape(thresholds)}: one number, or one for each of "
            f"the {num_labels} labels was expected"
        )

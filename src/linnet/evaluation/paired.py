"""Two models' answers to the same rows: which is better, and could chance alone have done it?

Goes in: targets and the scores of both. Comes out: one dictionary, ready for JSON. The interval of
a difference says how large it may be, and gives the verdict; the p-value stands beside it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linnet.errors import ConfigError
from linnet.evaluation.cells import Cells, cells, f1, pooled
from linnet.evaluation.decisions import decide
from linnet.evaluation.f1_intervals import f1_difference
from linnet.evaluation.intervals import SAME, Pairs, difference, verdict
from linnet.evaluation.metrics import evaluate, headline
from linnet.registry import unknown
from linnet.types import Scores, Targets, Task

NUM_DRAWS = 4_000
AT_ONCE = 200

REQUIREMENTS = ("not-worse", "better")


def compare_scores(
    targets: Targets,
    both: tuple[Scores, Scores],
    *,
    task: Task,
    labels: Sequence[str],
    thresholds: tuple[ArrayLike | None, ArrayLike | None] = (None, None),
) -> dict[str, Any]:
    """Compare two models on the rows that both have answered.

    Args:
        targets: Class numbers (rows,), or for multilabel 0 and 1 (rows, labels).
        both: Scores of the model before and of the one after, shape (rows, labels) each.
        task: Binary, multiclass or multilabel.
        labels: In class order.
        thresholds: Multilabel only: of each model, one per label or one for all; None: 0.5.

    Returns:
        `rows`, `metric` (the headline metric), what `difference` says of it, the `test` with its
        `p_value`; `metrics`: by name `before`, `after`, `difference` (after - before) and, where
        known, `intervals` (of both), `interval` (of the difference) and `p_value`; and `labels`,
        as of `label_changes`.

    Raises:
        DataError: No rows, or arrays that do not fit each other or the labels.

    Example:
        >>> targets = np.array([0, 1] * 20)
        >>> wrong = np.where(np.arange(40) < 15, 1 - targets, targets)
        >>> scores = tuple(np.eye(2, dtype=np.float32)[each] for each in (wrong, targets))
        >>> found = compare_scores(targets, scores, task="binary", labels=["ä", "b"])
        >>> found["metric"], found["difference"], found["verdict"], found["test"]
        ('accuracy', 0.375, 'better', "McNemar's test, mid-p")
        >>> found["p_value"] < 0.001, [each["lost"] for each in found["labels"]]
        (True, [0, 0])
    """
    reports = [
        evaluate(targets, scores, task=task, labels=labels, thresholds=limits)
        for scores, limits in zip(both, thresholds, strict=True)
    ]
    before, after = (
        cells(targets, decide(scores, task=task, thresholds=limits), num_labels=len(labels))
        for scores, limits in zip(both, thresholds, strict=True)
    )
    name, _ = headline(reports[0], task)
    moved = difference(_counts(before), _counts(after))
    test, p_value = _tested(before, after)
    return {
        "metric": name, **moved, "test": test, "p_value": p_value,
        "metrics": {
            name: _both(reports, name, moved["interval"], p_value),
            "macro_f1": _both(
                reports, "macro_f1", f1_difference(before, after)[1], randomised(before, after)
            ),
            "loss": _both(reports, "loss"),
            "calibration_error": _both(reports, "calibration_error"),
        },
        "labels": label_changes(before, after, labels=labels),
    }  # fmt: skip


def mcnemar(lost: int, won: int) -> float:
    """Return the p-value of McNemar's test, the mid-p version of Fagerland et al. (2013).

    How likely is it that so many rows, or more, are won or lost by one of two equal models?

    Args:
        lost: Rows that only the model before has right.
        won: Rows that only the model after has right.

    Example:
        >>> round(mcnemar(2, 12), 4), mcnemar(5, 5), mcnemar(0, 0)
        (0.0074, 1.0, 1.0)
    """
    from scipy.special import bdtr

    total, fewer = lost + won, min(lost, won)
    below = float(bdtr(fewer - 1, total, 0.5)) if fewer else 0.0
    return min(1.0, below + float(bdtr(fewer, total, 0.5)))


def randomised(before: Cells, after: Cells, *, seed: int = 0) -> float:
    """Return the p-value of a difference of macro-F1, by approximate randomisation (Yeh 2000).

    If both models are equal, it does not matter which of them gave which answer. So for each row
    the answers of both are swapped or not, by chance, 4,000 times: how often is the difference as
    large as the one measured?

    Args:
        before: What one model gets right and wrong; pooled, for micro-F1.
        after: The same of the other.
        seed: Of the draws.

    Example:
        >>> targets = np.array([0, 1] * 20)
        >>> old, new = (cells(targets, np.where(np.arange(40) < right, targets, 0), num_labels=2)
        ...             for right in (10, 40))
        >>> randomised(old, new) < 0.01, randomised(old, old)
        (True, 1.0)
    """
    from scipy.sparse import hstack

    start, end = (np.concatenate(each.counts) for each in (before, after))
    steps = hstack([after.right - before.right, after.wrong - before.wrong]).tocsr()
    steps = steps[np.flatnonzero(abs(steps).sum(axis=1))]
    measured = abs(_macro(end) - _macro(start)) - 1e-12
    random, as_large = np.random.default_rng(seed), 0
    for _ in range(NUM_DRAWS // AT_ONCE):
        swapped = random.integers(0, 2, (AT_ONCE, steps.shape[0])) @ steps
        drawn = _macro(end - swapped) - _macro(start + swapped)
        as_large += int(np.count_nonzero(np.abs(drawn) >= measured))
    return (1 + as_large) / (1 + NUM_DRAWS)


def label_changes(before: Cells, after: Cells, *, labels: Sequence[str]) -> list[dict[str, Any]]:
    """Return what became of each label, the largest loss of F1 first.

    Args:
        before: What one model gets right and wrong.
        after: The same of the other.
        labels: Their names, in class order.

    Returns:
        `label`, F1 `before` and `after`, their `difference`, the rows that are `lost` and `won`
        (right by one model only, as far as this label goes), and the `p_value` of McNemar's test
        on these, corrected by Holm (1979) for there being so many labels.

    Example:
        >>> targets = np.array([0, 1, 1])
        >>> old, new = (cells(targets, np.array(given), num_labels=2)
        ...             for given in ([0, 1, 1], [0, 1, 0]))
        >>> [(each["label"], each["difference"] < 0, each["lost"], each["p_value"])
        ...  for each in label_changes(old, new, labels=["ä", "b"])]
        [('ä', True, 1, 1.0), ('b', True, 1, 1.0)]
    """
    old, new = (f1(*each.counts) for each in (before, after))
    changed = (after.wrong - before.wrong).tocsc()
    lost = np.asarray((changed > 0).sum(axis=0)).ravel().tolist()
    won = np.asarray((changed < 0).sum(axis=0)).ravel().tolist()
    p_values = holm([mcnemar(*each) for each in zip(lost, won, strict=True)])
    return [
        {
            "label": labels[at], "before": float(old[at]), "after": float(new[at]),
            "difference": float(new[at] - old[at]), "lost": lost[at], "won": won[at],
            "p_value": p_values[at],
        }
        for at in np.argsort(new - old, kind="stable").tolist()
    ]  # fmt: skip


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values that hold for several tests together, by Holm (1979).

    Example:
        >>> holm([0.01, 0.04, 0.03]), holm([])
        ([0.03, 0.06, 0.06], [])
    """
    given = np.asarray(p_values, np.float64)
    order = np.argsort(given, kind="stable")
    corrected: NDArray[np.float64] = np.empty(len(given))
    factors = np.arange(len(given), 0, -1)
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(given[order] * factors))
    return [float(each) for each in corrected]


def row_changes(
    targets: Targets, given: tuple[Targets, Targets], *, both: tuple[Scores, Scores]
) -> tuple[Scores, Scores, NDArray[np.int64]]:
    """Return what became of each row.

    Args:
        targets: Class numbers (rows,), or for multilabel 0 and 1 (rows, labels).
        given: The decisions of the model before and of the one after.
        both: Their scores, shape (rows, labels).

    Returns:
        The probability that each model gives to the truth, for multilabel the mean over the
        labels that are true or given by one of them (1 where there are none); and 1 where the
        row is right or has fewer wrong labels only after, -1 where only before, else 0.

    Example:
        >>> scores = np.array([[0.9, 0.1]], np.float32)
        >>> old, new, change = row_changes(
        ...     np.array([1]), (np.array([0]), np.array([1])), both=(scores, scores[:, ::-1]))
        >>> old.tolist(), new.tolist(), change.tolist()
        ([0.10000000149011612], [0.8999999761581421], [1])
        >>> none = np.zeros((1, 2), np.uint8)
        >>> [each.tolist() for each in row_changes(none, (none, none), both=(scores, scores))]
        [[1.0], [1.0], [0]]
    """
    wrong = [np.asarray(each != targets, np.int64) for each in given]
    if targets.ndim == 1:
        rows = np.arange(len(targets))
        return both[0][rows, targets], both[1][rows, targets], wrong[0] - wrong[1]
    asked = (targets != 0) | (given[0] != 0) | (given[1] != 0)
    num = asked.sum(axis=1)
    found = []
    for scores in both:
        true = np.where(targets != 0, scores, 1 - scores)
        total = np.sum(true, axis=1, where=asked)
        found.append(np.where(num, total / np.maximum(num, 1), 1).astype(np.float32))
    return found[0], found[1], np.sign(wrong[0].sum(axis=1) - wrong[1].sum(axis=1))


def accepted(
    interval: Sequence[float], *, require: str = "not-worse", margin: float | None = None
) -> bool:
    """Say whether a difference is good enough.

    Args:
        interval: Of the difference, more being better.
        require: "not-worse": the model after must not be proved worse. "better": it must be
            proved better.
        margin: In the unit of the metric, from 0: instead it must be proved that less than this
            is lost (non-inferiority). None: as `require` says.

    Raises:
        ConfigError: `require` is unknown, `margin` is negative, or both are asked for.

    Example:
        >>> accepted([-0.02, 0.01]), accepted([-0.02, -0.01])
        (True, False)
        >>> accepted([-0.02, 0.01], require="better"), accepted([-0.02, -0.01], margin=0.03)
        (False, True)
    """
    if require not in REQUIREMENTS:
        raise ConfigError(unknown("requirement", require, REQUIREMENTS))
    low, high = interval
    if margin is None:
        return verdict((low, high)) in {"better", "better" if require == "better" else SAME}
    if require == "better":
        raise ConfigError("require better, or give a margin, not both: a margin allows a loss")
    if not margin >= 0:
        raise ConfigError(f"margin must be at least 0, not {margin:g}")
    return low > -margin


def _counts(found: Cells) -> Pairs:
    """Return two counts per row whose sums' ratio is the headline metric, as `row_counts`."""
    right, wrong = (each.sum(axis=1) for each in (found.right, found.wrong))
    if found.paired:
        return np.column_stack([right, np.ones_like(right)])
    return np.column_stack([2 * right, 2 * right + wrong])


def _tested(before: Cells, after: Cells) -> tuple[str, float]:
    """Test the headline metric: the name of the test, and its p-value."""
    if not before.paired:
        return "randomisation test", randomised(pooled(before), pooled(after))
    changed = after.right.sum(axis=1) - before.right.sum(axis=1)
    lost, won = int((changed < 0).sum()), int((changed > 0).sum())
    return "McNemar's test, mid-p", mcnemar(lost, won)


def _both(
    reports: Sequence[dict[str, Any]],
    name: str,
    interval: Sequence[float] | None = None,
    p_value: float | None = None,
) -> dict[str, Any]:
    before, after = (float(each[name]) for each in reports)
    found: dict[str, Any] = {"before": before, "after": after, "difference": after - before}
    if interval is not None:
        found["intervals"] = [each["intervals"][name] for each in reports]
        found |= {"interval": list(interval), "p_value": p_value}
    return found


def _macro(counts: Any) -> Any:
    """Return macro-F1 of counts, right ones then wrong ones along the last axis."""
    right, wrong = np.split(counts, 2, axis=-1)
    return f1(right, wrong).mean(axis=-1)

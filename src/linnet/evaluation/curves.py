"""Points of ROC and precision-recall curves: one label against the others, and all together.

Goes in: targets and scores. Comes out: a few points per curve and the area below it, ready for
JSON. Knows nothing of how they are drawn.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.evaluation.ranking import mean_precision, roc_area, steps
from linnet.types import Scores, Targets, Task

MOST_POINTS = 100
MOST_LABELS = 10
# All cells are sorted at once, so their number is bounded.
MOST_CELLS = 20_000_000


def curves(
    targets: Targets, scores: Scores, *, task: Task, labels: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """Return the curves of the most frequent labels, and the one of all decisions together.

    Binary: only the second label's, as the other mirrors it. Else the ten most frequent labels,
    each against all others, and in front, with the label None, all cells (row, label) as one
    ranking: the micro average. A label that all rows have, or none, has no curve.

    Args:
        targets: Class numbers (rows,), or for multilabel 0 and 1 (rows, labels). Classes beyond
            the labels are wrong whatever is scored.
        scores: Probabilities, shape (rows, labels).
        task: Binary, multiclass or multilabel.
        labels: In class order.

    Returns:
        `roc` (x: share of the other rows that are taken for the label; y: share of its rows that
        are found) and `precision_recall` (x: recall; y: precision), each a list of `label`,
        `rows` (that have it), `area`, `x` and `y`, at most 100 points.

    Example:
        >>> scores = np.array([[0.9, 0.1], [0.9, 0.1], [0.1, 0.9]], np.float32)
        >>> found = curves(np.array([0, 1, 1]), scores, task="binary", labels=["neg", "pos"])
        >>> [(each["label"], each["area"], each["x"], each["y"]) for each in found["roc"]]
        [('pos', 0.75, [0.0, 0.0, 1.0], [0.0, 0.5, 1.0])]
        >>> curves(np.empty(0, int), np.empty((0, 2)), task="binary", labels=["neg", "pos"])
        {'roc': [], 'precision_recall': []}
    """
    wanted = _wanted(targets, num_labels=len(labels))
    found: dict[str, list[dict[str, Any]]] = {"roc": [], "precision_recall": []}
    chosen = [1] if task == "binary" else _most_frequent(wanted)
    together = [] if task == "binary" else [(None, *_all_cells(wanted, scores))]
    for label, positive, score in [
        *together,
        *((labels[each], wanted[:, each], scores[:, each]) for each in chosen),
    ]:
        rows = int(np.count_nonzero(positive))
        if 0 < rows < len(positive):
            about = {"label": label, "rows": rows}
            counts = steps(positive, score)
            found["roc"].append(about | roc(*counts))
            found["precision_recall"].append(about | precision_recall(*counts))
    return found


def roc(true_positives: NDArray[np.int64], false_positives: NDArray[np.int64]) -> dict[str, Any]:
    """Return the area and at most 100 points of a ROC curve.

    Args:
        true_positives: Down to each distinct score, as `steps` returns them; the last is not 0.
        false_positives: The same of the other rows.

    Example:
        >>> roc(*steps(np.array([False, True]), np.array([0.5, 0.5])))
        {'area': 0.5, 'x': [0.0, 1.0], 'y': [0.0, 1.0]}
    """
    x = np.r_[0, false_positives] / false_positives[-1]
    y = np.r_[0, true_positives] / true_positives[-1]
    return {"area": roc_area(true_positives, false_positives)} | _points(x, y, along=x + y)


def precision_recall(
    true_positives: NDArray[np.int64], false_positives: NDArray[np.int64]
) -> dict[str, Any]:
    """Return the average precision and at most 100 points of precision by recall.

    Args:
        true_positives: Down to each distinct score, as `steps` returns them; the last is not 0.
        false_positives: The same of the other rows.

    Example:
        >>> precision_recall(*steps(np.array([False, True]), np.array([0.1, 0.9])))
        {'area': 1.0, 'x': [0.0, 1.0, 1.0], 'y': [1.0, 1.0, 0.5]}
    """
    precision = true_positives / (true_positives + false_positives)
    x, y = np.r_[0, true_positives] / true_positives[-1], np.r_[precision[0], precision]
    return {"area": mean_precision(true_positives, false_positives)} | _points(x, y, along=x)


def _wanted(targets: Targets, *, num_labels: int) -> NDArray[np.bool_]:
    """Return which row should have which label, shape (rows, labels)."""
    if targets.ndim == 2:
        return np.asarray(targets[:, :num_labels] != 0)
    return np.asarray(targets[:, None] == np.arange(num_labels))


def _most_frequent(wanted: NDArray[np.bool_]) -> list[int]:
    counts = np.count_nonzero(wanted, axis=0)
    first: list[int] = np.argsort(-counts, kind="stable")[:MOST_LABELS].tolist()
    return first


def _all_cells(
    wanted: NDArray[np.bool_], scores: Scores
) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Return every cell as one row; of too many, those of evenly spaced rows."""
    step = max(1, -(-wanted.size // MOST_CELLS))
    return wanted[::step].ravel(), scores[::step].ravel()


def _points(x: NDArray[Any], y: NDArray[Any], *, along: NDArray[Any]) -> dict[str, list[float]]:
    """Keep the first and the last point, and between them those that are evenly spaced."""
    at = np.arange(len(x))
    if len(x) > MOST_POINTS:
        even = np.linspace(along[0], along[-1], MOST_POINTS - 1)
        at = np.unique(np.r_[np.searchsorted(along, even), len(x) - 1])
    return {"x": np.round(x[at], 4).tolist(), "y": np.round(y[at], 4).tolist()}

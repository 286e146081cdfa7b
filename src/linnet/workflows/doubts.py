"""Labels of a run that are worth checking, among the rows that its model did not learn from.

Goes in: the rows of a run and what its models make of them. Comes out: plain data for the run's
folder, labels by name. `label_errors` looks at all rows; this costs nothing.
"""

from typing import TYPE_CHECKING, Any

from linnet.types import Rows, Scores
from linnet.workflows.answers import cut

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from linnet.tables.examples import Examples
    from linnet.training.train import Trained

NUM_DOUBTS = 20
LONGEST_TEXT = 300


def doubts(
    examples: "Examples", trained: "Trained", *, scores: Scores, thresholds: "ArrayLike | None"
) -> list[dict[str, Any]]:
    """Return test and validation rows whose label the model gives the lowest scores.

    Test rows are scored by the model that is kept, validation rows by the one that they watched.
    A label that no training row has is not doubted: the model cannot know it.

    Args:
        examples: All rows of the run.
        trained: The models and the split.
        scores: Of the test rows, shape (rows, labels).
        thresholds: Multilabel only: the score from which each label is given.

    Returns:
        Those where the model answers otherwise, the most doubtful first: `row` (of the table, from
        0), `part`, `text`, `label` and `suggested` (lists), `quality` (the score of the label;
        of several labels the lowest score of a right answer) and `suggested_quality`.

    Example:
        >>> import json
        >>> from linnet import train
        >>> table = {"text": ["good", "hyvä", "bad", "awful"] * 5, "label": [1, 1, 0, 0] * 5}
        >>> run = train(table, duplicates="keep", epochs=1)
        >>> type(json.loads((run.path / "doubts.json").read_text())).__name__
        'list'
    """
    split = trained.split
    found = _of_part("test", split.test, scores, examples, thresholds)
    if len(split.validation):
        validated = trained.validation_scores
        found += _of_part("validation", split.validation, validated, examples, thresholds)
    return sorted(found, key=lambda each: each["quality"])[:NUM_DOUBTS]


def _of_part(
    part: str, rows: Rows, scores: Scores, examples: "Examples", thresholds: "ArrayLike | None"
) -> list[dict[str, Any]]:
    """Return the rows of one part where the model answers otherwise, the most doubtful first."""
    import numpy as np

    from linnet.evaluation.decisions import decide
    from linnet.evaluation.label_errors import score_of

    known = _known(examples, rows)
    rows, scores, given = rows[known], scores[known], examples.answers(rows)[known]
    suggested = decide(scores, task=examples.task, thresholds=thresholds)
    other = suggested != given
    other = other.any(axis=1) if examples.task == "multilabel" else other
    quality, better = score_of(given, scores), score_of(suggested, scores)
    order = np.argsort(quality, kind="stable")
    return [
        {
            "row": int(examples.rows[rows[at]]),
            "part": part,
            "text": cut(str(examples.texts[int(rows[at])]), LONGEST_TEXT),
            "label": _names(examples, given[at]),
            "suggested": _names(examples, suggested[at]),
            "quality": float(quality[at]),
            "suggested_quality": float(better[at]),
        }
        for at in order[other[order]][:NUM_DOUBTS]
    ]


def _known(examples: "Examples", rows: Rows) -> Any:
    """Say which rows have labels of the model alone."""
    targets = examples.targets[rows]
    if examples.task == "multilabel":
        return ~targets[:, len(examples.labels) :].any(axis=1)
    return targets < len(examples.labels)


def _names(examples: "Examples", target: Any) -> list[str]:
    import numpy as np

    classes = np.flatnonzero(target) if examples.task == "multilabel" else [target]
    return [examples.labels[each] for each in classes]

"""A few test rows with what the model makes of them: samples, and its most confident mistakes.

Goes in: the rows of a run and the scores of its test rows. Comes out: plain data for the run's
folder, labels by name.
"""

from typing import TYPE_CHECKING, Any

from linnet.types import Scores, Split

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from linnet.tables.examples import Examples

NUM_SAMPLES = 10
NUM_MISTAKES = 20
NUM_SCORES = 5


def samples(examples: "Examples", split: Split, *, scores: Scores) -> list[dict[str, Any]]:
    """Return a few test texts with their labels and scores, the highest first.

    Args:
        examples: All rows of the run.
        split: Which of them are for test.
        scores: Of the test rows, shape (rows, labels).

    Example:
        >>> import numpy as np
        >>> from linnet.config import Config
        >>> from linnet.workflows.prepare import prepare
        >>> table = {"text": ["a", "é", "b", "c"], "label": ["x", "y", "x", "y"]}
        >>> made, _ = prepare(table, Config(test_fraction=0, validation_fraction=0))
        >>> test = Split(np.arange(3), np.arange(0), np.array([3]))
        >>> samples(made, test, scores=np.float32([[0.25, 0.75]]))
        [{'text': 'c', 'label': ['y'], 'scores': [['y', 0.75], ['x', 0.25]]}]
    """
    import numpy as np

    chosen = np.linspace(0, len(split.test) - 1, min(NUM_SAMPLES, len(split.test))).astype(int)
    return [_answered(examples, split, scores=scores, at=at) for at in chosen.tolist()]


def mistakes(
    examples: "Examples", split: Split, *, scores: Scores, thresholds: "ArrayLike | None"
) -> list[dict[str, Any]]:
    """Return the wrong test rows of which the model is most sure, the surest first.

    Args:
        examples: All rows of the run.
        split: Which of them are for test.
        scores: Of the test rows, shape (rows, labels).
        thresholds: Multilabel only: the score from which each label is given.

    Returns:
        As `samples`, with `row` (of the table, from 0), `given` (the model's labels) and `sure`
        (how far it is from the truth, 0 to 1).

    Example:
        >>> import numpy as np
        >>> from linnet.config import Config
        >>> from linnet.workflows.prepare import prepare
        >>> table = {"text": ["a", "é", "b", "c"], "label": ["x", "y", "x", "y"]}
        >>> made, _ = prepare(table, Config(test_fraction=0, validation_fraction=0))
        >>> test = Split(np.arange(2), np.arange(0), np.array([2, 3]))
        >>> scores = np.float32([[0.25, 0.75], [0.25, 0.75]])
        >>> [(each["text"], each["given"], each["sure"])
        ...  for each in mistakes(made, test, scores=scores, thresholds=None)]
        [('b', ['y'], 0.75)]
    """
    from linnet.evaluation.mistakes import mistakes as find_mistakes

    found = find_mistakes(
        examples.answers(split.test), scores, task=examples.task, num=NUM_MISTAKES,
        thresholds=thresholds,
    )  # fmt: skip
    return [
        {
            "row": int(examples.rows[split.test[each.row]]),
            **_answered(examples, split, scores=scores, at=each.row),
            "given": [examples.labels[number] for number in each.predicted],
            "sure": each.score,
        }
        for each in found
    ]


def cut(text: str, most: int) -> str:
    """Return the beginning of a text, with a mark where it goes on.

    Example:
        >>> cut("päivää", 3), cut("", 3)
        ('päi…', '')
    """
    return text if len(text) <= most else text[:most] + "…"


def _answered(examples: "Examples", split: Split, *, scores: Scores, at: int) -> dict[str, Any]:
    """Return one test row: text, labels, and the highest scores."""
    import numpy as np

    labels = (*examples.labels, *examples.foreign)
    row = int(split.test[at])
    target = examples.targets[row]
    classes = np.flatnonzero(target) if examples.task == "multilabel" else [target]
    best = np.argsort(-scores[at], kind="stable")[:NUM_SCORES]
    return {
        "text": str(examples.texts[row]),
        "label": [labels[each] for each in classes],
        "scores": [[labels[each], float(scores[at, each])] for each in best],
    }

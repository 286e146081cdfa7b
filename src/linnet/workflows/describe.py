"""What a run's folder tells of it besides the model: samples, times, what was explored."""

import platform
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from linnet.files import write_json
from linnet.types import Note, Split

if TYPE_CHECKING:
    from linnet.tables.examples import Examples
    from linnet.workflows.run import Run

NUM_SAMPLES = 10


class Clock:
    """Seconds of each step.

    Example:
        >>> clock = Clock()
        >>> clock.lap("split")
        >>> list(clock.seconds)
        ['split']
    """

    def __init__(self) -> None:
        self.started = self.last = time.perf_counter()
        self.seconds: dict[str, float] = {}

    def lap(self, step: str) -> None:
        """Note what has passed since the last lap as the seconds of a step."""
        now = time.perf_counter()
        self.seconds[step], self.last = round(now - self.last, 3), now


def samples(examples: "Examples", split: Split, *, scores: Any) -> list[dict[str, Any]]:
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

    labels = (*examples.labels, *examples.foreign)
    chosen = np.linspace(0, len(split.test) - 1, min(NUM_SAMPLES, len(split.test))).astype(int)
    found = []
    for at in chosen.tolist():
        row = split.test[at]
        target = examples.targets[row]
        classes = np.flatnonzero(target) if examples.task == "multilabel" else [target]
        best = np.argsort(-scores[at], kind="stable")[:5]
        found.append(
            {
                "text": examples.texts[int(row)],
                "label": [labels[each] for each in classes],
                "scores": [[labels[each], float(scores[at, each])] for each in best],
            }
        )
    return found


def describe(run: "Run", examples: "Examples", *, split: Split, clock: Clock) -> None:
    """Write what only this run knows, explore its training rows, and make the report.

    Example:
        >>> from linnet import train
        >>> table = {"text": ["good", "hyvä", "bad", ""] * 5, "label": [1, 1, 0, 0] * 5}
        >>> run = train(table, duplicates="keep", epochs=1)
        >>> sorted(path.name for path in run.path.glob("*.json"))
        ['explore.json', 'run.json', 'samples.json']
    """
    from linnet.exploration.explore import explore
    from linnet.reporting.report import report

    rows = split.train
    targets = examples.targets[rows]
    known = targets[:, : len(examples.labels)] if examples.task == "multilabel" else targets
    explored = explore(
        examples.texts.gather(rows), known, task=examples.task,
        labels=examples.labels, rows=examples.rows[rows],
    )  # fmt: skip
    write_json(run.path / "explore.json", explored.to_json())
    clock.lap("explore")
    notes: list[Note] = list(run.notes)
    described = {
        "seconds": clock.seconds,
        "epochs": [row["seconds"] for row in run.history],
        "machine": {"system": platform.platform(), "python": platform.python_version()},
        "notes": [
            {key: value for key, value in asdict(note).items() if key != "rows"} for note in notes
        ],
    }
    write_json(run.path / "run.json", described)
    report(run.path)

"""What a run's folder tells of it besides the model: answers, examples, times, findings."""

import _thread
import platform
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.files import write_json
from linnet.types import Scores, Split

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from linnet.exploration.explore import Exploration
    from linnet.tables.examples import Examples
    from linnet.text.tokenize import Tokens
    from linnet.training.train import Trained
    from linnet.workflows.run import Run

    _Explored = tuple[Exploration, tuple[NDArray[np.int64], NDArray[np.int64]]]


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


def describe_model(
    path: Path,
    examples: "Examples",
    *,
    trained: "Trained",
    scores: Scores,
    thresholds: "ArrayLike | None",
) -> None:
    """Write what the model makes of the test rows and why, and how rows become numbers.

    Args:
        path: The run's folder with the saved model: `samples.json`, `mistakes.json`,
            `confused.json`, `curves.json` and `examples.json` go there.
        examples: All rows of the run.
        trained: The model and the split.
        scores: Of the test rows, shape (rows, labels).
        thresholds: Multilabel only: the score from which each label is given.

    Example:
        >>> from linnet import train
        >>> table = {"text": ["good", "hyvä", "bad", ""] * 5, "label": [1, 1, 0, 0] * 5}
        >>> run = train(table, duplicates="keep", epochs=1)
        >>> (run.path / "curves.json").is_file()
        True
    """
    from linnet.evaluation.abstention import answers, selective_curve
    from linnet.evaluation.calibration import calibration
    from linnet.evaluation.curves import curves
    from linnet.workflows.answers import mistakes, samples
    from linnet.workflows.doubts import doubts
    from linnet.workflows.inputs import inputs
    from linnet.workflows.load import load
    from linnet.workflows.why import separations_for_report, with_words

    split, known = trained.split, examples.answers(trained.split.test)
    drawn: dict[str, Any] = curves(known, scores, task=examples.task, labels=examples.labels)
    doubted = doubts(examples, trained, scores=scores, thresholds=thresholds)
    wrong = mistakes(examples, split, scores=scores, thresholds=thresholds)
    model, texts = load(path), examples.texts.gather(split.test)
    confused = separations_for_report(model, texts, known=known, scores=scores)
    write_json(path / "samples.json", with_words(samples(examples, split, scores=scores), model))
    write_json(path / "mistakes.json", with_words(wrong, model))
    write_json(path / "confused.json", confused)
    write_json(path / "doubts.json", doubted)
    drawn["calibration"] = calibration(known, scores)
    drawn["answered"] = selective_curve(*answers(known, scores))
    write_json(path / "curves.json", drawn)
    write_json(path / "examples.json", inputs(examples, trained))


class Exploring:
    """The exploration of a run's training rows, made beside the training.

    Args:
        examples: All rows of the run.
        split: Which of them are for training.
        pool: Makes it.
        words: All rows as lower-cased words and symbols, where they are split so already.
    """

    def __init__(
        self, examples: "Examples", split: Split, pool: "Executor", *, words: "Tokens | None"
    ) -> None:
        self.examples, self.rows, self.words = examples, split.train, words
        self.made = pool.submit(self._interruptible)

    def _interruptible(self) -> "_Explored":
        """Explore, and hand on an interrupt that polars raises in whichever thread it works for."""
        try:
            return self._explore()
        except KeyboardInterrupt:
            _thread.interrupt_main()
            raise

    def _explore(self) -> "_Explored":
        from linnet.exploration.copies import most_frequent
        from linnet.exploration.explore import explore_subject, lengths_of
        from linnet.exploration.subject import Subject

        examples, rows = self.examples, self.rows
        everything = Subject(
            examples.texts, examples.targets, examples.task,
            (*examples.labels, *examples.foreign), examples.rows,
        )  # fmt: skip
        subject = Subject(
            examples.texts.gather(rows), examples.answers(rows), examples.task, examples.labels,
            examples.rows[rows], split=self.words and self.words.select(rows),
            near=None if examples.near is None else examples.near[rows],
        )  # fmt: skip
        # Of training rows the copies are gone.
        explored = replace(explore_subject(subject), most_frequent=most_frequent(everything))
        return explored, lengths_of(subject)

    def result(self, max_length: int | None) -> "Exploration":
        """Wait for it; `max_length` is the length to which training cut the texts, if any."""
        from linnet.exploration.lengths import cuts

        explored, counts = self.made.result()
        return replace(explored, cuts=cuts(*counts, max_length=max_length))


def describe(run: "Run", *, exploring: Exploring, clock: Clock) -> None:
    """Write what only this run knows and what its training rows are like, and make the report.

    Example:
        >>> from linnet import train
        >>> table = {"text": ["good", "hyvä", "bad", ""] * 5, "label": [1, 1, 0, 0] * 5}
        >>> run = train(table, duplicates="keep", epochs=1)
        >>> sorted(path.name for path in run.path.glob("*.json"))
        ['begun.json', 'confused.json', 'curves.json', 'doubts.json', 'examples.json',
         'explore.json', 'mistakes.json', 'run.json', 'samples.json']
    """
    from linnet.reporting.report import report

    explored = exploring.result(run.config.max_length)
    write_json(run.path / "explore.json", explored.to_json())
    clock.lap("explore")
    described = {
        "seconds": clock.seconds,
        "epochs": [row["seconds"] for row in run.history],
        "kept_epoch": run.best_epoch,
        "best_epochs": {
            name: {"epoch": epoch, "value": run.history[epoch - 1][name]}
            for name, epoch in run.best_epochs.items()
        },
        "overfitting": run.overfitting,
        "machine": {"system": platform.platform(), "python": platform.python_version()},
        "notes": [
            {key: value for key, value in asdict(note).items() if key != "rows"}
            for note in run.notes
        ],
    }
    write_json(run.path / "run.json", described)
    report(run.path)

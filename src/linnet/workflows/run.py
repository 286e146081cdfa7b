"""What a training returns."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config, read_config
from linnet.errors import ConfigError, DataError
from linnet.types import Note
from linnet.workflows.load import load

if TYPE_CHECKING:
    from linnet.reporting.results import Results
    from linnet.runtime.classifier import Classifier

MODEL, BASELINE, CHECKPOINTS, SPLIT = "model", "baseline", "checkpoints", "split.parquet"


@dataclass(frozen=True, eq=False)
class Run:
    """One training and its results.

    Attributes:
        path: The folder with everything: model, report, settings, split.
        config: The settings, complete.
        history: One row per epoch that validation watched: epoch, loss, accuracy, val_loss, ...
        evaluation: Metrics of test, validation and training rows, of the model before it was
            trained again, and of the baselines; how far the model is above the linear one.
        best_epoch: The epoch whose weights were kept, from 1.
        notes: What was left out of the data and why.
    """

    path: Path
    config: Config
    history: list[dict[str, float]]
    evaluation: dict[str, Any]
    best_epoch: int
    notes: tuple[Note, ...]

    @classmethod
    def open(cls, path: str | Path) -> "Run":
        """Return a run that stands in a folder complete, as its training returned it.

        Only which rows the notes are about is not known any more.

        Args:
            path: The folder.

        Raises:
            ConfigError: No run, or one that is not complete, stands there.
            DataError: A file of it is damaged.

        Example:
            >>> from linnet import train
            >>> table = {"text": ["good", "hyvä", "bad", "awful"] * 5, "label": [1, 1, 0, 0] * 5}
            >>> run = train(table, duplicates="keep", epochs=1)
            >>> Run.open(run.path).evaluation == run.evaluation
            True
        """
        from linnet.reporting.results import read_results
        from linnet.workflows.run_folder import run_folder_of

        path = run_folder_of(Path(path))
        found = read_results(path)
        config = replace(read_config(path / "config.toml"), out=str(path))
        try:
            seconds, kept = found.run["epochs"], found.run["kept_epoch"]
            notes = tuple(Note(**each) for each in found.run["notes"])
            history: list[Any] = [
                {**row, "epoch": number, "seconds": seconds[number - 1]}
                for number, row in enumerate(found.history, 1)
            ]
        except (IndexError, KeyError, TypeError) as error:
            raise DataError(
                f"{path / 'run.json'} is damaged ({error!r}): train the run again"
            ) from error
        return cls(path, config, history, found.evaluation, kept, notes)

    @property
    def best_epochs(self) -> dict[str, int]:
        """The best epoch, from 1, by each value of the validation rows: val_loss, ..."""
        from linnet.evaluation.history import best_epochs

        return best_epochs(self.history)

    @property
    def overfitting(self) -> str:
        """A sentence: from which epoch on the model learned its training rows and no more."""
        from linnet.evaluation.history import overfitting

        return overfitting(self.history)

    @property
    def classifier(self) -> "Classifier":
        """The trained classifier, loaded from the run's folder."""
        return load(self.path)

    def plot_history(self) -> Any:
        """Return a matplotlib Figure of loss and accuracy by epoch, the best one marked."""
        from linnet.reporting.figures import plot_history

        return plot_history(self.history, self.best_epoch)

    def plot_confusion(self) -> Any:
        """Return a matplotlib Figure of the test rows' confusion matrix.

        Raises:
            ConfigError: The task is multilabel, or there are more than 500 labels.
        """
        from linnet.reporting.figures import plot_confusion

        part = self.evaluation.get("test") or self.evaluation["train"]
        if "confusion" not in part:
            raise ConfigError(
                "there is no confusion matrix for a multilabel task or more than 500 labels: "
                "see per_class in the evaluation"
            )
        return plot_confusion(part["confusion"], [each["label"] for each in part["per_class"]])

    def plot_roc(self) -> Any:
        """Return a matplotlib Figure of ROC curves of the test rows, label by label."""
        from linnet.reporting.figures import plot_roc

        return plot_roc(self._scores("roc"))

    def plot_precision_recall(self) -> Any:
        """Return a matplotlib Figure of precision by recall of the test rows, label by label."""
        from linnet.reporting.figures import plot_precision_recall

        return plot_precision_recall(self._scores("precision_recall"))

    def plot_calibration(self) -> Any:
        """Return a matplotlib Figure of how often answers of a score are right."""
        from linnet.reporting.figures import plot_calibration

        return plot_calibration(self._scores("calibration"))

    def plot_lengths(self) -> Any:
        """Return a matplotlib Figure of how many words the training texts have."""
        from linnet.reporting.figures import plot_lengths

        return plot_lengths(self._results.explore.get("lengths") or {})

    def plot_class_counts(self) -> Any:
        """Return a matplotlib Figure of how many training texts each label has."""
        from linnet.reporting.figures import plot_class_counts

        return plot_class_counts(self._results.explore.get("class_counts") or {})

    def __repr__(self) -> str:
        part = next(name for name in ("test", "validation", "train") if name in self.evaluation)
        values = self.evaluation[part]
        metric = "accuracy" if "accuracy" in values else "micro_f1"
        low, high = values["intervals"][metric]
        beside = ", ".join(
            f"{name} {each[metric]:.4f}" for name, each in self.evaluation["baselines"].items()
        )
        return (
            f"<Run {str(self.path)!r}: {self.config.task}, model {self.config.model}, "
            f"{part} {metric} {values[metric]:.4f} ({low:.4f} to {high:.4f}) "
            f"on {values['rows']:,} rows; {beside}>"
        )

    def _repr_html_(self) -> str:
        """Return what a notebook shows: a short table and a link to the report."""
        from linnet.reporting.summary import summary

        return summary(self._results, self.path / "report.html")

    @property
    def _results(self) -> "Results":
        """The files of the run's folder."""
        from linnet.reporting.results import read_results

        return read_results(self.path)

    def _scores(self, name: str) -> Any:
        """Return a part of curves.json, or say that there is none."""
        found = self._results.curves.get(name)
        if not found:
            raise ConfigError(
                f"there is nothing to draw for {name}: it needs test rows that have a label and "
                "test rows that have another; set test_fraction, split or test"
            )
        return found

"""What a training returns."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config
from linnet.errors import ConfigError
from linnet.types import Note
from linnet.workflows.load import load

if TYPE_CHECKING:
    from linnet.runtime.classifier import Classifier

MODEL = "model"


@dataclass(frozen=True, eq=False)
class Run:
    """One training and its results.

    Attributes:
        path: The folder with everything: model, report, settings, split.
        config: The settings, complete.
        history: One row per epoch that validation watched: epoch, loss, accuracy, val_loss, ...
        evaluation: Metrics of test, validation and training rows, and of the baselines.
        best_epoch: The epoch whose weights were kept, from 1.
        notes: What was left out of the data and why.
    """

    path: Path
    config: Config
    history: list[dict[str, float]]
    evaluation: dict[str, Any]
    best_epoch: int
    notes: tuple[Note, ...]

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

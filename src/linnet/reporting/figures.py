"""Figures for who goes on in Python: curves of a training and a confusion matrix.

Goes in: plain lists and names. Comes out: a matplotlib Figure that belongs to the caller: pyplot
knows nothing of it, so no window opens and no setting of matplotlib is changed.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from linnet.registry import require
from linnet.reporting.axes import epoch_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Title, column of the training rows, column of the validation rows.
_PANELS = (
    ("Loss", "loss", "val_loss"),
    ("Accuracy", "accuracy", "val_accuracy"),
    ("Binary accuracy", "accuracy", "val_binary_accuracy"),
    ("Micro-F1", "micro_f1", "val_micro_f1"),
)
_TRAINING, _VALIDATION, _BEST = "#5b6570", "#1f6feb", "#1a7f37"
_MOST_DOTS = 40
_MOST_NAMED = 30
_LONGEST_LEVEL = 3
_DARK = 0.5


def plot_history(history: Sequence[Mapping[str, Any]], best_epoch: int) -> "Figure":
    """Draw loss and accuracy of training and validation by epoch, the best one marked.

    Args:
        history: One row per epoch, as `Run.history`; a column that is missing is not drawn.
        best_epoch: From 1; 0: no mark.

    Raises:
        MissingExtraError: matplotlib is not installed.

    Example:
        >>> rows = [{"epoch": 1, "loss": 0.9, "val_loss": 0.8, "accuracy": 0.5}]
        >>> [axes.get_title() for axes in plot_history(rows, best_epoch=1).axes]
        ['Loss', 'Accuracy']
        >>> plot_history([], best_epoch=0).axes
        []
    """
    panels = _panels({name for row in history for name in row})
    figure = _figure(width=5.0 * max(1, len(panels)), height=3.6)
    for number, (title, training, validation) in enumerate(panels, start=1):
        axes = figure.add_subplot(1, len(panels), number)
        _curve(axes, history, training, label="training", color=_TRAINING, linestyle="--")
        _curve(axes, history, validation, label="validation", color=_VALIDATION, linestyle="-")
        if 1 <= best_epoch <= len(history):
            label = f"best epoch: {best_epoch}"
            axes.axvline(best_epoch, color=_BEST, linestyle=":", label=label, zorder=0)
        axes.set(title=title, xlabel="epoch")
        axes.set_xticks(epoch_ticks(len(history)))
        _plain(axes)
        axes.legend(frameon=False)
    return figure


def plot_confusion(matrix: Sequence[Sequence[int]], labels: Sequence[str]) -> "Figure":
    """Draw which label is taken for which; up to 30 labels are named and counted.

    Args:
        matrix: Rows of the label in the table × the label given, shape (labels, labels).
        labels: In the order of rows and columns.

    Raises:
        ValueError: The matrix is not square with a row per label.
        MissingExtraError: matplotlib is not installed.

    Example:
        >>> axes = plot_confusion([[3, 1], [0, 0]], ["a", "ä"]).axes[0]
        >>> [text.get_text() for text in axes.texts]
        ['3', '1', '0', '0']
        >>> plot_confusion([], []).axes
        []
    """
    if {len(matrix), *map(len, matrix)} != {len(labels)}:
        raise ValueError(f"a confusion matrix of {len(labels)} labels has as many rows and columns")
    named = len(labels) <= _MOST_NAMED
    side = 2.8 + 0.38 * len(labels) if named else 8.0
    figure = _figure(width=side + 1.2, height=side)
    if not labels:
        return figure
    shares = [[count / (sum(row) or 1) for count in row] for row in matrix]
    axes = figure.add_subplot()
    image = axes.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0)
    bar = figure.colorbar(image, ax=axes, fraction=0.046, label="share of the texts of a label")
    bar.outline.set_visible(False)
    axes.set(xlabel="label given", ylabel="label in the table")
    if named:
        _name(axes, labels)
        _count(axes, matrix, shares)
    return figure


def _panels(columns: set[str]) -> list[tuple[str, str, str]]:
    """Return what the history has numbers for; accuracy once, named as validation names it."""
    binary = "val_binary_accuracy" in columns
    other = "Accuracy" if binary else "Binary accuracy"
    return [each for each in _PANELS if each[0] != other and columns & set(each[1:])]


def _figure(*, width: float, height: float) -> "Figure":
    figure: Figure = require("matplotlib.figure", extra="train").Figure(
        figsize=(width, height), layout="constrained"
    )
    return figure


def _curve(axes: "Axes", history: Sequence[Mapping[str, Any]], column: str, **style: Any) -> None:
    """Draw one column; an epoch without a number leaves a gap."""
    values = [row.get(column) for row in history]
    if all(value is None for value in values):
        return
    numbers = [float("nan") if value is None else float(value) for value in values]
    marker = "o" if len(numbers) <= _MOST_DOTS else ""
    axes.plot(range(1, len(numbers) + 1), numbers, marker=marker, markersize=4, **style)


def _plain(axes: "Axes") -> None:
    """Leave out what carries no number."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.3)


def _name(axes: "Axes", labels: Sequence[str]) -> None:
    """Write the labels as they are: a dollar sign in one starts no formula."""
    places = range(len(labels))
    axes.set_xticks(places, labels, parse_math=False)
    axes.set_yticks(places, labels, parse_math=False)
    if max(map(len, labels)) > _LONGEST_LEVEL:
        axes.tick_params(axis="x", rotation=90)


def _count(
    axes: "Axes", matrix: Sequence[Sequence[int]], shares: Sequence[Sequence[float]]
) -> None:
    """Write the counts into the cells, light on dark."""
    size = 9 if len(matrix) <= 12 else 7
    for row, counts in enumerate(matrix):
        for column, count in enumerate(counts):
            color = "white" if shares[row][column] > _DARK else "black"
            axes.text(column, row, f"{count}", ha="center", va="center", color=color, fontsize=size)

"""Curves of a training."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from linnet.reporting.axes import epoch_ticks
from linnet.reporting.figures.canvas import GOOD, OTHER, SOFT, STRONG, new_figure, plain
from linnet.reporting.names import panels
from linnet.reporting.training import best_epoch_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST_DOTS = 40


def plot_history(history: Sequence[Mapping[str, Any]], best_epoch: int = 0) -> "Figure":
    """Draw the loss and every metric of training and validation by epoch.

    A star marks the best epoch of each validation curve, a dotted line the epoch that was kept.

    Args:
        history: One row per epoch, as `Run.history`; a column that is missing is not drawn.
        best_epoch: The one that was kept, from 1; 0: no line.

    Raises:
        MissingExtraError: matplotlib is not installed.

    Example:
        >>> rows = [{"epoch": 1, "loss": 0.9, "val_loss": 0.8, "accuracy": 0.5}]
        >>> [axes.get_title() for axes in plot_history(rows, best_epoch=1).axes]
        ['Loss', 'Accuracy']
        >>> plot_history([]).axes
        []
    """
    found = panels({name for row in history for name in row})
    figure = new_figure(width=5.0 * max(1, len(found)), height=3.6)
    for number, (title, training, validation) in enumerate(found, start=1):
        axes = figure.add_subplot(1, len(found), number)
        _curve(axes, history, training, label="training", color=SOFT, linestyle="--")
        _curve(axes, history, validation, label="validation", color=STRONG, linestyle="-")
        if best := best_epoch_of(history, validation):
            value = history[best - 1][validation]
            axes.plot(
                [best], [value], "*", markersize=13, color=OTHER, label=f"best validation: {best}"
            )
        if 1 <= best_epoch <= len(history):
            label = f"epoch kept: {best_epoch}"
            axes.axvline(best_epoch, color=GOOD, linestyle=":", label=label, zorder=0)
        axes.set(title=title, xlabel="epoch", ylabel=title.lower())
        axes.set_xticks(epoch_ticks(len(history)))
        plain(axes)
        axes.legend(frameon=False)
    return figure


def _curve(axes: "Axes", history: Sequence[Mapping[str, Any]], column: str, **style: Any) -> None:
    """Draw one column; an epoch without a number leaves a gap."""
    values = [row.get(column) for row in history]
    if all(value is None for value in values):
        return
    numbers = [float("nan") if value is None else float(value) for value in values]
    marker = "o" if len(numbers) <= _MOST_DOTS else ""
    axes.plot(range(1, len(numbers) + 1), numbers, marker=marker, markersize=4, **style)

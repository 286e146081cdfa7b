"""Whether scores rank, and whether they mean what they say."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from linnet.reporting.figures.canvas import SOFT, STRONG, new_figure, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Line = Mapping[str, Any]


def plot_roc(lines: Sequence[Line]) -> "Figure":
    """Draw ROC curves: one per label, and of all labels together.

    Args:
        lines: As `curves.json` has them: label (None: all together), area, x and y.

    Raises:
        MissingExtraError: matplotlib is not installed.

    Example:
        >>> line = {"label": "é", "rows": 2, "area": 0.75, "x": [0, 0, 1], "y": [0, 0.5, 1]}
        >>> plot_roc([line]).axes[0].get_lines()[1].get_label()
        'é, 0.750'
        >>> len(plot_roc([]).axes[0].get_lines())
        1
    """
    figure, axes = _square("share of other texts taken for it", "share found", "ROC")
    axes.plot([0, 1], [0, 1], ":", color=SOFT, linewidth=1)
    _lines(axes, lines)
    return figure


def plot_precision_recall(lines: Sequence[Line]) -> "Figure":
    """Draw precision by recall: one line per label, and one of all labels together.

    Args:
        lines: As `curves.json` has them: label (None: all together), area, x and y.

    Raises:
        MissingExtraError: matplotlib is not installed.

    Example:
        >>> line = {"label": None, "rows": 2, "area": 0.75, "x": [0, 1], "y": [1, 0.5]}
        >>> plot_precision_recall([line]).axes[0].get_lines()[0].get_label()
        'all labels together, 0.750'
    """
    figure, axes = _square("recall", "precision", "Precision and recall")
    _lines(axes, lines)
    return figure


def plot_calibration(calibration: Mapping[str, Any]) -> "Figure":
    """Draw how often the highest scored label is right, by its score.

    Args:
        calibration: As `curves.json` has it: error and bins; empty: only the diagonal.

    Raises:
        MissingExtraError: matplotlib is not installed.

    Example:
        >>> bins = [{"score": 0.5, "right": 0.25, "rows": 4}]
        >>> plot_calibration({"error": 0.25, "bins": bins}).axes[0].get_title()
        'Calibration, expected error 25.00 %'
        >>> plot_calibration({}).axes[0].get_title()
        'Calibration'
    """
    error = calibration.get("error")
    title = "Calibration" + ("" if error is None else f", expected error {100 * error:.2f} %")
    figure, axes = _square("highest score", "share of right texts", title)
    axes.plot([0, 1], [0, 1], ":", color=SOFT, linewidth=1)
    bins = calibration.get("bins") or []
    scores, right = [each["score"] for each in bins], [each["right"] for each in bins]
    axes.plot(scores, right, "o-", color=STRONG, markersize=5)
    return figure


def _square(x: str, y: str, title: str) -> "tuple[Figure, Axes]":
    figure = new_figure(width=5.6, height=4.8)
    axes = figure.add_subplot()
    axes.set(xlabel=x, ylabel=y, title=title, xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
    plain(axes, grid="both")
    return figure, axes


def _lines(axes: "Axes", lines: Sequence[Line]) -> None:
    """Draw and name lines; a dollar sign in a label starts no formula."""
    for line in lines:
        together = line["label"] is None
        name = "all labels together" if together else line["label"]
        style: dict[str, Any] = {"color": "black", "linewidth": 2.5, "zorder": 3}
        axes.plot(
            line["x"], line["y"], label=f"{name}, {line['area']:.3f}",
            **(style if together else {"linewidth": 1.5}),
        )  # fmt: skip
    if lines:
        for text in axes.legend(frameon=False, fontsize="small").get_texts():
            text.set_parse_math(False)

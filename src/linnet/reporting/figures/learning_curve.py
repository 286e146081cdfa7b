"""What more training rows gave, and would give."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from linnet.reporting.axes import thousands
from linnet.reporting.figures.canvas import OTHER, SOFT, STRONG, new_figure, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_METRICS = {"accuracy": "accuracy", "micro_f1": "micro-F1"}
_BESIDE = 1.06


def plot_learning_curve(found: Mapping[str, Any]) -> "Figure":
    """Draw scores by training rows, the law through them, and its way to more rows.

    Bars and the band are 95 % intervals; small grey dots are single draws.

    Args:
        found: As `learning_curve.json` has it.

    Raises:
        MissingExtraError: matplotlib is not installed.

    Example:
        >>> point = {"train_size": 50, "score": 0.5, "interval": [0.4, 0.6], "draws": [0.5]}
        >>> axes = plot_learning_curve({"metric": "accuracy", "points": [point]}).axes[0]
        >>> axes.get_ylabel(), [label.get_text() for label in axes.get_xticklabels()]
        ('accuracy, %', ['50'])
        >>> plot_learning_curve({}).axes
        []
    """
    figure = new_figure(width=7.2, height=4.2)
    points, forecasts = found.get("points") or [], found.get("forecasts") or []
    if not points:
        return figure
    axes = figure.add_subplot()
    axes.set_xscale("log")
    _law(axes, found.get("band") or [], last=points[-1]["train_size"])
    draws = [(_BESIDE * each["train_size"], 100 * draw) for each in points for draw in each["draws"]
             if len(each["draws"]) > 1]  # fmt: skip
    if draws:
        axes.plot(*zip(*draws, strict=True), ".", color=SOFT, alpha=0.6, markersize=5)
    _bars(axes, points, label="measured", color=STRONG, marker="o")
    if forecasts:
        _bars(axes, forecasts, label="forecast", color=OTHER, marker="D", markerfacecolor="white")
    sizes = [each["train_size"] for each in [*points, *forecasts]]
    axes.set_xticks(sizes, [thousands(size) for size in sizes])
    axes.minorticks_off()
    metric = _METRICS[found["metric"]]
    axes.set(xlabel="texts to learn from", ylabel=f"{metric}, %", title="Learning curve")
    plain(axes)
    axes.legend(frameon=False, loc="lower right")
    return figure


def _law(axes: "Axes", band: Sequence[Sequence[float]], *, last: int) -> None:
    """Draw the law: a full line as far as there are points, dashes from there on."""
    if not band:
        return
    sizes, *rest = zip(*band, strict=True)
    scores, low, high = ([100 * each for each in line] for line in rest)
    axes.fill_between(sizes, low, high, color=STRONG, alpha=0.12, linewidth=0)
    known = sum(size <= last for size in sizes)
    axes.plot(sizes[:known], scores[:known], color=STRONG, linewidth=1.5)
    start = max(known - 1, 0)
    axes.plot(sizes[start:], scores[start:], "--", color=OTHER, linewidth=1.5)


def _bars(axes: "Axes", points: Sequence[Mapping[str, Any]], **style: Any) -> None:
    scores = [100 * each["score"] for each in points]
    ends = [
        [
            abs(100 * each["interval"][end] - score)
            for each, score in zip(points, scores, strict=True)
        ]
        for end in (0, 1)
    ]
    sizes = [each["train_size"] for each in points]
    axes.errorbar(sizes, scores, yerr=ends, linestyle="", capsize=3, markersize=6, **style)

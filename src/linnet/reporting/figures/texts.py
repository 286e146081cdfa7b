"""How long texts are, and how many each label has."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linnet.reporting.figures.canvas import SOFT, STRONG, new_figure, plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST_LABELS = 30


def plot_lengths(lengths: Mapping[str, Any]) -> "Figure":
    """Draw how many texts have so many words; the last column, in grey, holds all longer ones.

    Args:
        lengths: As `explore.json` has them, with a histogram.

    Raises:
        MissingExtraError: matplotlib is not installed.

    Example:
        >>> figure = plot_lengths({"histogram": {"width": 5, "texts": [7, 2], "longer": 1}})
        >>> [int(bar.get_height()) for bar in figure.axes[0].patches]
        [7, 2, 1]
        >>> plot_lengths({}).axes
        []
    """
    figure = new_figure(width=7.0, height=3.6)
    histogram = lengths.get("histogram") or {}
    counts = [*(histogram.get("texts") or [])]
    if not counts:
        return figure
    width, longer = histogram["width"], histogram.get("longer") or 0
    axes = figure.add_subplot()
    starts = [number * width for number in range(len(counts) + 1)]
    axes.bar(starts[:-1], counts, width=0.9 * width, align="edge", color=STRONG)
    if longer:
        axes.bar(starts[-1:], [longer], width=0.9 * width, align="edge", color=SOFT)
    axes.set(title="Words per text", xlabel="words", ylabel="texts")
    plain(axes)
    return figure


def plot_class_counts(class_counts: Mapping[str, int]) -> "Figure":
    """Draw how many texts each label has, the most frequent first; up to 30 labels.

    Args:
        class_counts: Label → texts, as `explore.json` has them.

    Raises:
        MissingExtraError: matplotlib is not installed.

    Example:
        >>> axes = plot_class_counts({"a": 1, "$ä": 3}).axes[0]
        >>> [label.get_text() for label in axes.get_yticklabels()]
        ['$ä', 'a']
        >>> plot_class_counts({}).axes
        []
    """
    counts = sorted(class_counts.items(), key=lambda each: -each[1])[:_MOST_LABELS]
    figure = new_figure(width=7.0, height=1.2 + 0.28 * len(counts))
    if not counts:
        return figure
    axes = figure.add_subplot()
    places = range(len(counts))
    bars = axes.barh(places, [count for _, count in counts], color=STRONG)
    axes.bar_label(bars, fmt="{:,.0f}", padding=3)
    axes.set_yticks(places, [label for label, _ in counts], parse_math=False)
    axes.invert_yaxis()
    more = len(class_counts) - len(counts)
    title = "Texts per label" + (f", the {len(counts)} most frequent" if more else "")
    axes.set(title=title, xlabel="texts")
    plain(axes, grid="x")
    return figure

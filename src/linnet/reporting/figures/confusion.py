"""Which label is taken for which."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from linnet.reporting.figures.canvas import new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST_NAMED = 30
_LONGEST_LEVEL = 3
_DARK = 0.5


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
    figure = new_figure(width=side + 1.2, height=side)
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

"""An empty figure, and what all figures have in common."""

from typing import TYPE_CHECKING

from linnet.registry import require

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STRONG, SOFT, GOOD, OTHER = "#1f6feb", "#5b6570", "#1a7f37", "#c2570c"


def new_figure(*, width: float, height: float) -> "Figure":
    """Return an empty figure.

    Args:
        width: In inches.
        height: In inches.

    Raises:
        MissingExtraError: matplotlib is not installed.

    Example:
        >>> new_figure(width=2, height=1).axes
        []
    """
    figure: Figure = require("matplotlib.figure", extra="train").Figure(
        figsize=(width, height), layout="constrained"
    )
    return figure


def plain(axes: "Axes", *, grid: str = "y") -> None:
    """Leave out what carries no number.

    Args:
        axes: Where it is drawn.
        grid: Which axis has lines across: x, y or both.

    Example:
        >>> axes = new_figure(width=2, height=1).add_subplot()
        >>> plain(axes)
        >>> axes.spines["top"].get_visible()
        False
    """
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    axes.grid(axis=grid, alpha=0.3)  # type: ignore[arg-type]

"""Lines over epochs, and lines over shares, as SVG that takes its colours from the page.

Goes in: names and numbers. Comes out: one SVG element as text.
"""

from collections.abc import Mapping, Sequence
from html import escape

from linnet.reporting.axes import Frame, drawing, epoch_ticks, level_text, ticks

# With more points than this, dots would hide the line.
_MOST_DOTS = 40
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)

Series = tuple[str, Sequence[float | None]]
Points = Sequence[tuple[float, float]]


def curves(series: Sequence[Series], *, title: str, marks: Mapping[str, int] | None = None) -> str:
    """Draw lines over epochs, counted from 1.

    Args:
        series: (name, one number per epoch; None: a gap). The name is the line's CSS class.
        title: What is drawn, for who cannot see it, and beside the levels.
        marks: CSS class → an epoch that an upright line marks; those outside are left out.

    Returns:
        An SVG element; empty where there is no number to draw.

    Example:
        >>> curves([("train", [0.9, 0.5])], title="loss").count("<circle")
        2
        >>> curves([("train", [None])], title="loss")
        ''
    """
    numbers = [number for _, line in series for number in line if number is not None]
    if not numbers:
        return ""
    epochs = max(len(line) for _, line in series)
    levels = ticks(min(numbers), max(numbers), num=5)
    frame = Frame((1, epochs), (levels[0], levels[-1]))
    step = levels[1] - levels[0]
    inside = [
        *(frame.level(level, level_text(level, step=step)) for level in levels),
        *(frame.below(epoch, f"{epoch}") for epoch in epoch_ticks(epochs)),
        frame.names("epoch", title),
        *(frame.upright(at, kind) for kind, at in (marks or {}).items() if 1 <= at <= epochs),
        *(_line(name, _over_epochs(line), frame) for name, line in series),
    ]
    return drawing("".join(inside), title=f"{title} by epoch")


def shares(
    series: Sequence[tuple[str, Points]], *, x: str, y: str, diagonal: bool = False,
    dots: bool = False,
) -> str:  # fmt: skip
    """Draw lines between shares, both axes from 0 to 1.

    Args:
        series: (CSS class, points); later ones lie above.
        x: What is below.
        y: What is beside.
        diagonal: Whether a thin line goes from corner to corner.
        dots: Whether each point is marked.

    Returns:
        An SVG element; empty where there is no point to draw.

    Example:
        >>> shares([("c0", [(0, 0), (1, 1)])], x="recall", y="precision").count("<polyline")
        1
        >>> shares([], x="", y="")
        ''
    """
    if not any(points for _, points in series):
        return ""
    frame = Frame((0, 1), (0, 1))
    inside = [
        *(frame.level(share, f"{share:.2f}") for share in _SHARES),
        *(frame.below(share, f"{share:.2f}") for share in _SHARES),
        frame.names(x, y),
        *([_line("even", [(0, 0), (1, 1)], frame, dots=False)] if diagonal else []),
        *(_line(name, points, frame, dots=dots) for name, points in series),
    ]
    return drawing("".join(inside), title=f"{y} by {x}")


def _over_epochs(values: Sequence[float | None]) -> Points:
    return [(epoch, value) for epoch, value in enumerate(values, start=1) if value is not None]


def _line(name: str, points: Points, frame: Frame, *, dots: bool = True) -> str:
    places = [(frame.x(x), frame.y(y)) for x, y in points]
    path = " ".join(f"{x},{y}" for x, y in places)
    dotted = places if dots and len(places) <= _MOST_DOTS else []
    circles = "".join(f'<circle cx="{x}" cy="{y}" r="3"/>' for x, y in dotted)
    return f'<g class="{escape(name)}"><polyline points="{path}"/>{circles}</g>'

"""A learning curve as one web page.

Goes in: the content of `learning_curve.json`. Comes out: the page as text. Draws and names;
measures nothing.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from linnet.reporting.axes import Frame, drawing, level_text, thousands, ticks
from linnet.reporting.names import METRICS
from linnet.reporting.page import fill

TIMES = {1: "All texts", 2: "Twice as many texts", 4: "Four times as many"}


def learning_curve_page(found: Mapping[str, Any]) -> str:
    """Return the page as HTML; every text of the data is escaped.

    Args:
        found: As `learning_curve.json` has it.

    Raises:
        MissingExtraError: jinja2 is not installed.

    Example:
        >>> point = {"train_size": 50, "score": 0.5, "interval": [0.4, 0.6], "draws": [0.5]}
        >>> found = {"name": "<é>", "metric": "accuracy", "points": [point], "forecasts": []}
        >>> page = learning_curve_page(found | {"why_not": "one size alone"})
        >>> "&lt;é&gt;" in page, "<é>" in page, "one size alone" in page
        (True, False, True)
    """
    values = {"found": found, "name": found["name"], "drawing": curve(found), "times": TIMES}
    return fill("learning_curve.html", values | {"metric": METRICS[found["metric"]]})


def curve(found: Mapping[str, Any]) -> str:
    """Return the drawing: points with intervals, the law through them, and its way ahead.

    Args:
        found: As `learning_curve.json` has it.

    Example:
        >>> point = {"train_size": 50, "score": 0.5, "interval": [0.4, 0.6], "draws": [0.5, 0.5]}
        >>> curve({"metric": "accuracy", "points": [point]}).count("<circle")
        3
        >>> curve({"points": []})
        ''
    """
    points, forecasts = found.get("points") or [], found.get("forecasts") or []
    if not points:
        return ""
    marked = [*points, *forecasts]
    ends = [100 * end for each in marked for end in each["interval"]]
    levels = ticks(min(ends), max(ends), num=5)
    sizes = [each["train_size"] for each in marked]
    frame = Frame((math.log(sizes[0]), math.log(sizes[-1])), (levels[0], levels[-1]))
    step = levels[1] - levels[0]
    inside = [
        *(frame.level(level, level_text(level, step=step)) for level in levels),
        *(frame.below(math.log(size), thousands(size)) for size in sizes),
        frame.names("texts to learn from", f"{METRICS[found['metric']]}, %"),
        _law(found.get("band") or [], frame, last=points[-1]["train_size"]),
        *(_mark(each, frame, "measured") for each in points),
        *(_mark(each, frame, "ahead") for each in forecasts),
    ]
    return drawing("".join(inside), title=f"{METRICS[found['metric']]} by texts to learn from")


def _law(band: Sequence[Sequence[float]], frame: Frame, *, last: int) -> str:
    """Return the law with its band: a full line as far as there are points, dashes from there."""
    inside = [each for each in band if frame.x_range[0] <= math.log(each[0]) + 1e-9]
    if not inside:
        return ""
    upper = [(size, high) for size, _, _, high in inside]
    lower = [(size, low) for size, _, low, _ in reversed(inside)]
    line = [(size, score) for size, score, _, _ in inside]
    known = sum(size <= last for size, _ in line)
    return (
        f'<polygon class="band" points="{_path([*upper, *lower], frame)}"/>'
        f'<g class="measured"><polyline points="{_path(line[:known], frame)}"/></g>'
        f'<g class="ahead"><polyline points="{_path(line[max(known - 1, 0) :], frame)}"/></g>'
    )


def _path(points: Sequence[tuple[float, float]], frame: Frame) -> str:
    """Write points; what lies beyond the frame is drawn on its edge."""
    return " ".join(
        f"{frame.x(math.log(size))},{frame.y(_within(100 * score, frame))}"
        for size, score in points
    )


def _mark(point: Mapping[str, Any], frame: Frame, kind: str) -> str:
    """Return a point with its interval, and the single draws beside it."""
    x, y = frame.x(math.log(point["train_size"])), frame.y(100 * point["score"])
    low, high = (frame.y(100 * end) for end in point["interval"])
    draws = point.get("draws") or []
    dots = "".join(
        f'<circle class="draw" cx="{x + 8}" cy="{frame.y(_within(100 * draw, frame))}" r="1.8"/>'
        for draw in (draws if len(draws) > 1 else ())
    )
    return (
        f'<g class="{kind}"><line x1="{x}" x2="{x}" y1="{low}" y2="{high}"/>'
        f'<circle cx="{x}" cy="{y}" r="4"/>{dots}</g>'
    )


def _within(level: float, frame: Frame) -> float:
    return min(max(level, frame.y_range[0]), frame.y_range[1])

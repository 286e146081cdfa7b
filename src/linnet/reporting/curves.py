"""Lines over epochs, as SVG that takes its colours from the page.

Goes in: names and numbers. Comes out: one SVG element as text.
"""

import math
from collections.abc import Sequence
from html import escape

_WIDTH, _HEIGHT = 480, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 14, 14, 34
# With more points than this, dots would hide the line.
_MOST_DOTS = 40

Series = tuple[str, Sequence[float | None]]


def curves(series: Sequence[Series], *, title: str, best_epoch: int | None = None) -> str:
    """Draw lines over epochs, counted from 1.

    Args:
        series: (name, one number per epoch; None: a gap). The name is the line's CSS class.
        title: What is drawn, for who cannot see it.
        best_epoch: Marked by an upright line; None: no mark.

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
    frame = _Frame(epochs, levels[0], levels[-1])
    inside = [
        *(_level(level, frame, step=levels[1] - levels[0]) for level in levels),
        *(_epoch(epoch, frame) for epoch in epoch_ticks(epochs)),
        *([_best(best_epoch, frame)] if best_epoch and best_epoch <= epochs else []),
        *(_line(name, line, frame) for name, line in series),
    ]
    return (
        f'<svg class="curves" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(title)}">{"".join(inside)}</svg>'
    )


def ticks(lowest: float, highest: float, *, num: int) -> list[float]:
    """Return round numbers in even steps that enclose a range, about `num` of them.

    Example:
        >>> ticks(0.12, 0.48, num=5)
        [0.1, 0.2, 0.3, 0.4, 0.5]
        >>> ticks(3, 3, num=5)
        [2.0, 3.0, 4.0]
    """
    if highest - lowest <= 1e-9 * max(abs(lowest), abs(highest), 1e-9):
        lowest, highest = lowest - (abs(lowest) / 3 or 1), highest + (abs(highest) / 3 or 1)
        num = 3
    rough = (highest - lowest) / max(1, num - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * each for each in (1, 2, 2.5, 5, 10) if power * each >= rough * 0.999)
    first, last = math.floor(lowest / step + 1e-9), math.ceil(highest / step - 1e-9)
    return [round(count * step, 12) for count in range(first, last + 1)]


def epoch_ticks(epochs: int) -> list[int]:
    """Return at most ten epochs to write below the curves, the first one among them.

    Example:
        >>> epoch_ticks(4), epoch_ticks(25)
        ([1, 2, 3, 4], [1, 5, 10, 15, 20, 25])
    """
    step = next(
        size * 10**power
        for power in range(12)
        for size in (1, 2, 5)
        if epochs / (size * 10**power) <= 9
    )
    return [1, *range(step if step > 1 else 2, epochs + 1, step)]


class _Frame:
    """Where an epoch and a value stand in the drawing."""

    def __init__(self, epochs: int, lowest: float, highest: float) -> None:
        self.epochs, self.lowest, self.highest = epochs, lowest, highest

    def x(self, epoch: int) -> float:
        share = (epoch - 1) / (self.epochs - 1) if self.epochs > 1 else 0.5
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(self, value: float) -> float:
        share = (value - self.lowest) / (self.highest - self.lowest)
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)


def _level(level: float, frame: _Frame, *, step: float) -> str:
    y = frame.y(level)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    text = f"{level:.{decimals + (round(step * 10**decimals, 6) % 1 > 0)}f}"
    return (
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{text}</text>'
    )


def _epoch(epoch: int, frame: _Frame) -> str:
    return f'<text x="{frame.x(epoch)}" y="{_HEIGHT - 12}" text-anchor="middle">{epoch}</text>'


def _best(epoch: int, frame: _Frame) -> str:
    x = frame.x(epoch)
    return f'<line class="best" x1="{x}" x2="{x}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/>'


def _line(name: str, values: Sequence[float | None], frame: _Frame) -> str:
    points = [
        (frame.x(epoch), frame.y(value))
        for epoch, value in enumerate(values, start=1)
        if value is not None
    ]
    path = " ".join(f"{x},{y}" for x, y in points)
    dots = points if len(points) <= _MOST_DOTS else []
    circles = "".join(f'<circle cx="{x}" cy="{y}" r="3"/>' for x, y in dots)
    return f'<g class="{escape(name)}"><polyline points="{path}"/>{circles}</g>'

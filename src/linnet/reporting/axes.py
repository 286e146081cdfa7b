"""The frame of a drawing: where numbers stand, and the lines and numbers around it.

Goes in: ranges. Comes out: SVG elements as text, which take their colours from the page.
"""

import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 480, 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 24, 14, 52


@dataclass(frozen=True)
class Frame:
    """Where a pair of numbers stands in the drawing.

    Attributes:
        x_range: The numbers at the left and the right edge.
        y_range: The numbers at the lower and the upper edge.
    """

    x_range: tuple[float, float]
    y_range: tuple[float, float]

    def x(self, value: float) -> float:
        """Return how far right a number stands; the middle where the range is one number."""
        first, last = self.x_range
        share = (value - first) / (last - first) if last > first else 0.5
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, value: float) -> float:
        """Return how far down a number stands."""
        lowest, highest = self.y_range
        share = (value - lowest) / (highest - lowest)
        return round(HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM), 1)

    def level(self, value: float, text: str) -> str:
        """Return a line across at a number, with the number in front."""
        y = self.y(value)
        return (
            f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
            f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{escape(text)}</text>'
        )

    def below(self, value: float, text: str) -> str:
        """Return a number below the drawing."""
        y = HEIGHT - _BOTTOM + 18
        return f'<text x="{self.x(value)}" y="{y}" text-anchor="middle">{escape(text)}</text>'

    def upright(self, value: float, kind: str) -> str:
        """Return a line from bottom to top at a number."""
        x = self.x(value)
        css = escape(kind)
        return f'<line class="{css}" x1="{x}" x2="{x}" y1="{_TOP}" y2="{HEIGHT - _BOTTOM}"/>'

    def names(self, below: str, beside: str) -> str:
        """Return what the numbers below and beside the drawing are."""
        x, y = (_LEFT + WIDTH - _RIGHT) / 2, (_TOP + HEIGHT - _BOTTOM) / 2
        return (
            f'<text x="{x}" y="{HEIGHT - 8}" text-anchor="middle">{escape(below)}</text>'
            f'<text class="beside" transform="translate(16 {y}) rotate(-90)" '
            f'text-anchor="middle">{escape(beside)}</text>'
        )


def drawing(inside: str, *, title: str) -> str:
    """Return an SVG element around what is drawn.

    Example:
        >>> drawing("", title="<é>").split("aria-label=")[1]
        '"&lt;é&gt;"></svg>'
    """
    return (
        f'<svg class="curves" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}">{inside}</svg>'
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


def level_text(level: float, *, step: float) -> str:
    """Write a number with the decimals that tell it from the next one.

    Example:
        >>> level_text(0.5, step=0.25), level_text(20, step=10)
        ('0.50', '20')
    """
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{level:.{decimals + (round(step * 10**decimals, 6) % 1 > 0)}f}"


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


def thousands(number: int) -> str:
    """Write a number of texts in little room: three digits, and k or M.

    Example:
        >>> thousands(999), thousands(1350), thousands(86_400), thousands(999_960), thousands(0)
        ('999', '1.35k', '86.4k', '1M', '0')
    """
    if number < 1000:
        return f"{number}"
    power, unit = (1e3, "k") if float(f"{number:.3g}") < 1e6 else (1e6, "M")
    return f"{number / power:.3g}{unit}" if number < 1e9 else f"{number / power:,.0f}{unit}"

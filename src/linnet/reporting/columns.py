"""Counts by length as columns, in SVG that takes its colours from the page.

Goes in: numbers. Comes out: one SVG element as text.
"""

from collections.abc import Sequence
from html import escape

from linnet.reporting.axes import ticks

_WIDTH, _HEIGHT = 480, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 78, 6, 12, 30
_GAP = 0.12
_MOST_NAMES = 8


def columns(counts: Sequence[int], *, width: int, longer: int, title: str) -> str:
    """Draw how many texts have so many words; the last column, in grey, holds all longer ones.

    Args:
        counts: Texts of each column; the first begins at 0 words.
        width: Words that a column spans.
        longer: Texts beyond the columns; 0: no grey column.
        title: What is drawn, for who cannot see it.

    Returns:
        An SVG element; empty where there is nothing to draw.

    Example:
        >>> columns([2, 0, 5], width=10, longer=1, title="words").count("<rect")
        4
        >>> columns([0], width=1, longer=0, title="words")
        ''
    """
    shown = [*counts, longer] if longer else list(counts)
    if not any(shown):
        return ""
    levels = [level for level in ticks(0, max(shown), num=4) if level == int(level)]
    if levels[-1] < max(shown):
        levels.append(max(shown))
    step = (_WIDTH - _LEFT - _RIGHT) / len(shown)
    inside = [_level(level, levels[-1]) for level in levels]
    for number, count in enumerate(shown):
        rest = longer > 0 and number == len(counts)
        x, y = _LEFT + (number + _GAP / 2) * step, _y(count, levels[-1])
        words = _words(number, width, rest=rest)
        inside.append(
            f'<rect class="{"rest" if rest else "some"}" x="{x:.1f}" y="{y:.1f}" '
            f'width="{(1 - _GAP) * step:.1f}" height="{_HEIGHT - _BOTTOM - y:.1f}">'
            f"<title>{words} words: {count:,} texts</title></rect>"
        )
    every = -(-len(counts) // _MOST_NAMES)
    inside += [
        _name(number, step, f"{number * width:,}") for number in range(0, len(counts), every)
    ]
    return (
        f'<svg class="columns" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(title)}">{"".join(inside)}</svg>'
    )


def _words(number: int, width: int, *, rest: bool) -> str:
    first, last = number * width, (number + 1) * width - 1
    if rest:
        return f"{first:,} and more"
    return f"{first:,}" if width == 1 else f"{first:,} to {last:,}"


def _y(count: float, most: float) -> float:
    return _HEIGHT - _BOTTOM - count / most * (_HEIGHT - _TOP - _BOTTOM)


def _level(level: float, most: float) -> str:
    y = _y(level, most)
    return (
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{level:,.0f}</text>'
    )


def _name(number: int, step: float, text: str) -> str:
    x = _LEFT + (number + 0.5) * step
    return f'<text x="{x:.1f}" y="{_HEIGHT - 10}" text-anchor="middle">{text}</text>'

"""Measurements of benchmarks/scale.py to a section of docs/results/speed.md."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from speed_page import figure

PHASES = {"vectorise": "texts to n-grams", "epoch": "one epoch", "predict": "predict"}


def slope(sizes: Sequence[float], values: Sequence[float]) -> float:
    """Fit value = a × size^slope and return the slope: 1 where cost grows with the rows.

    >>> slope([10, 100, 1000], [3, 30, 300])
    1.0
    >>> slope([1, 2], [5, 5])
    0.0
    """
    if len(set(sizes)) < 2:
        raise ValueError(f"a slope needs two sizes or more, not {list(sizes)}")
    x, y = ([math.log(each) for each in values] for values in (sizes, values))
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    up = sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True))
    return round(up / sum((a - middle_x) ** 2 for a in x), 9)


def last_of_each_size(lines: Iterable[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """Return the newest measurement of each number of rows, in order."""
    return dict(sorted({line["rows"]: line for line in lines}.items()))


def scale_section(lines: Sequence[dict[str, Any]]) -> str:
    """Return the section, or nothing where fewer than two sizes were measured."""
    found = last_of_each_size(lines)
    if len(found) < 2:
        return ""
    rows = []
    for phase, name in PHASES.items():
        for unit, of in (("seconds", "s"), ("megabytes", "MB")):
            values = [line[phase][unit] for line in found.values()]
            cells = [figure(each) if of == "s" else f"{each:,.0f}" for each in values]
            rows.append(
                f"| {name}, {of} | {' | '.join(cells)} | **{slope(list(found), values):.2f}** |"
            )
    sizes = " | ".join(f"{size:,}" for size in found)
    dates = dict.fromkeys(f"{line['date'][:10]} {line['commit']}" for line in found.values())
    return SECTION.format(
        sizes=sizes, rule="|---" * (len(found) + 2) + "|", rows="\n".join(rows),
        dates="; ".join(dates),
    )  # fmt: skip


SECTION = """## How cost grows

Headlines drawn with replacement from `news.parquet`, the settings of the default model; each size
is a process of its own. *slope*: of the logarithm of the cost over the logarithm of the rows, by
least squares: 1 is linear. Memory is the peak of the phase, with Python, the texts and the
vocabulary, so that it grows more slowly. Measured {dates}.

| headlines | {sizes} | slope |
{rule}
{rows}
"""

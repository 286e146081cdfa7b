"""Measurements to the page docs/results/speed.md; nothing here runs or reads anything."""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from speed_works import COMPRESSED, COMPRESSED_MEGABYTES, COMPRESSED_POINTS, Bar, Work

Line = dict[str, Any]
"""One measurement: work, side, run, date, commit, seconds, cpu_seconds, megabytes, score, steps."""


@dataclass(frozen=True)
class Measured:
    """What the repeats of one side in one run come to.

    Attributes:
        seconds, cpu_seconds, megabytes: Medians.
        score: The mean of the repeats, which differ in their seeds; None: not measured.
        every: The seconds of every repeat.
        steps: How many the rest was counted from; 0: all were run.
    """

    seconds: float
    cpu_seconds: float
    megabytes: float
    score: float | None
    every: tuple[float, ...]
    steps: int


def measured(lines: Sequence[Line]) -> Measured:
    """Sum up the repeats of one side."""
    scores = [line["score"] for line in lines if line.get("score") is not None]
    seconds = [line["seconds"] for line in lines]
    return Measured(
        statistics.median(seconds),
        statistics.median(line["cpu_seconds"] for line in lines),
        statistics.median(line["megabytes"] for line in lines),
        statistics.mean(scores) if scores else None,
        tuple(seconds),
        min(line.get("steps", 0) for line in lines),
    )


@dataclass(frozen=True)
class Ratios:
    """How linnet compares with a peer in one run.

    Attributes:
        faster: The peer's seconds divided by linnet's: above 1 linnet is ahead.
        cpu: The same of CPU seconds.
        memory: linnet's peak divided by the peer's: below 1 linnet needs less.
        score: linnet's minus the peer's; None: one of them has none.
    """

    faster: float
    cpu: float
    memory: float
    score: float | None


def ratios(ours: Measured, theirs: Measured) -> Ratios:
    """Compare linnet with a peer; what took no measurable time counts as a microsecond."""
    both = ours.score is not None and theirs.score is not None
    return Ratios(
        theirs.seconds / max(ours.seconds, 1e-6),
        theirs.cpu_seconds / max(ours.cpu_seconds, 1e-6),
        ours.megabytes / theirs.megabytes,
        ours.score - theirs.score if both else None,  # type: ignore[operator]
    )


def missed(found: Ratios, bar: Bar) -> list[str]:
    """Return which of the bars are not reached: speed, memory, score."""
    wrong = []
    if found.faster < bar.faster:
        wrong.append("speed")
    if bar.memory is not None and found.memory > bar.memory:
        wrong.append("memory")
    if found.score is not None and found.score < 0:
        wrong.append("score")
    return wrong


def latest(lines: Iterable[Line], work: Work) -> dict[str, tuple[list[Line], list[Line]]]:
    """Return linnet's and the peer's lines of the last run that measured both, by peer."""
    runs: dict[str, dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        if line["work"] == work.name:
            runs[line["run"]][line["side"]].append(line)
    ours, *peers = (side.name for side in work.sides)
    found = {}
    for peer in peers:
        both = [run for run, sides in runs.items() if ours in sides and peer in sides]
        if both:
            sides = runs[max(both)]
            found[peer] = (sides[ours], sides[peer])
    return found


COLUMNS = (
    "work", "peer", "seconds: peer", "linnet", "faster", "bar", "aim", "CPU: peer", "linnet",
    "less", "peak MB: peer", "linnet", "of it", "bar", "score: peer", "linnet", "bars", "measured",
)  # fmt: skip


def row(work: Work, peer: str, lines: tuple[Sequence[Line], Sequence[Line]]) -> str:
    """Return the line of the table for one peer."""
    ours, theirs = map(measured, lines)
    found, bar = ratios(ours, theirs), work.bars.get(peer)
    wrong = missed(found, bar) if bar else []
    verdict = "–" if bar is None else f"**missed: {', '.join(wrong)}**" if wrong else "reached"
    first = lines[0][0]
    cells = (
        work.name, peer, seconds(theirs), seconds(ours), f"**{times(found.faster)}**",
        times(bar.faster) if bar else "–", times(bar.aim) if bar else "–",
        figure(theirs.cpu_seconds), figure(ours.cpu_seconds), times(found.cpu),
        f"{theirs.megabytes:,.0f}", f"{ours.megabytes:,.0f}", f"{found.memory:.2f}",
        f"{bar.memory:.2f}" if bar and bar.memory else "–", score(theirs.score), score(ours.score),
        verdict, f"{first['date'][:10]} {first['commit']}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def seconds(side: Measured) -> str:
    """Write a median with the range of its repeats, or that it is extrapolated."""
    text = figure(side.seconds)
    if side.steps:
        text += f" extrapolated from {side.steps} steps"
    if len(side.every) > 1:
        text += f" ({figure(min(side.every))}–{figure(max(side.every))})"
    return text


def figure(value: float) -> str:
    """Write seconds with three figures, small ones in thousandths.

    >>> figure(1234.5), figure(12.34), figure(0.01234)
    ('1,234', '12.3', '12.3 ms')
    """
    if value < 0.1:
        return f"{value * 1000:.3g} ms"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def times(value: float) -> str:
    """Write a ratio.

    >>> times(0.769), times(12.34), times(4)
    ('0.77×', '12×', '4×')
    """
    return f"{value:.0f}×" if value >= 10 else f"{value:.2f}".rstrip("0").rstrip(".") + "×"


def score(value: float | None) -> str:
    """Write a score that may be missing."""
    return "–" if value is None else f"{value:.4f}"


def section(heading: str, works: Sequence[Work], lines: Sequence[Line]) -> str:
    """Return one group's table, or nothing where none of it was measured."""
    rows = [row(work, peer, both) for work in works for peer, both in latest(lines, work).items()]
    if not rows:
        return ""
    head = f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|"
    return f"## {heading}\n\n{head}\n" + "\n".join(rows) + "\n"


def compressed_section(lines: Sequence[Line]) -> str:
    """Return what the newest compressed model weighs and loses, or nothing."""
    found = [line for line in lines if line["work"] == COMPRESSED.name]
    if not found:
        return ""
    said, size, lost = found[-1]["said"], COMPRESSED_MEGABYTES, COMPRESSED_POINTS
    loss = 100 * (said["accuracy_before"] - said["accuracy_after"])
    reached = said["megabytes_after"] <= size[0] and loss <= lost
    return (
        "## Compressed\n\n`linnet compress --max-mb 2` of the default model on news, all files of"
        " the model; score on the test rows.\n\n"
        "| MB before | after | bar | aim | score before | after | points lost | bar | bars |\n"
        "|---|---|---|---|---|---|---|---|---|\n"
        f"| {said['megabytes_before']:.1f} | **{said['megabytes_after']:.2f}** | {size[0]} |"
        f" {size[1]} | {score(said['accuracy_before'])} | {score(said['accuracy_after'])} |"
        f" **{loss:.2f}** | {lost} | {'reached' if reached else '**missed**'} |\n"
    )


def page(works: Sequence[Work], lines: Sequence[Line], more: Sequence[str] = ()) -> str:
    """Return the whole page; `more` are sections that are ready."""
    groups = list(dict.fromkeys(work.group for work in works))
    tables = [
        section(group, [work for work in works if work.group == group], lines) for group in groups
    ]
    machines = dict.fromkeys(line["machine"] for line in lines)
    head = PAGE.format(machine="; ".join(machines) or "no machine")
    return "\n".join([head, *filter(None, [*tables, *more])])


PAGE = """# Speed

Made by `make bench` on {machine}. In each run linnet and its peers took turns, one process at a
time, on the same training and test rows. Every number is the median of the repeats, their range in
brackets; a score is their mean, as each repeat has a seed of its own. Ratios are taken within one
run: other runs, on another day, say nothing about each other. `benchmarks/README.md` tells what
each work is.

*seconds*: of the whole process, from the start of Python to the test score; for linnet this
includes the checks of the table, the evaluation, the saved model and its report. Where only a part
is timed (n-grams, one text, many texts) the program loads its data and its model before.
*extrapolated*: the peer ran a stated number of steps, and the steps left out were counted with
the mean of those; it has no score then, [same_rows.md](same_rows.md) has those of whole runs.
*CPU*: of all processors. *peak MB*: resident memory of the largest process. *faster*, *less*: the
peer's divided by linnet's. *of it*: linnet's divided by the peer's. *bars*: whether speed and
memory are where they should be and the score is not lower.
"""

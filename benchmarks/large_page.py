"""Measurements of benchmarks/large.py to docs/results/large.md."""

from collections.abc import Sequence
from typing import Any

PAGE = """# Larger than memory

Made by `python benchmarks/large.py --data FOLDER` on two cores ({dates}).
Headlines of `news.parquet` are drawn with replacement; in each, two neighbouring words change
places and one word becomes another, so that nearly all rows differ. A column says which part a row
is for, by the headline it was made of: no part has seen another's. Settings: the default model,
with the columns named and `--stream`.

## {rows} rows

{large}

Resident memory is what the kernel counts at its peak, pages of mapped files included: these are let
go of after each part of an epoch, so they do not add up. Anonymous is what has no file and cannot
be taken back. The process ran under `ulimit -d` of {limit} MB, which bounds what it may write to.

| stage | seconds | share |
|---|---|---|
{stages}

{epochs}

Rows that were made of one headline are alike: the interval of the accuracy is too narrow, for it
counts each.
{both}"""

BOTH = """
## The same rows in memory and streamed

{rows} rows; the training in memory without its second training and its linear baseline, which a
stream does not do, and with copies kept.

| | seconds | resident, MB | anonymous, MB | test accuracy (95 % interval) | epochs |
|---|---|---|---|---|---|
{lines}

{verdict}
"""


def page(lines: Sequence[dict[str, Any]]) -> str:
    """Return the page: of each kind the last measurement, of the large ones the largest."""
    last = {line["name"]: line for line in lines}
    large = max(
        (line for line in lines if line["name"] == "large"),
        key=lambda line: (line["in_files"], line["date"]),
    )
    shown = [large, *(last[name] for name in ("memory", "stream") if name in last)]
    dates = dict.fromkeys(f"{line['date'][:10]}, commit {line['commit']}" for line in shown)
    return PAGE.format(
        dates="; ".join(dates), rows=f"{large['in_files']:,}", large=_large(large),
        limit=f"{large['limit']:,}", stages=_stages(large), epochs=_epochs(large),
        both=_both(last) if {"memory", "stream"} <= last.keys() else "",
    )  # fmt: skip


def _num_rows(line: dict[str, Any]) -> int:
    return sum(line["rows"].values())


def _large(line: dict[str, Any]) -> str:
    low, high = line["interval"]
    rows = line["rows"]
    cells = {
        "rows in the files": f"{line['in_files']:,}",
        "train, validation, test": ", ".join(f"{each:,}" for each in rows.values()),
        "left out, validation and test beyond 100,000": f"{line['in_files'] - _num_rows(line):,}",
        "files": f"{line['files']:,.0f} MB of Parquet",
        "whole process": f"{line['seconds']:,.0f} s",
        "peak of resident memory": f"{line['resident']:,.0f} MB",
        "peak of anonymous memory": f"{line['anonymous']:,.0f} MB",
        "peak of the run's folder on disk": f"{line['disk']:,.0f} MB",
        "ids": f"{line['ids']:,}",
        "test accuracy": f"{line['accuracy']:.4f} ({low:.4f} to {high:.4f})",
        "load of the machine, first and last minute": " and ".join(
            f"{each:.1f}" for each in line["load"]
        ),
    }
    table = ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in cells.items())]
    return "\n".join(table)


def _stages(line: dict[str, Any]) -> str:
    return "\n".join(
        f"| {name} | {seconds:,.0f} | {seconds / line['seconds']:.0%} |"
        for name, seconds in line["stages"].items()
    )


def _epochs(line: dict[str, Any]) -> str:
    each = sorted(line["epoch_seconds"])
    middle = each[len(each) // 2]
    speed = line["rows"]["train"] / middle
    return (
        f"{line['epochs']} epochs, the median one {middle:,.0f} s ({speed:,.0f} rows/s); kept is "
        f"epoch {line['kept_epoch']}."
    )


def _both(last: dict[str, dict[str, Any]]) -> str:
    names = {"memory": "in memory", "stream": "streamed"}
    rows = [_way(last[name], title) for name, title in names.items()]
    same = last["memory"]["weights"] == last["stream"]["weights"]
    verdict = "Both have the same weights, bit for bit." if same else "The two models differ."
    if last["memory"]["seconds"] and max(max(last[name]["load"]) for name in names) > 3:
        verdict += " The machine was busy with other work: seconds say little."
    return BOTH.format(
        rows=f"{_num_rows(last['stream']):,}", lines="\n".join(rows), verdict=verdict
    )


def _way(line: dict[str, Any], title: str) -> str:
    low, high = line["interval"]
    reached = f"{line['accuracy']:.4f} ({low:.4f} to {high:.4f})"
    megabytes = f"{line['resident']:,.0f} | {line['anonymous']:,.0f}"
    return f"| {title} | {line['seconds']:,.1f} | {megabytes} | {reached} | {line['epochs']} |"

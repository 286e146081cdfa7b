"""The page of benchmarks/strength.py, from its measurements."""

import statistics
from collections.abc import Iterable
from typing import Any

Line = dict[str, Any]

ALL = 0
PEERS = ("scikit-learn", "fastText")
BARS = {
    "imdb": 0.907, "news": 0.956, "reuters46": 0.901, "stackoverflow": 0.900,
    "stackoverflow_titles": 0.88, "reuters21578": 0.87,
}  # fmt: skip
MOST_ERROR = 0.03


def score(line: Line) -> float:
    """Return accuracy, or micro-F1 where texts have several labels."""
    return float(line.get("accuracy", line.get("micro_f1", 0.0)))


def page(lines: list[Line]) -> str:
    """Write the page, each measurement being the last one of its kind."""
    last = {(each["set"], each["size"], each["seed"], each["side"]): each for each in lines}
    kept = list(last.values())
    names = list(dict.fromkeys(each["set"] for each in kept))
    return PAGE.format(
        machine=kept[-1]["machine"] if kept else "",
        commits=", ".join(sorted({each["commit"] for each in kept if each["side"] == "linnet"})),
        scores="\n".join(score_rows(kept, names)),
        means="\n".join(mean_rows(kept)),
        bars="\n".join(bar_rows(kept)),
        calibration="\n".join(calibration_rows(kept, names)),
        abstention="\n".join(abstention_rows(kept, names)),
    )


def score_rows(lines: list[Line], names: Iterable[str]) -> list[str]:
    """Return a row per set and size: the mean of the seeds, and their standard deviation."""
    rows = []
    for name in names:
        for size in sorted({each["size"] for each in lines if each["set"] == name}, key=_order):
            found = {side: _scores(lines, name, size, side) for side in ("linnet", *PEERS)}
            if not found["linnet"]:
                continue
            ours = statistics.mean(found["linnet"])
            ahead = [_ahead(ours, found[peer]) for peer in PEERS]
            cells = [_mean(values) for values in found.values()]
            rows.append(f"| {name} | {_size(size)} | {' | '.join([*cells, *ahead])} |")
    return rows


def mean_rows(lines: list[Line]) -> list[str]:
    """Return how far linnet is ahead of each peer, the mean over sets and sizes."""
    rows = []
    for peer in PEERS:
        pairs = [
            (statistics.mean(ours), statistics.mean(theirs))
            for name, size in sorted({(each["set"], each["size"]) for each in lines})
            if (ours := _scores(lines, name, size, "linnet"))
            and (theirs := _scores(lines, name, size, peer))
        ]
        if pairs:
            ahead = [100 * (ours - theirs) for ours, theirs in pairs]
            rows.append(
                f"| {peer} | {len(ahead)} | {statistics.mean(ahead):+.1f} | {min(ahead):+.1f} |"
                f" {sum(each < -1 for each in ahead)} |"
            )
    return rows


def bar_rows(lines: list[Line]) -> list[str]:
    """Return what was asked of the default on all rows, and what it reached."""
    rows = []
    for name, bar in BARS.items():
        found = _scores(lines, name, ALL, "linnet")
        if found:
            mean = statistics.mean(found)
            said = "reached" if round(mean, 4) >= bar else "**missed**"
            rows.append(f"| {name} | {bar} | {mean:.4f} | {said} |")
    return rows


def calibration_rows(lines: list[Line], names: Iterable[str]) -> list[str]:
    """Return the calibration error on all rows, before and after."""
    rows = []
    for name in names:
        found = [each for each in _of(lines, name, ALL, "linnet") if "calibration_error" in each]
        if not found:
            continue
        before, after, chance = (
            statistics.mean(each[f"calibration_error{kind}"] for each in found)
            for kind in ("_before", "", "_if_perfect")
        )
        several = "accuracy" not in found[0]
        good = after <= max(MOST_ERROR, chance)
        said = "(no bar)" if several else "reached" if good else "**missed**"
        rows.append(f"| {name} | {before:.4f} | {after:.4f} | {chance:.4f} | {said} |")
    return rows


def abstention_rows(lines: list[Line], names: Iterable[str]) -> list[str]:
    """Return what answering only when sure is worth, on all rows."""
    rows = []
    for name in names:
        found = [each["abstention"] for each in _of(lines, name, ALL, "linnet")
                 if each.get("abstention")]  # fmt: skip
        if found:
            cells = [_answered([each[number] for each in found]) for number in range(len(found[0]))]
            rows.append(f"| {name} | {' | '.join(cells)} |")
    return rows


def _answered(each: list[Line]) -> str:
    given = [line for line in each if line.get("precision") is not None]
    if len(given) < len(each):  # not with every seed
        return "–"
    answered, right = (
        100 * statistics.mean(line[key] for line in given) for key in ("answered", "precision")
    )
    return f"{answered:.1f} %, {right:.1f} %"


def _of(lines: list[Line], name: str, size: int, side: str) -> list[Line]:
    return [
        each for each in lines if (each["set"], each["size"], each["side"]) == (name, size, side)
    ]


def _scores(lines: list[Line], name: str, size: int, side: str) -> list[float]:
    return [score(each) for each in _of(lines, name, size, side)]


def _mean(values: list[float]) -> str:
    if not values:
        return "–"
    spread = f" ± {statistics.stdev(values):.3f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.4f}{spread}"


def _ahead(ours: float, theirs: list[float]) -> str:
    return f"{100 * (ours - statistics.mean(theirs)):+.1f}" if theirs else "–"


def _size(size: int) -> str:
    return "all" if size == ALL else f"{size:,}"


def _order(size: int) -> float:
    return float("inf") if size == ALL else size


PAGE = """# How strong the defaults are

Made by `python benchmarks/strength.py --data FOLDER` on {machine}; linnet at commit {commits}. The
machine was shared with other work, so no times are given here: [speed.md](speed.md) has them.

Each row: so many training rows, drawn three times; the test rows are always the same. linnet is
`linnet train` without a model option; scikit-learn is `TfidfVectorizer(ngram_range=(1, 2))` with
`LogisticRegression(C=10)`, for sets of labels one per label and a label from a score of 0.5 on;
fastText has `-wordNgrams 2 -epoch 25 -lr 0.5`, for sets of labels `-loss ova`. Accuracy, for sets
of labels micro-F1; means of three draws or seeds and their standard deviation. On all rows
scikit-learn is deterministic and runs once. *ahead*: in points.

| data | rows | linnet | scikit-learn | fastText | ahead of scikit-learn | of fastText |
|---|---|---|---|---|---|---|
{scores}

imdb, stackoverflow, reuters46 and reuters21578 (ModApte, rows without a topic included) have
their official test rows; of news, titles that stand twice are dropped and a quarter is for test; of
the others a tenth. The settings of the default model were chosen on rows of the training parts; of
news and stackoverflow_titles, which have no official test rows, they were drawn from all rows, so
some of these test rows took part in that choice ([LOG.md](../LOG.md)).

| peer | sets and sizes | mean, points ahead | least | more than 1 point behind |
|---|---|---|---|---|
{means}

## What was asked of the default, on all rows

| data | asked | reached | |
|---|---|---|---|
{bars}

## Percentages that mean what they say

Expected calibration error on the test rows (15 bins of the highest score), before and after
calibration on validation rows, and below which a perfectly calibrated model stays 95 times in 100
on as many rows. Asked: at most 0.03, or within what chance makes, for one label per text.

| data, all rows | before | after | by chance | |
|---|---|---|---|---|
{calibration}

## "I don't know"

For a wanted precision the lowest score is chosen on validation rows. In each cell: the share of
test rows that is answered, and how much of that is right; for sets of labels, of the labels that
score at least 5 %. "–": the precision cannot be promised.

| data, all rows | 80 % wanted | 90 % | 95 % | 99 % |
|---|---|---|---|---|
{abstention}
"""

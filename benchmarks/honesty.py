"""What linnet's promises of honesty come to, on one page.

    python benchmarks/honesty.py --data FOLDER [--only intervals ...] [--page]

Runs a part at a time and keeps its numbers in build/honesty, so that a part can be run again
alone; --page only writes the page of what is there. Writes docs/results/honesty.md. The best of
comparisons come from benchmarks/compare.py, an hour on a machine that does nothing else.
"""

import argparse
import json
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import compare
import intervals
import label_errors
import why
from strength_rows import SETS

from linnet import TextClassifier
from linnet.comparison.candidates import BASELINES

KEPT = Path("build/honesty")
RESULTS = Path(__file__).parent.parent / "docs" / "results" / "honesty.md"
RESAMPLES, ROWS = 200, 2_000
LEAST, MOST = 0.93, 0.97
RECALL, BAG_MS, LSTM_MS = 0.7, 20.0, 200.0


def cross_validated(data: Path) -> list[dict[str, Any]]:
    """Cross-validate on stackoverflow, written as scikit-learn's tutorials write it."""
    from sklearn.model_selection import cross_val_score

    table = SETS["stackoverflow"](data)
    started = time.perf_counter()
    scores = cross_val_score(TextClassifier(), table["text"].to_list(), table["label"], cv=5)
    seconds = time.perf_counter() - started
    return [{"scores": scores.tolist(), "rows": len(table), "seconds": seconds}]


def coverage(data: Path) -> list[dict[str, Any]]:
    """Draw test sets of known truth, and count the intervals that hold it."""
    return [
        {"situation": situation.name, **each}
        for situation in intervals.SITUATIONS
        for each in intervals.coverage(situation, rows=ROWS, resamples=RESAMPLES)
    ]


def wrong_labels(data: Path) -> list[dict[str, Any]]:
    """Look for flipped labels in three sets; benchmarks/label_errors.py has a slower fourth."""
    return label_errors.label_errors(data, ("stackoverflow", "imdb", "news"))


PARTS: Mapping[str, Callable[[Path], list[dict[str, Any]]]] = {
    "intervals": coverage,
    "why": why.measured,
    "labels": wrong_labels,
    "estimator": cross_validated,
}


def page(found: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Return the page; a part that was not run is said to be missing."""
    made = {"compare": best, "intervals": held, "labels": wrong, "why": words, "estimator": folds}
    parts = [
        title + "\n\n" + (made[name](found[name]) if found.get(name) else "Not run.")
        for name, title in TITLES.items()
    ]
    return "\n\n".join([START.format(machine=f"{platform.system()}, 2 cores"), *parts]) + "\n"


def best(rows: Sequence[Mapping[str, Any]]) -> str:
    latest = {row["data"]: row for row in rows}
    lines = [
        f"| {row['data']} | `{_winner(row)['candidate']}` | {_ends(_winner(row))} "
        f"| {row['asked']:.3f} "
        f"| **{row['reached']:.4f}** ({row['interval'][0]:.4f} to {row['interval'][1]:.4f}) "
        f"| {_said(row['reached'] >= row['asked'])} | {row['minutes']:.1f} |"
        for row in latest.values()
    ]
    head = ["data", "winner", "in the rounds", "asked", "test rows", "", "minutes"]
    return COMPARE + table(head, lines)


def held(rows: Sequence[Mapping[str, Any]]) -> str:
    lines = [
        f"| {row['situation']} | {row['metric']} | {100 * row['held']:.1f} % "
        f"| {_said(row['held'] >= LEAST)} | {_said(row['held'] <= MOST)} |"
        for row in rows
    ]
    return INTERVALS + table(["situation", "number", "held", "≥ 93 %", "≤ 97 %"], lines)


def wrong(rows: Sequence[Mapping[str, Any]]) -> str:
    lines = [
        f"| {row['data']} | {row['rows']:,} | {row['flipped']} | {100 * row['recall']:.1f} % "
        f"| {_said(row['recall'] >= RECALL)} | {100 * row['mended']:.1f} % |"
        for row in rows
    ]
    head = ["data", "rows", "flipped", "found in the first 10 %", "≥ 70 %", "right label suggested"]
    return LABELS + table(head, lines)


def words(rows: Sequence[Mapping[str, Any]]) -> str:
    lines = [
        f"| {row['data']} | {row['model']} | {100 * row['named']:.1f} | {100 * row['random']:.1f} "
        f"| {_said(row['interval'][0] > 0)} | {row['ms']:.1f} | {row['processor_ms']:.1f} "
        f"| {_said(row['ms'] <= (LSTM_MS if row['model'] == 'lstm' else BAG_MS))} |"
        for row in rows
    ]
    head = ["data", "model", "points lost, named words", "by chance", "more than chance",
            "ms, one text", "of the processor", "≤ 20 ms, lstm ≤ 200"]  # fmt: skip
    return WHY + table(head, lines)


def folds(rows: Sequence[Mapping[str, Any]]) -> str:
    row = rows[-1]
    scores = ", ".join(f"{score:.4f}" for score in row["scores"])
    return ESTIMATOR.format(scores=scores, rows=row["rows"], seconds=row["seconds"])


def table(head: Sequence[str], lines: Sequence[str]) -> str:
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines])


def _winner(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the best line that is no baseline: what was trained again."""
    lines: Sequence[Mapping[str, Any]] = row["lines"]
    return next(line for line in lines if line["candidate"] not in BASELINES)


def _ends(line: Mapping[str, Any]) -> str:
    low, high = line["interval"]
    return f"{line['score']:.4f} ({low:.4f} to {high:.4f})"


def _said(reached: bool) -> str:
    return "reached" if reached else "**missed**"


TITLES = {
    "compare": "## The best of `linnet compare`",
    "intervals": "## Intervals hold the truth",
    "labels": "## Wrong labels are found",
    "why": "## The words that decided",
    "estimator": "## scikit-learn's own form",
}

START = """# How honest

Made by `python benchmarks/honesty.py --data FOLDER` and `python benchmarks/compare.py --data
FOLDER`; {machine}. What was asked stands beside what was reached."""

COMPARE = """`linnet compare` without a model option, 20 minutes. Candidates are measured in five
folds of the training rows; test rows are measured once, by the winner. Those of imdb,
stackoverflow and reuters46 are the official ones, of news a quarter of the headlines. Which
settings are tried by default was chosen on training rows of these four sets
([LOG.md](../LOG.md)).

"""
INTERVALS = """Rows of known truth, 200 test sets of 2,000 rows each; [intervals.md](intervals.md)
has 2,000 test sets, other sizes and what lies behind the numbers. A share of 200 is itself known
to 1.5 points, so that one number in ten or so may lie outside by chance.

"""
LABELS = """5 % of the labels were changed at random; then `linnet label-errors` with its defaults.

"""
WHY = """The three words that speak most for the label were cut out, and three drawn by chance;
[why.md](why.md) has intervals and more. Times are wall times of one text, warm, and those of the
processor, which a busy machine does not change.

"""
ESTIMATOR = """`cross_val_score(TextClassifier(), texts, labels, cv=5)` on {rows:,} questions of
stackoverflow: {scores}, in {seconds:.0f} s. The estimator passes scikit-learn's checks but the
one that [estimator.md](../estimator.md) lists with its reason."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder of the data sets")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS))
    parser.add_argument("--page", action="store_true", help="only write the page")
    chosen = parser.parse_args()
    KEPT.mkdir(parents=True, exist_ok=True)
    for name in [] if chosen.page else chosen.only:
        content = json.dumps(PARTS[name](chosen.data))
        (KEPT / f"{name}.json").write_text(content, "utf-8")
    found = {path.stem: json.loads(path.read_text("utf-8")) for path in KEPT.glob("*.json")}
    if compare.RESULTS.is_file():
        lines = compare.RESULTS.read_text("utf-8").splitlines()
        found["compare"] = [json.loads(line) for line in lines]
    RESULTS.write_text(page(found), "utf-8")


if __name__ == "__main__":
    main()

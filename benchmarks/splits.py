"""What a random split overstates, and what splitting costs: docs/results/splits.md.

    python benchmarks/splits.py --data FOLDER --runs FOLDER

trains the default model on the headlines under five splits, counts what crosses the parts, and
times near-duplicates and the stratification of sets of labels. Runs that are there are kept.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from linnet.splitting.crossing import crossing
from linnet.splitting.near_duplicates import JACCARD, near_duplicates
from linnet.splitting.pool import Pool, joined
from linnet.splitting.share_out import share_out
from linnet.splitting.table import from_table
from linnet.splitting.values import groups_of
from linnet.text.tokenize import tokenize
from linnet.types import Split

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "splits.md"
SPLITS = {
    "random": ("--near-duplicates", "ignore"),
    "near-duplicates together (default)": (),
    "by STORY": ("--group", "STORY", "--near-duplicates", "ignore"),
    "by STORY, near-duplicates together": ("--group", "STORY"),
    "by TIMESTAMP": ("--time", "TIMESTAMP", "--near-duplicates", "ignore"),
    "by TIMESTAMP, near-duplicates together": ("--time", "TIMESTAMP"),
}
TEXTS = {"news": "TITLE", "imdb": "text", "arxiv": "summaries"}
SHARES = (0.8, 0.1, 0.1)
SAMPLE = 6_000


def timed(work: Callable[[], Any]) -> tuple[Any, str]:
    """Return what work makes, and its seconds: passed, and of all cores."""
    started = time.perf_counter(), time.process_time()
    made = work()
    passed, computed = time.perf_counter() - started[0], time.process_time() - started[1]
    return made, f"{passed:.1f} | {computed:.1f}"


def train(path: Path, options: tuple[str, ...], out: Path) -> Path:
    """Train unless it was done before."""
    if not (out / "run.json").is_file():
        command = [sys.executable, "-m", "linnet", "train", path, "--text", "TITLE", "--label",
                   "CATEGORY", *options, "--out", out]  # fmt: skip
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return out


def line_of(name: str, run: Path, groups: dict[str, np.ndarray]) -> str:
    """Return accuracy, sizes, and what crosses the parts."""
    test = json.loads((run / "model" / "evaluation.json").read_text("utf-8"))["test"]
    low, high = test["intervals"]["accuracy"]
    split = from_table(pl.read_parquet(run / "split.parquet"), np.arange(len(groups["near"])))
    found = crossing(split, split, groups=groups, test_drawn=True)
    crossed = [f"{found.here[kind]:,}" for kind in groups]
    return (
        f"| {name} | **{test['accuracy']:.4f}** | {low:.4f} to {high:.4f} | {test['macro_f1']:.4f} "
        f"| {test['rows']:,} | {' | '.join(crossed)} |"
    )


def brute_force(texts: pl.Series) -> tuple[int, int]:
    """Return how many near pairs a sample has, and how many of them are in one group."""
    split = tokenize(texts)
    sets = []
    for number in range(len(texts)):
        codes = split.codes[split.offsets[number] : split.offsets[number + 1]].tolist()
        sets.append({*codes, *pairwise(codes)})
    groups = near_duplicates(texts)
    pairs = found = 0
    for one, first in enumerate(sets):
        for other in range(one + 1, len(sets)):
            second = sets[other]
            both = len(first & second)
            if both and both >= JACCARD * (len(first) + len(second) - both):
                pairs += 1
                found += int(groups[one] == groups[other])
    return pairs, found


def near_lines(data: Path) -> list[str]:
    lines = []
    for name, column in TEXTS.items():
        texts = pl.read_parquet(data / f"{name}.parquet")[column].cast(pl.String).fill_null("")
        groups, seconds = timed(lambda texts=texts: near_duplicates(texts))
        sizes = np.bincount(groups)
        lines.append(
            f"| {name} | {len(texts):,} | {seconds} | {int(sizes[sizes > 1].sum()):,} "
            f"| {int((sizes > 1).sum()):,} | {sizes.max():,} |"
        )
        print(lines[-1], flush=True)
    return lines


def recall(data: Path) -> str:
    """Compare with brute force on the headlines of some stories, where near-duplicates are."""
    table = pl.read_parquet(data / "news.parquet").sort("STORY", "TITLE").head(SAMPLE)
    pairs, found = brute_force(table["TITLE"].cast(pl.String))
    return f"{found:,} of {pairs:,} near pairs among {SAMPLE:,} headlines are in one group"


def synthetic(num_rows: int, num_labels: int) -> np.ndarray:
    """Make sets of labels of which some go together, from frequent to rare."""
    rng = np.random.default_rng(0)
    topic = rng.integers(0, 10, num_rows)
    boost = np.where(np.arange(num_labels)[None] % 10 == topic[:, None], 5, 0.5)
    chance = np.geomspace(0.2, 0.001, num_labels) * boost
    return (rng.random((num_rows, num_labels)) < chance).astype(np.uint8)


def label_lines(data: Path) -> list[str]:
    terms = pl.read_parquet(data / "arxiv.parquet")["terms"]
    codes, rows = np.unique(terms.explode().to_numpy(), return_inverse=True)
    real = np.zeros((len(terms), len(codes)), np.uint8)
    real[np.repeat(np.arange(len(terms)), terms.list.len().to_numpy()), rows] = 1
    sets = {"synthetic": synthetic(100_000, 100), "arxiv": real}
    lines = []
    for name, targets in sets.items():
        parts, seconds = timed(
            lambda targets=targets: share_out(Pool(targets, "multilabel"), SHARES)
        )
        often = targets.sum(axis=0) >= 100
        errors = _errors(targets[:, often], parts)
        shuffled = np.random.default_rng(0).permutation(len(targets))
        ends = np.cumsum([len(rows) for rows in parts])[:-1]
        random = _errors(targets[:, often], np.split(shuffled, ends))
        lines.append(
            f"| {name} | {len(targets):,} × {targets.shape[1]:,} | {seconds} | {errors[0]:.1f} "
            f"| {random[0]:.1f} | {100 * errors[1]:.2f} | {100 * random[1]:.2f} |"
        )
        print(lines[-1], flush=True)
    return lines


def _errors(targets: np.ndarray, parts: Any) -> tuple[float, float]:
    """Return by how many rows, and which share of a label's rows, a part is off at most."""
    counts = targets.sum(axis=0)
    off = [
        np.abs(targets[rows].sum(axis=0) - counts * share)
        for rows, share in zip(parts, SHARES, strict=True)
    ]
    return max(float(each.max()) for each in off), max(float((each / counts).max()) for each in off)


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--runs", type=Path, default=Path("build/splits"), help="folder for runs")
    chosen = parser.parse_args()
    path = chosen.data / "news.parquet"
    table = pl.read_parquet(path)
    texts = table["TITLE"].cast(pl.String).fill_null("")
    parts = {
        "labels": label_lines(chosen.data), "near": near_lines(chosen.data),
        "recall": recall(chosen.data),
    }  # fmt: skip
    print(parts["recall"], flush=True)
    groups = {
        "exact": groups_of(texts), "near": near_duplicates(texts),
        "story": groups_of(table["STORY"]),
    }  # fmt: skip
    rows = np.random.default_rng(0).permutation(len(texts))
    drawn = Split(*np.split(rows, [int(0.8 * len(rows)), int(0.9 * len(rows))]))
    found = crossing(drawn, drawn, groups=groups, test_drawn=True).here
    before = (
        f"{found['exact']:,} rows with an exact copy and {found['near']:,} with a near-duplicate"
    )
    giant = int(np.bincount(joined(groups["near"], groups["story"])).max())
    lines = []
    for name, options in SPLITS.items():
        run = train(path, options, chosen.runs / ("news-" + "-".join(options).replace("--", "")))
        lines.append(line_of(name, run, groups))
        print(lines[-1], flush=True)
    page = PAGE.format(
        cores=os.cpu_count(), runs="\n".join(lines), head=" | ".join(COLUMNS),
        recall=parts["recall"],
        before=before, measured=f"{len(rows) - int(0.8 * len(rows)):,}", giant=f"{giant:,}",
        texts=f"{len(texts):,}",
        near="\n".join(parts["near"]), labels="\n".join(parts["labels"]),
    )  # fmt: skip
    RESULTS.write_text(page, "utf-8")


COLUMNS = (
    "split", "test accuracy", "95 % interval", "macro-F1", "test rows", "exact copies",
    "near-duplicates", "rows of a story",
)  # fmt: skip

PAGE = """# What a random split overstates, and what splitting costs

Made by `python benchmarks/splits.py` on {cores} cores, while the machine did other work: read the
seconds as upper bounds.

## The same model under other splits

`linnet train news.parquet --text TITLE --label CATEGORY` on {texts} headlines, a tenth of them for
validation and a tenth for test. The last three columns count the {measured} validation and test
rows that have their like in an earlier part (training, validation, test); the line of the random
split is what the others are to be compared with. Training rows whose exact text stands in the test
rows are dropped in all of them, and so no exact copy crosses; what a random split leaves are
near-duplicates and other headlines of the same story. Before that step a random split has
{before}.

| {head} |
|---|---|---|---|---|---|---|---|
{runs}

The intervals take rows for independent, which those of a story are not: another draw of the
stories moves the lines with STORY by more than they say ([LOG.md](../LOG.md)); one seed each.

Stories and near-duplicates together are one group of {giant} headlines, which is for training, and
small ones: pages that failed to load ("The article requested cannot be found"), "Business
Highlights" and the like stand in many stories and connect them. What is tested then is unlike the
whole; linnet says so in a note.

## Near-duplicates

Found in one pass, tokenising included. {recall}.

| table | texts | seconds | CPU seconds | texts with a near-duplicate or copy | groups | largest |
|---|---|---|---|---|---|---|
{near}

## Sets of labels

Parts of 80, 10 and 10 %; labels with 100 rows or more. Off by at most so many rows, and so many
percent of a label's rows, in any part.

| table | rows × labels | seconds | CPU seconds | off, rows | at random | off, % | at random |
|---|---|---|---|---|---|---|---|
{labels}
"""

if __name__ == "__main__":
    main()

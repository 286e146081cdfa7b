"""linnet's faithful recipes on the very rows that the tutorials' own programs took.

    python benchmarks/same_rows.py --rows build/tutorials --runs build/same-rows

ROWS is the folder that benchmarks/tutorials.py prepared and left its results in; each program that
was run there is answered by one run of linnet, a whole process. A run whose folder is there already
is not made again. Writes docs/results/same_rows.md.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import linnet
from linnet.config import configure
from linnet.recipes.run import resolved

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "same_rows.md"
OF_THE_TABLE = (
    "duplicates_by", "min_label_set_rows", "undersample", "test_fraction", "validation_fraction",
    "first_validation", "stratify",
)  # fmt: skip
REQUIRED = {"stackoverflow-lstm": "accuracy", "news-lstm": "accuracy", "arxiv-mlp": "micro_f1"}
"""Whose mean over seeds must not be below the programs' mean, and in what."""


def settings(recipe: str, rows: Path, seed: int) -> str:
    """Return a recipe's settings as TOML, for rows that are cleaned and split already."""
    chosen = resolved(recipe).settings(best=False)
    for name in OF_THE_TABLE:
        chosen.pop(name, None)
    chosen |= {"text": "text", "label": "label", "split": "split", "duplicates": "keep"}
    if recipe == "arxiv-mlp":
        texts = pl.read_parquet(rows).filter(pl.col("split") == "train")["text"]
        words = texts.str.to_lowercase().str.extract_all(r"\S+").explode()
        chosen["max_ids"] = words.n_unique()
    if recipe == "imdb-lstm":
        chosen["validation_fraction"] = 0
    return configure(**(chosen | {"seed": seed})).to_toml()


def train(recipe: str, seed: int, *, rows: Path, runs: Path) -> tuple[Path, float]:
    """Train unless it was done before; return the run's folder and its seconds."""
    out = runs / f"{recipe}-{seed}"
    path = rows / f"{recipe}.parquet"
    if not (out / "seconds.json").is_file():
        config = runs / f"{recipe}-{seed}.toml"
        config.write_text(settings(recipe, path, seed), "utf-8")
        command = [Path(sys.executable).parent / "linnet", "train", path, "--config", config,
                   "--out", out]  # fmt: skip
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (out / "seconds.json").write_text(json.dumps(time.perf_counter() - started))
    return out, json.loads((out / "seconds.json").read_text())


def scores(recipe: str, run: Path, rows: Path) -> dict[str, float]:
    """Return what the tutorial's program measures too, at the threshold 0.5."""
    test: dict[str, Any] = json.loads((run / "model" / "evaluation.json").read_text())["test"]
    if recipe != "arxiv-mlp":
        return {"accuracy": test["accuracy"]}
    classifier = linnet.load(run)
    table = pl.read_parquet(rows / f"{recipe}.parquet").filter(pl.col("split") == "test")
    place = {label: number for number, label in enumerate(classifier.labels)}
    expected = np.zeros((len(table), len(place)), bool)
    for row, labels in enumerate(table["label"]):
        expected[row, [place[each] for each in labels if each in place]] = True
    given = classifier.predict_proba(table["text"].to_list()) >= 0.5
    hits = (expected & given).sum()
    return {
        "micro_f1": float(2 * hits / (expected.sum() + given.sum())),
        "precision_at_1": test["precision_at_1"],
    }


def main() -> None:
    """Answer every program, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rows", type=Path, required=True, help="folder of benchmarks/tutorials.py"
    )
    parser.add_argument("--runs", type=Path, required=True, help="folder for linnet's runs")
    parser.add_argument("--only", nargs="+", help="some recipes, printed and not written")
    chosen = parser.parse_args()
    chosen.runs.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    pairs: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for text in (chosen.rows / "results.jsonl").read_text("utf-8").splitlines():
        theirs = json.loads(text)
        recipe, seed = theirs["recipe"], theirs["seed"]
        if chosen.only and recipe not in chosen.only:
            continue
        run, seconds = train(recipe, seed, rows=chosen.rows, runs=chosen.runs)
        weights = json.loads((run / "model" / "manifest.json").read_text())["num_weights"]
        for metric, ours in scores(recipe, run, chosen.rows).items():
            lines.append(
                f"| {recipe} | {seed} | {metric} | {theirs[metric]:.4f} | **{ours:.4f}** |"
                f" {ours - theirs[metric]:+.4f} | {theirs['weights']:,} | {weights:,} |"
                f" {theirs['seconds']:.0f} | {seconds:.0f} |"
            )
            print(lines[-1], flush=True)
            pairs.setdefault((recipe, metric), []).append((theirs[metric], ours))
    missed = []
    for recipe, metric in REQUIRED.items():
        program, ours = np.mean(pairs.get((recipe, metric), [(0.0, 0.0)]), axis=0)
        if ours < program:
            missed.append(f"{recipe} {metric}: {ours:.4f} < {program:.4f}")
    if not chosen.only:
        page = PAGE.format(
            head=f"| {' | '.join(COLUMNS)} |", cores=os.cpu_count(), rows="\n".join(lines),
            missed="; ".join(missed) or "nothing",
        )  # fmt: skip
        RESULTS.write_text(page, "utf-8")
    sys.exit("missed: " + "; ".join(missed) if missed else 0)


COLUMNS = (
    "recipe", "seed", "metric", "program", "linnet", "difference", "weights there", "weights here",
    "seconds there", "seconds here",
)  # fmt: skip

PAGE = """# The recipes on the rows of the tutorials' programs

Made by `python benchmarks/same_rows.py` on {cores} cores: each program of
[tutorials.md](tutorials.md) beside the faithful recipe on the same training, validation and test
rows. Both count a label as given from the score 0.5 on. Seconds were taken while the machine did
other work, and not at the same time: read them as upper bounds, not as a ratio.

{head}
|---|---|---|---|---|---|---|---|---|---|
{rows}

The mean of the seeds is below the program's where that is asked for: {missed}.

Here words are counted in the training rows alone, padding is skipped, and `arxiv-mlp` is trained
with `lazy_adam`; the programs count the words of test rows too (questions, headlines), read the
padding, and train with Adam. Questions have fewer words here for that reason.
"""

if __name__ == "__main__":
    main()

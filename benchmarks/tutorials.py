"""What the tutorials' own programs reach, on rows that linnet can take too.

    python benchmarks/tutorials.py prepare --data FOLDER --rows build/tutorials
    python benchmarks/tutorials.py run --rows build/tutorials --only news-lstm --seeds 0 1 2
    python benchmarks/tutorials.py table --rows build/tutorials

`prepare` writes a Parquet file for each recipe with the columns text, label and split (train,
validation, test). `run` starts the programs of benchmarks/tutorials/ one at a time, each in a
fresh process; what they print is kept in results.jsonl beside the rows, and a run that stands
there is not made again. `table` writes docs/results/tutorials.md. benchmarks/README.md tells which
environment this needs.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PROGRAMS = Path(__file__).parent / "tutorials"
PAGE_FILE = Path(__file__).parent.parent / "docs" / "results" / "tutorials.md"
PROGRAM = {
    "stackoverflow-embedding": "stackoverflow.py",
    "stackoverflow-lstm": "stackoverflow.py",
    "news-lstm": "news.py",
    "imdb-mlp": "bag.py",
    "reuters-mlp": "bag.py",
    "arxiv-mlp": "arxiv.py",
    "imdb-lstm": "reviews.py",
}
BESIDE = {
    "accuracy_best_epoch": "best epoch",
    "accuracy_last_epoch": "last epoch",
    "best_validation_accuracy": "best on validation rows",
    "precision_at_1": "precision at 1",
    "binary_accuracy": "binary accuracy",
}


def prepare(data: Path, rows: Path) -> None:
    subprocess.run([sys.executable, PROGRAMS / "rows.py", data, rows], check=True)


def run(recipe: str, seed: int, rows: Path) -> dict[str, Any]:
    """Run a tutorial's program and return its line of results."""
    command = [sys.executable, PROGRAMS / PROGRAM[recipe], rows / f"{recipe}.parquet",
               "--recipe", recipe, "--seed", str(seed)]  # fmt: skip
    quiet = {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "2"}
    done = subprocess.run(
        command, env={**os.environ, **quiet}, stdout=subprocess.PIPE, text=True, check=True
    )
    line: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return line


def known(rows: Path) -> dict[tuple[str, int], dict[str, Any]]:
    """Return the lines of results so far, by recipe and seed, in the recipes' order."""
    path = rows / "results.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    found = {(line["recipe"], line["seed"]): line for line in map(json.loads, lines)}
    order = list(PROGRAM)
    return dict(sorted(found.items(), key=lambda each: (order.index(each[0][0]), each[0][1])))


def run_all(recipes: Sequence[str], seeds: Sequence[int], rows: Path) -> None:
    """Run what is missing."""
    for recipe in recipes:
        for seed in seeds:
            if (recipe, seed) not in known(rows):
                line = run(recipe, seed, rows)
                with (rows / "results.jsonl").open("a", encoding="utf-8") as results:
                    results.write(json.dumps(line) + "\n")
                print(as_row(line), flush=True)


def as_row(line: dict[str, Any]) -> str:
    metric = "accuracy" if "accuracy" in line else "micro_f1"
    beside = ", ".join(f"{name} {line[key]:.4f}" for key, name in BESIDE.items() if key in line)
    return (
        f"| {line['recipe']} | {line['seed']} | {metric} | **{line[metric]:.4f}** |"
        f" {shown(line.get('loss'), 4)} | {beside} | {line['weights']:,} | {line['epochs']} |"
        f" {line['seconds']:.0f} | {shown(line.get('cpu_seconds'), 0)} |"
        f" {line['peak_mb'] / 1024:.1f} |"
    )


def shown(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def page(lines: Sequence[dict[str, Any]]) -> str:
    versions = {name: line["versions"][name] for line in lines for name in line["versions"]}
    return PAGE.format(
        cores=max(line["cores"] for line in lines),
        python=platform.python_version(),
        versions=", ".join(f"{name} {version}" for name, version in versions.items()),
        head=f"| {' | '.join(COLUMNS)} |",
        rule="|---" * len(COLUMNS) + "|",
        rows="\n".join(map(as_row, lines)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("prepare", "run", "table"))
    parser.add_argument("--rows", type=Path, required=True, help="folder of the prepared rows")
    parser.add_argument("--data", type=Path, help="folder of the data sets, for prepare")
    parser.add_argument("--only", nargs="+", choices=list(PROGRAM), default=list(PROGRAM))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    chosen = parser.parse_args()
    if chosen.what == "prepare":
        if chosen.data is None:
            parser.error("prepare needs --data, the folder of the data sets")
        prepare(chosen.data, chosen.rows)
    elif chosen.what == "run":
        run_all(chosen.only, chosen.seeds, chosen.rows)
    else:
        PAGE_FILE.write_text(page(list(known(chosen.rows).values())), "utf-8")
        print(f"written {PAGE_FILE}")


COLUMNS = ("recipe", "seed", "metric", "test", "loss", "beside", "parameters", "epochs", "seconds",
           "CPU s", "peak GB")  # fmt: skip

PAGE = """# What the tutorials' own programs reach

Made by `python benchmarks/tutorials.py` on {cores} cores, Python {python},
{versions}. The programs in `benchmarks/tutorials` are plain Keras 3 on
TensorFlow, written after the tutorials: their preprocessing, layers, optimiser, batches, epochs and
choice of weights. Each run is a process of its own; seconds run from the end of the imports to the
test score. The machine was busy with other work, so seconds are upper bounds and CPU seconds say
more; scores do not depend on it.

{head}
{rule}
{rows}

*test*: on the test rows, with the weights that the tutorial takes. *beside*: other figures of the
same run. *parameters*: words of questions and headlines are counted in all rows, as tutorials 000
and 001 do; these are 16,000 questions, the tutorial's 8,000, so the embedding is larger. –: not
measured in that run, which an earlier form of the program made on the same rows.

## Rows

`prepare` makes them once, with fixed seeds; a run's seed changes only the model.

- stackoverflow: of the data's 8,000 training rows 25 % at random validate; its 8,000 test rows
  test. The tutorial tests on 5 % of 8,000 rows; 400 rows say little.
- news: titles that stand twice dropped, all copies; as many rows of each category as the smallest
  has; 25 % test, 20 % of the rest validate.
- imdb, reuters: the official test rows; 10,000 and 1,000 random training rows validate (none for
  imdb-lstm). Texts become ids as in Keras's integer-coded copies; words of test rows are not
  counted.
- arxiv: one row of each title, label sets that occur at least twice, a tenth by label set held out,
  half of it for validation. Training rows are a sample of 10,000, because the program takes hours
  on all. Labels that no training row has are not counted; in this sample one test row has one.
"""

if __name__ == "__main__":
    main()

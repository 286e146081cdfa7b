"""The seven recipes on their real data: mean of three seeds, published numbers, and a bar for each.

    python benchmarks/recipes.py --data FOLDER --runs build/recipes

Every run is a whole process, `linnet recipe NAME`. A run whose folder is there already is not
made again, so that an interrupted script goes on where it was. Writes docs/results/recipes.md.
"""

import argparse
import json
import os
import platform
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processes import linnet, timed

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "recipes.md"
LEAST = {
    ("imdb-mlp", "faithful"): 0.876,
    ("imdb-lstm", "faithful"): 0.866,
    ("reuters-mlp", "faithful"): 0.875,
    ("stackoverflow-embedding", "faithful"): 0.825,
    ("imdb-mlp", "best"): 0.910,
    ("reuters-mlp", "best"): 0.905,
    ("news-lstm", "best"): 0.958,
    ("stackoverflow-embedding", "best"): 0.900,
}
MOST_MINUTES = 60  # all faithful recipes, one seed
SEEDS = {"news-lstm": 42, "imdb-lstm": 7}  # the tutorials'; 0 elsewhere
SAME_AS = {"stackoverflow-lstm": "stackoverflow-embedding", "imdb-lstm": "imdb-mlp"}
"""Recipes whose best form is another's: the same data, the same settings."""


@dataclass(frozen=True)
class Made:
    """One run."""

    recipe: str
    form: str
    seed: int
    seconds: float
    megabytes: float
    evaluation: dict[str, Any]
    weights: int
    recipe_rows: list[list[Any]]

    @property
    def metric(self) -> str:
        """The headline's name."""
        return "accuracy" if "accuracy" in self.evaluation["test"] else "micro_f1"

    @property
    def score(self) -> float:
        """The headline, on the test rows."""
        value: float = self.evaluation["test"][self.metric]
        return value


def make(recipe: str, form: str, *, seed: int, data: Path, runs: Path) -> Made:
    """Run a recipe unless it was run before, and read what it left."""
    folder = runs / f"{recipe}-{form}-{seed}"
    if not (folder / "cost.json").is_file():
        options = ["--seed", str(seed), "--data", str(data), "--out", str(folder)]
        options += ["--best"] if form == "best" else []
        spent = timed(linnet("recipe", recipe, *options))
        cost = {"seconds": spent.seconds, "megabytes": spent.peak_megabytes}
        (folder / "cost.json").write_text(json.dumps(cost))
    cost, told = (json.loads((folder / name).read_text()) for name in ("cost.json", "run.json"))
    evaluation = json.loads((folder / "model" / "evaluation.json").read_text())
    manifest = json.loads((folder / "model" / "manifest.json").read_text())
    made = Made(
        recipe, form, seed, cost["seconds"], cost["megabytes"], evaluation,
        manifest["num_weights"], told["recipe"]["rows"],
    )  # fmt: skip
    print(f"{folder.name}: {made.metric} {made.score:.4f} in {made.seconds:.0f} s", flush=True)
    return made


def mean(runs: Sequence[Made], metric: str = "") -> float:
    """Return the mean of a test metric, the headline unless another is named."""
    return statistics.mean(
        made.evaluation["test"][metric] if metric else made.score for made in runs
    )


def row(runs: Sequence[Made]) -> str:
    """Return the line of a recipe's form: mean, spread and what it is compared with."""
    first = runs[0]
    published = next((each[1] for each in first.recipe_rows if each[0] == f"test {first.metric}"),
                     None)  # fmt: skip
    low, high = first.evaluation["test"]["intervals"][first.metric]
    answers = dict(first.evaluation["baselines"])
    linear = answers.pop("linear", {}).get(first.metric)
    constant = max(each.get(first.metric) or 0.0 for each in answers.values())
    scores = ", ".join(f"{made.score:.4f}" for made in runs)
    least = LEAST.get((first.recipe, first.form))
    return (
        f"| {first.recipe} | {first.form} | {first.metric} | {shown(published)} |"
        f" **{mean(runs):.4f}** | {scores} | {low:.4f} to {high:.4f} | {constant:.4f} |"
        f" {shown(linear)} |"
        f" {shown(least)} | {first.weights:,} |"
        f" {statistics.median(made.seconds for made in runs):.0f} |"
        f" {max(made.megabytes for made in runs) / 1024:.1f} |"
    )


def retraining(made: Made) -> str | None:
    """Return the line that compares the retrained model with the one before."""
    found = made.evaluation.get("retraining")
    if not found:
        return None
    low, high = found["interval"]
    return (
        f"| {made.recipe} | {made.form} | {found['before']:.4f} | {found['after']:.4f} |"
        f" {found['difference']:+.4f} | {low:+.4f} to {high:+.4f} |"
    )


def shown(value: float | None) -> str:
    """Write a number that may be missing."""
    return "–" if value is None else f"{value:.4f}".rstrip("0").ljust(5, "0")


def missed(groups: dict[tuple[str, str], list[Made]]) -> list[str]:
    """Return which bars were missed."""
    absent = [f"{recipe} {form}: not run" for recipe, form in LEAST if (recipe, form) not in groups]
    found = absent + [
        f"{recipe} {form}: {mean(groups[recipe, form]):.4f} < {least}"
        for (recipe, form), least in LEAST.items()
        if (recipe, form) in groups and mean(groups[recipe, form]) < least
    ]
    faithful = [runs[0] for (_, form), runs in groups.items() if form == "faithful"]
    minutes = sum(made.seconds for made in faithful) / 60
    if minutes > MOST_MINUTES:
        found.append(f"all faithful recipes: {minutes:.0f} minutes")
    arxiv = [groups.get(("arxiv-mlp", form)) for form in ("faithful", "best")]
    if arxiv[0] and arxiv[1]:
        found += [
            f"arxiv-mlp best: {metric} not above faithful"
            for metric in ("micro_f1", "precision_at_1")
            if mean(arxiv[1], metric) <= mean(arxiv[0], metric)
        ]
    return found


def main() -> None:
    """Run what is missing and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--runs", type=Path, required=True, help="folder for the runs")
    parser.add_argument("--seeds", type=int, default=3, help="of each, one for arxiv-mlp")
    parser.add_argument("--only", default="", help="recipe or recipe-form, printed, not written")
    parser.add_argument("--without", nargs="+", default=[], help="recipes that are left out")
    chosen = parser.parse_args()
    chosen.runs.mkdir(parents=True, exist_ok=True)
    from linnet.recipes.run import RECIPES

    groups: dict[tuple[str, str], list[Made]] = {}
    for form in ("faithful", "best"):
        for recipe in RECIPES:
            if not f"{recipe}-{form}".startswith(chosen.only):
                continue
            if recipe in chosen.without or (form == "best" and recipe in SAME_AS):
                continue
            seeds = range(1 if recipe == "arxiv-mlp" else chosen.seeds)
            first = SEEDS.get(recipe, 0)
            groups[recipe, form] = [
                make(recipe, form, seed=first + each, data=chosen.data, runs=chosen.runs)
                for each in seeds
            ]
    for each in missed(groups):
        print("missed:", each)
    if not chosen.only:
        RESULTS.write_text(page(groups))
        print(f"written {RESULTS}")
    sys.exit(bool(missed(groups)))


def page(groups: dict[tuple[str, str], list[Made]]) -> str:
    """Return the page of results."""
    faithful = [runs[0] for (_, form), runs in groups.items() if form == "faithful"]
    again = [line for runs in groups.values() for line in [retraining(runs[0])] if line]
    arxiv = [
        f"| {form} | {made.evaluation['test']['micro_f1']:.4f} |"
        f" {made.evaluation['test']['precision_at_1']:.4f} |"
        f" {made.evaluation['test']['binary_accuracy']:.4f} |"
        f" {made.evaluation['test']['all_zeros_binary_accuracy']:.4f} |"
        for form in ("faithful", "best")
        for made in groups.get(("arxiv-mlp", form), [])[:1]
    ]
    return PAGE.format(
        head=f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|",
        machine=f"{os.cpu_count()} cores, Python {platform.python_version()}",
        rows="\n".join(row(runs) for runs in groups.values()),
        again="\n".join(again),
        arxiv="\n".join(arxiv),
        minutes=f"{sum(made.seconds for made in faithful) / 60:.0f}",
        missed="; ".join(missed(groups)) or "nothing",
    )


COLUMNS = (
    "recipe", "form", "metric", "published", "mean", "seeds", "95 % interval", "constant answer",
    "linear", "asked", "parameters", "seconds", "peak GB",
)  # fmt: skip

PAGE = """# What the recipes reach

Made by `python benchmarks/recipes.py --data FOLDER --runs FOLDER` on {machine}; the machine was
not idle otherwise, so seconds are upper bounds. Each row is the mean of its seeds, one seed for
arXiv; each run is one process, `linnet recipe NAME`, from the raw file to the report. The best
form of stackoverflow-lstm is that of stackoverflow-embedding, and that of imdb-lstm is imdb-mlp's:
the data and the settings are the same.

{head}
{rows}

*95 % interval*: of the first seed, over test rows. *published*: on the tutorial's own data where
that is another (docs/tutorials). *constant answer*: always the most frequent label or labels;
*linear*: TF-IDF with logistic regression.
*seconds*: the median. All faithful recipes with one seed: {minutes} minutes. Missed: {missed}.

## Trained again on training and validation rows

The same test rows for the model before and after; the interval is that of the difference,
paired, by the method of docs/evaluation.md. First seeds.

| recipe | form | before | after | difference | 95 % interval |
|---|---|---|---|---|---|
{again}

## Abstracts

| form | micro-F1 | precision at 1 | binary accuracy | … of never any label |
|---|---|---|---|---|
{arxiv}
"""

if __name__ == "__main__":
    main()

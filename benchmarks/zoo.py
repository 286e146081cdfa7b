"""Every model of the zoo on the same rows, and what word vectors bring where labels are few.

    python benchmarks/zoo.py --data FOLDER [--only MODEL ...] [--parts PART ...] [--page]

A run is a whole process, from the table to the report, with the model's own settings, without
training again. What is measured is added to build/zoo/results.jsonl, and docs/results/zoo.md is
written from the last measurement of each; --page writes the page and measures nothing.
"""

import argparse
import json
import os
import platform
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processes import linnet, timed
from word_vectors import write_vectors

ROOT = Path(__file__).parent.parent
PAGE_FILE, RESULTS = ROOT / "docs" / "results" / "zoo.md", ROOT / "build" / "zoo" / "results.jsonl"
BAGS = ("linear", "fasttext", "mlp")
MODELS = (*BAGS, "embedding", "lstm", "bilstm", "gru", "cnn", "transformer")
FEW, TESTED, VECTOR_SIZE = 1_000, 10_000, 100
WITH_VECTORS = ("lstm", "cnn", "fasttext")


@dataclass(frozen=True)
class Job:
    """One table with its options."""

    name: str
    options: str
    of_ids: str = ""


JOBS = (
    Job("titles", "--text title --label tag --test-fraction 0.2"),
    Job("headlines", "--text TITLE --label CATEGORY --duplicates all --test-fraction 0.2"),
    Job("questions", "--split split", "--max-length 100"),
)


PARTS = (*(job.name for job in JOBS), "vectors")


def write_tables(data: Path, folder: Path) -> None:
    """Write the tables: questions, titles, 20,000 headlines, and 1,000 with many for test."""
    import polars as pl

    pl.read_parquet(data / "stackoverflow.parquet").write_parquet(folder / "questions.parquet")
    pl.read_parquet(data / "stackoverflow_titles.parquet").write_parquet(folder / "titles.parquet")
    news = pl.read_parquet(data / "news.parquet").unique("TITLE", keep="none", maintain_order=True)
    news = news.sample(fraction=1.0, shuffle=True, seed=0)
    news[:20_000].write_parquet(folder / "headlines.parquet")
    few = news[: FEW + TESTED].with_columns(
        part=pl.when(pl.int_range(pl.len()) < FEW).then(pl.lit("train")).otherwise(pl.lit("test"))
    )
    few.write_parquet(folder / "few.parquet")
    news[FEW + TESTED :].select("TITLE").write_parquet(folder / "others.parquet")


def measured(what: str, model: str, folder: Path, options: str) -> dict[str, Any]:
    """Train in a process of its own; return and store what came out."""
    with tempfile.TemporaryDirectory() as name:
        out, table = Path(name, "run"), str(folder / f"{what.split(maxsplit=1)[0]}.parquet")
        command = linnet("train", table, "--model", model, *options.split(), "--out", str(out))
        cost = timed([*command, "--no-retrain"])
        score = json.loads((out / "model" / "evaluation.json").read_text())["test"]["accuracy"]
        told = json.loads((out / "run.json").read_text())
        size = sum(each.stat().st_size for each in (out / "model").iterdir())
    found = {
        "what": what, "model": model, "score": score, "seconds": round(cost.seconds, 1),
        "cpu": round(cost.cpu_seconds, 1), "epochs": len(told["epochs"]), "bytes": size,
        "notes": [note["message"] for note in told["notes"] if note["what"] == "vectors"],
    }  # fmt: skip
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(found) + "\n")
    print(found, flush=True)
    return found


def measure(folder: Path, models: list[str], parts: list[str]) -> None:
    """Train every model on every table, then those with an embedding from vectors."""
    for job in JOBS:
        for model in models if job.name in parts else ():
            options = job.options if model in BAGS else f"{job.options} {job.of_ids}"
            measured(job.name, model, folder, options)
    if "vectors" not in parts:
        return
    vectors = folder / "news.vec"
    if not vectors.exists():
        write_vectors(folder / "others.parquet", vectors, size=VECTOR_SIZE)
    options = "--text TITLE --label CATEGORY --split part --epochs 30"
    for model in (each for each in ("mlp", *WITH_VECTORS) if each in models):
        alike = "" if model == "mlp" else f" --embedding-size {VECTOR_SIZE}"
        measured("few random", model, folder, options + alike)
        if alike:
            measured("few vectors", model, folder, f"{options} --vectors {vectors}")


def page() -> str:
    """Return the page, from what was measured last."""
    lines = RESULTS.read_text(encoding="utf-8").splitlines()
    found = {(each["what"], each["model"]): each for each in map(json.loads, lines)}
    rows = [
        f"| `{model}` | " + " | ".join(_cell(found.get((job.name, model))) for job in JOBS) + " |"
        for model in MODELS
    ]
    few = [
        f"| `{model}` | {_score(found, 'random', model)} | {_score(found, 'vectors', model)} |"
        for model in WITH_VECTORS
    ]
    notes = found.get(("few vectors", "cnn"), {}).get("notes", [])
    return PAGE.format(
        machine=f"{os.cpu_count()} cores, Python {platform.python_version()}",
        rows="\n".join(rows), few="\n".join(few), mlp=_score(found, "random", "mlp"),
        coverage=notes[0].partition(" start")[0] + " were found by `cnn`" if notes else "–",
    )  # fmt: skip


def _cell(found: dict[str, Any] | None) -> str:
    if found is None:
        return "– | – | –"
    return f"{found['score']:.4f} | {found['cpu']:.0f} | {found['bytes'] / 1e6:.1f}"


def _score(found: dict[tuple[str, str], Any], kind: str, model: str) -> str:
    each = found.get((f"few {kind}", model))
    return f"{each['score']:.4f}" if each else "–"


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of the data sets")
    parser.add_argument("--only", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--page", action="store_true", help="write the page only")
    chosen = parser.parse_args()
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    if not chosen.page:
        write_tables(chosen.data, RESULTS.parent)
        measure(RESULTS.parent, chosen.only, chosen.parts)
    PAGE_FILE.write_text(page(), encoding="utf-8")


PAGE = """# Every model of the zoo

Made by `python benchmarks/zoo.py --data FOLDER` on {machine}, which other work shared: the seconds
are those of the processors, not of the clock. Each run is a process of its own, from the table to
the report, with the settings that the model chooses, and without training again on the validation
rows. Test accuracy of one seed; differences below about a point are noise.

*titles*: 20,000 titles of questions, 20 tags, 4,000 for test. *headlines*: 20,000 of the news
headlines that occur once, 4 labels, 4,000 for test. *questions*: 8,000 Stack Overflow questions, 4
labels, and 8,000 for test; models of ids read the last 100 of each question, because the machine
is small.

| model | titles | CPU s | MB | headlines | CPU s | MB | questions | CPU s | MB |
|---|---|---|---|---|---|---|---|---|---|
{rows}

## Word vectors where labels are few

1,000 headlines with labels, 10,000 others for test. The vectors, of 100 numbers, were made of the
other headlines without their labels (a matrix of positive pointwise mutual information within five
words, its largest singular vectors: `benchmarks/word_vectors.py`); {coverage}. Test accuracy of
one seed, with and without `--vectors`; the default `mlp` has {mlp}.

| model | random | from vectors |
|---|---|---|
{few}
"""

if __name__ == "__main__":
    main()

"""What `linnet train` reaches without a model option, on public data sets: score, time, memory.

    python benchmarks/defaults.py --data FOLDER

Every run is a whole process, from the raw file to the report. Also: how closely Keras and the
saved model agree, and what it costs to start. Writes docs/results/defaults.md.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from processes import linnet, timed

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "defaults.md"
MODELS = ("linear", "mlp", "embedding", "fasttext", "lstm", "lstm --bidirectional")
TEXTS = 1_000
HEAVY = ("keras", "jax", "polars", "sklearn", "matplotlib", "numpy", "pandas", "onnxruntime")


MOST_SECONDS, MOST_MEGABYTES, MOST_DIFFERENCE = 120, 4096, 1e-5
missed: list[str] = []


def check(reached: bool, what: str) -> None:
    """Take note of a bar that was missed; the script then ends in an error."""
    if not reached:
        missed.append(what)


@dataclass(frozen=True)
class Job:
    """One data set with its options, and the least that the default must reach."""

    name: str
    options: str
    metric: str
    least: float | None


JOBS = (
    Job("stackoverflow", "--split split", "accuracy", 0.885),
    Job("imdb", "--split split", "accuracy", 0.904),
    Job("reuters46", "--label topic --split split", "accuracy", 0.898),
    Job(
        "news",
        "--text TITLE --label CATEGORY --duplicates all --test-fraction 0.25",
        "accuracy",
        0.954,
    ),
    Job(
        "reuters21578",
        "--text title --text body --label topics --split modapte",
        "micro_f1",
        0.85,
    ),
    Job("arxiv", "--text summaries --label terms", "micro_f1", None),
)


def train_row(job: Job, data: Path, folder: Path) -> str:
    """Train on one data set and return its row of the table."""
    out = folder / job.name
    path = str(data / f"{job.name}.parquet")
    cost = timed(linnet("train", path, *job.options.split(), "--out", str(out)))
    evaluation = json.loads((out / "model" / "evaluation.json").read_text())
    manifest = json.loads((out / "model" / "manifest.json").read_text())
    score = evaluation["test"][job.metric]
    least = "" if job.least is None else f"{job.least:.3f}"
    model = next(
        line.split('"')[1]
        for line in (out / "config.toml").read_text().splitlines()
        if line.startswith("model =")
    )
    print(f"{job.name}: {score:.4f} in {cost.seconds:.1f} s", flush=True)
    if job.least is not None:
        check(score >= job.least, f"{job.name}: {job.metric} {score:.4f} < {job.least}")
        check(cost.seconds < MOST_SECONDS, f"{job.name}: {cost.seconds:.0f} s")
        check(cost.peak_megabytes < MOST_MEGABYTES, f"{job.name}: {cost.peak_megabytes:.0f} MB")
    rows = " / ".join(f"{manifest['rows'][part]:,}" for part in ("train", "validation", "test"))
    return (
        f"| {job.name} | {manifest['task']}, {len(manifest['labels'])} | {rows} | {model} |"
        f" {job.metric} | {score:.4f} | {least} | {cost.seconds:.0f} | {cost.cpu_seconds:.0f} |"
        f" {cost.peak_megabytes / 1024:.2f} |"
    )


def agreement_row(model: str, data: Path, folder: Path) -> str:
    """Train one model of the zoo shortly and compare Keras with the saved model."""
    import numpy as np

    import linnet as library

    out = folder / model.replace(" ", "")
    path = str(data / "stackoverflow.parquet")
    options = f"--split split --epochs 1 --no-retrain --model {model}".split()
    timed(linnet("train", path, *options, "--out", str(out)))
    table = library.read(path)
    texts = table.filter(table["split"] == "test")["text"].sample(TEXTS, seed=0).to_list()
    classifier = library.load(out)
    ours = classifier.predict_proba(texts)
    theirs = classifier.keras_model(raw_text=True).predict(texts, verbose=0)
    difference = float(np.abs(ours - theirs).max())
    print(f"{model}: {difference:.1e}", flush=True)
    check(difference <= MOST_DIFFERENCE, f"{model}: Keras and the saved model differ")
    return f"| {model} | {classifier.manifest['num_weights']:,} | {difference:.1e} |"


def start_rows(folder: Path) -> list[str]:
    """Measure what it costs to start, medians of five."""
    run = str(folder / "stackoverflow")
    commands = {
        "`linnet --help`": linnet("--help"),
        "`linnet train --help`": linnet("train", "--help"),
        "`import linnet`": [sys.executable, "-c", "import linnet"],
        "`linnet predict` of one text": linnet("predict", run, "how do I reverse a list"),
    }
    rows = []
    for name, command in commands.items():
        costs = [timed(command) for _ in range(6)][1:]
        wall = statistics.median(cost.seconds for cost in costs)
        cpu = statistics.median(cost.cpu_seconds for cost in costs)
        rows.append(f"| {name} | {wall:.2f} | {cpu:.2f} |")
    return rows


def imported(code: str) -> str:
    """Return which heavy packages a piece of code imports."""
    check = f"import sys; {code}; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    output = subprocess.check_output([sys.executable, "-c", check], text=True)
    return ", ".join(output.split()) or "none"


def main() -> None:
    """Run everything and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--only", help="one data set, printed and not written")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if chosen.only:
            print(*(train_row(job, chosen.data, folder) for job in JOBS if job.name == chosen.only))
            return
        rows = [train_row(job, chosen.data, folder) for job in JOBS]
        agreement = [agreement_row(model, chosen.data, folder) for model in MODELS]
        starts = start_rows(folder)
        loading = f"import linnet; linnet.load({str(folder / 'stackoverflow')!r}).predict(['a'])"
        page = PAGE.format(
            machine=f"{os.cpu_count()} cores, Python {platform.python_version()}",
            rows="\n".join(rows),
            agreement="\n".join(agreement),
            starts="\n".join(starts),
            plain=imported("import linnet"),
            loaded=imported(loading),
        )
    RESULTS.write_text(page)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"written {RESULTS}; {children.ru_utime:.0f} s of CPU in all")
    if missed:
        raise SystemExit("missed: " + "; ".join(missed))


PAGE = """# What the defaults reach

Made by `python benchmarks/defaults.py --data FOLDER` on {machine}; the machine was not idle
otherwise, so seconds are upper bounds. No model option is given: only the columns, the split and,
for news, that titles which stand twice are dropped. Each row is one process, from the raw file to
the report: reading, cleaning, splitting, training with early stopping, training again on training
and validation rows, evaluating, saving, checking. Test rows take no part before the evaluation.

| data | task, labels | rows | model chosen | metric | test | asked | seconds | CPU s | peak GB |
|---|---|---|---|---|---|---|---|---|---|
{rows}

*rows*: train / validation / test. *asked*: scikit-learn's TF-IDF with logistic regression minus
0.3 points; for reuters21578 a fixed bar (rows without topic count as empty sets).

## Keras and the saved model agree

Largest difference of any score between `clf.keras_model()` and the loaded artifact (ONNX Runtime)
on 1,000 texts of the stackoverflow test rows, after one epoch of training:

| model | weights | difference |
|---|---|---|
{agreement}

## Starting

Medians of five fresh processes, byte-compiled.

| command | wall s | CPU s |
|---|---|---|
{starts}

Heavy packages that `import linnet` loads: {plain}. Loading a model and predicting: {loaded}.
"""

if __name__ == "__main__":
    main()

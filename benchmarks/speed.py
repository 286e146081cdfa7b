"""linnet and its peers on the same work, side by side in one run: seconds, memory, score.

    make bench-setup
    python benchmarks/speed.py --data FOLDER
    python benchmarks/speed.py --data FOLDER --only imdb-mlp reuters-mlp --repeats 5 --jax
    python benchmarks/speed.py --page

Every run of a side is a fresh process; sides take turns. Each measurement is kept as a line of
results.jsonl in the working folder, and docs/results/speed.md is written from all that is there.
Peers' environments are made by `make bench-setup`; linnet is the one beside the Python that runs
this.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from processes import Cost, linnet, timed
from scale_page import scale_section
from speed_page import Line, compressed_section, latest, page, row
from speed_works import WORKS, Side, Work

HERE = Path(__file__).parent
ROOT = HERE.parent
RESULTS = ROOT / "docs" / "results" / "speed.md"
PEERS = ("tensorflow", "sklearn", "fasttext", "spacy")
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "2", "PYTHONUTF8": "1"}


def command(template: str, places: Mapping[str, str]) -> list[str]:
    """Fill in a command's places, word by word, so that a path may hold blanks."""
    return [word.format_map(places) for word in template.split()]


def told(output: str) -> dict[str, Any]:
    """Return the last line of an output that is a JSON object, or nothing."""
    for line in reversed(output.splitlines()):
        if line.startswith("{"):
            found: dict[str, Any] = json.loads(line)
            return found
    return {}


def score_of(metric: str | None, said: Mapping[str, Any], run: Path) -> float | None:
    """Return the score that a program told, or that linnet left in its run's folder."""
    if metric is None or said.get("steps"):
        return None
    evaluation = run / "model" / "evaluation.json"
    found = json.loads(evaluation.read_text("utf-8"))["test"] if evaluation.is_file() else said
    return float(found[metric])


def line_of(work: Work, cost: Cost, run: Path) -> Line:
    """Return what one process measured."""
    said = told(cost.output)
    part = work.timed == "part"
    left_out = said.get("seconds_left_out", 0.0)
    return {
        "seconds": said["seconds"] if part else cost.seconds + left_out,
        "cpu_seconds": said["cpu_seconds"] if part
        else cost.cpu_seconds + said.get("cpu_seconds_left_out", 0.0),
        "megabytes": cost.peak_megabytes,
        "score": score_of(work.metric, said, run),
        "steps": said.get("steps", 0),
        "said": {name: value for name, value in said.items() if name != "versions"},
        "versions": said.get("versions", {}),
    }  # fmt: skip


def measure(work: Work, side: Side, places: Mapping[str, str]) -> Line:
    """Run one side once, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory(dir=places["work"]) as folder:
        run = Path(folder, "run")
        cost = timed(command(side.command, {**places, "out": str(run)}), QUIET)
        return line_of(work, cost, run)


def run_work(work: Work, chosen: argparse.Namespace, places: Mapping[str, str], run: str) -> None:
    """Let the sides of a work take turns, and keep each measurement at once."""
    shutil.rmtree(places["models"], ignore_errors=True)
    for each in work.before:
        timed(command(each, places), QUIET)
    sides = [side for side in work.sides if not side.optional or getattr(chosen, side.optional)]
    for repeat in range(min(chosen.repeats, work.most_repeats or chosen.repeats)):
        for side in sides:
            found = measure(work, side, {**places, "seed": str(repeat)})
            line = {"work": work.name, "side": side.name, "run": run, "repeat": repeat, **found}
            with (chosen.work / "results.jsonl").open("a", encoding="utf-8") as results:
                results.write(json.dumps({**line, **circumstances()}) + "\n")
            print(
                f"{work.name}: {side.name}: {found['seconds']:.4g} s, {found['megabytes']:.0f} MB,"
                f" score {found['score']}",
                flush=True,
            )


def circumstances() -> dict[str, str]:
    """Return when, on which commit and on what machine a measurement is made."""
    git = ["git", "-C", str(ROOT)]
    commit = subprocess.run(
        [*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    changed = subprocess.run([*git, "diff", "--quiet", "HEAD", "--", "src"], check=False)
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": (commit or "unknown") + ("+" if changed.returncode else ""),
        "machine": f"{os.cpu_count()} cores, {platform.system()}, Python"
        f" {platform.python_version()}",
    }


def results(folder: Path, name: str = "results.jsonl") -> list[Line]:
    """Return all measurements so far."""
    path = folder / name
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    return [json.loads(line) for line in lines]


def places_of(data: Path, folder: Path) -> dict[str, str]:
    """Return what stands for the braces of a command."""
    pythons = {peer: str(ROOT / "build" / "peers" / peer / "bin" / "python") for peer in PEERS}
    return {
        "data": str(data), "rows": str(folder / "rows"), "models": str(folder / "models"),
        "work": str(folder), "here": str(HERE), "python": sys.executable, "linnet": linnet()[0],
        "seed": "0", **pythons,
    }  # fmt: skip


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder of the data sets")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "speed", help="for files")
    parser.add_argument("--only", nargs="+", choices=[each.name for each in WORKS])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--jax", action="store_true", help="the tutorials' programs on JAX too")
    parser.add_argument("--page", action="store_true", help="write the page, measure nothing")
    chosen = parser.parse_args()
    if chosen.data is None and not chosen.page:
        parser.error("--data is missing: the folder of the data sets")
    return chosen


def main() -> None:
    """Measure what is asked for, and write the page from all measurements."""
    chosen = parsed()
    failed = []
    if not chosen.page:
        chosen.work.mkdir(parents=True, exist_ok=True)
        places = places_of(chosen.data.resolve(), chosen.work.resolve())
        timed([sys.executable, str(HERE / "prepare.py"), places["data"], places["rows"]])
        run = datetime.now(UTC).isoformat(timespec="seconds")
        for work in WORKS:
            if chosen.only and work.name not in chosen.only:
                continue
            try:
                run_work(work, chosen, places, run)
            except SystemExit as error:  # a side failed: the other works are measured all the same
                print(f"{work.name}: {error}", file=sys.stderr, flush=True)
                failed.append(work.name)
            for peer, lines in latest(results(chosen.work), work).items():
                print(row(work, peer, lines), flush=True)
    write_page(chosen.work)
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


def write_page(folder: Path) -> None:
    """Write docs/results/speed.md from all measurements of a working folder."""
    lines = results(folder)
    more = [compressed_section(lines), scale_section(results(folder, "scale.jsonl"))]
    RESULTS.write_text(page(WORKS, lines, more), "utf-8")
    print(f"written {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()

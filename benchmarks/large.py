"""More rows than fit into memory: what `linnet train --stream` takes and reaches.

    python benchmarks/large.py --data FOLDER                  # 20 million headlines
    python benchmarks/large.py --data FOLDER --rows 200000    # a try
    python benchmarks/large.py --page

Headlines of `news.parquet` are drawn with replacement and changed a little, so that rows differ,
and written to build/large as Parquet files. Which part a row is for follows from the headline it
was made of, so no part has seen another's. Each measurement is a process of its own and a line of
results.jsonl; docs/results/large.md is written from the last of each. Memory is what the kernel
counts of the process: the peak of all resident pages, those of mapped files included, and, asked
ten times a second, those without a file.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from large_page import page
from large_rows import SIZE, make_rows

HERE = Path(__file__).parent
ROOT = HERE.parent
RESULTS = ROOT / "docs" / "results" / "large.md"
COLUMNS = [
    "--text", "headline", "--label", "category", "--split", "part", "--validation-fraction", "0"
]  # fmt: skip
COMPARED = 200_000
"""Rows that are trained on both ways."""


@dataclass(frozen=True)
class Measured:
    """What one process took.

    Attributes:
        seconds: From its start to its end.
        stages: Line that was said → seconds until the next.
        resident: Peak of resident memory, in megabytes, pages of mapped files included.
        anonymous: Peak of that without a file, as far as ten looks a second see it.
        mapped: Peak of pages of mapped files, Python's own libraries included.
        disk: Peak of the run's folder, in megabytes.
        load: Of the machine, the mean over the last minute, at the start and at the end.
    """

    seconds: float
    stages: dict[str, float]
    resident: float
    anonymous: float
    mapped: float
    disk: float
    load: tuple[float, float]


def measure(command: list[str], out: Path, *, most_megabytes: int | None = None) -> Measured:
    """Run a command to its end; end here, with its output, if it fails."""
    if most_megabytes:  # of memory that can be written to, threads' stacks included
        limited = f'ulimit -d {most_megabytes * 1000}; exec "$@"'
        command = ["sh", "-c", limited, "sh", *command]
    started, load = time.perf_counter(), os.getloadavg()[0]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    peaks: dict[str, float] = {}
    watcher = threading.Thread(target=_watch, args=(process, out, peaks))
    watcher.start()
    said, lines = [], []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        said.append((time.perf_counter(), line.strip()))
    process.wait()
    ended = time.perf_counter()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{''.join(lines)}")
    return Measured(
        ended - started, _stages(said, started, ended), peaks["VmHWM"], peaks["RssAnon"],
        peaks["RssFile"], peaks.get("disk", 0.0), (load, os.getloadavg()[0]),
    )  # fmt: skip


def _watch(process: "subprocess.Popen[str]", out: Path, peaks: dict[str, float]) -> None:
    """Note the highest of what the kernel tells of a process."""
    looks = 0
    while process.poll() is None:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
        except OSError:
            return
        for line in status.splitlines():
            name, _, value = line.partition(":")
            if name in ("VmHWM", "RssAnon", "RssFile"):
                peaks[name] = max(peaks.get(name, 0.0), int(value.split()[0]) / 1000)
        looks += 1
        if looks % 50 == 0:
            peaks["disk"] = max(peaks.get("disk", 0.0), _size(out))
        time.sleep(0.1)


def _size(folder: Path) -> float:
    """Return how many megabytes a folder has that another process writes."""
    total = 0
    for each in folder.rglob("*"):
        try:
            total += each.stat().st_size
        except OSError:
            continue
    return total / 1e6


STAGES = {
    "reading": "read, share out, tokenise",
    "counting": "count n-grams",
    "vectorising": "write bags",
    "epoch": "train",
    "evaluating": "evaluate and save",
}


def _stages(said: list[tuple[float, str]], started: float, ended: float) -> dict[str, float]:
    """Return the seconds of each stage, from the lines that begin them."""
    found, stage, since = dict[str, float](), "start", started
    for now, line in said:
        begins = next((name for word, name in STAGES.items() if line.startswith(word)), None)
        if "rows: train" in line:
            begins = STAGES["epoch"]
        if begins and begins != stage:
            found[stage] = found.get(stage, 0.0) + now - since
            stage, since = begins, now
    found[stage] = found.get(stage, 0.0) + ended - since
    return found


def told(run: Path) -> dict[str, Any]:
    """Return what a run says of itself."""
    evaluation = json.loads((run / "model" / "evaluation.json").read_text("utf-8"))["test"]
    manifest = json.loads((run / "model" / "manifest.json").read_text("utf-8"))
    described = json.loads((run / "run.json").read_text("utf-8"))
    return {
        "rows": manifest["rows"], "accuracy": evaluation["accuracy"],
        "interval": evaluation["intervals"]["accuracy"], "ids": manifest["sizes"]["num_ids"],
        "epochs": len(described["epochs"]), "epoch_seconds": described["epochs"],
        "kept_epoch": described["kept_epoch"],
        "weights": sha256((run / "model" / "weights.safetensors").read_bytes()).hexdigest(),
    }  # fmt: skip


def trial(
    name: str, paths: list[Path], work: Path, *options: str, most_megabytes: int | None = None
) -> None:
    """Train once, and add what it took to the results."""
    out = work / f"run-{name}-{os.getpid()}"
    files = [str(each) for each in paths]
    command = [sys.executable, "-m", "linnet", "train", *files, *COLUMNS, "--out", str(out)]
    found = measure([*command, *options], out, most_megabytes=most_megabytes)
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty=+"], cwd=ROOT, capture_output=True, text=True,
        check=False,
    ).stdout.strip()  # fmt: skip
    line = {
        "name": name, "date": datetime.now(UTC).isoformat(timespec="minutes"), "commit": commit,
        "limit": most_megabytes, "files": sum(each.stat().st_size for each in paths) / 1e6,
        "in_files": SIZE * len(paths), **asdict(found), **told(out),
    }  # fmt: skip
    with (work / "results.jsonl").open("a", encoding="utf-8") as results:
        results.write(json.dumps(line) + "\n")
    print(json.dumps(line), flush=True)


def main() -> None:
    """Make the rows, train on them, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder of the data sets")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "large", help="for files")
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--limit", type=int, default=3000, help="megabytes that may be written to")
    parser.add_argument("--page", action="store_true", help="write the page and measure nothing")
    chosen = parser.parse_args()
    if not chosen.page:
        chosen.work.mkdir(parents=True, exist_ok=True)
        paths = make_rows(chosen.data / "news.parquet", chosen.work, rows=chosen.rows)
        some = paths[: max(1, COMPARED // SIZE)]
        if chosen.rows >= 5 * SIZE:
            both = ["--no-retrain", "--no-baseline", "--duplicates", "keep"]
            trial("memory", some, chosen.work, *both)
            trial("stream", some, chosen.work, "--stream")
        trial("large", paths, chosen.work, "--stream", most_megabytes=chosen.limit)
    lines = (chosen.work / "results.jsonl").read_text("utf-8").splitlines()
    RESULTS.write_text(page([json.loads(line) for line in lines]), encoding="utf-8")


if __name__ == "__main__":
    main()

"""How many requests `linnet serve` answers, and how soon, with the callers on the same machine.

    python benchmarks/serve.py --data FOLDER [--runs FOLDER] [--seconds N] [--requests N] [--page]

Trains the default model on all headlines and an LSTM of the tutorial's size on some, or takes them
from --runs, where they are kept. Every server and every caller is on 127.0.0.1 and ends with the
script. --page writes docs/results/serve.md; what was asked for is in serve_page.py.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import urlopen

import polars as pl
from serve_page import (
    HTTP,
    HUNDRED,
    HUNDRED_ONE,
    LSTM,
    LSTM_ALONE,
    MANY,
    ONE,
    Measured,
    Memory,
    Start,
    line,
    page,
)
from serve_parts import READ

import linnet

HERE = Path(__file__).parent
RESULTS = HERE.parent / "docs" / "results" / "serve.md"
COLUMNS = {"text": "TITLE", "label": "CATEGORY"}
LSTM_SETTINGS = {
    "model": "lstm", "embedding_size": 128, "units": 64, "max_ids": 8000, "epochs": 1,
    "retrain": False,
}  # fmt: skip
LSTM_ROWS, TEXTS = 10_000, 20_000
STOP_SECONDS = 30
PAGE_SIZE, TICKS = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Work:
    """Something to measure.

    Attributes:
        what: What stands in the table.
        model: Which run is asked.
        connections: How many callers there are.
        num_texts: Texts of a request.
        options: More options of the server.
    """

    what: str
    model: str
    connections: int
    num_texts: int = 1
    options: tuple[str, ...] = ()


WORKS = [
    Work(ONE, "default", 1),
    Work(MANY, "default", 64),
    Work(HUNDRED, "default", 4, 100),
    Work(HUNDRED_ONE, "default", 1, 100),
    Work("default, no batching", "default", 64, 1, ("--batch-texts", "1")),
    Work("LSTM, one caller", "lstm", 1),
    Work(LSTM, "lstm", 64),
    Work("LSTM, 100 texts a request", "lstm", 4, 100),
    Work(LSTM_ALONE, "lstm", 64, 1, ("--batch-texts", "1")),
]


def main() -> None:
    """Train, serve, ask, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--runs", type=Path, help="folder that keeps the models")
    parser.add_argument("--seconds", type=float, default=5, help="of each measurement")
    parser.add_argument("--requests", type=int, default=0, help="to see whether memory grows")
    parser.add_argument("--page", action="store_true", help="write the page")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        kept = chosen.runs or Path(temporary)
        runs = trained(chosen.data, kept)
        texts = texts_of(chosen.data, Path(temporary))
        rows = [measured(work, runs, texts, chosen.seconds) for work in WORKS]
        parts = parts_of(runs["default"], texts, chosen.seconds)
        starts = [started(runs["default"]) for _ in range(5)]
        memory = grown(runs["default"], texts, chosen.requests) if chosen.requests else None
    start = Start(median(each.seconds for each in starts), median(each.cpu for each in starts))
    written = page(rows, start=start, memory=memory, parts=parts, load=os.getloadavg()[0])
    print(written)
    if chosen.page:
        RESULTS.write_text(written, "utf-8")


def trained(data: Path, kept: Path) -> dict[str, Path]:
    """Return name → run, trained where it is not kept."""
    table = pl.read_parquet(data / "news.parquet").select("TITLE", "CATEGORY")
    settings: dict[str, tuple[pl.DataFrame, dict[str, Any]]] = {
        "default": (table, {}), "lstm": (table.sample(LSTM_ROWS, seed=1), LSTM_SETTINGS),
    }  # fmt: skip
    for name, (rows, named) in settings.items():
        if not (kept / name).exists():
            linnet.train(rows, **COLUMNS, **named, out=str(kept / name))
    return {name: kept / name for name in settings}


def texts_of(data: Path, folder: Path) -> Path:
    """Write headlines to ask about."""
    titles = pl.read_parquet(data / "news.parquet")["TITLE"].sample(TEXTS, seed=2)
    path = folder / "texts.json"
    path.write_text(json.dumps(titles.to_list()))
    return path


@contextmanager
def serving(run: Path, *options: str) -> Iterator[tuple[int, str]]:
    """Start a server; yields its process and its address when it is ready."""
    command = [sys.executable, "-m", "linnet", "serve", f"m={run}", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            found = re.search(r"http://127[\d.:]+(?=,)", process.stdout.readline())  # type: ignore[union-attr]
            assert found
            yield process.pid, found[0]
            process.terminate()
            process.wait(STOP_SECONDS)
        finally:
            process.kill()


def ask(address: str, texts: Path, **options: float) -> dict[str, Any]:
    """Let a process of its own ask."""
    named = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    command = [sys.executable, HERE / "serve_load.py", address, "/predict", texts, *named]
    most = options["seconds"] + 60
    told = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, timeout=most
    ).stdout
    found: dict[str, Any] = json.loads(told)
    return found


def measured(work: Work, runs: dict[str, Path], texts: Path, seconds: float) -> Measured:
    """Measure one work."""
    how = {"connections": work.connections, "num_texts": work.num_texts}
    with serving(runs[work.model], *work.options) as (process, address):
        ask(address, texts, **how, seconds=1)
        before = cpu_seconds(process)
        found = ask(address, texts, **how, seconds=seconds)
        cpu = cpu_seconds(process) - before
    row = Measured(
        work.what, **how, rate=found["requests"] / found["seconds"], p50=1000 * found["p50"],
        p99=1000 * found["p99"], most=1000 * found["most"], cpu=1e6 * cpu / found["requests"],
        errors=sum(found["others"].values()),
    )  # fmt: skip
    print(line(row.cells), file=sys.stderr, flush=True)
    return row


def parts_of(run: Path, texts: Path, seconds: float) -> dict[str, float]:
    """Return the microseconds of each step of a request of 100 texts, HTTP the last."""
    command = [sys.executable, HERE / "serve_parts.py", run, texts]
    told = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=300).stdout
    parts: dict[str, float] = json.loads(told)
    with serving(run) as (process, address):
        ask(address, texts, connections=1, num_texts=100, k=0, seconds=1)
        before = cpu_seconds(process)
        found = ask(address, texts, connections=1, num_texts=100, k=0, seconds=seconds)
        refused = 1e6 * (cpu_seconds(process) - before) / found["requests"]
    return {**parts, HTTP: max(0.0, refused - parts[READ])}


def started(run: Path) -> Start:
    """Measure one start, until the first answer."""
    before = time.perf_counter()
    with serving(run) as (process, address):
        with urlopen(f"{address}/ready") as answer:
            assert answer.status == 200
        return Start(time.perf_counter() - before, cpu_seconds(process))


def grown(run: Path, texts: Path, requests: int) -> Memory:
    """See how the server's memory goes while it answers many requests."""
    with serving(run) as (process, address):
        ask(address, texts, connections=64, seconds=3)
        before, asked = megabytes(process), 0
        while asked < requests:
            asked += ask(address, texts, connections=64, seconds=10)["requests"]
        return Memory(before, megabytes(process), asked)


def cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def megabytes(process: int) -> float:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE_SIZE / 1e6


if __name__ == "__main__":
    main()

"""How many requests `linnet serve` answers, and how soon, with the callers on the same machine.

    python benchmarks/serve.py --data FOLDER [--runs FOLDER] [--seconds N] [--requests N] [--page]

Trains the default model on all headlines and an LSTM of the tutorial's size on some, or takes them
from --runs, where they are kept. Every server and every caller is on 127.0.0.1 and ends with the
script. --page writes docs/results/serve.md.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

import linnet

HERE = Path(__file__).parent
RESULTS = HERE.parent / "docs" / "results" / "serve.md"
COLUMNS = {"text": "TITLE", "label": "CATEGORY"}
LSTM = {
    "model": "lstm", "embedding_size": 128, "units": 64, "max_ids": 8000, "epochs": 1,
    "retrain": False,
}  # fmt: skip
LSTM_ROWS, TEXTS = 10_000, 20_000
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
    Work("default, one caller", "default", 1),
    Work("default", "default", 64),
    Work("default, 100 texts a request", "default", 4, 100),
    Work("default, no batching", "default", 64, 1, ("--batch-texts", "1")),
    Work("LSTM, one caller", "lstm", 1),
    Work("LSTM", "lstm", 64),
    Work("LSTM, 100 texts a request", "lstm", 4, 100),
    Work("LSTM, no batching", "lstm", 64, 1, ("--batch-texts", "1")),
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
        starts = [started(runs["default"]) for _ in range(5)]
        memory = grown(runs["default"], texts, chosen.requests) if chosen.requests else ""
    table = "\n".join([line(HEAD), "|---" * len(HEAD) + "|", *rows])
    page = PAGE.format(
        rows=table, start=f"{sorted(starts)[2]:.2f}", load=f"{os.getloadavg()[0]:.1f}",
        memory=memory,
    )  # fmt: skip
    print(page)
    if chosen.page:
        RESULTS.write_text(page, "utf-8")


def trained(data: Path, kept: Path) -> dict[str, Path]:
    """Return name → run, trained where it is not kept."""
    table = pl.read_parquet(data / "news.parquet").select("TITLE", "CATEGORY")
    settings: dict[str, tuple[pl.DataFrame, dict[str, Any]]] = {
        "default": (table, {}), "lstm": (table.sample(LSTM_ROWS, seed=1), LSTM),
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
            found = re.search(r"http://[\w.:]+(?=,)", process.stdout.readline())  # type: ignore[union-attr]
            assert found
            yield process.pid, found[0]
        finally:
            process.terminate()


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


def measured(work: Work, runs: dict[str, Path], texts: Path, seconds: float) -> str:
    """Measure one work; return its row."""
    how = {"connections": work.connections, "num_texts": work.num_texts}
    with serving(runs[work.model], *work.options) as (process, address):
        ask(address, texts, **how, seconds=1)
        before = cpu_seconds(process)
        found = ask(address, texts, **how, seconds=seconds)
        cpu = cpu_seconds(process) - before
    rate = found["requests"] / found["seconds"]
    errors = sum(found["others"].values())
    row = line([
        work.what, str(work.connections), f"{rate:,.0f}", f"{rate * work.num_texts:,.0f}",
        f"{1000 * found['p50']:.1f}", f"{1000 * found['p99']:.1f}", f"{1000 * found['most']:.0f}",
        f"{1e6 * cpu / found['requests'] / work.num_texts:,.0f}", str(errors),
    ])  # fmt: skip
    print(row, file=sys.stderr, flush=True)
    return row


def line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def started(run: Path) -> float:
    """Return the seconds from the start of the process until the first answer."""
    before = time.perf_counter()
    with serving(run) as (_, address):
        from urllib.request import urlopen

        with urlopen(f"{address}/ready") as answer:
            assert answer.status == 200
        return time.perf_counter() - before


def grown(run: Path, texts: Path, requests: int) -> str:
    """Say how the server's memory goes while it answers many requests."""
    with serving(run) as (process, address):
        ask(address, texts, connections=64, seconds=3)
        before, asked = megabytes(process), 0
        while asked < requests:
            asked += ask(address, texts, connections=64, seconds=10)["requests"]
        after = megabytes(process)
    return (
        f"\nMemory of the server: {before:,.0f} MB after the first seconds, {after:,.0f} MB "
        f"{asked:,} requests later ({100 * (after / before - 1):+.1f} %).\n"
    )


def cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def megabytes(process: int) -> float:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE_SIZE / 1e6


HEAD = (
    "what", "callers", "requests/s", "texts/s", "ms, median", "ms, 99 %", "ms, most",
    "CPU µs a text", "errors",
)  # fmt: skip
PAGE = """# Serving

Made by `python benchmarks/serve.py --data FOLDER --page` on two cores, the server and its callers
on the same machine. Each caller asks, waits for the answer and asks again. Texts are headlines, a
different one each time; the default model was trained on all of them, the LSTM (embedding 128, 64
units) on 10,000. The mean load of the machine over the last minute was {load}: above 3, others were
at work too, and the machine could have done more.

{rows}

CPU: of the server, both threads. No batching: `--batch-texts 1`, each request runs alone.

From the start of the process to the first answer: {start} s, the median of five.
{memory}"""

if __name__ == "__main__":
    main()

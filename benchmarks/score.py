"""What scoring millions of rows costs, and whether a kill or a dying machine loses a row.

    python benchmarks/score.py --data FOLDER [--rows N] [--only PART...] [--page]

Parts, each by itself or all in turn:

    make      the model, trained on all headlines, and N headlines drawn with replacement,
              numbered, as Parquet and as CSV
    parquet   `linnet score` of the one file, `csv` of the other: seconds and peak of memory
    killed    the Parquet file, with SIGKILL at three random moments, and gone on with
    ray       the Parquet file over two simulated machines, one of which is killed

Files lie in --work (build/score), what was measured in results.json there; --page writes
docs/results/score.md from it and measures nothing unless --only says so.
"""

import argparse
import hashlib
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl

HERE = Path(__file__).parent
RESULTS = HERE.parent / "docs" / "results" / "score.md"
PARTS = ("make", "parquet", "csv", "killed", "ray")
ROWS_AT_ONCE, ROW_GROUP, KILLS = 500_000, 250_000, 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--work", type=Path, default=HERE.parent / "build" / "score")
    parser.add_argument("--model", type=Path, help="a run instead of the one that make trains")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--only", nargs="+", choices=PARTS, help="parts to measure")
    parser.add_argument("--page", action="store_true", help="write the page")
    chosen = parser.parse_args()
    work = chosen.work / str(chosen.rows)
    work.mkdir(parents=True, exist_ok=True)
    model = chosen.model or chosen.work / "model"
    for part in chosen.only or (() if chosen.page else PARTS):
        found = {
            "make": lambda: made(chosen.data, work, model, chosen.rows),
            "parquet": lambda: scored(work, model, "parquet"),
            "csv": lambda: scored(work, model, "csv"),
            "killed": lambda: killed(work, model),
            "ray": lambda: over_ray(work, model, chosen.rows),
        }[part]()
        keep(chosen.work / "results.json", part, {"rows": chosen.rows, **found, **load()})
    if chosen.page:
        write_page(json.loads((chosen.work / "results.json").read_text()))


def keep(path: Path, part: str, found: dict[str, Any]) -> None:
    """Add what was measured to the results."""
    print(part, found, flush=True)
    before = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps({**before, part: found}, indent=1))


def load() -> dict[str, Any]:
    return {"load": round(os.getloadavg()[0], 1), "date": time.strftime("%Y-%m-%d")}


def made(data: Path, work: Path, model: Path, rows: int) -> dict[str, Any]:
    """Train the model where there is none, and write the headlines, some at a time."""
    import linnet

    news = pl.read_parquet(data / "news.parquet").select(text="TITLE", label="CATEGORY")
    if not model.exists():
        linnet.train(news, out=str(model))
    pieces = work / "pieces"
    pieces.mkdir(exist_ok=True)
    csv = work / "big.csv"
    with csv.open("wb") as file:
        for number, start in enumerate(range(0, rows, ROWS_AT_ONCE)):
            num = min(ROWS_AT_ONCE, rows - start)
            drawn = news.sample(num, with_replacement=True, seed=number)
            numbered = drawn.with_columns(row=pl.int_range(start, start + num))
            numbered.write_csv(file, include_header=number == 0)
            numbered.write_parquet(pieces / f"{number:05}.parquet")
    parquet = work / "big.parquet"
    pl.scan_parquet(pieces / "*.parquet").sink_parquet(parquet, row_group_size=ROW_GROUP)
    shutil.rmtree(pieces)
    return {"parquet_bytes": parquet.stat().st_size, "csv_bytes": csv.stat().st_size}


def command(work: Path, model: Path, kind: str, out: Path) -> list[str]:
    return [
        sys.executable, "-m", "linnet", "score", str(model), str(work / f"big.{kind}"),
        "--out", str(out),
    ]  # fmt: skip


def scored(work: Path, model: Path, kind: str) -> dict[str, Any]:
    """Score a file in a process of its own."""
    out = work / f"out-{kind}"
    shutil.rmtree(out, ignore_errors=True)
    found = watched(command(work, model, kind, out))
    check_rows(out)
    return {**found, "parts": len(sums(out))}


def watched(arguments: list[str]) -> dict[str, float]:
    """Run a process to its end, and ask the kernel for its peak of memory all the while.

    What `os.wait4` says of a child is never below the memory of this process.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started, peak = time.perf_counter(), 0.0
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL) as process:
        status = Path(f"/proc/{process.pid}/status")
        while process.poll() is None:
            if found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text()):
                peak = max(peak, int(found[1]) / 1024)
            time.sleep(0.02)
    assert not process.returncode, "it failed"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": time.perf_counter() - started, "peak_megabytes": peak,
        "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    }  # fmt: skip


def killed(work: Path, model: Path) -> dict[str, Any]:
    """Kill a process three times, some while after a new part; compare with the undisturbed."""
    out, whole = work / "out-killed", sums(work / "out-parquet")
    shutil.rmtree(out, ignore_errors=True)
    usual = json.loads((work.parent / "results.json").read_text())["parquet"]["seconds"]
    left = list[int]()
    while len(left) < KILLS:
        with subprocess.Popen(
            [*command(work, model, "parquet", out), "--resume"], stdout=subprocess.DEVNULL
        ) as process:
            before = len(list(out.glob("part-*")))
            while len(list(out.glob("part-*"))) == before and process.poll() is None:
                time.sleep(0.05)
            time.sleep(random.uniform(0, 0.5) * usual / (KILLS + 1))
            assert process.poll() is None, "it ended before it was killed: take more rows"
            process.send_signal(signal.SIGKILL)
        left.append(len(list(out.glob("part-*"))))
    started = time.perf_counter()
    said = subprocess.run(
        [*command(work, model, "parquet", out), "--resume"],
        check=True, text=True, stdout=subprocess.PIPE,
    ).stdout  # fmt: skip
    seconds = time.perf_counter() - started
    check_rows(out)
    assert sums(out) == whole, "the parts are not those of the undisturbed run"
    shutil.rmtree(out)
    return {"parts_at_kills": left, "parts": len(whole), "last_seconds": seconds, "said": said}


def over_ray(work: Path, model: Path, rows: int) -> dict[str, Any]:
    """Score over two simulated machines, kill one in the middle, compare with one process."""
    out, whole = work / "out-ray", sums(work / "out-parquet")
    shutil.rmtree(out, ignore_errors=True)
    environment = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
    started = time.perf_counter()
    told = subprocess.run(
        [
            sys.executable, HERE / "ray_cluster.py", model, work / "big.parquet", out, "8",
            str(rows // 3), "3600",
        ],
        check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, **environment},
    ).stdout  # fmt: skip
    seconds = time.perf_counter() - started
    check_rows(out)
    assert sums(out) == whole, "the parts are not those of one process"
    shutil.rmtree(out)
    return {"seconds": seconds, **json.loads(told.splitlines()[-1])}


def sums(folder: Path) -> dict[str, str]:
    """Return name → SHA-256 of each part."""
    return {
        each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in folder.glob("part-*")
    }


def check_rows(folder: Path) -> None:
    """Check that every row is there once, in order, with an answer."""
    place = 0
    for path in sorted(folder.glob("part-*")):
        rows = pl.read_parquet(path, columns=["row", "predicted"])
        numbers = rows["row"].cast(pl.Int64)
        assert (numbers == pl.int_range(place, place + len(rows), eager=True)).all(), path
        assert not rows["predicted"].null_count(), path
        place += len(rows)
    said = json.loads((folder / "score.json").read_text())
    assert said["complete"], folder
    assert place == said["rows"], folder


def write_page(found: dict[str, dict[str, Any]]) -> None:
    lines = [
        f"| {kind} | {each['rows']:,} | {found['make'][f'{kind}_bytes'] / 1e6:,.0f} | "
        f"{each['seconds']:,.0f} | {each['rows'] / each['seconds']:,.0f} | "
        f"{each['cpu_seconds']:,.0f} | {each['peak_megabytes']:,.0f} | {each['parts']} | "
        f"{each['load']} | {each['date']} |"
        for kind in ("parquet", "csv")
        if (each := found.get(kind))
    ]
    page = PAGE.format(rows="\n".join(lines))
    if each := found.get("killed"):
        at = ", ".join(map(str, each["parts_at_kills"]))
        page += KILLED.format(at=at, **each)
    if each := found.get("ray"):
        page += RAY.format(**each)
    print(page)
    RESULTS.write_text(page, "utf-8")


PAGE = """# Scoring files

Made by `python benchmarks/score.py --data FOLDER`, then with `--page`, on two cores. Headlines of
the news data drawn with replacement, numbered, with their labels; the default model, trained on
all headlines. Each measurement is one whole process, `linnet score MODEL FILE --out FOLDER`, start
and reading through included. Load: the mean of the machine over the last minute when it ended;
above 2 others were at work too, and the seconds would have been fewer without them.

| input | rows | MB | seconds | rows/s | CPU seconds | peak MB | parts | load | date |
|---|---|---|---|---|---|---|---|---|---|
{rows}

Peak: the resident memory of the process; it starts no others. After each run every row was found
once, in order, by its number.
"""
KILLED = """
## Killed

The {rows:,} rows from Parquet once more, with SIGKILL three times, each a random while after a
new part was there, and on with `--resume` each time. {at} of {parts} parts were there when it was
killed. At the end every row was there once, and every part had the bytes of the undisturbed run.
"""
RAY = """
## Ray, one of two machines killed

The {rows:,} rows from Parquet over two machines of one core each, simulated by
`ray.cluster_utils.Cluster` on this one. One was killed when {killed_at:,} rows were scored. All
{parts} parts came out, with the bytes of one process, in {seconds:,.0f} s; start and end of the
cluster, and the time with one core alone, included.
"""

if __name__ == "__main__":
    main()

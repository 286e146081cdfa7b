"""What `linnet explore` costs on public data sets, with its page: time and memory.

    python benchmarks/explore.py --data FOLDER

Every run is a whole process, from the raw file to the page; of three runs the median by seconds
counts. Writes docs/results/explore.md.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from pathlib import Path

from processes import timed

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "explore.md"
MOST_SECONDS = 15
RUNS = 3
JOBS = {
    "news.parquet": "--text TITLE --label CATEGORY",
    "imdb.parquet": "",
    "reuters46.parquet": "--label topic",
    "reuters21578.parquet": "--text title --text body --label topics",
    "arxiv.parquet": "--text summaries --label terms",
    "arxiv_keras_sample.csv": "--text summaries --label terms",
}


def explore_row(name: str, data: Path, folder: Path) -> tuple[float, str]:
    """Explore a data set a few times; return the seconds and the row of the table."""
    costs, out = [], folder
    for number in range(RUNS):
        out = folder / f"{name}-{number}"
        command = [sys.executable, "-m", "linnet", "explore", str(data / name)]
        costs.append(timed([*command, *JOBS[name].split(), "--out", str(out)]))
    cost = sorted(costs, key=lambda each: each.seconds)[RUNS // 2]
    found = json.loads((out / "explore.json").read_text("utf-8"))
    print(f"{name}: {cost.seconds:.1f} s", flush=True)
    return cost.seconds, (
        f"| {name} | {found['rows']:,} | {found['task']}, {len(found['class_counts']):,} |"
        f" {found['distinct_words']:,} | {len(found['findings'])} | {cost.seconds:.1f} |"
        f" {cost.cpu_seconds:.1f} | {cost.peak_megabytes / 1024:.2f} |"
        f" {(out / 'explore.html').stat().st_size / 1024:.0f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    data = parser.parse_args().data
    with tempfile.TemporaryDirectory() as folder:
        rows = {name: explore_row(name, data, Path(folder)) for name in JOBS}
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    RESULTS.write_text(
        PAGE.format(machine=machine, rows="\n".join(row for _, row in rows.values())), "utf-8"
    )
    print(f"written {RESULTS}")
    if rows["news.parquet"][0] >= MOST_SECONDS:
        raise SystemExit(f"missed: news.parquet took {rows['news.parquet'][0]:.1f} s")


PAGE = """# What exploring costs

Made by `python benchmarks/explore.py --data FOLDER` on {machine}; the machine was not idle
otherwise, so seconds are upper bounds. Each row is one process, from the raw file to what stands
on the terminal, `explore.json` and `explore.html`: the median of three. 422,937 headlines were
asked for in under 15 s.

| data | rows | task, labels | distinct words | findings | seconds | CPU s | peak GB | page kB |
|---|---|---|---|---|---|---|---|---|
{rows}
"""

if __name__ == "__main__":
    main()

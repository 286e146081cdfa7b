"""How linnet's cost grows: n-grams, one epoch and predict for 10,000 to 4 million headlines.

    python benchmarks/scale.py --data FOLDER

Adds a line per size to scale.jsonl in the working folder, and writes docs/results/speed.md anew,
where the curves are a section.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

from processes import linnet, timed
from speed import HERE, ROOT, circumstances, told, write_page

SIZES = (10_000, 100_000, 1_000_000, 4_000_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "speed", help="for files")
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    chosen = parser.parse_args()
    table, run = str(chosen.data / "news.parquet"), chosen.work / "scale-run"
    chosen.work.mkdir(parents=True, exist_ok=True)
    if run.exists():
        shutil.rmtree(run)
    columns = ["--text", "TITLE", "--label", "CATEGORY", "--duplicates", "all"]
    timed(linnet("train", table, *columns, "--out", str(run)))
    for rows in chosen.sizes:
        program = str(HERE / "ours" / "scale.py")
        cost = timed([sys.executable, program, table, str(run), "--rows", str(rows)])
        line = {"rows": rows, **told(cost.output), **circumstances()}
        with (chosen.work / "scale.jsonl").open("a", encoding="utf-8") as results:
            results.write(json.dumps(line) + "\n")
        print(line, flush=True)
    write_page(chosen.work)


if __name__ == "__main__":
    main()

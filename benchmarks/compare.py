"""What the best of a comparison reaches, at a command and twenty minutes.

    python benchmarks/compare.py --data FOLDER [--only imdb news] [--minutes 20]

Runs `linnet compare` on the training rows of each data set; the winner is measured on the test
rows, the official ones where there are any. Writes a line per set to build/honesty/compare.jsonl,
from which benchmarks/honesty.py makes its page.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from strength_rows import SETS

ASKED = {"imdb": 0.915, "reuters46": 0.91, "stackoverflow": 0.905, "news": 0.958}
RESULTS = Path("build/honesty/compare.jsonl")


def best_of(data: Path, name: str, minutes: float) -> dict[str, Any]:
    """Compare on one data set, and return what the winner reached on its test rows."""
    folder = RESULTS.parent / name
    table = folder.with_suffix(".parquet")
    SETS[name](data).write_parquet(table)
    started = time.perf_counter()
    command = [
        sys.executable, "-m", "linnet", "compare", str(table), "--split", "split",
        "--out", str(folder), "--minutes", str(minutes),
    ]  # fmt: skip
    if folder.exists():  # an earlier one was interrupted
        command.append("--resume")
    subprocess.run(command, check=True)
    seconds = time.perf_counter() - started
    told = json.loads((folder / "leaderboard.json").read_text("utf-8"))
    test = json.loads((folder / "best/model/evaluation.json").read_text("utf-8"))["test"]
    return {
        "data": name, "asked": ASKED[name], "reached": test["accuracy"], "rows": test["rows"],
        "interval": test["intervals"]["accuracy"], "minutes": seconds / 60,
        "resumed": "--resume" in command, "measured": told["measured"], "lines": told["lines"],
        "unfinished": told["unfinished"],
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="*", choices=ASKED, default=list(ASKED))
    parser.add_argument("--minutes", type=float, default=20)
    chosen = parser.parse_args()
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    for name in chosen.only:
        found = best_of(chosen.data, name, chosen.minutes)
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()

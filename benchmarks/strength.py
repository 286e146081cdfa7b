"""What `linnet train` reaches without a model option, beside tuned peers, on sets of four sizes.

    make bench-setup
    python benchmarks/strength.py --data FOLDER
    python benchmarks/strength.py --data FOLDER --only imdb news --sides linnet --sizes 0
    python benchmarks/strength.py --page

Each measurement is kept as a line of build/strength/results.jsonl, and one that stands there is not
made again; docs/results/strength.md is written from all of them.
"""

import argparse
import itertools
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from processes import timed
from speed import QUIET, circumstances, command, places_of, results, told
from strength_page import page, score
from strength_rows import SETS

HERE = Path(__file__).parent
ROOT = HERE.parent
RESULTS = ROOT / "docs" / "results" / "strength.md"
SIZES, SEEDS = (200, 1_000, 10_000, 0), (0, 1, 2)
SIDES = {
    "linnet": "{linnet} train {rows} --split split --seed {seed} --out {out}",
    "scikit-learn": "{sklearn} {here}/peers/linear.py {rows} --c 10",
    "fastText": "{fasttext} {here}/peers/bigrams.py {rows} --tuned --seed {seed}",
}
KEPT = (
    "rows", "accuracy", "micro_f1", "macro_f1", "intervals", "loss", "calibration_error",
    "calibration_error_before", "calibration_error_if_perfect", "abstention",
)  # fmt: skip


def measure(side: str, rows: Path, seed: int, places: dict[str, str]) -> dict[str, Any]:
    """Run one side once and return its scores."""
    with tempfile.TemporaryDirectory(dir=places["work"]) as folder:
        run = Path(folder, "run")
        named = {**places, "rows": str(rows), "seed": str(seed), "out": str(run)}
        cost = timed(command(SIDES[side], named), QUIET)
        if side != "linnet":
            return {"seconds": cost.seconds, **told(cost.output)}
        found = json.loads((run / "model" / "evaluation.json").read_text("utf-8"))["test"]
        return {"seconds": cost.seconds, **{key: found[key] for key in KEPT if key in found}}


def same_for_all_seeds(side: str, size: int) -> bool:
    """Whether seeds change nothing: a deterministic model on all rows."""
    return side == "scikit-learn" and not size


def run(chosen: argparse.Namespace, places: dict[str, str]) -> None:
    """Measure what is asked for and not there yet."""
    for name, size, seed in itertools.product(chosen.only, chosen.sizes, SEEDS):
        there = results(chosen.work)
        key = {"set": name, "size": size, "seed": seed}
        left = [
            side for side in chosen.sides
            if not any(key.items() <= line.items() and line["side"] == side for line in there)
            and not (seed and same_for_all_seeds(side, size))
        ]  # fmt: skip
        rows = chosen.work / f"{name}-{'-'.join(chosen.sides)}.parquet"
        if left and not _drawn(chosen.data, rows, key):
            continue
        for side in left:
            line = {**key, "side": side, **measure(side, rows, seed, places), **circumstances()}
            with (chosen.work / "results.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            print(
                name,
                size or "all",
                seed,
                side,
                f"{score(line):.4f}",
                f"{line['seconds']:.1f} s",
                flush=True,
            )
        rows.unlink(missing_ok=True)


def _drawn(data: Path, out: Path, key: dict[str, Any]) -> bool:
    """Write the rows of a measurement; False where the set has not more than that many."""
    words = [str(key["set"]), str(key["size"]), str(key["seed"])]
    said = timed([sys.executable, str(HERE / "strength_rows.py"), str(data), *words, str(out)])
    return told(said.output)["enough"]


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder of the data sets")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "strength", help="for files")
    parser.add_argument("--only", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--sides", nargs="+", choices=list(SIDES), default=list(SIDES))
    parser.add_argument("--sizes", nargs="+", type=int, choices=SIZES, default=SIZES)
    parser.add_argument("--page", action="store_true", help="write the page, measure nothing")
    chosen = parser.parse_args()
    if chosen.data is None and not chosen.page:
        parser.error("--data is missing: the folder of the data sets")
    return chosen


def main() -> None:
    """Measure what is asked for, and write the page from all measurements."""
    chosen = parsed()
    chosen.work.mkdir(parents=True, exist_ok=True)
    if not chosen.page:
        run(chosen, places_of(chosen.data.resolve(), chosen.work.resolve()))
    RESULTS.write_text(page(results(chosen.work)), "utf-8")
    print(f"written {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()

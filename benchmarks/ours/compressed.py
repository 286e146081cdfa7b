"""linnet: what a compressed model weighs, and what it lost on the test rows.

python compressed.py RUN SMALL ROWS.parquet
"""

import json
import sys
from pathlib import Path

import polars as pl

import linnet


def main() -> None:
    run, small, rows = map(Path, sys.argv[1:])
    test = pl.read_parquet(rows).filter(pl.col("split") == "test")
    found = {}
    for name, folder in (("before", run), ("after", small)):
        given = linnet.load(folder).predict(test["text"])
        model = folder / "model" if (folder / "model").is_dir() else folder
        found[f"megabytes_{name}"] = sum(
            each.stat().st_size for each in model.rglob("*") if each.is_file()
        ) / 1e6  # fmt: skip
        found[f"accuracy_{name}"] = sum(map(str.__eq__, given, test["label"])) / len(test)
    print(json.dumps(found))


if __name__ == "__main__":
    main()

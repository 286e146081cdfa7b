"""linnet: every headline of a table, raw texts to scores, timed.

python many_texts.py RUN news.parquet
"""

import json
import sys
import time

import polars as pl

import linnet


def main() -> None:
    run, table = sys.argv[1:]
    classifier = linnet.load(run)
    texts = pl.read_parquet(table)["TITLE"].to_list()
    started, cpu = time.perf_counter(), time.process_time()
    classifier.predict_proba(texts)
    found = {
        "seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - cpu,
        "texts": len(texts),
    }  # fmt: skip
    print(json.dumps(found))


if __name__ == "__main__":
    main()

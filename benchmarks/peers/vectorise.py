"""scikit-learn: raw texts to a TF-IDF matrix of 1- and 2-grams, timed.

python vectorise.py TABLE.parquet --column text
"""

import argparse
import json
import time

import polars as pl
from sklearn.feature_extraction.text import TfidfVectorizer


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("table", help="Parquet file")
    parser.add_argument("--column", required=True)
    chosen = parser.parse_args()
    texts = pl.read_parquet(chosen.table)[chosen.column].to_list()
    started, cpu = time.perf_counter(), time.process_time()
    bags = TfidfVectorizer(ngram_range=(1, 2)).fit_transform(texts)
    found = {
        "seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - cpu,
        "shape": bags.shape, "weights": bags.nnz,
    }  # fmt: skip
    print(json.dumps(found))


if __name__ == "__main__":
    main()

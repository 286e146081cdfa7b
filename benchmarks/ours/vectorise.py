"""linnet: raw texts to a TF-IDF matrix of 1- and 2-grams, timed.

python vectorise.py TABLE.parquet --column text

Every n-gram gets a column, as in scikit-learn.
"""

import argparse
import json
import time

import polars as pl

from linnet.text.tokenize import as_texts, tokenize
from linnet.text.vectorize import TextSettings, fit_and_vectorize


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("table", help="Parquet file")
    parser.add_argument("--column", required=True)
    chosen = parser.parse_args()
    texts = pl.read_parquet(chosen.table)[chosen.column].to_list()
    started, cpu = time.perf_counter(), time.process_time()
    tokens = tokenize(as_texts(texts))
    settings = TextSettings(ngrams=2, vectorizer="tf_idf", norm="l2")
    _, bags = fit_and_vectorize(tokens, settings)
    found = {
        "seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - cpu,
        "shape": bags.shape, "weights": int(bags.nnz),
    }  # fmt: skip
    print(json.dumps(found))


if __name__ == "__main__":
    main()

"""scikit-learn: TF-IDF of 1- and 2-grams, logistic regression.

python linear.py ROWS.parquet                        train and test
python linear.py ROWS.parquet --answer news.parquet  answer every headline, timed
"""

import argparse
import json
import time

import polars as pl
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", help="Parquet file with the columns text, label, split")
    parser.add_argument("--answer", help="Parquet file with the column TITLE")
    chosen = parser.parse_args()
    table = pl.read_parquet(chosen.rows)
    train, test = (table.filter(pl.col("split") == part) for part in ("train", "test"))
    pipeline = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(max_iter=1000))
    pipeline.fit(train["text"].to_list(), train["label"].to_list())
    if chosen.answer:
        texts = pl.read_parquet(chosen.answer)["TITLE"].to_list()
        started, cpu = time.perf_counter(), time.process_time()
        pipeline.predict_proba(texts)
        found = {
            "seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - cpu,
            "texts": len(texts),
        }  # fmt: skip
    else:
        found = {"accuracy": pipeline.score(test["text"].to_list(), test["label"].to_list())}
    print(json.dumps(found))


if __name__ == "__main__":
    main()

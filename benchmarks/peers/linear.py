"""scikit-learn: TF-IDF of 1- and 2-grams, logistic regression.

python linear.py ROWS.parquet                        train and test
python linear.py ROWS.parquet --c 10                 with less regularisation
python linear.py ROWS.parquet --answer news.parquet  answer every headline, timed

Lists of labels get a logistic regression per label, and a label from a score of 0.5 on.
"""

import argparse
import json
import time
from typing import Any

import numpy as np
import polars as pl
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MultiLabelBinarizer


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", help="Parquet file with the columns text, label, split")
    parser.add_argument("--answer", help="Parquet file with the column TITLE")
    parser.add_argument("--c", type=float, default=1.0, help="inverse of the regularisation")
    chosen = parser.parse_args()
    table = pl.read_parquet(chosen.rows)
    parts = [table.filter(pl.col("split") == part) for part in ("train", "test")]
    if table.schema["label"].is_nested():
        found = label_sets(*parts, c=chosen.c)
    else:
        train, test = ((part["text"].to_list(), part["label"].to_list()) for part in parts)
        pipeline = bigrams(LogisticRegression(C=chosen.c, max_iter=1000)).fit(*train)
        found = answered(pipeline, chosen.answer) if chosen.answer else one_label(pipeline, *test)
    print(json.dumps(found))


def bigrams(model: Any) -> Pipeline:
    return make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), model)


def one_label(pipeline: Pipeline, texts: list[str], labels: list[str]) -> dict[str, float]:
    predicted = pipeline.predict(texts)
    return {
        "accuracy": float(np.mean(predicted == np.array(labels))),
        "macro_f1": f1_score(labels, predicted, average="macro", zero_division=0),
    }


def label_sets(train: pl.DataFrame, test: pl.DataFrame, *, c: float) -> dict[str, float]:
    """Train on the labels that occur; those that only test rows have are never given."""
    known = MultiLabelBinarizer().fit(train["label"].to_list())
    every = MultiLabelBinarizer(classes=[*known.classes_, *foreign(test, set(known.classes_))])
    targets = every.fit_transform(test["label"].to_list())
    model = LogisticRegression(C=c, solver="liblinear")
    pipeline = bigrams(OneVsRestClassifier(model))
    pipeline.fit(train["text"].to_list(), known.transform(train["label"].to_list()))
    given = np.zeros_like(targets)
    given[:, : len(known.classes_)] = pipeline.predict(test["text"].to_list())
    return {
        f"{average}_f1": f1_score(targets, given, average=average, zero_division=0)
        for average in ("micro", "macro")
    }


def foreign(test: pl.DataFrame, known: set[str]) -> list[str]:
    return sorted({label for labels in test["label"].to_list() for label in labels} - known)


def answered(pipeline: Pipeline, path: str) -> dict[str, float]:
    texts = pl.read_parquet(path)["TITLE"].to_list()
    started, cpu = time.perf_counter(), time.process_time()
    pipeline.predict_proba(texts)
    return {
        "seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - cpu,
        "texts": len(texts),
    }  # fmt: skip


if __name__ == "__main__":
    main()

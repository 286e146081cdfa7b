"""fastText: a bag of words and bigrams, two threads.

python bigrams.py ROWS.parquet [--seed N]    with the options of its paper
python bigrams.py ROWS.parquet --tuned       with those that its own tutorial ends with

Texts are put into lower case and punctuation is set apart, as fastText's own examples do. Lists of
labels get a model with one output each (one-vs-all), and a label from a score of 0.5 on.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import fasttext
import polars as pl

PAPER = {"dim": 10, "epoch": 5, "wordNgrams": 2, "thread": 2, "lr": 0.5, "verbose": 0}
TUNED = {"epoch": 25, "wordNgrams": 2, "thread": 2, "lr": 0.5, "verbose": 0}
BREAKS, SIGNS = r"(?:<br\s*/?>|\s)+", r"([^\w\s])"
MARK = "__label__"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", help="Parquet file with the columns text, label, split")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tuned", action="store_true")
    chosen = parser.parse_args()
    table = pl.read_parquet(chosen.rows)
    sets = table.schema["label"].is_nested()
    lines = written(table)
    options: dict[str, Any] = (TUNED if chosen.tuned else PAPER) | {"seed": chosen.seed}
    with tempfile.TemporaryDirectory() as folder:
        paths = {part: str(Path(folder, part)) for part in ("train", "test")}
        for part, path in paths.items():
            rows = lines.filter(pl.col("split") == part)["line"]
            Path(path).write_text("\n".join(rows) + "\n", "utf-8")
        started = time.perf_counter()
        model = fasttext.train_supervised(
            paths["train"], **options, loss="ova" if sets else "softmax"
        )
        if sets:
            found = label_sets(model, lines.filter(pl.col("split") == "test"))
        else:
            found = {"accuracy": model.test(paths["test"])[1]}
        alone = time.perf_counter() - started
    print(json.dumps({**found, "seconds_of_fasttext": alone}))


def written(table: pl.DataFrame) -> pl.DataFrame:
    """Return split, labels and the line of each row; labels become numbers."""
    names = table["label"].explode().drop_nulls().unique().sort().cast(pl.String).to_list()
    numbers = {name: MARK + str(number) for number, name in enumerate(names)}
    label = pl.col("label")
    if table.schema["label"].is_nested():
        marks = label.list.eval(pl.element().cast(pl.String).replace_strict(numbers))
    else:
        marks = label.cast(pl.String).replace_strict(numbers).reshape((-1, 1)).arr.to_list()
    text = pl.col("text").str.to_lowercase().str.replace_all(BREAKS, " ")
    return table.select("split", marks=marks).with_columns(
        line=pl.concat_str(
            pl.col("marks").list.join(" "),
            table.select(text.str.replace_all(SIGNS, " $1 ").alias("text"))["text"],
            separator=" ",
        )
    )


def label_sets(model: Any, test: pl.DataFrame) -> dict[str, float]:
    """Return micro-F1 of the labels that score 0.5 or more."""
    right: Counter[str] = Counter()
    for marks, line in zip(test["marks"].to_list(), test["line"].to_list(), strict=True):
        words = " ".join(word for word in line.split() if not word.startswith(MARK))
        given, _ = model.predict(words, k=-1, threshold=0.5)
        right["both"] += len(set(given) & set(marks))
        right["all"] += len(given) + len(marks)
    return {"micro_f1": 2 * right["both"] / max(right["all"], 1)}


if __name__ == "__main__":
    main()

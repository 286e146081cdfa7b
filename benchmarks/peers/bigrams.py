"""fastText: a bag of words and bigrams, with the options of its paper and two threads.

python bigrams.py ROWS.parquet [--seed N]

Texts are put into lower case and punctuation is set apart, as fastText's own examples do.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import fasttext
import polars as pl

OPTIONS = {"dim": 10, "epoch": 5, "wordNgrams": 2, "thread": 2, "lr": 0.5, "verbose": 0}
BREAKS, SIGNS = r"(?:<br\s*/?>|\s)+", r"([^\w\s])"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", help="Parquet file with the columns text, label, split")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    table = pl.read_parquet(chosen.rows)
    text = pl.col("text").str.to_lowercase().str.replace_all(BREAKS, " ")
    lines = table.select(
        "split", line=pl.format("__label__{} {}", "label", text.str.replace_all(SIGNS, " $1 "))
    )
    with tempfile.TemporaryDirectory() as folder:
        paths = {part: str(Path(folder, part)) for part in ("train", "test")}
        for part, path in paths.items():
            rows = lines.filter(pl.col("split") == part)["line"]
            Path(path).write_text("\n".join(rows) + "\n", "utf-8")
        started = time.perf_counter()
        model = fasttext.train_supervised(paths["train"], seed=chosen.seed, **OPTIONS)
        _, precision, _ = model.test(paths["test"])
        alone = time.perf_counter() - started
    print(json.dumps({"accuracy": precision, "seconds_of_fasttext": alone}))


if __name__ == "__main__":
    main()

"""The rows of benchmarks/strength.py: every data set in four sizes, drawn three times.

    python benchmarks/strength_rows.py DATA SET SIZE SEED OUT.parquet

Columns text, label and split. Test rows are always the same; SIZE training rows are drawn with
SEED, 0: all. Where there are not more than SIZE, nothing is written. Prints whether there were.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from prepare import news

sys.path.append(str(Path(__file__).parent / "tutorials"))
from rows import parts_of


def official(data: Path, name: str, label: str = "label") -> pl.DataFrame:
    return pl.read_parquet(data / f"{name}.parquet").select("text", "split", label=label)


def reuters21578(data: Path) -> pl.DataFrame:
    """The ModApte split with all its rows, those without a topic included."""
    table = pl.read_parquet(data / "reuters21578.parquet").select(
        text=pl.concat_str("title", "body", separator=" ", ignore_nulls=True),
        label=pl.col("topics").fill_null([]), split="modapte",
    )  # fmt: skip
    return table.filter(pl.col("split").is_in(["train", "test"]))


def random(data: Path, name: str, columns: dict[str, str]) -> pl.DataFrame:
    """A tenth of the rows is for test."""
    path = next(
        data / f"{name}.{end}" for end in ("parquet", "csv") if (data / f"{name}.{end}").is_file()
    )
    table = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path)
    return parts_of(table.select(**columns), {"train": 0.9, "test": 0.1}, seed=42)


def sample(data: Path) -> pl.DataFrame:
    """Labels are written as a Python list."""
    table = random(data, "arxiv_keras_sample", {"text": "summaries", "label": "terms"})
    return table.with_columns(
        pl.col("label").str.extract_all(r"'[^']*'").list.eval(pl.element().str.strip_chars("'"))
    )


SETS: dict[str, Callable[[Path], pl.DataFrame]] = {
    "stackoverflow_titles": lambda data: random(
        data, "stackoverflow_titles", {"text": "title", "label": "tag"}
    ),
    "stackoverflow": lambda data: official(data, "stackoverflow"),
    "reuters46": lambda data: official(data, "reuters46", "topic"),
    "reuters21578": reuters21578,
    "arxiv_keras_sample": sample,
    "imdb": lambda data: official(data, "imdb"),
    "news": news,
    "arxiv": lambda data: random(data, "arxiv", {"text": "summaries", "label": "terms"}),
}


def drawn(table: pl.DataFrame, size: int, seed: int) -> pl.DataFrame:
    """Keep all test rows and `size` training rows."""
    train, test = (table.filter(pl.col("split") == part) for part in ("train", "test"))
    rows = np.random.default_rng(seed).permutation(len(train))[: size or None]
    return pl.concat([train[rows], test])


def main() -> None:
    data, name, size, seed, out = sys.argv[1:]
    table = SETS[name](Path(data))
    enough = int(size) < table["split"].eq("train").sum()
    print(json.dumps({"enough": enough}))
    if not enough:
        return
    table = drawn(table, int(size), int(seed))
    if not table.schema["label"].is_nested():
        table = table.cast({"label": pl.String})
    table.write_parquet(out)


if __name__ == "__main__":
    main()

"""The rows that both sides take, chosen as the tutorials choose them.

    python benchmarks/tutorials/rows.py DATA OUT

DATA is a folder with stackoverflow.parquet, news.parquet, imdb.parquet, reuters46.parquet and
arxiv.parquet; OUT gets a file per recipe with the columns text, label and split.
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl

ARXIV_TRAIN = 10_000  # of the 64,850 training rows: the tutorial's program takes hours on all


def parts_of(table: pl.DataFrame, shares: dict[str, float], *, seed: int) -> pl.DataFrame:
    """Shuffle rows and cut them into parts."""
    shuffled = table.sample(fraction=1.0, shuffle=True, seed=seed)
    ends = np.cumsum([round(share * len(table)) for share in shares.values()])
    part = np.searchsorted(ends[:-1], np.arange(len(table)), side="right")
    return shuffled.with_columns(pl.Series("split", list(shares)).gather(part))


def official(table: pl.DataFrame, *, validation: float) -> pl.DataFrame:
    """Keep the data's own test rows; a share of the others, shuffled, is for validation."""
    table = table.select("text", "label", "split")
    train = parts_of(
        table.filter(pl.col("split") == "train").drop("split"),
        {"train": 1 - validation, "validation": validation}, seed=0,
    )  # fmt: skip
    return pl.concat([train, table.filter(pl.col("split") == "test")])


def stackoverflow(data: Path) -> pl.DataFrame:
    return official(pl.read_parquet(data / "stackoverflow.parquet"), validation=0.25)


def news(data: Path) -> pl.DataFrame:
    """Drop all copies of a title, undersample, take 25 % for test, 20 % of the rest to watch."""
    table = pl.read_parquet(data / "news.parquet").select(text="TITLE", label="CATEGORY")
    table = table.filter(~pl.col("text").is_duplicated()).cast({"label": pl.String})
    least = table.group_by("label").len()["len"].min()
    shuffled = table.sample(fraction=1.0, shuffle=True, seed=42)
    even = shuffled.filter(pl.int_range(pl.len()).over("label") < least)
    return parts_of(even, {"train": 0.6, "validation": 0.15, "test": 0.25}, seed=42)


def imdb(data: Path) -> pl.DataFrame:
    return official(pl.read_parquet(data / "imdb.parquet"), validation=10_000 / 25_000)


def imdb_without_validation(data: Path) -> pl.DataFrame:
    return official(pl.read_parquet(data / "imdb.parquet"), validation=0)


def reuters(data: Path) -> pl.DataFrame:
    table = pl.read_parquet(data / "reuters46.parquet").with_columns(label="topic")
    return official(table, validation=1_000 / 8_982)


def arxiv(data: Path, most: int | None = ARXIV_TRAIN) -> pl.DataFrame:
    """Drop copies of a title and sets of labels that occur once; test by label set.

    None: all training rows.
    """
    table = pl.read_parquet(data / "arxiv.parquet").select(
        "titles", text="summaries", label="terms"
    )
    table = table.unique("titles", keep="first", maintain_order=True)
    key = pl.col("label").list.sort().list.join("|")
    table = table.filter(pl.len().over(key) > 1).sample(fraction=1.0, shuffle=True, seed=0)
    share = (pl.int_range(pl.len()).over(key) + 0.5) / pl.len().over(key)
    rest, held = table.filter(share > 0.1), table.filter(share <= 0.1)
    held = parts_of(held, {"validation": 0.5, "test": 0.5}, seed=0)
    train = rest.head(most or len(rest)).with_columns(split=pl.lit("train"))
    return pl.concat([train, held], how="diagonal").select("text", "label", "split")


ROWS = {
    "stackoverflow-embedding": stackoverflow,
    "stackoverflow-lstm": stackoverflow,
    "news-lstm": news,
    "imdb-mlp": imdb,
    "reuters-mlp": reuters,
    "arxiv-mlp": arxiv,
    "imdb-lstm": imdb_without_validation,
}


def main() -> None:
    data, out = map(Path, sys.argv[1:])
    out.mkdir(parents=True, exist_ok=True)
    for recipe, rows in ROWS.items():
        table = rows(data)
        table.write_parquet(out / f"{recipe}.parquet")
        print(recipe, dict(table["split"].value_counts().iter_rows()), flush=True)


if __name__ == "__main__":
    main()

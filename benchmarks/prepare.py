"""The rows that both sides of benchmarks/speed.py read, and the settings linnet takes for them.

    python benchmarks/prepare.py DATA OUT

A file per recipe, made by benchmarks/tutorials/rows.py (arxiv-mlp with all of its training rows),
with its settings as TOML; and news.parquet and imdb.parquet, split, for the defaults. Rows that
stand there are kept.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
from same_rows import settings

sys.path.append(str(Path(__file__).parent / "tutorials"))
import rows


def news(data: Path) -> pl.DataFrame:
    """Drop all copies of a title; a quarter is for test."""
    table = pl.read_parquet(data / "news.parquet").select(text="TITLE", label="CATEGORY")
    table = table.filter(~pl.col("text").is_duplicated()).cast({"label": pl.String})
    return rows.parts_of(table, {"train": 0.75, "test": 0.25}, seed=42)


MADE: dict[str, Callable[[Path], pl.DataFrame]] = {
    **rows.ROWS,
    "arxiv-mlp": lambda data: rows.arxiv(data, None),
    "news": news,
    "imdb": rows.imdb_without_validation,
}


def main() -> None:
    data, out = map(Path, sys.argv[1:])
    out.mkdir(parents=True, exist_ok=True)
    for name, make in MADE.items():
        path = out / f"{name}.parquet"
        if not path.is_file():
            make(data).write_parquet(path)
        if name in rows.ROWS:
            (out / f"{name}.toml").write_text(settings(name, path, 0), "utf-8")


if __name__ == "__main__":
    main()

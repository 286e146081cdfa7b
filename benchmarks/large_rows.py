"""Headlines by the million: real ones drawn with replacement, each changed a little."""

from pathlib import Path

import numpy as np
import polars as pl

SIZE = 200_000
"""Rows of a file."""
TESTED, WATCHED = 0.05, 0.05
"""Share of the headlines of which test and validation rows are made."""


def make_rows(news: Path, work: Path, *, rows: int, seed: int = 0) -> list[Path]:
    """Write files of headlines, those of another call that are there already left alone.

    Args:
        news: The headlines, columns TITLE and CATEGORY.
        work: Folder for the files.
        rows: How many in all.
        seed: Of every draw; a file's rows follow from it and the file's number.

    Returns:
        The files in their order, of 200,000 rows each, the last of fewer.
    """
    table = pl.read_parquet(news, columns=["TITLE", "CATEGORY"]).drop_nulls().unique("TITLE")
    table = table.sort("TITLE")
    random = np.random.default_rng(seed)
    drawn = random.random(len(table))
    parts = np.where(drawn < TESTED, "test", np.where(drawn < TESTED + WATCHED, "dev", "train"))
    words = [title.split() for title in table["TITLE"].to_list()]
    paths = []
    for number, start in enumerate(range(0, rows, SIZE)):
        size = min(SIZE, rows - start)
        path = work / f"headlines-{seed}-{number:04}-{size}.parquet"
        if not path.exists():
            random = np.random.default_rng([seed, number])
            at = random.integers(0, len(table), size)
            made = {
                "headline": _changed(words, at, random),
                "category": table["CATEGORY"].gather(at),
                "part": pl.Series(parts[at]),
            }
            pl.DataFrame(made).write_parquet(path)
        paths.append(path)
    return paths


def _changed(words: list[list[str]], at: np.ndarray, random: np.random.Generator) -> pl.Series:
    """Return headlines in which two neighbours stand the other way round, and one word is another.

    The other word is drawn as often as it stands in the headlines, so that no word gets rare.
    """
    places = random.random((len(at), 3))
    others = random.integers(0, len(words), len(at)).tolist()
    made = []
    for row, swap, new, taken in zip(at.tolist(), *places[:, :2].T.tolist(), others, strict=True):
        text = list(words[row])
        if len(text) > 1:
            place = int(swap * (len(text) - 1))
            text[place : place + 2] = text[place : place + 2][::-1]
        if text and words[taken]:
            text[int(new * len(text))] = words[taken][int(swap * len(words[taken]))]
        made.append(" ".join(text))
    return pl.Series(made, dtype=pl.String)

"""How many wrong labels `linnet label-errors` finds: labels of real sets are flipped at random.

    python benchmarks/label_errors.py --data FOLDER

Prints a section of a page. The order of suspicion was chosen on training rows of other draws; see
docs/LOG.md.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from strength_rows import SETS

import linnet

NAMES = ("stackoverflow", "imdb", "reuters46", "news")
FLIPPED, TOP = 0.05, 0.10
ROWS, SEED = 10_000, 46


def main() -> None:
    """Print the section."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    print(as_section(label_errors(parser.parse_args().data)))


def label_errors(data: Path, names: Sequence[str] = NAMES) -> list[dict[str, Any]]:
    """Flip labels of each set, and look for them; one row per set."""
    found = []
    for name in names:
        found.append(measured(name, rows_of(data, name)))
        print(found[-1], file=sys.stderr, flush=True)
    return found


def rows_of(data: Path, name: str) -> pl.DataFrame:
    """Return rows that had no part in choosing the order of suspicion, 10,000 at most.

    It was chosen on training rows of stackoverflow, imdb and news, so these are their test rows;
    of reuters46 none was used.
    """
    table = SETS[name](data).cast({"label": pl.String})
    if name != "reuters46":
        table = table.filter(pl.col("split") == "test")
    order = np.random.default_rng(SEED).permutation(len(table))[:ROWS]
    return table[order].select("text", "label")


def flipped(table: pl.DataFrame) -> tuple[pl.DataFrame, np.ndarray]:
    """Give 5 % of the rows another label, any of the others; return also which rows."""
    draw = np.random.default_rng(SEED)
    names = table["label"].unique().sort()
    numbers = table["label"].replace_strict(names, np.arange(len(names))).to_numpy()
    chosen = np.zeros(len(table), np.bool_)
    chosen[draw.permutation(len(table))[: round(FLIPPED * len(table))]] = True
    others = (numbers + draw.integers(1, len(names), len(table))) % len(names)
    labels = names.gather(np.where(chosen, others, numbers)).alias("label")
    return table.with_columns(labels), chosen


def measured(name: str, table: pl.DataFrame) -> dict[str, Any]:
    """Look for the flipped labels of one set."""
    changed, wrong = flipped(table)
    started = time.perf_counter()
    found = linnet.label_errors(changed)
    seconds = time.perf_counter() - started
    ranked = found.table
    first = ranked["row"].head(round(TOP * len(table))).to_numpy()
    suspected = ranked.filter("suspected")["row"].to_numpy()
    of_flipped = ranked.filter(pl.col("row").is_in(np.flatnonzero(wrong).tolist()))
    mended = of_flipped["suggested"] == table["label"].gather(of_flipped["row"])
    return {
        "data": name,
        "rows": len(table),
        "labels": len(found.labels),
        "flipped": int(wrong.sum()),
        "recall": float(wrong[first].sum() / wrong.sum()),
        "suspected": len(suspected),
        "precision": float(wrong[suspected].mean()),
        "mended": float(mended.mean()),
        "noise": found.noise,
        "seconds": seconds,
    }


def as_section(rows: list[dict[str, Any]]) -> str:
    """Return the figures as a section of a page."""
    return SECTION.format(rows="\n".join(map(_line, rows)))


def _line(row: dict[str, Any]) -> str:
    shares = (f"{100 * row[name]:.1f} %" for name in ("recall", "precision", "mended", "noise"))
    recall, precision, mended, noise = shares
    return (
        f"| {row['data']} | {row['rows']:,} | {row['labels']} | {row['flipped']} | {recall} "
        f"| {row['suspected']} | {precision} | {noise} | {mended} | {row['seconds']:.0f} |"
    )


SECTION = """## Wrong labels

Of 10,000 rows (stackoverflow: 8,000) 5 % got another label, drawn from all others, and
`linnet label-errors` looked for them with its defaults: five folds, the default model. The order
of suspicion was chosen on training rows of stackoverflow, imdb and news; these are test rows, and
reuters46, of which none was used.

| data | rows | labels | flipped | found in the first 10 % | suspected | of these flipped | \
estimated noise | right label suggested | seconds |
|---|---|---|---|---|---|---|---|---|---|
{rows}

The sets have wrong labels of their own, which count as mistakes of the search here: the share of
flipped ones among the suspected is the least that it gets right, and the estimated noise may well
be above 5 %. Right label suggested: of all flipped rows.
"""

if __name__ == "__main__":
    main()

"""Which texts of other sources a saved model takes for texts unlike those of its training.

    python benchmarks/scope.py --data FOLDER

Trains the default model on up to 20,000 rows of each data set, and asks it about test texts of all
of them. Writes docs/results/scope.md.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import polars as pl
from processes import linnet, timed
from strength_rows import SETS, drawn

import linnet as library

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "scope.md"
NAMES = ("stackoverflow_titles", "stackoverflow", "reuters46", "imdb", "news", "arxiv")
ROWS, TEXTS = 20_000, 2_000
FINNISH = [
    "Lapsuuteni kesät vietin mummolassa meren rannalla.", "Kuinka monta tuntia tästä on kotiin?",
    "Hallitus esitti uuden talousarvion tiistaina.", "Kissa nukkuu ikkunalaudalla auringossa.",
    "Junat ovat tänään myöhässä lumisateen vuoksi.", "Keitto on valmista, tule syömään!",
]  # fmt: skip


def main() -> None:
    """Train, ask, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    chosen = parser.parse_args()
    asked = {name: texts_of(chosen.data, name) for name in NAMES}
    with tempfile.TemporaryDirectory() as folder:
        rows = [row(chosen.data, name, asked, Path(folder)) for name in NAMES]
    columns = [*NAMES, "Finnish"]
    RESULTS.write_text(
        PAGE.format(
            columns=" | ".join(columns), line="---|" * (len(columns) + 1), rows="\n".join(rows)
        ),
        "utf-8",
    )


def texts_of(data: Path, name: str) -> list[str]:
    """Draw test texts of a data set."""
    test = SETS[name](data).filter(pl.col("split") == "test")["text"]
    return test.sample(min(TEXTS, len(test)), seed=0).to_list()


def row(data: Path, name: str, asked: dict[str, list[str]], folder: Path) -> str:
    """Train on one data set; return which share of the texts of each is outside."""
    table = SETS[name](data)
    if not table.schema["label"].is_nested():
        table = table.cast({"label": pl.String})
    path, out = folder / f"{name}.parquet", folder / name
    drawn(table, ROWS, 0).write_parquet(path)
    timed(linnet("train", str(path), "--split", "split", "--no-retrain", "--out", str(out)))
    classifier = library.load(out)
    shares = [1 - classifier.in_scope(texts).mean() for texts in [*asked.values(), FINNISH]]
    cells = [f"{100 * share:.1f} %" for share in shares]
    at = list(asked).index(name)
    cells[at] = f"**{cells[at]}**"
    print(name, *cells, file=sys.stderr, flush=True)
    return f"| {name} | {' | '.join(cells)} |"


PAGE = """# Texts that a model should not be asked about

Made by `python benchmarks/scope.py --data FOLDER`. The default model was trained on up to 20,000
rows of the data set in the first column, and then asked whether 2,000 test texts of each are like
its training texts (`Classifier.in_scope`). In each cell: the share that is not. In bold, texts of
the same source: about one in a hundred should be taken for a stranger. The others should all be;
Finnish: six sentences.

| trained on | {columns} |
|{line}
{rows}

The rule knows only how common words are. It finds other languages and other subjects; it does not
find texts of common words in a vocabulary as wide as that of news headlines.
"""

if __name__ == "__main__":
    main()

"""Whether the words that `explain` names are those that decide, and what naming them costs.

    python benchmarks/why.py --data FOLDER

Trains small models, cuts the named words out of test texts, and as many drawn by chance. Writes
docs/results/why.md.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from strength_rows import SETS, drawn

import linnet
from linnet.evaluation.faithfulness import faithfulness

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "why.md"
NAMES = ("stackoverflow", "imdb", "news")
ROWS, LSTM_ROWS, TEXTS, TIMED = 5_000, 2_000, 400, 50
MODELS: dict[str, dict[str, Any]] = {
    "mlp (default)": {}, "linear": {"model": "linear"}, "lstm": {"model": "lstm", "epochs": 1},
}  # fmt: skip


def main() -> None:
    """Train, explain, cut, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    chosen = parser.parse_args()
    words, costs = list[str](), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        for name in NAMES:
            table = rows_of(chosen.data, name)
            texts = table.filter(pl.col("split") == "test")["text"].to_list()
            for model, settings in MODELS.items():
                if model != "lstm" or name == "imdb":
                    classifier = trained(table, Path(folder) / f"{name}-{model}", settings)
                    words.append(faithful(name, model, classifier, texts))
                    costs.append(cost(name, model, classifier, texts[:TIMED]))
                    print(words[-1], costs[-1], sep="\n", file=sys.stderr, flush=True)
    RESULTS.write_text(
        PAGE.format(words=as_table(HEADS[0], words), costs=as_table(HEADS[1], costs)), "utf-8"
    )


def rows_of(data: Path, name: str) -> pl.DataFrame:
    """Draw training rows, and the texts to be explained."""
    table = drawn(SETS[name](data).cast({"label": pl.String}), ROWS, 0)
    test = table.filter(pl.col("split") == "test").sample(TEXTS, seed=0)
    return pl.concat([table.filter(pl.col("split") == "train"), test])


def trained(table: pl.DataFrame, out: Path, settings: dict[str, Any]) -> Any:
    """Train one model."""
    if settings.get("model") == "lstm":
        is_train = pl.col("split") == "train"
        table = pl.concat([table.filter(is_train).head(LSTM_ROWS), table.filter(~is_train)])
    linnet.train(table, split="split", retrain=False, out=str(out), **settings)
    return linnet.load(out)


def faithful(name: str, model: str, classifier: Any, texts: list[str]) -> str:
    """Cut words out; return a row of the first table."""
    found = faithfulness(classifier, texts)
    low, high = found["interval"]
    return (
        f"| {name} | {model} | {found['rows']} | {100 * found['named']:.1f} "
        f"| {100 * found['random']:.1f} | {100 * low:.1f} to {100 * high:.1f} "
        f"| {100 * found['changed']:.1f} % | {100 * found['changed_random']:.1f} % |"
    )


def cost(name: str, model: str, classifier: Any, texts: list[str]) -> str:
    """Explain texts one by one; return a row of the second table."""
    classifier.explain(texts[:3])
    spent, lengths = list[float](), list[int]()
    for text in texts:
        started = time.perf_counter()
        (found,) = classifier.explain([text])
        spent.append(1000 * (time.perf_counter() - started))
        lengths.append(len(found.words))
    return (
        f"| {name} | {model} | {found.method} | {np.median(lengths):.0f} | {max(lengths)} "
        f"| {np.median(spent):.1f} | {np.quantile(spent, 0.9):.1f} | {max(spent):.1f} |"
    )


HEADS = (
    ["data", "model", "texts", "points lost, named", "points lost, by chance",
     "95 % interval of the difference", "other label, named", "other label, by chance"],
    ["data", "model", "method", "words, median", "words, most", "ms, median", "ms, 90 %",
     "ms, most"],
)  # fmt: skip


def as_table(head: list[str], rows: list[str]) -> str:
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *rows])


PAGE = """# Are these the words that decided?

Made by `python benchmarks/why.py --data FOLDER`. Models were trained on 5,000 rows (lstm: 2,000
rows, one epoch) without retraining, and explained their own label of 400 test texts. Then the
three words that speak most for the label were cut out of each text, all at once, and three words
drawn by chance out of the same text, and the model read what was left.

{words}

Points: of the label's score, in percent. Where a score is close to 100 %, three words out of
hundreds move it little, whichever they are. Other label: the share of texts that got another one;
the lstm has learned so little in one epoch that its scores lie near 50 %, and turn easily.

The check says that the words first named matter much more than others do. It does not say that
those are all: occlusion misses what several words say together.

## What it costs

Milliseconds to explain one text, warm, 50 test texts one by one, on two shared cores.

{costs}
"""

if __name__ == "__main__":
    main()

"""Whether the words that `explain` names are those that decide, and what naming them costs.

    python benchmarks/why.py --data FOLDER

Trains small models, cuts the named words out of test texts, and as many drawn by chance. Writes
docs/results/why.md.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from strength_rows import SETS, drawn

import linnet
from linnet.evaluation.faithfulness import faithfulness

RESULTS = Path(__file__).parent.parent / "docs" / "results" / "why.md"
NAMES = ("stackoverflow", "imdb", "news")
ROWS, TEXTS, TIMED, SHORT = 5_000, 400, 50, 400
MODELS: dict[str, dict[str, Any]] = {
    "mlp (default)": {}, "linear": {"model": "linear"}, "lstm": {"model": "lstm", "epochs": 4},
}  # fmt: skip


def main() -> None:
    """Train, explain, cut, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    RESULTS.write_text(page(measured(parser.parse_args().data)), "utf-8")


def measured(data: Path, names: Sequence[str] = NAMES) -> list[dict[str, Any]]:
    """Train and explain; return a row per data set and model.

    Args:
        data: Folder of the data sets.
        names: Which of them; the lstm is trained on imdb alone.

    Returns:
        `data`, `model`, all that `faithfulness` says, and what `cost` says.
    """
    found = list[dict[str, Any]]()
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            table = rows_of(data, name)
            texts = table.filter(pl.col("split") == "test")["text"].to_list()
            for model, settings in MODELS.items():
                if model != "lstm" or name == "imdb":
                    classifier = trained(table, Path(folder) / f"{name}-{model}", settings)
                    row = {"data": name, "model": model, **faithfulness(classifier, texts)}
                    found.append(row | cost(classifier, texts[:TIMED]))
                    print(found[-1], file=sys.stderr, flush=True)
    return found


def rows_of(data: Path, name: str) -> pl.DataFrame:
    """Draw training rows, and the texts to be explained."""
    table = drawn(SETS[name](data).cast({"label": pl.String}), ROWS, 0)
    test = table.filter(pl.col("split") == "test").sample(TEXTS, seed=0)
    return pl.concat([table.filter(pl.col("split") == "train"), test])


def trained(table: pl.DataFrame, out: Path, settings: dict[str, Any]) -> Any:
    """Train one model."""
    linnet.train(table, split="split", retrain=False, out=str(out), **settings)
    return linnet.load(out)


def cost(classifier: Any, texts: list[str]) -> dict[str, Any]:
    """Explain texts one by one, warm; return the method, their words and the milliseconds.

    `processor_ms` are those that all processors together worked: on a busy machine they say more.
    """
    classifier.explain(texts[:3])
    spent, worked, lengths, method = list[float](), list[float](), list[int](), ""
    for text in texts:
        started, began = time.perf_counter(), time.process_time()
        (found,) = classifier.explain([text])
        spent.append(1000 * (time.perf_counter() - started))
        worked.append(1000 * (time.process_time() - began))
        lengths.append(len(found.words))
        method = found.method
    short = [ms for ms, length in zip(spent, lengths, strict=True) if length <= SHORT]
    return {
        "method": method, "words": float(np.median(lengths)), "most_words": max(lengths),
        "ms": float(np.median(spent)), "ms_90": float(np.quantile(spent, 0.9)),
        "ms_most": max(spent), "ms_short": float(np.median(short)) if short else None,
        "processor_ms": float(np.median(worked)),
        "processor_ms_90": float(np.quantile(worked, 0.9)),
    }  # fmt: skip


def page(found: Sequence[dict[str, Any]]) -> str:
    """Write the rows of `measured` as the page of results."""
    words, costs = list[str](), list[str]()
    for row in found:
        low, high = row["interval"]
        words.append(
            f"| {row['data']} | {row['model']} | {row['rows']} | {100 * row['named']:.1f} "
            f"| {100 * row['random']:.1f} | {100 * low:.1f} to {100 * high:.1f} "
            f"| {100 * row['changed']:.1f} % | {100 * row['changed_random']:.1f} % |"
        )
        short = "–" if row["ms_short"] is None else f"{row['ms_short']:.1f}"
        costs.append(
            f"| {row['data']} | {row['model']} | {row['method']} | {row['words']:.0f} "
            f"| {row['most_words']} | {row['ms']:.1f} | {short} | {row['ms_90']:.1f} "
            f"| {row['ms_most']:.1f} | {row['processor_ms']:.1f} | {row['processor_ms_90']:.1f} |"
        )
    return PAGE.format(words=as_table(HEADS[0], words), costs=as_table(HEADS[1], costs))


HEADS = (
    ["data", "model", "texts", "points lost, named", "points lost, by chance",
     "95 % interval of the difference", "other label, named", "other label, by chance"],
    ["data", "model", "method", "words, median", "words, most", "ms, median",
     f"ms, median up to {SHORT} words", "ms, 90 %", "ms, most",
     "processor ms, median", "processor ms, 90 %"],
)  # fmt: skip


def as_table(head: list[str], rows: list[str]) -> str:
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *rows])


PAGE = """# Are these the words that decided?

Made by `python benchmarks/why.py --data FOLDER`. Models were trained on 5,000 rows (the lstm for
four epochs) without retraining, and explained their own label of 400 test texts. Then the three
words that speak most for the label were cut out of each text, all at once, and three words
drawn by chance out of the same text, and the model read what was left.

{words}

Points: of the label's score, in percent. Where a score is close to 100 %, three words out of
hundreds move it little, whichever they are. Other label: the share of texts that got another one.

The check says that the words first named matter much more than others do. It does not say that
those are all: occlusion misses what several words say together.

## What it costs

Milliseconds to explain one text, warm, 50 test texts one by one, on two cores that others used as
well. Processor: what all cores together worked for it, which is what a calm machine takes at most.

{costs}
"""

if __name__ == "__main__":
    main()

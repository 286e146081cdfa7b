"""Small tables of the form of each data set; what is said in them is made up."""

import random
from functools import cache

import polars as pl
import pytest

from linnet.recipes.run import recipe, resolved

WORDS = {
    "a": "bread salt keitto apple soup",
    "b": "goal match maali ball team",
    "c": "bank rate korko share bond",
    "d": "virus tauti doctor drug ward",
}


def text_of(label, row, num_words=12):
    draw = random.Random(f"{label}{row}")
    return " ".join([*draw.choices(WORDS[label].split(), k=num_words), f"row{row}."])


def labelled(labels, num_rows):
    """Return rows of (label, text), the labels taking turns."""
    keys = list(WORDS)
    for row in range(num_rows):
        place = row % len(labels)
        yield labels[place], text_of(keys[place % len(keys)], row)


def with_parts(rows, label):
    parts = ["train", "test"]
    return [
        {"split": parts[row // 8 % 2], label: name, "text": text}
        for row, (name, text) in enumerate(rows)
    ]


def abstracts(num_rows=120):
    sets = [["cs.LG"], ["cs.LG", "cs.CV"], ["stat.ML"], ["cs.CV"]]
    for row in range(num_rows):
        words = text_of("abcd"[row % 4], row, 20)
        yield {"titles": f"On {row // 2 if row < 4 else row}", "summaries": words,
               "terms": sets[row % 4]}  # fmt: skip
    yield {"titles": "Alone", "summaries": "one of a kind", "terms": ["astro-ph"]}


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    """A folder with a small file for each data set."""
    folder = tmp_path_factory.mktemp("data")
    languages = ("csharp", "java", "javascript", "python")
    tables = {
        "stackoverflow": with_parts(labelled(languages, 160), "label"),
        "imdb": with_parts(labelled(("neg", "pos"), 160), "label"),
        "reuters46": with_parts(labelled(("earn", "acq", "grain", "crude"), 160), "topic"),
        "news": [
            {"TITLE": text, "CATEGORY": label} for label, text in labelled(tuple("btem"), 200)
        ],
        "arxiv": list(abstracts()),
    }
    for name, rows in tables.items():
        pl.DataFrame(rows).write_parquet(folder / f"{name}.parquet")
    return folder


SMALL = {"epochs": 1, "retrain": False, "retrain_epochs": None, "first_validation": None}
SIZES = {
    "lstm": {"max_length": 20, "units": 4, "embedding_size": 4},
    "mlp": {"hidden": (4,)},
    "embedding": {"max_length": 20, "embedding_size": 4},
}


@pytest.fixture(scope="session")
def run_of(data, tmp_path_factory):
    """Run a recipe, small and short; each form once."""

    @cache
    def run(name, best):
        model = resolved(name).settings(best=best).get("model")
        out = tmp_path_factory.mktemp("runs") / "run"
        return recipe(name, data, best=best, out=out, **SMALL, **SIZES.get(model, {}))

    return run

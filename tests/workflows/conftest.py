"""Small tables that can be learned, one per task, and one run of each."""

import itertools

import polars as pl
import pytest

import linnet

WORDS = {
    "food": ["bread", "soup", "keitto", "salt", "apple", "recipe"],
    "sport": ["goal", "match", "maali", "player", "league", "ball"],
    "music": ["song", "guitar", "laulu", "concert", "piano", "drum"],
}
FILLING = ["the", "a", "new", "about", "yesterday", "in", "päivä", "of", "today", "really"]
FAST = {"epochs": 4, "patience": 1, "embedding_size": 8, "model": "fasttext"}


def text(number, *labels):
    words = [WORDS[label][(number // 4 * step) % 6] for label in labels for step in (1, 5)]
    return " ".join([*words, FILLING[number % 10], FILLING[number // 10 % 10], f"n{number}"])


def one_label(labels, num_rows):
    given = list(itertools.islice(itertools.cycle(labels), num_rows))
    return pl.DataFrame(
        {"text": [text(row, label) for row, label in enumerate(given)], "label": given}
    )


def several_labels(num_rows):
    sets = [["food"], ["sport"], ["food", "music"], [], ["music"], ["sport", "music"]]
    given = [sets[row % 6] for row in range(num_rows)]
    texts = [text(row, *labels) for row, labels in enumerate(given)]
    return pl.DataFrame({"text": texts, "label": given})


@pytest.fixture(scope="session")
def tables():
    """Task → table."""
    return {
        "binary": one_label(["food", "sport"], 60),
        "multiclass": one_label(["food", "sport", "music", "food"], 80),
        "multilabel": several_labels(90),
    }


@pytest.fixture(scope="session")
def runs(tables, tmp_path_factory):
    """Task → a run."""
    base = tmp_path_factory.mktemp("runs")
    return {
        task: linnet.train(table, out=str(base / task), **FAST) for task, table in tables.items()
    }


@pytest.fixture(scope="session")
def fast():
    """Settings that train in no time."""
    return FAST

"""A run of one label per text, one of several, and a table to score."""

import polars as pl
import pytest

import linnet

WORDS = {
    "food": "bread salt apple soup", "sport": "goal match ball run",
    "music": "song drum choir tune",
}  # fmt: skip
LABELS = list(WORDS)


def texts(num):
    for row in range(num):
        words = WORDS[LABELS[row % 3]].split()
        yield f"{words[row % 4]} {words[row // 3 % 4]} päivä n{row}"


def trained(path, labels):
    table = {"text": list(texts(len(labels))), "label": labels}
    linnet.train(table, model="fasttext", epochs=3, embedding_size=4, out=str(path))
    return path


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """A run of three labels."""
    path = tmp_path_factory.mktemp("runs") / "three"
    return trained(path, [LABELS[row % 3] for row in range(60)])


@pytest.fixture(scope="session")
def sets_run(tmp_path_factory):
    """A run of several labels per text."""
    path = tmp_path_factory.mktemp("runs") / "sets"
    pairs = [[LABELS[row % 3], LABELS[(row + 1) % 3]] for row in range(60)]
    return trained(path, [each[: 1 + row % 2] for row, each in enumerate(pairs)])


@pytest.fixture(scope="session")
def table():
    """500 rows to score, some without text."""
    rows = [None if row % 50 == 7 else "" if row % 50 == 8 else text
            for row, text in enumerate(texts(500))]  # fmt: skip
    return pl.DataFrame({"row": [str(row) for row in range(500)], "text": rows})


@pytest.fixture
def file(table, tmp_path):
    """The table as Parquet."""
    path = tmp_path / "a.parquet"
    table.write_parquet(path)
    return path

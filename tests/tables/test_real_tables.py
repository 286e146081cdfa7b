"""The real data sets beside the project, where they are."""

import time
from pathlib import Path

import polars as pl
import pytest

from linnet.tables.examples import Columns, examples
from linnet.tables.read import read

DATA = Path(__file__).parents[3] / "shared" / "data"
NEWS = ["ID", "TITLE", "URL", "PUBLISHER", "CATEGORY", "STORY", "HOSTNAME", "TIMESTAMP"]


def real(name):
    if not (DATA / name).exists():
        pytest.skip(f"the data set {name} is not beside the project")
    return DATA / name


def test_news_as_published():
    table = read(real("news_raw_head.tsv.gz"), columns=NEWS)
    assert table.shape == (20_000, 8)
    assert table["TITLE"][1574] == '"The cosmos is all that is, or ever was, or ever will be."'
    assert table["TITLE"].str.contains('"').sum() > 300
    found = examples(table, Columns("TITLE", "CATEGORY", labels=["b=business"]))
    assert found.labels == ("business", "e", "m", "t")


def test_arxiv_sample():
    table = read(real("arxiv_keras_sample.csv"))
    assert (table.height, table.width) == (1000, 5)
    assert table["summaries"].str.contains("\n").any()
    found = examples(table, Columns(["titles", "summaries"], "terms"))
    assert (found.task, found.texts.len(), found.notes) == ("multilabel", 1000, ())
    assert found.targets[0].sum() == 3
    assert [found.labels[each] for each in found.targets[0].nonzero()[0]] == [
        "cs.CV",
        "cs.LG",
        "eess.IV",
    ]


def test_reuters():
    table = read(real("reuters21578.parquet"))
    found = examples(table, Columns(["title", "body"], "topics"))
    assert (found.task, len(found.labels)) == ("multilabel", 120)
    train = (table["modapte"] == "train").gather(pl.Series(found.rows)).to_numpy()
    assert (found.targets[train].sum(1) == 0).sum() == 1828
    assert sum(note.count for note in found.notes) + found.rows.size == table.height


@pytest.mark.parametrize(
    ("name", "text", "label", "task", "num_labels"),
    [
        ("news.parquet", "TITLE", "CATEGORY", "multiclass", 4),
        ("arxiv.parquet", "titles", "terms", "multilabel", 1238),
        ("imdb.parquet", "text", "label", "binary", 2),
    ],
)
def test_big_tables_in_a_second(name, text, label, task, num_labels):
    path = real(name)
    start = time.process_time()
    found = examples(read(path), Columns(text, label))
    assert (found.task, len(found.labels)) == (task, num_labels)
    assert time.process_time() - start < 5  # processor time of all threads, on a busy machine

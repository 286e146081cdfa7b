import json
import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.exploration.explore import explore
from linnet.exploration.lengths import lengths

DATA = Path(__file__).parents[3] / "shared" / "data"


def series(texts):
    return pl.Series("text", texts, dtype=pl.String)


def test_no_rows():
    made = explore(series([]), np.empty(0, np.int64), task="binary", labels=("no", "yes"))
    assert (made.rows, made.class_counts, made.head) == (0, {"no": 0, "yes": 0}, ())
    assert (made.distinct_words, made.lengths.max, made.lengths.mean) == (0, 0, 0)
    assert sum(made.lengths.bins.values()) == 0


def test_multilabel():
    targets = np.array([[0, 0, 0], [1, 0, 1]], np.uint8)
    texts = series(["", "Ein\nlanger  Text " + "so " * 100])
    made = explore(texts, targets, task="multilabel", labels=("a", "b", "c"))
    assert made.class_counts == {"a": 1, "b": 0, "c": 1}
    assert [(each.labels, each.words) for each in made.head] == [((), 0), (("a", "c"), 103)]
    assert made.head[1].text.startswith("Ein langer Text so so")
    assert len(made.head[1].text) == 80
    assert made.distinct_words == 4


def test_findings_name_the_rows_of_the_table():
    texts, targets = series(["ä", "", "ä"]), np.array([0, 0, 1])
    made = explore(texts, targets, task="binary", labels=("a", "b"), rows=np.array([5, 7, 11]))
    found = {finding.check: finding.examples for finding in made.findings}
    assert found["duplicates"] == ("2 × ä (rows 5, 11)",)
    assert found["conflicts"] == ("ä: a (row 5) / b (row 11)",)
    assert found["empty"] == ("row 7: a",)


def test_words_are_counted_lower_cased_and_without_symbols():
    made = explore(series(["Ja, ja - JA! 漢"]), np.array([0]), task="multiclass", labels=("a",))
    assert made.distinct_words == 2


@given(texts=st.lists(st.text(max_size=20)), task=st.sampled_from(["binary", "multilabel"]))
def test_json_is_what_is_read_back(texts, task):
    targets = np.arange(len(texts)) % 2
    if task == "multilabel":
        targets = np.stack([targets, targets], axis=1).astype(np.uint8)
    plain = explore(series(texts), targets, task=task, labels=("é", "b")).to_json()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert plain["rows"] == len(texts)
    assert sum(plain["lengths"]["bins"].values()) == len(texts)


@pytest.mark.parametrize(
    ("words", "bin"),
    [(0, "0-100"), (100, "0-100"), (101, "100-300"), (300, "100-300"), (500, "300-500"),
     (800, "500-800"), (801, ">800")],
)  # fmt: skip
def test_bins(words, bin):
    made = lengths(np.array([words]))
    assert [name for name, count in made.bins.items() if count] == [bin]
    assert made.min == made.max == made.mean == words
    assert set(made.percentiles.values()) == {words}


def test_headlines():
    path = DATA / "news.parquet"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    table = pl.read_parquet(path, columns=["TITLE", "CATEGORY"])
    targets = table["CATEGORY"].cast(pl.String).rank("dense").to_numpy().astype(np.int64) - 1
    start = time.perf_counter()
    made = explore(table["TITLE"], targets, task="multiclass", labels=("b", "e", "m", "t"))
    assert time.perf_counter() - start < 15
    assert made.class_counts == {"b": 115967, "e": 152828, "m": 45639, "t": 108503}
    found = {finding.check: finding for finding in made.findings}
    assert found["duplicates"].examples[0].startswith("145 × The article requested cannot be")
    assert found["conflicts"].count == 788
    assert found["encoding"].count >= 63

import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.errors import DataError
from linnet.splitting.duplicates import clean_split, drop_leaks, drop_repeats
from linnet.splitting.fractions import by_fraction
from linnet.splitting.pool import Pool
from linnet.types import Split

DATA = Path(__file__).parents[3] / "shared" / "data"
NONE = np.empty(0, np.int64)


def series(texts):
    return pl.Series("text", texts, dtype=pl.String)


def test_no_rows():
    split = drop_leaks(Split(NONE, NONE, NONE), series([]))
    split = drop_repeats(split, series([]), targets=NONE)
    assert split.notes == ()
    with pytest.raises(DataError, match="no row is left to train on"):
        clean_split(split, series([]), targets=NONE)


def test_empty_texts_are_texts_too():
    split = Split(np.array([0, 1, 2]), NONE, NONE)
    cleaned = clean_split(split, series(["", "", " "]), targets=np.array([0, 0, 0]))
    assert cleaned.train.tolist() == [0, 2]


def test_everything_leaks():
    split = Split(np.array([0]), NONE, np.array([1]))
    with pytest.raises(DataError, match="1 training and 0 validation rows dropped: their exact"):
        clean_split(split, series(["a", "a"]), targets=np.array([0, 1]))


def test_notes_name_the_rows():
    texts = series(["a", "b", "c", "c", "c", "d", "a", "b", "d"])
    split = Split(np.array([0, 1, 2, 3, 4, 5]), np.array([7]), np.array([8, 6]))
    cleaned = clean_split(split, texts, targets=np.array([0, 0, 0, 0, 1, 0, 0, 0, 0]))
    assert cleaned.train.tolist() == [2, 4]
    assert cleaned.validation.tolist() == [7]
    assert [(note.what, note.rows.tolist()) for note in cleaned.notes] == [
        ("text in test", [0, 5]),
        ("text in validation", [1]),
        ("duplicate", [3]),
    ]
    assert all(str(note.count) in note.message for note in cleaned.notes)


def test_same_text_with_another_label_set_is_no_repeat():
    targets = np.array([[1, 0], [1, 1], [1, 0], [0, 0]], np.uint8)
    split = Split(np.arange(4), NONE, NONE)
    cleaned = clean_split(split, series(["ä"] * 4), targets=targets)
    assert cleaned.train.tolist() == [0, 1, 3]


rows = st.lists(
    st.tuples(st.sampled_from(["", "a", "b", "ä", "a "]), st.integers(0, 1), st.integers(0, 3)),
    min_size=1,
    max_size=30,
)


@given(rows=rows)
def test_cleaned_split_keeps_its_promises(rows):
    texts, targets, numbers = (list(each) for each in zip(*rows, strict=True))
    where = np.array(numbers)
    split = Split(*(np.flatnonzero(where == number) for number in (0, 1, 2)))
    cleaned = drop_repeats(
        drop_leaks(split, series(texts)), series(texts), targets=np.array(targets)
    )
    train, validation, test = (
        {texts[row] for row in part} for part in (cleaned.train, cleaned.validation, cleaned.test)
    )
    assert not train & validation
    assert not train & test
    assert not validation & test
    assert cleaned.test.tolist() == split.test.tolist()
    pairs = [(texts[row], targets[row]) for row in cleaned.train]
    assert len(pairs) == len(set(pairs))
    expected = {(texts[row], targets[row]) for row in split.train}
    assert set(pairs) == {pair for pair in expected if pair[0] not in validation | test}
    dropped = sum(note.count for note in cleaned.notes)
    num_rows = split.train.size + split.validation.size
    assert dropped == num_rows - cleaned.train.size - cleaned.validation.size


def test_headlines_take_less_than_two_seconds():
    path = DATA / "news.parquet"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    table = pl.read_parquet(path)
    texts = table["TITLE"].cast(pl.String)
    targets = table["CATEGORY"].cast(pl.String).rank("dense").to_numpy().astype(np.int64) - 1
    start = time.perf_counter()
    split = clean_split(by_fraction(Pool(targets, "multiclass")), texts, targets=targets)
    assert time.perf_counter() - start < 2
    assert split.test.size == 42294
    assert [note.what for note in split.notes] == [
        "text in test",
        "text in validation",
        "duplicate",
    ]

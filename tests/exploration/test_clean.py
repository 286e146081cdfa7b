from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.errors import ConfigError
from linnet.exploration.clean import REPAIRS, clean
from linnet.exploration.subject import Subject

DATA = Path(__file__).parents[3] / "shared" / "data"
POLICIES = ("all", "first", "conflicts")
LABELS = ("a", "b", "c", "d")
WANTED = {
    "keep_labels": ("a", "c"),
    "duplicates": "first",
    "min_label_rows": 2,
    "min_label_set_rows": 2,
    "rows_per_label": 1,
    "undersample": True,
}


def subject_of(rows, *, multilabel=False):
    """Make a subject of (text, class) pairs."""
    numbers = np.array([label for _, label in rows], np.int64)
    targets = np.eye(4, dtype=np.uint8)[numbers] if multilabel else numbers
    texts = pl.Series("text", [text for text, _ in rows], dtype=pl.String)
    return Subject(texts, targets, "multilabel" if multilabel else "multiclass", LABELS)


def kept_by(subject, **wanted):
    kept, notes = clean(subject, wanted)
    return list(range(subject.num_rows)) if kept.rows is None else kept.rows.tolist(), notes


def kept_rows(rows, policy):
    """Say slowly what each policy keeps."""
    count = Counter(text for text, _ in rows)
    labels = {text: {label for same, label in rows if same == text} for text, _ in rows}
    texts = [text for text, _ in rows]
    return [
        row
        for row, text in enumerate(texts)
        if (policy == "all" and count[text] == 1)
        or (policy == "first" and text not in texts[:row])
        or (policy == "conflicts" and len(labels[text]) == 1)
    ]


@pytest.mark.parametrize("repair", list(REPAIRS))
def test_no_rows(repair):
    rows, notes = kept_by(subject_of([]), **{repair: WANTED[repair]})
    assert (rows, notes) == ([], ())


def test_nothing_wanted():
    subject = subject_of([("", 0), ("", 0)])
    assert clean(subject, {})[0] is subject
    assert clean(subject, {"undersample": False, "keep_labels": None})[0] is subject


ROWS = st.lists(st.tuples(st.sampled_from(["", " ", "a", "ä", "a\u0308"]), st.integers(0, 3)))


@given(rows=ROWS, policy=st.sampled_from(POLICIES), multilabel=st.booleans())
def test_duplicates(rows, policy, multilabel):
    kept, notes = kept_by(subject_of(rows, multilabel=multilabel), duplicates=policy)
    assert kept == kept_rows(rows, policy)
    assert sorted([*kept, *(row for note in notes for row in note.rows)]) == list(range(len(rows)))
    assert sum(note.count for note in notes) == len(rows) - len(kept)


def test_copies_by_another_column():
    subject = subject_of([("one", 0), ("two", 0), ("three", 0)])
    keys = pl.Series(["title", "title", None])
    subject = Subject(subject.texts, subject.targets, "multiclass", LABELS, keys=keys)
    kept, notes = kept_by(subject, duplicates="first")
    assert kept == [0, 2]
    assert notes[0].rows.tolist() == [1]


@given(rows=ROWS, most=st.integers(1, 3), seed=st.integers(0, 3))
def test_rows_per_label(rows, most, seed):
    kept, _ = clean(subject_of(rows), {"rows_per_label": most}, seed=seed)
    counts = np.bincount([label for _, label in rows], minlength=4)
    assert kept.class_counts.tolist() == np.minimum(counts, most).tolist()
    chosen = [rows[row] for row in (range(len(rows)) if kept.rows is None else kept.rows)]
    assert list(zip(kept.texts, kept.targets.tolist(), strict=True)) == chosen


@given(rows=ROWS)
def test_undersample(rows):
    kept, _ = clean(subject_of(rows), {"undersample": True})
    counts = kept.class_counts[kept.class_counts > 0]
    before = Counter(label for _, label in rows)
    assert counts.tolist() == [min(before.values(), default=0)] * len(before)


def test_rows_are_drawn_by_the_seed():
    subject = subject_of([(str(row), 0) for row in range(50)])
    one, same, other = (
        clean(subject, {"rows_per_label": 5}, seed=seed)[0].rows.tolist() for seed in (1, 1, 2)
    )
    assert one == same != other
    assert one == sorted(one) != list(range(5))


def test_keep_labels():
    subject = subject_of([("one", 0), ("two", 1), ("three", 2)])
    kept, notes = kept_by(subject, keep_labels=("c", "a"))
    assert kept == [0, 2]
    assert notes[0].message == "1 of 3 rows dropped: they have none of the labels to keep"


def sets(*rows):
    texts = pl.Series([str(row) for row in range(len(rows))])
    return Subject(texts, np.array(rows, np.uint8), "multilabel", ("a", "b"))


def test_labels_are_taken_off_sets():
    kept, notes = clean(sets([1, 1], [0, 1], [0, 0]), {"keep_labels": ["a"]})
    assert kept.rows.tolist() == [0, 2]  # a row without labels never had the dropped one
    assert kept.targets.tolist() == [[1, 0], [0, 0]]
    kept, notes = clean(sets([1, 1], [1, 0]), {"min_label_rows": 2})
    assert kept.targets.tolist() == [[1, 0], [1, 0]]
    assert notes[0].message == ("1 label taken off: their labels have fewer than 2 rows each")


def test_rare_label_sets():
    kept, notes = clean(sets([1, 1], [0, 1], [1, 1]), {"min_label_set_rows": 2})
    assert kept.rows.tolist() == [0, 2]
    assert notes[0].rows.tolist() == [1]


def test_the_rows_of_the_table_are_named():
    texts = pl.Series(["x", "x"])
    subject = Subject(texts, np.array([0, 1]), "binary", ("a", "b"), np.array([3, 7]))
    kept, notes = clean(subject, {"duplicates": "first"})
    assert (kept.rows.tolist(), notes[0].rows.tolist()) == ([3], [7])


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"duplicates": "frist"}, "unknown duplicates 'frist': did you mean 'first'"),
        ({"undersmaple": True}, "unknown repair 'undersmaple': did you mean 'undersample'"),
    ],
)
def test_what_is_refused(wanted, message):
    with pytest.raises(ConfigError, match=message):
        clean(subject_of([("a", 0)]), wanted)


@pytest.mark.parametrize("repair", ["rows_per_label", "undersample"])
def test_sets_are_not_balanced(repair):
    with pytest.raises(ConfigError, match="for one label per text"):
        clean(sets([1, 0]), {repair: WANTED[repair]})


@pytest.mark.skipif(not DATA.is_dir(), reason="the real data sets are not here")
def test_titles_of_the_news():
    table = pl.read_parquet(DATA / "news.parquet", columns=["TITLE", "CATEGORY"])
    targets = table["CATEGORY"].rank("dense").to_numpy().astype(np.int64) - 1
    subject = Subject(table["TITLE"], targets, "multiclass", LABELS)
    left = {policy: len(kept_by(subject, duplicates=policy)[0]) for policy in POLICIES}
    assert left == {"all": 393867, "first": 406944, "conflicts": 420080}

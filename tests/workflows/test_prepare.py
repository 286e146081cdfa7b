"""Every kind of split, every policy of duplicates: which rows go where, and what is said of it."""

import numpy as np
import polars as pl
import pytest

from linnet.config import configure
from linnet.errors import ConfigError, DataError
from linnet.splitting.table import to_table
from linnet.workflows.prepare import prepare


def table(*rows, columns=("text", "label")):
    return pl.DataFrame(rows, schema=list(columns), orient="row")


def many(num_rows=40):
    return table(*((f"text {row}", "ab"[row % 2]) for row in range(num_rows)))


def parts(source, **settings):
    """Return part → rows of the table, and the notes."""
    made, split = prepare(source, configure(**settings))
    found = to_table(split, made.rows)
    rows = {
        part: found.filter(found["part"] == part)["row"].sort().to_list()
        for part in ("train", "validation", "test", "left out")
    }
    return rows, {note.what: note.count for note in split.notes}


def test_empty_table_is_refused():
    with pytest.raises(DataError, match="has no rows: at least one"):
        prepare({"text": [], "label": []}, configure())


def test_empty_texts_are_left_out_and_counted():
    source = table(("", "a"), *many().rows(), (" ", "b"), (None, "a"))
    rows, notes = parts(source)
    used = sorted(rows["train"] + rows["validation"] + rows["test"])
    assert used == list(range(1, 41))
    assert notes == {"no text": 3}


def test_fractions_are_shares_of_all_rows():
    rows, notes = parts(many(), test_fraction=0.25, validation_fraction=0.1)
    assert [len(rows[part]) for part in ("train", "validation", "test")] == [26, 4, 10]
    assert sorted(row for part in rows.values() for row in part) == list(range(40))
    assert notes == {}


def test_seed_decides_the_split():
    assert parts(many(), seed=1) == parts(many(), seed=1)
    assert parts(many(), seed=1) != parts(many(), seed=2)


def test_nothing_for_validation_and_test():
    rows, _ = parts(many(), test_fraction=0.0, validation_fraction=0.0)
    assert rows["train"] == list(range(40))


def test_first_validation_counts_rows():
    rows, _ = parts(many(), first_validation=7)
    assert [len(rows[part]) for part in ("train", "validation", "test")] == [29, 7, 4]
    with pytest.raises(ConfigError, match="first_validation 36: there are 36 training rows"):
        parts(many(), first_validation=36)


def in_column(*values):
    rows = [(f"text {row}", "ab"[row % 2], value) for row, value in enumerate(values)]
    return table(*rows, columns=("text", "label", "part"))


def test_column_names_all_parts():
    source = in_column(*["test", "train", "train", "val", "validation", "Train ", "unused", None])
    rows, notes = parts(source, split="part")
    assert rows == {"train": [1, 2, 5], "validation": [3, 4], "test": [0], "left out": []}
    assert notes == {"left out": 2}


def test_column_without_validation_rows_takes_them_from_training():
    source = in_column(*["train"] * 20, *["test"] * 4)
    rows, _ = parts(source, split="part", validation_fraction=0.2)
    assert rows["test"] == [20, 21, 22, 23]
    assert [len(rows[part]) for part in ("train", "validation")] == [16, 4]
    rows, _ = parts(source, split="part", first_validation=3)
    assert [len(rows[part]) for part in ("train", "validation")] == [17, 3]
    rows, _ = parts(source, split="part", validation_fraction=0.0)
    assert [len(rows[part]) for part in ("train", "validation")] == [20, 0]


def test_column_with_validation_rows_is_not_split_again():
    source = in_column(*["train"] * 20, "validation", *["test"] * 4)
    rows, _ = parts(source, split="part", first_validation=5)
    assert rows["validation"] == [20]


def test_labels_of_unused_rows_do_not_count():
    source = table(
        ("x", "a", "train"), ("y", "b", "train"), ("z", "a", "test"), ("w", "rare", "unused"),
        columns=("text", "label", "part"),
    )  # fmt: skip
    made, _ = prepare(source, configure(split="part", validation_fraction=0.0))
    assert (made.labels, made.task) == (("a", "b"), "binary")


def test_rows_behind_unused_and_empty_ones_keep_their_numbers():
    source = table(
        ("x", "a", "unused"), ("", "a", "train"), ("y", "a", "train"), ("z", "b", "train"),
        ("w", "b", "test"), columns=("text", "label", "part"),
    )  # fmt: skip
    rows, notes = parts(source, split="part", validation_fraction=0.0)
    assert rows == {"train": [2, 3], "validation": [], "test": [4], "left out": []}
    assert notes == {"no text": 1, "left out": 1}


def test_test_file_stands_behind_the_table(tmp_path):
    path = tmp_path / "test.csv"
    table(("eka", "a"), ("", "b"), ("toka", "b")).write_csv(path)
    rows, notes = parts(many(), test=str(path))
    assert rows["test"] == [40, 42]
    assert [len(rows[part]) for part in ("train", "validation")] == [36, 4]
    assert notes == {"no text": 1}


def test_a_label_of_test_rows_alone_is_not_the_models(tmp_path):
    path = tmp_path / "test.jsonl"
    table(("eka", "0"), ("toka", "a")).write_ndjson(path)
    made, split = prepare(many(), configure(test=path, validation_fraction=0.0))
    assert (made.task, made.labels, made.foreign) == ("binary", ("a", "b"), ("0",))
    assert made.targets[split.test].tolist() == [2, 0]
    assert "label only in test" in [note.what for note in split.notes]


def test_a_label_that_the_user_names_is_the_models(tmp_path):
    path = tmp_path / "test.jsonl"
    table(("eka", "c")).write_ndjson(path)
    chosen = configure(test=path, validation_fraction=0.0, labels=("b", "c=sea"))
    made, _ = prepare(many(), chosen)
    assert (made.task, made.labels, made.foreign) == ("multiclass", ("b", "sea", "a"), ())


def test_the_table_as_its_own_test_file_leaves_nothing_to_train_on(tmp_path):
    path = tmp_path / "all.csv"
    many().write_csv(path)
    with pytest.raises(DataError, match=r"no row is left to train on .* stands in the test rows"):
        prepare(path, configure(test=path))


def test_weights_go_with_their_rows(tmp_path):
    path = tmp_path / "test.csv"
    columns = ("text", "label", "weight")
    table(("t", "b", 9), columns=columns).write_csv(path)
    source = table(("", "a", 1), ("x", "a", 2), ("y", "b", 3), ("x", "a", 4), columns=columns)
    chosen = configure(test=path, weight="weight", validation_fraction=0.0, duplicates="first")
    made, split = prepare(source, chosen)
    assert made.texts.to_list() == ["x", "y", "t"]
    assert made.weights.tolist() == [2, 3, 9]
    assert (split.train.tolist(), split.test.tolist()) == ([0, 1], [2])


def test_a_test_file_needs_no_weights(tmp_path):
    path = tmp_path / "test.csv"
    table(("t", "b")).write_csv(path)
    source = table(("x", "a", 2), ("y", "b", 3), columns=("text", "label", "weight"))
    made, _ = prepare(source, configure(test=path, weight="weight", validation_fraction=0.0))
    assert made.weights.tolist() == [2, 3, 1]


def test_column_and_file_contradict_each_other():
    with pytest.raises(ConfigError, match=r"split \(a column\) or test \(a file\), not both"):
        prepare(many(), configure(split="part", test="test.csv"))


# The text "x" three times, twice with label a; "y" with two labels, "t" in both files.
COPIES = (("x", "a"), ("x", "a"), ("x", "b"), ("y", "a"), ("y", "b"), ("t", "b"), ("z", "b"))
POLICIES = {
    "auto": ([0, 2, 3, 4, 6], {"text in test": 1, "duplicate": 1}),
    "keep": ([0, 1, 2, 3, 4, 5, 6], {}),
    "first": ([0, 3, 6], None),
    "all": ([6], None),
    "conflicts": ([6], None),
}


@pytest.mark.parametrize("policy", POLICIES)
def test_duplicates(policy, tmp_path):
    path = tmp_path / "test.csv"
    table(("t", "b"), ("s", "a"), ("s", "a")).write_csv(path)
    chosen = {"test": path, "validation_fraction": 0.0, "duplicates": policy}
    expected, notes = POLICIES[policy]
    rows, found = parts(table(*COPIES), **chosen)
    assert rows["train"] == expected
    assert rows["test"] == [7, 8, 9], "test rows are never touched"
    if found.pop("label only in test", 0):
        assert expected == [6], "only b is left to train on, and test rows have a"
    if notes is not None:
        assert found == notes
    else:
        assert sum(found.values()) == 7 - len(expected)


@pytest.mark.parametrize("policy", [each for each in POLICIES if each != "keep"])
def test_rows_that_all_stand_in_the_test_file_are_said(policy, tmp_path):
    source, path = table(("s", "a"), ("t", "b")), tmp_path / "test.csv"
    source.write_csv(path)
    with pytest.raises(DataError, match=r"no row is left to train on \(validation 0, test 2\)"):
        parts(source, test=path, duplicates=policy)


def test_validation_rows_that_stand_in_the_test_rows_are_dropped():
    source = in_column("train", "train", "validation", "validation", "test")
    source = source.with_columns(text=pl.Series(["a", "b", "b", "same", "same"]))
    rows, notes = parts(source, split="part")
    assert (rows["train"], rows["validation"], rows["test"]) == ([0], [2], [4])
    assert notes == {"text in test": 1, "text in validation": 1, "label only in test": 1}


def test_nothing_left_to_train_on_says_why():
    source = in_column("train", "train", "test").with_columns(text=pl.lit("same"))
    with pytest.raises(DataError, match=r"no row is left to train on .* their exact text stands"):
        prepare(source, configure(split="part", validation_fraction=0.0))


@pytest.mark.parametrize(
    ("settings", "setting"),
    [({}, "text"), ({"text": "post"}, "label"), ({"text": "post", "label": "tag", "weight": "w"},
     "weight")],
)  # fmt: skip
def test_missing_column_names_the_setting(settings, setting):
    source = {"post": ["ä"], "tag": ["a"]}
    with pytest.raises(DataError, match=f"Known: post, tag; set `{setting}` to the column of"):
        prepare(source, configure(**settings))


def test_positions_are_whole_numbers_in_range():
    made, split = prepare(many(), configure())
    every = np.concatenate([split.train, split.validation, split.test])
    assert every.dtype == np.int64
    assert sorted(every.tolist()) == list(range(len(made.texts)))

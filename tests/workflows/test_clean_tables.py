"""Repairs of whole tables: as a verb, and as settings of a training."""

import polars as pl
import pytest

import linnet
from linnet.config import configure
from linnet.errors import ConfigError, DataError
from linnet.workflows.prepare import prepare

TABLE = {
    "title": ["one", "one", "two", "three", "four", "five"],
    "text": ["a", "b", "c", "<p>d</p>", "", "b"],
    "label": ["x", "y", "x", "z", "x", "y"],
}


def left(**settings):
    return linnet.clean(TABLE, **settings).rows.tolist()


def test_nothing_asked_for_leaves_the_table_as_it_is():
    found = linnet.clean(TABLE)
    assert found.table.equals(pl.DataFrame(TABLE))
    assert found.notes == ()
    assert len(found.dropped) == 0


@pytest.mark.parametrize(
    ("settings", "rows"),
    [
        ({"duplicates": "first"}, [0, 1, 2, 3]),
        ({"duplicates": "all"}, [0, 2, 3]),
        ({"duplicates": "first", "duplicates_by": "title"}, [0, 2, 3, 5]),
        ({"keep_labels": "x"}, [0, 2]),
        ({"min_label_rows": 2}, [0, 1, 2, 5]),
        ({"rows_per_label": 2, "keep_labels": "x,y"}, [0, 1, 2, 5]),
    ],
)
def test_rows_that_stay(settings, rows):
    assert left(**settings) == rows


@pytest.mark.parametrize("keys", [["u", "u", None, None, "", " "], [1.0, 1.0, None, float("nan"),
                                  float("nan"), None]])  # fmt: skip
@pytest.mark.parametrize(
    ("policy", "rows"), [("first", [0, 2, 3, 4, 5]), ("all", [2, 3, 4, 5]),
                         ("conflicts", [2, 3, 4, 5])],
)  # fmt: skip
def test_rows_without_a_key_are_nobodys_copies(keys, policy, rows):
    table = pl.DataFrame({"url": keys, "text": list("abcdef"), "label": ["x", "y"] * 3})
    found = linnet.clean(table, duplicates=policy, duplicates_by="url")
    assert found.rows.tolist() == rows


def test_repairs_follow_each_other():
    found = linnet.clean(TABLE, duplicates="all", undersample=True)
    assert sorted(found.table["label"]) == ["x", "z"]
    assert found.dropped["row"].to_list() == sorted(set(range(6)) - set(found.rows.tolist()))
    assert "no text" in found.dropped.filter(pl.col("row") == 4)["why"][0]


def test_several_labels_lose_the_rare_ones():
    table = {"text": ["a", "b", "c"], "label": [["x", "y"], ["x"], ["z"]]}
    found = linnet.clean(table, min_label_rows=2)
    assert found.table.rows() == [("a", ["x"]), ("b", ["x"])]


def test_labels_that_stood_with_a_separator_stay_so():
    table = {"text": ["a", "b", "c", "d"], "label": ["x|y", "x", "z", "x | y"]}
    settings = {"min_label_rows": 2, "label_separator": "|"}
    found = linnet.clean(table, **settings)
    assert found.table.rows() == [("a", "x|y"), ("b", "x"), ("d", "x | y")]
    table["label"][2] = "x|z"
    found = linnet.clean(table, **settings)
    assert found.table.rows() == [("a", "x|y"), ("b", "x"), ("c", "x"), ("d", "x|y")]
    many = {name: cells * 10 for name, cells in table.items()}
    settings["min_label_rows"] = 15
    run = linnet.train(many, epochs=1, duplicates="keep", **settings)
    assert run.classifier.labels == ("x", "y")


def test_new_names_of_labels():
    found = linnet.clean(TABLE, labels=["x=first"])
    assert found.table["label"].to_list() == ["first", "y", "first", "z", "first", "y"]
    assert found.notes[0].message == "3 of 6 rows have a label with a new name"
    sets = linnet.clean({"text": ["a"], "label": ["x|y"]}, labels=["y=z"], label_separator="|")
    assert sets.table["label"].to_list() == ["x|z"]
    with pytest.raises(ConfigError, match=r"the label 'p\|q' holds '\|', which stands between"):
        linnet.clean({"text": ["a"], "label": ["x|y"]}, labels=["y=p|q"], label_separator="|")


def test_labels_with_new_names_must_be_there():
    with pytest.raises(ConfigError, match="labels names 'Y', which does not occur: did you mean"):
        linnet.clean(TABLE, labels=["Y=other"])
    with pytest.raises(DataError, match="unknown column 'lable': did you mean 'label'"):
        linnet.clean(TABLE, label="lable", labels=["y=other"])
    kept = linnet.clean(TABLE, keep_labels="x,z", labels=["y=other", "x=first"]).table
    assert set(kept["label"]) == {"first", "z"}  # the one that was dropped is no mistake
    equal = linnet.clean({"text": ["", "b"], "label": ["x=y", "z"]}, labels=["x=y=ä"])
    assert equal.table["label"].to_list() == ["ä", "z"]


def test_copies_by_a_column_are_told_by_its_name():
    found = linnet.clean(TABLE, duplicates="first", duplicates_by="title")
    assert [note.message.partition(": ")[2] for note in found.notes][-1] == (
        "their 'title' stands in an earlier row"
    )


def test_copies_by_a_column_need_a_policy():
    with pytest.raises(ConfigError, match="duplicates_by has no meaning with duplicates = 'auto'"):
        linnet.clean(TABLE, duplicates_by="title")
    with pytest.raises(DataError, match="unknown column 'titel': did you mean 'title'"):
        linnet.clean(TABLE, duplicates="first", duplicates_by="titel")


def test_labels_to_keep_must_be_there():
    with pytest.raises(ConfigError, match="keep_labels: unknown label 'Y': did you mean"):
        linnet.clean(TABLE, keep_labels="Y")


def rows_of_parts(**settings):
    made, split = prepare(TABLE, configure(validation_fraction=0, test_fraction=0, **settings))
    return made, made.rows[split.train].tolist(), split


def test_training_numbers_the_rows_of_the_table():
    made, rows, split = rows_of_parts(duplicates="first")
    assert rows == [0, 1, 2, 3]
    assert made.texts.to_list() == ["a", "b", "c", "<p>d</p>"]
    notes = {note.what: note.rows.tolist() for note in split.notes}
    assert notes == {"no text": [4], "duplicates": [5], "seen once": [1, 3]}


def test_training_on_fewer_labels_is_another_task():
    made, _, _ = rows_of_parts(keep_labels="x,y")
    assert (made.task, made.labels) == ("binary", ("x", "y"))


def test_the_test_file_keeps_its_rows(tmp_path):
    path = tmp_path / "test.csv"
    pl.DataFrame({"text": ["q", "q", "r"], "label": ["x", "x", "z"]}).write_csv(path)
    wanted = configure(test=str(path), duplicates="first", keep_labels="x,y", validation_fraction=0)
    made, split = prepare(TABLE, wanted)
    assert made.texts.gather(split.test).to_list() == ["q", "q"]
    assert made.rows[split.test].tolist() == [6, 7]


def test_label_sets_are_shared_out():
    sets = [["x"], ["x", "y"], ["y"], []] * 10
    table = {"text": [str(row) for row in range(40)], "label": sets}
    made, split = prepare(
        table, configure(test_fraction=0.5, validation_fraction=0, stratify="label_sets")
    )
    assert [sorted(map(tuple, made.targets[split.test].tolist())).count(each) for each in
            ((0, 0), (0, 1), (1, 0), (1, 1))] == [5, 5, 5, 5]  # fmt: skip


def test_no_strata_draw_rows_at_random():
    table = {"text": [str(row) for row in range(200)], "label": ["x", "y"] * 100}
    counts = set()
    for seed in range(5):
        wanted = configure(test_fraction=0.1, validation_fraction=0, stratify="none", seed=seed)
        made, split = prepare(table, wanted)
        counts.add(int(made.targets[split.test].sum()))
        assert len(split.test) == 20
    assert len(counts) > 1


def test_dropped_rows_keep_columns_that_are_called_row_and_why():
    table = {
        "text": ["a", "a", "é"],
        "label": ["x", "x", "y"],
        "row": [7, 8, 9],
        "why": list("pqr"),
    }
    again = table | {"row in the table": [1, 2, 3]}
    assert linnet.clean(table, duplicates="first").dropped.rows() == [
        (1, "their text stands in an earlier row", "a", "x", 8, "q")
    ]
    assert linnet.clean(again, duplicates="first").dropped.columns == [
        "row", "why", "text", "label", "row in the table_", "why in the table", "row in the table"
    ]  # fmt: skip


def test_what_was_dropped_can_be_cleaned():
    table = {"text": ["a", "a", "a", "é", "é"], "label": ["x", "x", "x", "y", "y"]}
    once = linnet.clean(table, duplicates="first").dropped
    assert linnet.clean(once, duplicates="first").table["text"].to_list() == ["a", "é"]

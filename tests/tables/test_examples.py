"""From a table to texts and targets: tasks, order of labels, rows left out, weights."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.errors import ConfigError, DataError
from linnet.tables.examples import Columns, examples, examples_together
from linnet.tables.scheme import ordered


def made(values, /, known=None, **settings):
    table = pl.DataFrame({"text": ["x"] * len(values), "label": values})
    return examples(table, Columns("text", "label", **settings), known=known, source="a.csv")


def answers(found):
    if found.task == "multilabel":
        return [[found.labels[each] for each in np.flatnonzero(row)] for row in found.targets]
    return [found.labels[each] for each in found.targets]


TASKS = {
    "binary": (["b", "a", "b"], {}, "binary", ("a", "b")),
    "multiclass": (["b", "ä", "a"], {}, "multiclass", ("a", "b", "ä")),
    "numbers": (["10", "9", "-1"], {}, "multiclass", ("-1", "9", "10")),
    "floats": ([10.0, 9.0], {}, "binary", ("9", "10")),
    "numbers and a word": (["10", "9", "x"], {}, "multiclass", ("10", "9", "x")),
    "two as multiclass": (["b", "a"], {"task": "multiclass"}, "multiclass", ("a", "b")),
    "sets": ([["b", "a"], [], ["a"]], {}, "multilabel", ("a", "b")),
    "one label or none": ([["a"], []], {}, "multilabel", ("a",)),
    "single as multilabel": (["b", "a"], {"task": "multilabel"}, "multilabel", ("a", "b")),
    "sets of one": ([["b"], ["a"]], {"task": "binary"}, "binary", ("a", "b")),
    "separator": (["b|a", "", "a"], {"label_separator": "|"}, "multilabel", ("a", "b")),
    "written": (["['b', 'a']", "[]"], {}, "multilabel", ("a", "b")),
}


@pytest.mark.parametrize("case", TASKS)
def test_task_and_labels(case):
    labels, settings, task, names = TASKS[case]
    found = made(labels, **settings)
    assert (found.task, found.labels) == (task, names)
    shape = (len(labels), len(names)) if task == "multilabel" else (len(labels),)
    assert (found.targets.shape, found.weights, found.notes) == (shape, None, ())


ORDER = {
    "as they are": ([], ("a", "b", "c"), ["c", "a", "b"]),
    "one first": (["c"], ("c", "a", "b"), ["c", "a", "b"]),
    "all": (["c", "b", "a"], ("c", "b", "a"), ["c", "a", "b"]),
    "renamed": (["b=x", "a"], ("x", "a", "c"), ["c", "a", "x"]),
    "spaces": (["b = x y"], ("x y", "a", "c"), ["c", "a", "x y"]),
    "merged": (["a=x", "c=x"], ("x", "b"), ["x", "x", "b"]),
    "merged with another": (["a=b"], ("b", "c"), ["c", "b", "b"]),
    "swapped": (["a=b", "b=a"], ("b", "a", "c"), ["c", "b", "a"]),
}


@pytest.mark.parametrize("case", ORDER)
def test_order_and_renaming(case):
    setting, names, expected = ORDER[case]
    found = made(["c", "a", "b"], labels=setting)
    assert (found.labels, answers(found)) == (names, expected)
    sets = made([["c", "a"], [], ["b"]], labels=setting)
    assert answers(sets) == [
        sorted({expected[0], expected[1]}, key=names.index),
        [],
        [expected[2]],
    ]


def test_labels_with_equals_signs():
    assert made(["a=b", "c"], labels=["c", "a=b"]).labels == ("c", "a=b")
    assert made(["a=b", "c"], labels=["a=b=x"]).labels == ("x", "c")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (["Sprot"], "a.csv: labels names 'Sprot', which does not occur: did you mean 'sport'"),
        (["zzz=x"], "'zzz', which does not occur: Known: 'sport', 'news'"),
        (["sport="], "'sport=' gives an empty name"),
        (["sport", "sport=x"], "'sport' is named more than once"),
        ("sport", "labels is 'sport': a list of names was expected"),
    ],
)
def test_wrong_label_settings(setting, message):
    with pytest.raises(ConfigError, match=message):
        made(["sport", "news"], labels=setting)


UNFIT = {
    "one label": (["a", "a"], {}, "only one label, 'a', on all 2 rows"),
    "one set": ([["a"], ["a"]], {}, "only one label, 'a', on all 2 rows"),
    "merged to one": (["a", "b"], {"labels": ["a=b"]}, "only one label, 'b'"),
    "empty sets": (pl.Series([[]], dtype=pl.List(pl.String)), {}, "all label sets are empty"),
    "three as binary": (["a", "b", "c"], {"task": "binary"}, "two labels, there are 3: 'a', 'b'"),
    "sets as multiclass": (
        [["a"], ["a", "b"], []],
        {"task": "multiclass"},
        r"2 of 3 rows have not exactly one label, the first is row 1 .*\['a', 'b'\]",
    ),
    "all missing": (["", None], {}, "no row has a text and a label: 2 of 2 .* no label in"),
    "nothing": (pl.Series([], dtype=pl.String), {}, "the table is empty"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_labels_that_do_not_fit_the_task(case):
    labels, settings, message = UNFIT[case]
    with pytest.raises(DataError, match=f"a.csv: .*{message}"):
        made(labels, **settings)


def test_wrong_columns():
    with pytest.raises(ConfigError, match="unknown task 'multi'"):
        Columns("text", "label", task="multi")
    for text in ["label", ["title", "label"]]:
        with pytest.raises(ConfigError, match="'label' is a text column too"):
            Columns(text, "label")
    table = pl.DataFrame({"text": ["x"], "label": ["a"]})
    with pytest.raises(DataError, match=r"b\.csv: unknown column 'lable': did you mean 'label'"):
        examples(table, Columns("text", "lable"), source="b.csv")


def test_rows_left_out():
    table = pl.DataFrame(
        {"text": ["", "x", None, " \n\u00a0", "y", "z"], "label": ["a", "a", None, "b", " ", "b"]}
    )
    found = examples(table, Columns("text", "label"))
    assert found.texts.to_list() == ["x", "z"]
    assert (found.rows.tolist(), found.rows.dtype) == ([1, 5], np.int64)
    assert answers(found) == ["a", "b"]
    no_text, no_label = found.notes
    assert (no_text.what, no_text.count, no_text.rows.tolist()) == ("no text", 3, [0, 2, 3])
    assert (no_label.what, no_label.count, no_label.rows.tolist()) == ("no label", 1, [4])
    assert no_text.message == "3 of 6 rows left out: no text in column 'text'"
    assert no_label.message == "1 of 6 rows left out: no label in column 'label'"


def test_an_empty_set_is_an_answer_and_null_is_none():
    table = pl.DataFrame({"text": ["x"] * 4, "label": [[], None, ["a"], ["b"]]})
    found = examples(table, Columns("text", "label"))
    assert (found.rows.tolist(), found.targets.tolist()) == ([0, 2, 3], [[0, 0], [1, 0], [0, 1]])


@pytest.mark.parametrize(
    ("num_labels", "num_rows", "noted"), [(50, 50, 0), (51, 100, 1), (51, 102, 0)]
)
def test_many_labels(num_labels, num_rows, noted):
    labels = [f"label {row % num_labels}" for row in range(num_rows)]
    notes = made(labels).notes
    assert [note.what for note in notes] == ["many labels"] * noted
    assert made(labels, task="multilabel").notes == ()
    if noted:
        assert notes[0].message == "51 labels on 100 rows: is 'label' really the label column?"


def weighted(weights, texts=("x", "y", "z")):
    table = pl.DataFrame({"text": texts, "label": ["a", "b", "a", "b"][: len(texts)], "w": weights})
    return examples(table, Columns("text", "label", weight="w"), source="a.csv").weights


@pytest.mark.parametrize("weights", [[0, 1, 2], [0.0, 1.0, 2.0], ["0", "1", "2.0"]])
def test_weights(weights):
    found = weighted(weights)
    assert (found.tolist(), found.dtype) == ([0.0, 1.0, 2.0], np.float32)


def test_weights_of_rows_left_out_do_not_matter():
    assert weighted([1.0, None, 2.0, 3.0], texts=["x", "", "z", "y"]).tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("bad", [None, float("nan"), -1.0, float("inf")])
def test_bad_weights(bad):
    with pytest.raises(
        DataError, match=r"a\.csv, row 1 .*weight .* in column 'w'; a number from 0"
    ):
        weighted([1.0, bad, 2.0])


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (["1", "heavy", "1"], "row 1 .*weight 'heavy'"),
        ([True, False, True], "'w' holds Boolean, not numbers"),
        ([[1], [1], [1]], "'w' holds List"),
        ([0, 0, 0], "all weights in column 'w' are 0"),
    ],
)
def test_what_is_no_weight(weights, message):
    with pytest.raises(DataError, match=message):
        weighted(weights)


def test_known_labels_keep_their_classes():
    known = ["z", "b", "a"]
    assert made(["a", "b"], known=known).targets.tolist() == [2, 1]
    assert made(["a"], known=known).labels == ("z", "b", "a")
    assert made(["a"], known=["a", "b"]).task == "binary"
    assert made([["a", "b"], []], known=known).targets.tolist() == [[0, 1, 1], [0, 0, 0]]
    single = made(["a", "z"], known=known, task="multilabel")
    assert single.targets.tolist() == [[0, 0, 1], [1, 0, 0]]
    renamed = made(["A", "b"], known=known, labels=["A=a", "absent=z", "b"])
    assert renamed.targets.tolist() == [2, 1]


def test_unknown_labels():
    with pytest.raises(DataError) as caught:
        made(["a", "Spam", "Spam", "x"], known=["ham", "spam", "a"])
    message = str(caught.value)
    assert "a.csv: 2 labels are not among the 3 known ones: 'Spam' (2 rows), 'x' (1" in message
    assert "labels=['Spam=spam']" in message


def test_tables_together():
    train = pl.DataFrame({"text": ["x", "y", ""], "label": ["b", "a", "q"]})
    test = pl.DataFrame({"other": [1], "label": ["c"], "text": ["z"]})
    one, other = examples_together(
        {"train.csv": train, "test.csv": test}, Columns("text", "label", labels=["c"])
    )
    assert one.labels == other.labels == ("c", "a", "b")
    assert (one.task, other.task) == ("multiclass", "multiclass")
    assert (answers(one), answers(other)) == (["b", "a"], ["c"])
    assert [note.what for note in one.notes] == ["no text"]
    with pytest.raises(DataError, match=r"train\.csv and test\.csv: a binary task needs two"):
        examples_together(
            {"train.csv": train, "test.csv": test}, Columns("text", "label", task="binary")
        )


def test_lists_and_single_labels_together():
    train = pl.DataFrame({"text": ["x", "y"], "label": [["b"], ["a", "b"]]})
    test = pl.DataFrame({"text": ["z"], "label": ["a"]})
    one, other = examples_together({"train": train, "test": test}, Columns("text", "label"))
    assert (answers(one), answers(other)) == ([["b"], ["a", "b"]], [["a"]])


names = st.text("abä1 ", min_size=1, max_size=3).filter(str.strip)


@given(st.lists(names, min_size=1))
def test_single_labels_come_back(labels):
    if len(set(labels)) > 1:
        assert answers(made(labels)) == labels


@given(st.lists(st.sets(names, max_size=4), min_size=1))
def test_sets_come_back(sets):
    if len(set().union(*sets)) > 1:
        rows = pl.Series([sorted(each) for each in sets], dtype=pl.List(pl.String))
        found = made(rows)
        assert [set(each) for each in answers(found)] == sets


@given(st.lists(st.integers(-99, 10**17)))
def test_whole_numbers_are_ordered_as_numbers(numbers):
    assert ordered(map(str, set(numbers))) == [str(each) for each in sorted(set(numbers))]

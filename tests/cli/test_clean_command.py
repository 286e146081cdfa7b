"""linnet clean: what it says, what it writes."""

import polars as pl
import pytest


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "posts.csv"
    rows = {"text": ["a", "a", "<b>b</b>"], "label": ["x", "x", "y"]}
    pl.DataFrame(rows).write_csv(path)
    return path


def test_without_out_nothing_is_written(linnet, table):
    shown = linnet("clean", str(table), "--duplicates", "first")
    assert shown.code == 0
    assert "1 of 3 rows dropped: their text stands in an earlier row" in shown.out
    assert "2 rows would stay" in shown.out
    assert [path.name for path in table.parent.iterdir()] == ["posts.csv"]


def test_both_files(linnet, table):
    out = table.with_name("clean.csv")
    shown = linnet(
        "clean", str(table), "--duplicates", "first", "--strip-markup", "--labels", "y=why",
        "--out", str(out),
    )  # fmt: skip
    assert (shown.code, shown.err) == (0, "")
    assert pl.read_csv(out).rows() == [("a", "x"), (" b ", "why")]
    dropped = pl.read_csv(table.with_name("clean-dropped.csv"))
    assert dropped.rows() == [(1, "their text stands in an earlier row", "a", "x")]


def test_both_files_packed(linnet, table):
    out = table.with_name("clean.csv.gz")
    shown = linnet("clean", str(table), "--duplicates", "first", "--out", str(out))
    assert (shown.code, shown.err) == (0, "")
    assert len(pl.read_csv(table.with_name("clean-dropped.csv.gz"))) == 1


def test_files_that_cannot_be_written_are_refused_at_once(linnet, table):
    for name, message in (("a.xls", "suffix '.xls' cannot"), ("no/a.csv", "there is no folder")):
        shown = linnet("clean", str(table), "--out", str(table.parent / name))
        assert (shown.code, shown.out) == (2, "")
        assert message in shown.err


def test_no_file_is_overwritten(linnet, table):
    shown = linnet("clean", str(table), "--out", str(table))
    assert shown.code == 2
    assert "exists" in shown.err


def test_markup_that_is_stripped_for_training_is_stripped_for_predicting():
    import linnet as library

    table = {"text": ["good <b>film</b>", "bad"] * 20, "label": ["+", "-"] * 20}
    run = library.train(table, strip_markup=True, duplicates="keep", epochs=1)
    plain, marked = run.classifier.predict_proba(["good film", "<i>good</i> film"])
    assert plain.tolist() == marked.tolist()

"""Cells that a spreadsheet would run are marked where that is asked for, and never else."""

import polars as pl
import pytest

from linnet.tables.formulas import without_formulas
from linnet.tables.read import read

RISKY = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("http://a","b")']
HARMLESS = ["1=1", "a@b", "", "'=1", " =1", None, "ä-b"]


@pytest.mark.parametrize("cell", RISKY)
def test_a_formula_gets_a_mark(cell):
    assert without_formulas(pl.DataFrame({"a": [cell]})).item() == f"'{cell}"


def test_all_else_stays():
    table = pl.DataFrame({"a": HARMLESS, "number": [-1] * len(HARMLESS), "list": [["=1"]] * 7})
    assert without_formulas(table).equals(table)


def test_several_columns_and_categories():
    table = pl.DataFrame({"=a": ["=1"], "b": pl.Series(["@x"], dtype=pl.Categorical)})
    assert without_formulas(table).to_dicts() == [{"'=a": "'=1", "b": "'@x"}]


TABLE = "text,label\n\"=cmd|' /C calc'!A0\",-a\nplain,b\n"


@pytest.mark.parametrize("name", ["out.csv", "out.tsv", None])
def test_predict_marks_what_is_asked_for(tmp_path, linnet, trained_run, name):
    (tmp_path / "a.csv").write_text(TABLE)
    out = [] if name is None else ["--out", tmp_path / name]
    shown = linnet("predict", trained_run, "--table", tmp_path / "a.csv", *out)
    plain = shown.out if name is None else (tmp_path / name).read_text()
    if name:
        assert read(tmp_path / name)["text"].to_list() == ["=cmd|' /C calc'!A0", "plain"]
        (tmp_path / name).unlink()
    shown = linnet(
        "predict", trained_run, "--table", tmp_path / "a.csv", *out, "--for-spreadsheets"
    )
    safe = shown.out if name is None else (tmp_path / name).read_text()
    assert "'=cmd" not in plain
    assert "'=cmd" in safe
    assert "'-a" in safe


def test_formats_that_no_spreadsheet_takes_for_formulas(tmp_path, linnet, trained_run):
    (tmp_path / "a.csv").write_text(TABLE)
    shown = linnet("predict", trained_run, "--table", tmp_path / "a.csv",
                   "--out", tmp_path / "a.parquet", "--for-spreadsheets")  # fmt: skip
    assert (shown.code, "for_spreadsheets is for .csv and .tsv" in shown.err) == (2, True)
    shown = linnet("predict", trained_run, "a text", "--for-spreadsheets")
    assert (shown.code, "are for --table FILE" in shown.err) == (2, True)


@pytest.fixture(scope="module")
def trained_run(tmp_path_factory):
    from linnet.workflows.train import train

    out = tmp_path_factory.mktemp("runs") / "run"
    table = {"text": ["plain", "other"] * 9, "label": ["a", "b"] * 9}
    train(table, out=str(out), epochs=1, model="linear", duplicates="keep", baseline=False)
    return out

"""Scoring files: what the parts hold, whatever the inputs are and however they are cut."""

import gzip
import json
import sys

import polars as pl
import pytest

import linnet
from linnet.errors import ConfigError, DataError, MissingExtraError, OutputError

SMALL = {"part_megabytes": 0.002}
WRITERS = {
    "csv": pl.DataFrame.write_csv,
    "jsonl": pl.DataFrame.write_ndjson,
    "parquet": pl.DataFrame.write_parquet,
    "tsv": lambda table, path: table.write_csv(path, separator="\t"),
}


def parts(folder):
    return sorted(folder.glob("part-*"))


def together(folder):
    return pl.concat([linnet.read(each) for each in parts(folder)])


def contents(folder):
    return {each.name: each.read_bytes() for each in parts(folder)}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("kind", WRITERS)
def test_every_row_of_every_kind_of_file_once_and_as_predict_says(
    run, table, tmp_path, kind, packed
):
    path = tmp_path / f"a.{kind}"
    WRITERS[kind](table, path)
    if packed:
        path.with_name(f"a.{kind}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path = path.with_name(f"a.{kind}.gz")
    done = linnet.score(run, path, out=tmp_path / "out", **SMALL)
    found, expected = together(tmp_path / "out"), linnet.predict_table(run, path)
    assert found.columns == ["row", "text", "predicted", "score", "in_scope"]
    assert found.select("row", "text", "predicted").equals(
        expected.select("row", "text", "predicted")
    )
    assert (found["score"] - expected["score"]).abs().max() < 1e-6
    assert (
        found["in_scope"].to_list()
        == linnet.load(run).in_scope(table["text"].fill_null("")).tolist()
    )
    assert (done.rows, done.new_rows, done.folder) == (500, 500, tmp_path / "out")
    assert done.parts == len(parts(tmp_path / "out")) > 5
    assert {each.name for each in (tmp_path / "out").iterdir() if "part-" not in each.name} == {
        "score.json"
    }


def test_parts_do_not_depend_on_threads(run, file, tmp_path):
    for threads in (1, 3):
        linnet.score(run, file, out=tmp_path / str(threads), threads=threads, scores=True, **SMALL)
    assert contents(tmp_path / "1") == contents(tmp_path / "3")


def test_score_json_says_which_rows_stand_where(run, file, tmp_path):
    linnet.score(run, [file, file], out=tmp_path / "out", **SMALL)
    said = json.loads((tmp_path / "out" / "score.json").read_bytes())
    assert (said["complete"], said["rows"]) == (True, 1000)
    assert [each["path"] for each in said["inputs"]] == [str(file)] * 2
    for each in said["parts"]:
        rows = linnet.read(tmp_path / "out" / each["file"])["row"].to_list()
        assert rows == [str(each["first_row"] + row) for row in range(each["rows"])]
    assert {each["input"] for each in said["parts"]} == {0, 1}


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "parquet"])
def test_all_columns_in_every_format(run, file, tmp_path, kind):
    out = tmp_path / "out"
    linnet.score(run, file, out=out, format=kind, k=2, scores=True, keep=["row"], **SMALL)
    assert {each.suffix for each in parts(out)} == {f".{kind}"}
    found = together(out)
    each = ["score_food", "score_music", "score_sport"]
    assert found.columns == [
        "row", "predicted", "score", "in_scope", "top", "top_scores", *each
    ]  # fmt: skip
    if kind in ("csv", "tsv"):
        found = found.with_columns(
            pl.col("top").str.json_decode(pl.List(pl.String)),
            pl.col("top_scores").str.json_decode(pl.List(pl.Float32)),
            pl.col("score", *each).cast(pl.Float32),
        )
    assert found["top"].list.len().unique().to_list() == [2]
    assert found["top"].list.first().equals(found["predicted"], null_equal=True, check_names=False)
    assert found["score"].to_list() == pytest.approx(found["top_scores"].list.first().to_list())
    assert found.select(pl.max_horizontal(each)).to_series().to_list() == pytest.approx(
        found["score"].to_list()
    )


def test_several_labels_per_text(sets_run, file, tmp_path):
    linnet.score(sets_run, file, out=tmp_path / "out", keep=[], **SMALL)
    found, expected = together(tmp_path / "out"), linnet.predict_table(sets_run, file)
    assert found.columns == ["predicted", "score", "in_scope"]
    assert found["predicted"].to_list() == expected["predicted"].to_list()


def test_precision_leaves_labels_out(run, file, tmp_path, monkeypatch):
    from linnet.runtime.classifier import Classifier

    monkeypatch.setattr(Classifier, "least_score", lambda self, precision: precision)
    middle = linnet.predict_table(run, file)["score"].median()
    linnet.score(run, file, out=tmp_path / "out", precision=middle, **SMALL)
    found, expected = together(tmp_path / "out"), linnet.predict_table(run, file, precision=middle)
    assert found["predicted"].to_list() == expected["predicted"].to_list()
    assert 0 < found["predicted"].null_count() < len(found)


def test_a_precision_that_cannot_be_promised_leaves_no_folder(run, file, tmp_path):
    with pytest.raises(ConfigError, match=r"a precision of 1 cannot be promised"):
        linnet.score(run, file, out=tmp_path / "out", precision=1.0)
    assert not (tmp_path / "out").exists()


def test_the_text_column_is_the_runs_or_the_one_that_is_named(run, table, tmp_path):
    path = tmp_path / "a.csv"
    table.rename({"text": "post"}).write_csv(path)
    with pytest.raises(DataError, match=r"a\.csv: unknown column 'text'.*Known: row, post"):
        linnet.score(run, path, out=tmp_path / "out")
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]
    linnet.score(run, path, out=tmp_path / "out", text=["row", "post"])
    assert (
        together(tmp_path / "out")["predicted"].to_list()
        == linnet.predict_table(run, path, text=["row", "post"])["predicted"].to_list()
    )


def test_a_file_without_header(run, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("1|goal match\n2|bread\n" * 50)
    how = {"columns": ["-", "text"], "delimiter": "|"}
    linnet.score(run, path, out=tmp_path / "out", **how, **SMALL)
    assert together(tmp_path / "out")["text"].to_list() == ["goal match", "bread"] * 50


MISTAKES = {
    "empty": ("", {}, DataError, "a.csv is empty"),
    "no rows": ("text\n", {}, DataError, "has a header and no rows"),
    "broken line": ("text,n\nx,1\nx\n", {}, DataError, "line 3: 1 cell where the first row has 2"),
    "taken name": ("text,score\nx,1\n", {}, DataError, "has a column 'score' already"),
    "unknown kept": ("text\nx\n", {"keep": ["txt"]}, DataError, "unknown column 'txt': did you"),
    "unknown setting": ("text\nx\n", {"kepe": 1}, ConfigError, "unknown setting 'kepe'"),
    "unknown format": ("text\nx\n", {"format": "xls"}, ConfigError, "unknown format 'xls'"),
    "negative k": ("text\nx\n", {"k": -1}, ConfigError, "k must be at least 0, not -1"),
    "endless parts": (
        "text\nx\n",
        {"part_megabytes": float("inf")},
        ConfigError,
        "must be at least 0.0001, not",
    ),
    "sheets": ("text\nx\n", {"for_spreadsheets": True}, ConfigError, "is for csv and tsv, not"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_leave_no_folder(run, tmp_path, case):
    content, settings, kind, message = MISTAKES[case]
    path = tmp_path / "a.csv"
    path.write_text(content)
    with pytest.raises(kind, match=message):
        linnet.score(run, path, out=tmp_path / "out", **settings)
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("kind", ["csv", "tsv"])
def test_bytes_that_csv_cannot_hold_leave_no_folder(run, tmp_path, kind):
    pl.DataFrame({"text": ["goal"], "picture": [b"\xff"]}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(DataError, match="column 'picture' holds Binary, which CSV and TSV cannot"):
        linnet.score(run, tmp_path / "a.parquet", out=tmp_path / "out", format=kind)
    assert [each.name for each in tmp_path.iterdir()] == ["a.parquet"]
    linnet.score(run, tmp_path / "a.parquet", out=tmp_path / "out")
    assert together(tmp_path / "out")["picture"].to_list() == [b"\xff"]


def test_inputs_that_are_not_alike(run, tmp_path):
    paths = [tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.parquet"]
    paths[0].write_text("text,n\nx,1\n")
    paths[1].write_text("text,m\nx,1\n")
    pl.DataFrame({"text": ["x"], "n": [1]}).write_parquet(paths[2])
    messages = {
        1: r"b\.csv has the columns text, m, .*a\.csv has text, n: score them apart",
        2: r"c\.parquet has Int64 in the column 'n', .*a\.csv has String: score",
    }
    for other, message in messages.items():
        with pytest.raises(DataError, match=message):
            linnet.score(run, [paths[0], paths[other]], out=tmp_path / "out")
    linnet.score(run, paths, out=tmp_path / "out", keep=["text"])
    assert together(tmp_path / "out").columns[0] == "text"
    assert len(parts(tmp_path / "out")) == 3


def test_cells_that_a_spreadsheet_would_run(run, tmp_path):
    path = tmp_path / "a.csv"
    risky = ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\tx", "＝1+1"]
    cells = [*risky, "1+1", "a=b", "päivä"]
    pl.DataFrame({"text": cells, "=n": cells}).write_csv(path)
    linnet.score(run, path, out=tmp_path / "as is", format="csv")
    assert together(tmp_path / "as is")["text"].to_list() == cells
    linnet.score(run, path, out=tmp_path / "safe", format="csv", for_spreadsheets=True)
    found = together(tmp_path / "safe")
    assert found.columns[:2] == ["text", "'=n"]
    assert found["text"].to_list() == [f"'{each}" for each in risky] + cells[len(risky) :]
    assert found["'=n"].to_list() == found["text"].to_list()


def test_ray_that_is_not_installed(run, file, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'linnet\[ray\]'"):
        linnet.score(run, file, out=tmp_path / "out", ray=True)


def test_a_folder_that_is_taken(run, file, tmp_path):
    (tmp_path / "out").mkdir()
    with pytest.raises(OutputError, match="exists already: name another path"):
        linnet.score(run, file, out=tmp_path / "out")
    with pytest.raises(OutputError, match=r"out is no folder of scores: it has no score\.json"):
        linnet.score(run, file, out=tmp_path / "out", resume=True)

"""linnet label-errors, queue and import-labels: what they say and write."""

import json
import sys

import polars as pl
import pytest

QUICK = ("--model", "linear", "--epochs", "8", "--folds", "3")


@pytest.fixture
def table(tmp_path, posts):
    """The posts with a wrong label in row 3."""
    rows = pl.read_csv(posts)
    labels = rows["label"].to_list()
    labels[3] = "food"
    path = tmp_path / "posts.csv"
    rows.with_columns(label=pl.Series(labels)).write_csv(path)
    return path


def test_what_is_suspected_is_said_and_written(linnet, table):
    out, page, queue = (table.with_name(name) for name in ("e.csv", "e.html", "q.jsonl"))
    shown = linnet("label-errors", table, *QUICK, "--out", out, "--report", page, "--queue", queue,
                   "--format", "doccano", "--most", 1)  # fmt: skip
    assert (shown.code, shown.err) == (0, "")
    assert "fold 3 of 3: " in shown.out
    assert " of the labels are probably wrong: " in shown.out
    (line,) = [
        line for line in shown.out.splitlines() if line.split()[:3] == ["3", "food", "sport"]
    ]
    assert "n3" in line
    assert pl.read_csv(out)["row"][0] == 3
    assert "row 3 of the table" in page.read_text("utf-8")
    assert json.loads(queue.read_text("utf-8"))["label"] == ["food"]
    assert "1 suspected rows for doccano written to" in shown.out


def test_files_are_refused_before_anything_is_trained(linnet, table):
    for option, message in (("--out", "exists"), ("--report", "exists"), ("--queue", "reads")):
        shown = linnet("label-errors", table, option, table, "--format", "argilla")
        assert (shown.code, shown.out) == (2, "")
        assert message in shown.err or "exists" in shown.err


@pytest.mark.parametrize(
    ("option", "name", "message"),
    [
        ("--out", "errors.xlsx", "suffix '.xlsx' cannot be written"),
        ("--out", "no/errors.csv", "there is no folder"),
        ("--report", "no/errors.html", "there is no folder"),
        ("--report", "errors.html", "jinja2 is not installed"),
    ],
)
def test_files_that_cannot_be_written_are_too(linnet, table, monkeypatch, option, name, message):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    shown = linnet("label-errors", table, *QUICK, option, table.parent / name)
    assert (shown.code, shown.out) == (2, "")
    assert message in shown.err


def test_a_queue_is_answered_and_comes_back(linnet, folder, table):
    queue, mended = table.with_name("next.jsonl"), table.with_name("mended.csv")
    shown = linnet("queue", folder, table, "--most", 40)
    assert "uncertainty" in shown.out
    assert "more; name a file with --out)" in shown.out
    shown = linnet("queue", folder, table, "--out", queue, "--format", "doccano", "--most", 5)
    assert f"texts for doccano written to {queue}" in shown.out
    shown = linnet("import-labels", queue, "--from", "doccano", "--into", table, "--out", mended)
    assert "0 labels changed" in shown.out
    assert pl.read_csv(mended).equals(pl.read_csv(table))


def test_a_tool_that_is_unknown_is_named(linnet, folder, table):
    shown = linnet("queue", folder, table, "--out", "q.json", "--format", "labelstudio")
    assert shown.code == 2
    assert "did you mean 'label-studio'?" in shown.err
    shown = linnet("import-labels", table, "--from", "prodigy", "--out", table.with_name("o.csv"))
    assert shown.code == 2
    assert "unknown annotation tool 'prodigy'" in shown.err

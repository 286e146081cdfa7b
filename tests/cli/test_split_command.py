"""linnet split: what it says, what it writes."""

import polars as pl
import pytest


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "posts.csv"
    texts = [
        f"text{row // 2} of many{row // 2} words{row // 2} here{row // 2}" for row in range(80)
    ]
    texts = [text + "!" * (row % 2) for row, text in enumerate(texts)]
    labels = ["x" if row // 2 % 4 else "y" for row in range(80)]
    rows = {"text": texts, "label": labels, "story": [row // 8 for row in range(80)]}
    pl.DataFrame(rows).write_csv(path)
    return path


def test_sizes_shares_and_proof(linnet, table):
    shown = linnet("split", str(table))
    assert (shown.code, shown.err) == (0, "")
    assert "0 of 16 validation and test rows have a near-duplicate in an earlier part" in shown.out
    lines = [line.split() for line in shown.out.splitlines()]
    assert ["rows", "64", "8", "8"] in lines
    assert ["x", "75.00", "%", "75.00", "%", "75.00", "%"] in lines
    assert [path.name for path in table.parent.iterdir()] == ["posts.csv"]


def test_out_is_taken_as_the_previous_split(linnet, table):
    out, again = table.with_name("split.parquet"), table.with_name("again.parquet")
    shown = linnet("split", str(table), "--group", "story", "--out", str(out))
    assert "80 rows written to" in shown.out
    assert pl.read_parquet(out).columns == ["row", "part", "hash"]
    shown = linnet("split", str(table), "--previous", str(out), "--out", str(again))
    assert "all 80 rows known before keep their parts" in shown.out
    assert pl.read_parquet(again).equals(pl.read_parquet(out))


def test_no_file_is_overwritten(linnet, table):
    shown = linnet("split", str(table), "--out", str(table))
    assert shown.code == 2
    assert "exists" in shown.err

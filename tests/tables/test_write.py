"""Writing tables: what is written is read back, and a failed write leaves no trace."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.errors import DataError, OutputError
from linnet.tables.read import READERS, read
from linnet.tables.write import write

SUFFIXES = [f"{suffix}{packed}" for suffix in READERS for packed in ("", ".gz")]
TABLE = pl.DataFrame({"text": ["", None, 'päi,vää\t"hei"\r\n'], "label": ["01", "", None]})


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_round_trip(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    write(TABLE, path)
    assert read(path).equals(TABLE)
    first = path.read_bytes()
    write(TABLE, str(path))
    assert path.read_bytes() == first
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


text = st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(values=st.lists(st.tuples(text, text), min_size=1), suffix=st.sampled_from(list(READERS)))
def test_any_text_comes_back(tmp_path_factory, values, suffix):
    table = pl.DataFrame(values, schema={"a": pl.String, "b": pl.String}, orient="row")
    if suffix in (".csv", ".tsv") and values[-1] == (None, None):
        table = table.vstack(table.clear(1).fill_null("end"))
    path = tmp_path_factory.mktemp("tables") / f"a{suffix}"
    write(table, path)
    assert read(path).equals(table)


@pytest.mark.parametrize("values", [["x", None, ""], [None, "x"], ["", "x"], ["x", None]])
def test_one_column_comes_back(tmp_path, values):
    table = pl.DataFrame({"a": values})
    write(table, tmp_path / "a.csv")
    assert read(tmp_path / "a.csv").equals(table)


def test_lists_are_json_in_csv(tmp_path):
    table = pl.DataFrame({"tags": [[], None, ["ä", 'say "hi"']], "n": [[1], [2, 3], []]})
    write(table, tmp_path / "a.csv")
    assert read(tmp_path / "a.csv").to_dict(as_series=False) == {
        "tags": ["[]", None, r'["ä","say \"hi\""]'],
        "n": ["[1]", "[2,3]", "[]"],
    }
    for suffix in [".jsonl", ".parquet"]:
        write(table, tmp_path / f"a{suffix}")
        assert read(tmp_path / f"a{suffix}").equals(table)


def test_an_empty_table_is_written(tmp_path):
    write(TABLE.clear(), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "text,label\n"


def test_places_that_cannot_be_written(tmp_path):
    with pytest.raises(OutputError, match=r"suffix '\.xlsx' cannot be written: expected .*\.csv"):
        write(TABLE, tmp_path / "a.xlsx")
    with pytest.raises(OutputError, match=r"cannot write .*a\.csv: No such file or directory"):
        write(TABLE, tmp_path / "nowhere" / "a.csv")


def test_a_table_that_cannot_be_written_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.csv"
    write(TABLE, path)
    with pytest.raises(DataError, match=r"column .a. holds Binary, which CSV and TSV cannot"):
        write(pl.DataFrame({"a": [b"\xff"]}), path)
    assert read(path).equals(TABLE)

"""Files in pieces: all pieces together are what `read` gives, and so are the errors."""

import gzip
import importlib.util
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.errors import DataError, OutputError
from linnet.files import new_folder
from linnet.tables import pieces
from linnet.tables.form import Form
from linnet.tables.pieces import in_pieces, unpack
from linnet.tables.read import read
from linnet.tables.write import write as write_table

spec = importlib.util.spec_from_file_location("d", Path(__file__).with_name("test_delimited.py"))
delimited = importlib.util.module_from_spec(spec)
spec.loader.exec_module(delimited)
SIZES = (1, 2, 5, 8, 1000)


def together(path, size, form=None):
    found = in_pieces(path, form or Form(), file=path, size=size)
    tables = [found.read(each, path) for each in found.pieces]
    assert [table.height for table in tables] == [each.rows for each in found.pieces]
    assert all(table.schema == found.schema and table.height for table in tables)
    return pl.concat(tables)


def written(tmp_path, content, name="a.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("case", delimited.READ)
def test_pieces_of_csv(tmp_path, case):
    path = written(tmp_path, delimited.READ[case][0])
    for size in SIZES:
        found, expected = together(path, size), read(path)
        if case == "a lone quote":  # read row by row, where "" is null: only its own piece is
            found, expected = (
                each.with_columns(pl.all().fill_null("")) for each in (found, expected)
            )
        assert found.equals(expected)


@pytest.mark.parametrize("case", delimited.UNREADABLE)
def test_what_cannot_be_read_cannot_be_cut_and_says_the_same(tmp_path, case):
    path = written(tmp_path, delimited.UNREADABLE[case][0])
    with pytest.raises(DataError) as whole:
        read(path)
    for size in (8, 1000):
        with pytest.raises(DataError) as cut:
            in_pieces(path, Form(), file=path, size=size)
        assert str(cut.value) == str(whole.value)


def test_line_of_an_error_far_down(tmp_path):
    path = written(tmp_path, "a,b\n" + '1,"x\ny"\n' * 100 + "3\n" + "1,2\n" * 100)
    for size in SIZES:
        with pytest.raises(DataError, match=r"line 202: 1 cell where the first row has 2"):
            in_pieces(path, Form(), file=path, size=size)


TSV = {
    "quotes are text": '1\tsay "hi\n2\t"Lego" film\n3\tx\n' * 3,
    "quotes are quoting": '1\t"two\nlines"\n2\tx\n3\t"a ""b"""\n' * 3,
    "one quote, never closed": "1\tx\n" * 5 + '2\t"y\n' + "3\tz\n" * 5,
    "no quotes": "1\tx\n2\ty\n",
}


@pytest.mark.parametrize("case", TSV)
def test_pieces_of_tsv(tmp_path, case):
    path = written(tmp_path, TSV[case], "a.tsv")
    expected = read(path, columns=["n", "text"])
    for size in SIZES:
        assert together(path, size, Form(("n", "text"))).equals(expected)
        assert together(path, size, Form(("-", "text"))).equals(expected.select("text"))


def test_a_row_without_end_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(pieces, "LONGEST_ROW", 50)
    path = written(tmp_path, 'a,b\n1,2\n1,"x\n' + "1,2\n" * 50)
    with pytest.raises(DataError, match=r"begins at byte 8 does not end .* a quote never closed"):
        in_pieces(path, Form(), file=path, size=16)


CELLS = st.text(alphabet='a"é ,\n\r\t', max_size=5)


@given(
    st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=12),
    st.integers(1, 40),
    st.sampled_from([".csv", ".tsv"]),
)
def test_any_cells_in_pieces_of_any_size(rows, size, suffix):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"a{suffix}")
        table = pl.DataFrame(rows, schema=["a", "b"], orient="row")
        table.write_csv(path, separator="," if suffix == ".csv" else "\t")
        try:
            expected = read(path)
        except DataError as error:
            with pytest.raises(DataError) as cut:
                in_pieces(path, Form(), file=path, size=size)
            assert type(cut.value) is type(error)
        else:
            assert together(path, size).equals(expected)


def test_pieces_of_json_lines_have_the_columns_of_all(tmp_path):
    lines = '{"text": "ä", "n": 1}\n\n{"text": null}\n{"text": "b", "n": 2.5, "tags": ["x"]}\n'
    path = written(tmp_path, "\ufeff" + lines * 3, "a.jsonl")
    expected = read(path)
    for size in SIZES:
        assert together(path, size).equals(expected)


def test_line_of_broken_json(tmp_path):
    path = written(tmp_path, '{"text": "ä"}\n' * 50 + '{"text": \n' + '{"text": "b"}\n', "a.jsonl")
    for size in SIZES:
        with pytest.raises(DataError, match=r"a\.jsonl, line 51: not JSON"):
            in_pieces(path, Form(), file=path, size=size)


@pytest.mark.parametrize("one", ['["ä"]', '{"x": 1}', "true"])
def test_json_of_types_that_do_not_mix(tmp_path, one):
    path = written(tmp_path, f'{{"text": {one}}}\n{{"text": 1}}\n', "a.jsonl")
    for size in SIZES:
        with pytest.raises(DataError, match=r"a\.jsonl.* in one type, for example as strings"):
            in_pieces(path, Form(), file=path, size=size)


@pytest.mark.parametrize("one", ["null", "2", "2.5", "true"])
def test_json_of_types_that_mix(tmp_path, one):
    path = written(tmp_path, f'{{"text": {one}}}\n{{"text": "b"}}\n{{"text": null}}', "a.jsonl")
    for size in SIZES:
        assert together(path, size).equals(read(path))


def test_pieces_of_parquet(tmp_path):
    path = tmp_path / "a.parquet"
    table = pl.DataFrame({"text": ["ä", None, "b" * 90] * 50, "n": range(150), "l": [[1]] * 150})
    table.write_parquet(path, row_group_size=40)
    for size in (1, 999, 10**6):
        assert together(path, size).equals(table)
    assert len(in_pieces(path, Form(), file=path, size=1).pieces) == 150


PLACES = ["b/../b/a", "../here/b/a", "./b//a", "link/a", "link/../there/a", "b/ä 🐦#?%20%&a",
          "b/[a]*{b,c}", "b/\\..\\a", "b/a:\n'\"", "%2e%2e"]  # fmt: skip


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("name", PLACES)
def test_a_file_is_read_wherever_it_stands(tmp_path, monkeypatch, name, suffix):
    for folder in ("here/b", "elsewhere/there"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    Path("link").symlink_to("../elsewhere/there")
    table, path = pl.DataFrame({"text": ["ä", "b"]}), Path(f"{name}.{suffix}")
    write_table(table, path)
    assert read(path).equals(table)
    assert read(path.absolute()).equals(table)
    assert together(path, 1).equals(table)
    with new_folder(path.with_suffix("")) as beside:
        assert beside.parent.samefile(path.parent)
    assert path.with_suffix("").is_dir()


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl"])
def test_empty_files(tmp_path, name):
    for content in ("", "\n\n", "\ufeff"):
        path = written(tmp_path, content, name)
        with pytest.raises(DataError, match="is empty: a table with at least one row"):
            in_pieces(path, Form(), file=path, size=4)


def test_parquet_without_rows(tmp_path):
    path = tmp_path / "a.parquet"
    pl.DataFrame({"text": []}).write_parquet(path)
    with pytest.raises(DataError, match=r"a\.parquet has no rows"):
        in_pieces(path, Form(), file=path, size=4)


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_a_file_that_was_changed_is_noticed(tmp_path, name):
    path = tmp_path / name
    table = pl.DataFrame({"text": ["one", "two", "three"]})
    for rows, write in ((3, table.write_csv), (3, table.write_ndjson), (3, table.write_parquet)):
        if path.suffix[1:] in write.__name__.replace("nd", ""):
            write(path)
            found = in_pieces(path, Form(), file=path, size=1000)
            assert found.pieces[0].rows == rows
            getattr(table.head(2), write.__name__)(path)
            with pytest.raises(DataError, match="was changed while it was read: begin again"):
                found.read(found.pieces[0], path)


def test_unpack(tmp_path):
    packed = written(tmp_path, gzip.compress("ä\n".encode() * 100), "a.csv.gz")
    unpack(packed, tmp_path / "b")
    assert (tmp_path / "b").read_text("utf-8") == "ä\n" * 100
    for damaged in (b"text", packed.read_bytes()[:-9]):
        path = written(tmp_path, damaged, "c.csv.gz")
        with pytest.raises(DataError, match=r"c\.csv\.gz is damaged or not a gzip file"):
            unpack(path, tmp_path / "d")
    with pytest.raises(OutputError, match=r"cannot unpack .*: No such file or directory"):
        unpack(packed, tmp_path / "no" / "e")

"""Reading by suffix: missing files, JSON lines, Parquet, damage."""

import gzip
import io
import json

import polars as pl
import pytest

from linnet.errors import ConfigError, DataError
from linnet.registry import resolve
from linnet.tables.read import READERS, read

TABLE = pl.DataFrame({"text": ["", "päivää", None], "label": ["01", "02", "01"], "n": [1, 2, 3]})


def parquet_bytes(table=TABLE):
    buffer = io.BytesIO()
    table.write_parquet(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("suffix", READERS)
def test_every_reader_can_be_loaded(suffix):
    assert callable(resolve(READERS, suffix))


def test_missing_files(tmp_path):
    (tmp_path / "posts.csv").write_text("a\n1\n")
    with pytest.raises(DataError, match=r"there is no file .*post\.csv: did you mean 'posts\.csv'"):
        read(tmp_path / "post.csv")
    with pytest.raises(DataError, match=r"there is no file .*xyz: check the name"):
        read(tmp_path / "xyz")
    with pytest.raises(DataError, match=r"the folder .*nowhere does not exist"):
        read(tmp_path / "nowhere" / "posts.csv")
    with pytest.raises(DataError, match="is a folder: name a file in it"):
        read(tmp_path)


def test_unknown_suffix(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"1")
    with pytest.raises(DataError, match=r"suffix '\.xlsx' cannot be read.* \.parquet \(also"):
        read(path)


@pytest.mark.parametrize("name", ["a.parquet", "a[1]*.parquet", "a.parquet.gz"])
def test_parquet_keeps_types(tmp_path, name):
    path = tmp_path / name
    content = parquet_bytes()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert read(path).equals(TABLE)


@pytest.mark.parametrize("damage", ["cut", "header", "middle", "text", "empty"])
def test_damaged_parquet(tmp_path, damage):
    content = parquet_bytes()
    path = tmp_path / "a.parquet"
    path.write_bytes(
        {
            "cut": content[:-20],
            "header": content[:4],
            "middle": content[:10] + b"\xff" * 60 + content[70:],
            "text": b"text,label\n",
            "empty": b"",
        }[damage]
    )
    with pytest.raises(
        DataError, match=r"a\.parquet is damaged or not a Parquet file \(.+\): copy"
    ):
        read(path)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
@pytest.mark.parametrize("damage", ["cut", "not gzip", "flipped"])
def test_damaged_gzip(tmp_path, suffix, damage):
    packed = gzip.compress(b"a,b\n1,2\n" * 50)
    path = tmp_path / f"a{suffix}.gz"
    path.write_bytes(
        {
            "cut": packed[:-9],
            "not gzip": b"a,b\n1,2\n",
            "flipped": packed[:12] + b"\xff\xff" + packed[14:],
        }[damage]
    )
    with pytest.raises(DataError, match=r"\.gz is damaged or not a gzip file"):
        read(path)


def test_a_table_without_rows(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_bytes(parquet_bytes(TABLE.clear()))
    with pytest.raises(DataError, match=r"a\.parquet has no rows"):
        read(path)


@pytest.mark.parametrize("settings", [{"columns": ["a"]}, {"delimiter": ","}])
@pytest.mark.parametrize("name", ["a.parquet", "a.jsonl"])
def test_names_for_a_file_that_has_its_own(tmp_path, name, settings):
    path = tmp_path / name
    path.write_bytes(b"{}")
    with pytest.raises(ConfigError, match="has column names of its own"):
        read(path, **settings)


JSON = {
    "types stay": ('{"a": "01", "b": 1}\n', [{"a": "01", "b": 1}]),
    "lists": ('{"a": ["x", "é"]}\n{"a": []}\n', [{"a": ["x", "é"]}, {"a": []}]),
    "a missing key": ('{"a": "x"}\n{"b": "y"}', [{"a": "x", "b": None}, {"a": None, "b": "y"}]),
    "blank lines": ('\n{"a": "x"}\n\n{"a": "y"}\n\n', [{"a": "x"}, {"a": "y"}]),
    "CR LF": ('{"a": "x"}\r\n{"a": "y"}\r\n', [{"a": "x"}, {"a": "y"}]),
    "byte order mark": ('\ufeff{"a": "x"}\n', [{"a": "x"}]),
    "numbers and strings": ('{"a": 1}\n{"a": "x"}\n', [{"a": "1"}, {"a": "x"}]),
}


@pytest.mark.parametrize("case", JSON)
def test_jsonl(tmp_path, case):
    content, rows = JSON[case]
    for name in ["a.jsonl", "a.ndjson"]:
        (tmp_path / name).write_bytes(content.encode())
        assert read(tmp_path / name).to_dicts() == rows


def test_a_key_that_comes_late_is_kept(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n' * 5000 + '{"a": 2, "late": "x"}\n')
    assert read(path)["late"].to_list() == [None] * 5000 + ["x"]


NOT_JSON = {
    "empty": ("", "is empty"),
    "cut": ('{"a": 1}\n{"a":\n', "line 2: not JSON: .*one object per line"),
    "two objects": ('{"a": 1}{"a": 2}\n', "line 1: not JSON: Extra data"),
    "NaN": ('{"a": 1}\n{"a": NaN}\n', "line 2: not JSON: NaN is not JSON, write null"),
    "a list": ('{"a": 1}\n\n[1]\n', "line 3: a list where an object"),
    "a string": ('"x"\n', "line 1: a string where an object"),
    "a number": ('{"a": 1}\n5\n', "line 2: a number where an object"),
    "an array": ('[\n{"a": 1}\n]\n', r"line 1: not JSON \(a JSON array over several lines\?\)"),
    "mixed": (
        '{"a": 1}\n{"a": null}\n{"a": true}\n',
        "line 3: 'a' is true or false here and a number on line 1: write .* as strings",
    ),
    "Latin 1": (b'{"a": 1}\n{"a": "caf\xe9"}\n', "line 2: byte 0xe9"),
}


@pytest.mark.parametrize("case", NOT_JSON)
def test_broken_jsonl(tmp_path, case):
    content, message = NOT_JSON[case]
    path = tmp_path / "a.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataError, match=rf"a\.jsonl.*{message}"):
        read(path)


def test_the_columns_of_a_wide_table_of_json_lines_keep_their_order(tmp_path):
    names = [f"k{n * 7 % 101}" for n in range(100)]
    path = tmp_path / "a.jsonl"
    lines = [dict.fromkeys(names, 1), dict.fromkeys(["z", "a", *names[::-1]], 2)]
    path.write_text("\n" + "\n".join(map(json.dumps, lines)))
    assert read(path).columns == [*names, "a", "z"]

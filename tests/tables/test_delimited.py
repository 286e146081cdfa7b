"""CSV and TSV: what is read, and what an error says of a file that cannot be."""

import gzip
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.errors import ConfigError, DataError
from linnet.tables.quoting import quotes_are_quoting
from linnet.tables.read import read


@pytest.fixture
def file(tmp_path):
    def write(content, name="a.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


READ = {
    "one row": ("a,b\n,x\n", {"a": [None], "b": ["x"]}),
    "no line break at the end": ("a,b\n1,2", {"a": ["1"], "b": ["2"]}),
    "a label keeps its zero": ("text,label\n12,01\n", {"text": ["12"], "label": ["01"]}),
    "empty and missing differ": ('a,b\n"",\n,x\n', {"a": ["", None], "b": [None, "x"]}),
    "line break in a cell": ('a,b\n"x\ny",2\n', {"a": ["x\ny"], "b": ["2"]}),
    "doubled quotes": ('a,b\n"say ""hi""",2\n', {"a": ['say "hi"'], "b": ["2"]}),
    "quotes inside a bare cell": ('a,b\nsay "hi",2\n', {"a": ['say "hi"'], "b": ["2"]}),
    "a lone quote": (
        'a,b\n5" pipe,2\n,""\n',
        {"a": ['5" pipe', None], "b": ["2", None]},
    ),
    "byte order mark": ("\ufeffa,b\n1,2\n", {"a": ["1"], "b": ["2"]}),
    "mark and quoted header": ('\ufeff"a",b\n1,2\n', {"a": ["1"], "b": ["2"]}),
    "CR LF": ("a,b\r\n1,2\r\n3,4\r\n", {"a": ["1", "3"], "b": ["2", "4"]}),
    "blank lines": ("\n\na,b\n1,2\n\n3,4\n\n\n", {"a": ["1", "3"], "b": ["2", "4"]}),
    "blank CR LF lines": ("a,b\r\n1,2\r\n\r\n3,\r\n\r\n", {"a": ["1", "3"], "b": ["2", None]}),
    "a row of empty cells stays": ("a,b\n,\n1,2\n\n", {"a": [None, "1"], "b": [None, "2"]}),
    "a blank line in one column is a cell": ("a\n1\n\n3\n", {"a": ["1", None, "3"]}),
    "a column without name": (",a\n0,x\n", {"": ["0"], "a": ["x"]}),
    "delimiter in the last cell": ('a,b\n1,"x,y"\n2,\n', {"a": ["1", "2"], "b": ["x,y", None]}),
    "semicolons": ("a;b\n1,5;x\n", {"a": ["1,5"], "b": ["x"]}),
    "tabs": ("a\tb\n1\t2\n", {"a": ["1"], "b": ["2"]}),
    "not Latin": ("päivä,例\n良い,é\n", {"päivä": ["良い"], "例": ["é"]}),
    "a comment sign is text": ("#a,b\n#1,2\n", {"#a": ["#1"], "b": ["2"]}),
}


@pytest.mark.parametrize("case", READ)
def test_csv(file, case):
    content, expected = READ[case]
    path = file(content)
    assert read(path).to_dict(as_series=False) == expected
    packed = file(gzip.compress(path.read_bytes()), "a.CSV.gz")
    assert read(str(packed)).to_dict(as_series=False) == expected


UNREADABLE = {
    "empty": ("", "is empty"),
    "blank": (" \n\n", "is empty"),
    "mark only": ("\ufeff", "is empty"),
    "header only": ("a,b\n", "has a header and no rows"),
    "short row": ("a,b\n1,2\n3\n4,5\n", r"line 3: 1 cell where the first row has 2: \['3'\]"),
    "short row among empty cells": ("a,b,c\n1,,\n2,\n", "line 3: 2 cells where .* has 3"),
    "short row after blank lines": ("\n\na,b\n\n1\n", "line 5: 1 cell "),
    "short row, others hold delimiters": ('a,b\n"1,1",2\n"3,3"\n', "line 3: 1 cell "),
    "long row": ("a,b\n1,2\n3,4,5\n", r"line 3: 3 cells where .*: \['3', '4', '5'\]\. .*quote a"),
    "long row after a cell of two lines": ('a,b\n"x\ny",2\n3,4,5\n', "line 4: 3 cells"),
    "delimiter at each row's end": ("a,b\n1,2,\n", "line 2: 3 cells"),
    "delimiter at the end of the file": ("a,b\n1,2\n,2,", "line 3: 3 cells"),
    "a short and a long row": ("a,b\n1\n1,2,", "line 2: 1 cell"),
    "open quote": ('a,b\n1,2\n"x,2\n3,4\n', "line 3: the quotes of the row .* do not match"),
    "text after a quote": ('a,b\n1,2\n"y" z,2\n', r"line 3: the quotes .*double the quotes inside"),
    "Latin 1": (
        b"a,b\n1,2\n1,caf\xe9\n",
        "line 3: byte 0xe9 after '1,caf' .*iconv -f windows-1252",
    ),
    "Latin 1 header": (b"caf\xe9,b\n1,2\n", "line 1: byte 0xe9"),
    "UTF-16": ("a,b\n1,2\n".encode("utf-16"), "is utf-16, expected UTF-8: .*iconv -f utf-16"),
    "two columns of one name": ("a,b,a\n1,2,3\n", "line 1: columns 1, 3 are all named 'a'"),
    "two columns without name": (",b,\n1,2,3\n", "line 1: columns 1, 3 have no name"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_unreadable_csv(file, case):
    content, message = UNREADABLE[case]
    with pytest.raises(DataError, match=rf"(?s)a\.csv.*{message}"):
        read(file(content))


def test_a_long_row_is_shortened_in_the_message(file):
    with pytest.raises(DataError, match="line 2") as caught:
        read(file("a,b\n" + "x" * 500_000 + ",1,2\n"))
    assert len(str(caught.value)) < 500


def test_a_cell_may_be_longer_than_the_csv_module_likes(file):
    table = read(file("a,b\n" + "x" * 500_000 + ",\n\n1,2\n"))
    assert table["a"].str.len_chars().to_list() == [500_000, 1]


def test_names_of_columns(file):
    path = file("1,x,2\n3,y,4\n")
    assert read(path, columns=["id", "-", "n"]).to_dicts() == [
        {"id": "1", "n": "2"},
        {"id": "3", "n": "4"},
    ]
    with pytest.raises(DataError, match=r"has 3 columns, .* names 2 \(a, b\).*\['1', 'x', '2'\]"):
        read(path, columns=["a", "b"])


def test_one_column_of_text_is_not_taken_apart(file):
    path = file("well; then\nyes\n")
    assert read(path, columns=["text"])["text"].to_list() == ["well; then", "yes"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"columns": []}, "at least one name"),
        ({"columns": ["-"]}, "at least one name"),
        ({"columns": ["a", "a"]}, "'a' is named more than once"),
        ({"delimiter": ""}, "delimiter '': one ASCII character"),
        ({"delimiter": "||"}, "delimiter '||': one"),
        ({"delimiter": "→"}, "one ASCII character"),
    ],
)
def test_bad_settings(file, settings, message):
    with pytest.raises(ConfigError, match=message.replace("|", "\\|")):
        read(file("1,2\n"), **settings)


def test_a_delimiter_makes_any_suffix_readable(file):
    path = file("ham|hi\n", "SMSSpamCollection")
    table = read(path, columns=["label", "text"], delimiter="|")
    assert table.rows() == [("ham", "hi")]
    with pytest.raises(DataError, match=r"the suffix '' cannot be read: expected one of \.csv, "):
        read(path)


QUOTING = {
    b"": False,
    b"a\tb\n": False,
    b'"': False,
    b'"a"': True,
    b'1\t"a"\n': True,
    b'1\t"a"\r\n': True,
    b'1\t"a\tb\nc"\t2\n': True,
    b'1\t"say ""hi"""\n': True,
    b'1\t"a" b\n': False,
    b'1\tsay "a"\n': False,
    b'1\t"a"\n2\t5" wide\n': False,
    b'1\t"a\n2\tb\n': False,
    b'""\t""""\n': True,
}


@pytest.mark.parametrize("content", QUOTING)
def test_quotes_are_quoting_only_if_all_of_them_are(content):
    assert quotes_are_quoting(content) is QUOTING[content]


def test_tsv(file):
    as_text = file('a\tb\n1\t"Lego" film\n2\t"whole"\n', "text.tsv")
    assert read(as_text)["b"].to_list() == ['"Lego" film', '"whole"']
    as_quoting = file('a\tb\n1\t"two\nlines"\n2\t"a\tb"\n', "quoting.tsv")
    assert read(as_quoting)["b"].to_list() == ["two\nlines", "a\tb"]
    short = file('a\tb\n1\t"x" y\n2\n', "short.tsv")
    with pytest.raises(DataError, match=r"short\.tsv, line 3: 1 cell .* a tab or a line break"):
        read(short)


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)


@given(
    st.lists(st.lists(cells, min_size=2, max_size=2), min_size=1, max_size=5),
    st.sampled_from([",", "\t"]),
)
def test_what_polars_writes_is_read(rows, delimiter):
    table = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.String}, orient="row")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.csv" if delimiter == "," else "a.tsv")
        table.write_csv(path, separator=delimiter)
        assert read(path).equals(table)


def test_a_tab_may_be_written_as_a_command_line_can(tmp_path):
    path = tmp_path / "rows.txt"
    path.write_text("text\tlabel\na, b\tx\n", encoding="utf-8")
    for delimiter in ("\t", r"\t"):
        assert read(path, delimiter=delimiter).to_dicts() == [{"text": "a, b", "label": "x"}]


def test_more_columns_than_can_be_read(file):
    commas = "," * 100_000
    with pytest.raises(DataError, match=r"has 100,001 columns, at most 100,000 .*: is ','"):
        read(file(f"a{commas}\nb{commas}\n"))
    # In quotes they are text.
    path = file(f'"{commas}",1\n')
    assert read(path, columns=["text", "label"]).row(0) == (commas, "1")

"""Hostile inputs: each command ends well, or with one message that says what to do.

`INPUTS` holds one line per input: its name, what is in it, and what commands must do with it. A
new command is one line in `COMMANDS`.
"""

import gzip
import io
import json
import os
import zipfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from linnet.tables.read import read

COMMANDS = {
    "explore": ("explore {table} --out out", "learns"),
    "train": ("train {table} --out out --model linear --epochs 1 --no-baseline", "learns"),
    "predict": ("predict {run} --table {table} --out out.csv", "answers"),
    "score": ("score {run} {table} --out out --format csv --threads 1", "answers"),
}
"""What is typed, and whether it learns from texts with labels or answers texts."""

LABELS = ("food", "sport")
WORDS = ("bread keitto salt", "goal match ball")
TEXTS = [f"{WORDS[n % 2]} n{n} w{n // 3}" for n in range(20)]


@dataclass(frozen=True)
class Must:
    """What commands must do: a part of the message with which they refuse; "" is to end well."""

    learns: str = ""
    answers: str = ""
    train: str = ""
    score: str = ""
    says: str = ""
    """What those that learn say when they end well."""

    def of(self, command):
        return getattr(self, command, "") or getattr(self, COMMANDS[command][1])


WELL = Must()


def refused(message, **others):
    return Must(message, message, **others)


def untaught(message):
    """Nothing to learn from, but texts to answer."""
    return Must(learns=message)


def says(message):
    return Must(says=message)


def csv(*more, header="text,label", labels=LABELS, sep=","):
    rows = [f"{text}{sep}{labels[n % len(labels)]}" for n, text in enumerate(TEXTS)]
    return ("\n".join([header, *rows, *more]) + "\n").encode()


def labelled(*labels):
    return csv(labels=['"' + each.replace('"', '""') + '"' for each in labels])


def ended(end, header):
    """Each row with something at its end."""
    first, _, rest = csv().partition(b"\n")
    return first + header.encode() + b"\n" + rest.replace(b"\n", end.encode() + b"\n")


def jsonl(*more, labels=LABELS):
    rows = [{"text": text, "label": labels[n % len(labels)]} for n, text in enumerate(TEXTS)]
    return ("\n".join([*map(json.dumps, rows), *more]) + "\n").encode()


def parquet(**columns):
    buffer = io.BytesIO()
    pl.DataFrame({"text": TEXTS, "label": LABELS * 10} | columns).write_parquet(buffer)
    return buffer.getvalue()


def spreadsheet():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("xl/worksheets/sheet1.xml", "<sheetData/>")
    return buffer.getvalue()


def link(target):
    return lambda path: path.symlink_to(target)


ROWS = csv()
ARRAY = json.dumps([{"text": text, "label": "food"} for text in TEXTS])
UTF8, EMPTY, NO_TEXT = "is not UTF-8: convert the file", "is empty: a table", "left out: no text"
UNKNOWN, DAMAGED = "unknown column 'text'", "is damaged or not a Parquet file"
HALF_LABELLED = "10 of 20 rows left out: no label in column 'label'"
QUOTES = "line 22: the quotes of the row that begins here do not match"

# fmt: off
INPUTS = {
    # encodings
    "utf16.csv": (ROWS.decode().encode("utf-16"), refused("is utf-16, expected UTF-8: convert")),
    "utf16_le.csv": (ROWS.decode().encode("utf-16-le"), refused("is utf-16le, expected UTF-8")),
    "utf16_be.csv": (ROWS.decode().encode("utf-16-be"), refused("is utf-16be, expected UTF-8")),
    "utf16.jsonl": (jsonl().decode().encode("utf-16-le"), refused("is utf-16le, expected UTF-8")),
    "utf32.csv": (ROWS.decode().encode("utf-32"), refused("is utf-32, expected UTF-8")),
    "latin1.csv": (csv("päivä,food").decode().encode("latin-1"), refused(f"after 'p' {UTF8}")),
    "windows1252.csv": (csv("“so”,food").decode().encode("cp1252"), refused("iconv -f windows-1")),
    "mixed.csv": (csv("päivä,food") + b"p\xe4iv\xe4,food\n", refused("line 23: byte 0xe4")),
    "shift_jis.csv": (csv("日本語,food").decode().encode("shift_jis"), refused(UTF8)),
    "ebcdic.csv": (ROWS.decode().encode("cp500"), refused(f"line 1: byte 0xa3 after '' {UTF8}")),
    "utf7.csv": (csv("p+AOQ-iv+AOQA5A-,food"), WELL),
    "cut_character.csv": (csv() + b"p\xc3", refused("line 22: byte 0xc3 after 'p'")),
    "surrogates.csv": (csv() + b"so \xed\xa0\xbd\xed\xb8\x80,food\n", refused("byte 0xed after")),
    "overlong.csv": (csv() + b"so \xc0\xaf,food\n", refused("byte 0xc0 after 'so '")),
    "latin1.jsonl": (jsonl().replace(b"bread", b"br\xe4d"), refused("line 1: byte 0xe4 after")),
    "mark.csv": (b"\xef\xbb\xbf" + ROWS, WELL),
    "two_marks.csv": (b"\xef\xbb\xbf" * 2 + ROWS, WELL),
    "mark_between.csv": (ROWS + b"\xef\xbb\xbf" + ROWS, WELL),
    "mark_only.csv": (b"\xef\xbb\xbf", refused(EMPTY)),
    "nul.csv": (csv("a\0b,food"), WELL),
    "nul_only.csv": (bytes(4096), refused(EMPTY)),
    "nul_tail.csv": (ROWS + bytes(4096), refused("line 22: 1 cell where the first row has 2")),
    "controls.csv": (csv("\x01\x1b[31mred\x07,food"), WELL),
    # quotes
    "open_quote.csv": (csv('"never closed,food', "more,sport"), refused(QUOTES)),
    "open_quote_at_end.csv": (csv('"never closed,food').rstrip(), refused(QUOTES)),
    "quote_inside.csv": (csv('5" pipe,food'), WELL),
    "quote_too_early.csv": (csv('"a"b,food'), refused(QUOTES)),
    "backslashes.csv": (csv(r'"say \"hi, you\"",food'), refused(QUOTES)),
    "apostrophes.csv": (csv("'a, b',food"), refused("line 22: 3 cells where the first row has 2")),
    "line_break_in_cell.csv": (csv('"two\nlines",food'), WELL),
    "only_quotes.csv": (b'"' * 999, refused("line 1: the quotes")),
    # columns
    "same_names.csv": (ended(",x", ",text"), refused("columns 1, 3 are all named 'text'")),
    "no_names.csv": (ended(",,", ",,"), refused("columns 3, 4 have no name: give each")),
    "one_name_missing.csv": (ended(",", ","), WELL),
    "name_with_line_break.csv": (ended(",x", ',"no\nte"'), WELL),
    "names_with_line_breaks.csv": (csv(header='"te\nxt","la\x1bbel"'), refused("te\\nxt, la\\x1b")),
    "names_with_blanks.csv": (csv(header=" text , label "), refused("did you mean ' text '?")),
    "names_in_capitals.csv": (csv(header="TEXT,Label"), refused("did you mean 'TEXT'?")),
    "no_header.csv": (ROWS.partition(b"\n")[2], refused(f"{UNKNOWN}: Known: bread keitto")),
    "long_no_header.csv": (b"word " * 9999 + b",food\n" + ROWS, refused("word …, food")),
    "many_columns.csv": (ended("," * 2000, "," + ",".join(map(str, range(2000)))), WELL),
    "many_same_names.csv": (ended(",x" * 999, ",x" * 999), refused("and 989 more are all named")),
    "one_column.csv": ("\n".join(["text", *TEXTS]).encode(), untaught("unknown column 'label'")),
    "bars.csv": (csv(header="text|label", sep="|"), refused(f"{UNKNOWN}: Known: text|label")),
    # labels
    "numbers.csv": (csv(labels=("01", "1", "1.0", "-1")), WELL),
    "dates.csv": (csv(labels=("2024-01-01", "01/02/2024")), WELL),
    "truth.csv": (csv(labels=("true", "FALSE")), WELL),
    "missing.csv": (csv(labels=("food", "sport", "", "  ")), says(HALF_LABELLED)),
    "not_a_number.csv": (csv(labels=("nan", "NaN", "inf", "-inf", "null", "None")), WELL),
    "ten_labels.csv": (csv(labels=[f"l{n}" for n in range(10)]), WELL),
    "row_per_label.csv": (csv(labels=[f"l{n}" for n in range(20)]), WELL),
    "one_label.csv": (csv(labels=["food"]), untaught("there is only one label, 'food'")),
    "same_rows.csv": (b"text,label\n" + b"so,food\n" * 9, untaught("there is only one label")),
    "same_texts.csv": (b"text,label\n" + b"so,food\nso,sport\n" * 9, Must(train="the same")),
    "empty_texts.csv": (b"text,label\n" + b",food\n ,sport\n" * 9, untaught(NO_TEXT)),
    "labels_with_line_breaks.csv": (labelled("fo\nod", "sp\r\nort"), WELL),
    "labels_with_blanks.csv": (csv(labels=("food", " food", "food ")), WELL),
    "labels_with_bars.csv": (csv(labels=("a|b", "a", "b")), WELL),
    "labels_with_commas.csv": (labelled("a, b", "[a]", "['a'"), WELL),
    "broken_lists.csv": (labelled("['a']", "['a', b c]"), untaught("10 of 20 cells are not lists")),
    "one_label_or_none.csv": (labelled("['a']", "[]"), WELL),
    "empty_sets.csv": (labelled("[]"), untaught("no row has a label: all label sets are empty")),
    "labels_with_markup.csv": (labelled("<script>alert(1)</script>", "{{7*7}}"), WELL),
    "labels_like_paths.csv": (csv(labels=("../../etc/passwd", "C:\\x")), WELL),
    "long_labels.csv": (csv(labels=("x" * 9999, "y")), WELL),
    "invisible_labels.csv": (csv(labels=("\u200b", "\u200b\u200b", "\u202efood")), WELL),
    "formula_labels.csv": (labelled("=cmd|' /C calc'!A0", "@SUM(1)"), WELL),
    # amounts
    "empty.csv": (b"", refused(EMPTY)),
    "blank.csv": (b" \n\n\t\n", refused(EMPTY)),
    "header.csv": (b"text,label\n", refused("has a header and no rows: at least one row")),
    "half_header.csv": (b"text,la", refused("has a header and no rows: at least one row")),
    "one_row.csv": (b"text,label\nbread,food\n", untaught("there is only one label, 'food'")),
    "two_rows.csv": (b"text,label\nbread,food\ngoal,sport\n", WELL),
    "empty.jsonl": (b"", refused(EMPTY)),
    "empty.parquet": (b"", refused(DAMAGED)),
    # spreadsheets saved as text
    "semicolons.csv": (csv(header="text;label", sep=";"), WELL),
    "sep_line.csv": (b"sep=;\n" + csv(header="text;label", sep=";"), refused("remove this line")),
    "decimal_commas.csv": (csv(header="text;label", sep=";", labels=("1,5", "2,0")), WELL),
    "empty_rows_at_end.csv": (ROWS + b",\n" * 9, says("9 of 29 rows left out: no text")),
    "merged_cells.csv": (csv(labels=("food", "", "sport", "")), says(HALF_LABELLED)),
    "title_above.csv": (b"Answers 2024,\n" + ROWS, refused(f"{UNKNOWN}: Known: Answers 2024, ")),
    "old_line_ends.csv": (ROWS.replace(b"\n", b"\r"), refused("end in carriage returns alone")),
    "mixed_line_ends.csv": (ROWS.replace(b"food\n", b"food\r\n"), WELL),
    "long_row.csv": (csv("a,b,c"), refused("line 22: 3 cells where the first row has 2")),
    "short_row.csv": (csv("a"), refused("line 22: 1 cell where the first row has 2")),
    "cell_errors.csv": (csv(labels=("#REF!", "#N/A")), WELL),
    # other files
    "spreadsheet.csv": (spreadsheet(), refused("is a spreadsheet (XLSX) or another ZIP archive")),
    "spreadsheet.xlsx": (spreadsheet(), refused("the suffix '.xlsx' cannot be read: expected")),
    "spreadsheet.parquet": (spreadsheet(), refused(DAMAGED)),
    "document.csv": (b"%PDF-1.7\n%\xe2\xe3\n" * 9, refused("is a PDF document, expected a table")),
    "picture.csv": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", refused("is a picture, expected a table")),
    "page.csv": (b"<!DOCTYPE html>\n<html>\n", refused("is a web page, expected a table as text")),
    "program.csv": (b"\x7fELF\x02\x01\x01" + bytes(99), refused("is a program, expected a table")),
    "database.csv": (b"SQLite format 3\0" + bytes(99), refused("is a database (SQLite), expected")),
    "unknown.csv": (bytes(range(256)) * 9, refused("is not text: its first line holds NUL bytes")),
    "pointer.csv": (b"version https://git-lfs.github.com/spec/v1\n", refused("`git lfs pull`")),
    "gzipped.csv": (gzip.compress(ROWS), refused("is gzipped, expected a table as text: add .gz")),
    "zlib.csv": (b"x\x01" + ROWS, refused(f"{UNKNOWN}: did you mean 'x\\x01text'?")),
    "parquet.csv": (parquet(), refused("is a Parquet file, expected a table as text: end its")),
    "jsonl.csv": (jsonl(), refused("is JSON, expected a header: end its name in .jsonl")),
    "array.csv": (ARRAY.encode(), refused("is JSON, expected a header: end its name in .jsonl")),
    "csv.parquet": (ROWS, refused(DAMAGED)),
    "csv.jsonl": (ROWS, refused("line 1: not JSON: Expecting value")),
    "csv.txt": (ROWS, refused("the suffix '.txt' cannot be read: expected one of .csv, .tsv")),
    "CAPITALS.CSV": (ROWS, WELL),
    "cut.csv.gz": (gzip.compress(ROWS)[:-9], refused("is damaged or not a gzip file")),
    "plain.csv.gz": (ROWS, refused("is damaged or not a gzip file")),
    "twice.csv.gz": (gzip.compress(gzip.compress(ROWS)), refused("is gzipped, expected a table")),
    "tail.csv.gz": (gzip.compress(ROWS) + b"garbage", refused("is damaged or not a gzip file")),
    "two_members.csv.gz": (gzip.compress(ROWS) + gzip.compress(b"more,food\n"), WELL),
    # JSON lines
    "list_text.jsonl": (b'{"text": ["a"], "label": "b"}\n', refused("holds List(String): strings")),
    "object_text.jsonl": (b'{"text": {"a": 1}, "label": "b"}\n', refused("holds Struct({'a': Int")),
    "object_label.jsonl": (b'{"text": "x", "label": {"a": 1}}\n', untaught("holds Struct({'a'")),
    "nan.jsonl": (jsonl('{"text": "a", "label": NaN}'), refused("line 21: not JSON: NaN is not")),
    "same_keys.jsonl": (jsonl('{"text": "a", "text": "b", "label": "food"}'), WELL),
    "deep.jsonl": (jsonl('{"x": ' + "[" * 99999 + "]" * 99999 + "}"), refused("nested too deep")),
    "open.jsonl": (jsonl("[" * 99999), refused("line 21: nested too deeply")),
    "big_number.jsonl": (jsonl('{"n": ' + "9" * 400 + "}"), refused("99 has too many digits, wri")),
    "big_float.jsonl": (jsonl('{"n": 1e400}'), refused("line 21: not JSON: 1e400 is too large")),
    "cut.jsonl": (jsonl()[:-9], refused("line 20: not JSON")),
    "blank_lines.jsonl": (jsonl().replace(b"\n", b"\n\n"), WELL),
    "pretty.jsonl": (json.dumps(json.loads(ARRAY), indent=1).encode(), refused("a JSON array ove")),
    "array.jsonl": (ARRAY.encode(), refused("line 1: a list where an object such as")),
    "bare.jsonl": (b'"text"\n5\n', refused("line 1: a string where an object such as")),
    "half_pair.jsonl": (jsonl('{"text": "\\ud83d alone", "label": "food"}'), WELL),
    "nul.jsonl": (jsonl('{"text": "a\\u0000b", "label": "food"}'), WELL),
    "mixed_types.jsonl": (jsonl('{"text": 5, "label": 1}'), WELL),
    "nulls.jsonl": (jsonl('{"text": null}', '{"text": "b"}', "{}"), says("no label in column")),
    "all_null.jsonl": (b'{"text": null, "label": null}\n' * 9, untaught(NO_TEXT)),
    "no_keys.jsonl": (b"{}\n" * 9, refused("has no rows: at least", score="is empty: a table")),
    "numbers.jsonl": (b'{"text": 1, "label": 0}\n{"text": 2, "label": 1}\n' * 9, WELL),
    "truth.jsonl": (jsonl(labels=(True, False)), WELL),
    # Parquet
    "cut.parquet": (parquet()[:-20], refused(DAMAGED)),
    "headless.parquet": (parquet()[-200:], refused(DAMAGED)),
    "list_text.parquet": (parquet(text=[[each] for each in TEXTS]), refused("holds List(String)")),
    "struct_label.parquet": (parquet(label=[{"a": 1}] * 20), untaught("the label column 'label'")),
    "deep_label.parquet": (parquet(label=[[["a"]]] * 20), untaught("holds List(List(String))")),
    "decimal_label.parquet": (parquet(label=[Decimal(n % 2) / 2 for n in range(20)]), WELL),
    "float_label.parquet": (parquet(label=[0.5, 1.0, np.nan, None] * 5), says(HALF_LABELLED)),
    "infinite_label.parquet": (parquet(label=[0.5, np.inf] * 10), WELL),
    "date_label.parquet": (parquet(label=[date(2024, 1, 1 + n % 2) for n in range(20)]), WELL),
    "category.parquet": (parquet(label=pl.Series(LABELS * 10, dtype=pl.Categorical)), WELL),
    "missing_in_sets.parquet": (parquet(label=[["a", None], None, [], ["b"]] * 5), says("5 of 20")),
    "binary.parquet": (parquet(text=[b"a", b"b"] * 10), Must(answers="which CSV and TSV cannot")),
    "bad_binary.parquet": (parquet(text=[b"\xff"] * 20), refused("holds Binary: strings were exp")),
    "binary_label.parquet": (parquet(label=[b"a"] * 20), Must("holds Binary", "holds Binary")),
    "float_text.parquet": (parquet(text=[np.nan, 1.5, 2.5, 3.0] * 5), says("5 of 20 rows left")),
    "only_nulls.parquet": (parquet(text=[None] * 20, label=[None] * 20), untaught(NO_TEXT)),
    "no_rows.parquet": (parquet(text=[], label=[]), refused("has no rows: at least one row")),
    # texts
    "right_to_left.csv": (csv("\u202eשלום\u202c עולם,food", "\u200b\u200d\ufeff,sport"), WELL),
    "invisible.csv": (csv("\u200b\u2060,food", "\u200d,sport", "\ufeff,food"), WELL),
    "accents.csv": (csv("e" + "\u0301" * 5000 + ",food"), WELL),
    "letters.csv": (csv("a " * 100_000 + ",food"), WELL),
    "long_word.csv": (csv("a" * 200_000 + ",food"), WELL),
    "punctuation.csv": (csv(*("!" * n + ",food" for n in range(1, 9))), WELL),
    "formulas.csv": (csv("=1+1,food", "+1,food", "@x,food", "\t=1,food"), WELL),
    # places
    "folder.csv": (Path.mkdir, refused("is a folder: name a file in it")),
    "pipe.csv": (os.mkfifo, refused("is a pipe or a device: write its rows to a file first")),
    "zero.csv": (link("/dev/zero"), refused("is a pipe or a device")),
    "nothing.csv": (link("/dev/null"), refused("is a pipe or a device")),
    "link.csv": (link("gone.csv"), refused("it is a link to gone.csv, which is not there")),
    "circle.csv": (link("circle.csv"), refused("it is a link to circle.csv, which is not there")),
    "not_there.csv": (lambda path: None, refused("not_there.csv: check the name")),
    "x" * 300 + ".csv": (lambda path: None, refused("File name too long")),
    "line\nbreak.csv": (ROWS, WELL),
    "\x1b[31mred.csv": (lambda path: None, refused("\\x1b[31mred.csv: check the name")),
    os.fsdecode(b"p\xe4iv\xe4.csv"): (ROWS, WELL),
    "$(touch x); 'a' -b.csv": (ROWS, WELL),
}
# fmt: on


def test_there_are_enough():
    assert len(INPUTS) >= 60


def make(path, content):
    if callable(content):
        content(path)
    else:
        path.write_bytes(content)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", INPUTS, ids=ascii)
@pytest.mark.timeout(60)
def test_ends_well_or_says_what_to_do(linnet, tmp_path, monkeypatch, folder, name, command):
    monkeypatch.chdir(tmp_path)
    content, must = INPUTS[name]
    make(tmp_path / name, content)
    before = set(tmp_path.iterdir())
    typed = COMMANDS[command][0].split()
    shown = linnet(*(each.format(table=name, run=folder) for each in typed))
    message = must.of(command)
    if message:
        assert (shown.code, message in shown.err) == (2, True), shown.err
        assert shown.err.startswith("error: ")
        assert shown.err.count("\n") == 1, "one message on one line"
        assert len(shown.err) < 1500, "of a length that a person reads"
        left = set(tmp_path.iterdir()) - before
        assert not left or command == "score", "a mistake leaves nothing behind"
        assert not any(tmp_path.glob("out/part-*")), "nor a part of which the rest is missing"
        return
    assert (shown.code, shown.err) == (0, "")
    assert not set("\x00\x07\x1b\x7f") & set(shown.out), "nothing that a terminal obeys"
    if COMMANDS[command][1] == "learns":
        assert must.says in shown.out
        assert_plain_numbers(tmp_path / "out")
    else:
        written = sorted(tmp_path.glob("out.csv" if command == "predict" else "out/part-*.csv"))
        assert_all_answered(read(tmp_path / name), pl.concat(map(read, written)))


def assert_plain_numbers(folder):
    def refuse(constant):
        raise AssertionError(f"{constant} in {path}")

    found = sorted(folder.rglob("*.json"))
    for path in found:
        json.loads(path.read_text("utf-8"), parse_constant=refuse)
    assert found


def assert_all_answered(asked, answered):
    assert len(answered) == len(asked)
    scores = answered["score"].cast(pl.Float64)
    assert scores.is_between(0.5, 1).all(), "the higher of two scores"
    assert set(answered["predicted"]) <= set(LABELS)

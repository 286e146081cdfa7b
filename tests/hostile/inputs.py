"""The hostile inputs: name, what is in it, and what each command must do with it.

One line per input; `INPUTS` in the order of the families. A new command is a line in `COMMANDS` of
`test_bad_input.py`, and what it says of an input an entry here where it differs.
"""

import gzip
import io
import json
import os
import zipfile
from datetime import date
from decimal import Decimal

import polars as pl

WORDS = ("bread keitto salt", "goal match ball")
LABELS = ("food", "sport")


def rows(labels=LABELS, num_rows=20):
    """Texts that differ, with the labels in turn."""
    return [(f"{WORDS[n % 2]} n{n} w{n // 3}", labels[n % len(labels)]) for n in range(num_rows)]


def csv(*more, header="text,label", labels=LABELS, sep=","):
    every = [header, *(sep.join(row) for row in rows(labels)), *more]
    return ("\n".join(every) + "\n").encode()


def quoted(labels):
    return csv(labels=['"' + each.replace('"', '""') + '"' for each in labels])


def jsonl(*more, labels=LABELS):
    lines = [json.dumps({"text": text, "label": label}) for text, label in rows(labels)]
    return ("\n".join([*lines, *more]) + "\n").encode()


def parquet(text=None, label=None, **columns):
    texts, labels = zip(*rows(), strict=True)
    table = pl.DataFrame(
        {"text": texts if text is None else text, "label": labels if label is None else label}
        | columns
    )
    buffer = io.BytesIO()
    table.write_parquet(buffer)
    return buffer.getvalue()


def spreadsheet():
    """A ZIP with the parts of an XLSX file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/worksheets/sheet1.xml", "<sheetData/>" * 99)
    return buffer.getvalue()


TEXTS = [text for text, _ in rows()]
PLAIN = csv()
I = [
 # encodings
 ("utf16.csv", PLAIN.decode().encode("utf-16")),
 ("utf16be_bom.csv", b"\xfe\xff"+PLAIN.decode().encode("utf-16-be")),
 ("utf16le_nobom.csv", PLAIN.decode().encode("utf-16-le")),
 ("utf16be_nobom.csv", PLAIN.decode().encode("utf-16-be")),
 ("utf32.csv", PLAIN.decode().encode("utf-32")),
 ("utf16.jsonl", jsonl().decode().encode("utf-16-le")),
 ("latin1.csv", csv("päivää,food").decode().encode("latin-1")),
 ("cp1252.csv", csv("“quoted” – text,food").decode().encode("cp1252")),
 ("mixed.csv", csv("päivää,food")+"päivää,food\n".encode("latin-1")),
 ("shift_jis.csv", csv("日本語のテキスト,food").decode().encode("shift_jis")),
 ("ebcdic.csv", PLAIN.decode().encode("cp500")),
 ("utf7.csv", csv("p+AOQ-iv+AOQA5A-,food")),
 ("cut_utf8.csv", csv("päivä,food").removesuffix(b"\xa4,food\n")),
 ("cesu8.csv", csv()+b"smile \xed\xa0\xbd\xed\xb8\x80,food\n"),
 ("overlong.csv", csv()+b"slash \xc0\xaf,food\n"),
 ("mojibake.csv", csv("pÃ¤ivÃ¤ \ufffd,food")),
 ("bom.csv", b"\xef\xbb\xbf"+PLAIN),
 ("two_boms.csv", b"\xef\xbb\xbf"*2+PLAIN),
 ("bom_between.csv", PLAIN+b"\xef\xbb\xbf"+PLAIN),
 ("bom_only.csv", b"\xef\xbb\xbf"),
 ("nul_in_cell.csv", csv("a\0b,food")),
 ("nul_only.csv", bytes(4096)),
 ("nul_tail.csv", PLAIN+bytes(4096)),
 ("controls.csv", csv("\x01\x02\x1b[31mred\x07,food")),
 # quotes
 ("open_quote.csv", csv('"never closed,food',"more,sport")),
 ("open_quote_last.csv", csv('"never closed,food').rstrip()),
 ("quote_middle.csv", csv('5" pipe,food')),
 ("quote_after.csv", csv('"a"b,food')),
 ("backslash.csv", csv(r'"say \"hi, you\"",food')),
 ("apostrophes.csv", csv("'a, b',food")),
 ("newline_cell.csv", csv('"two\nlines",food')),
 ("only_quotes.csv", b'"'*999),
 # columns
 ("same_names.csv", csv(header="text,label,text").replace(b"\n", b",x\n").replace(b"text,x", b"text",1)),
 ("no_names.csv", PLAIN.replace(b"\n", b",,\n")),
 ("index_column.csv", b"".join(b"%d," % n + line if n else b","+line for n, line in enumerate(PLAIN.splitlines(True)))),
 ("name_newline.csv", csv(header='text,label,"no\nte"').replace(b"w", b"w").replace(b"food\n", b"food,x\n").replace(b"sport\n", b"sport,y\n")),
 ("name_spaces.csv", csv(header=" text , label ")),
 ("name_case.csv", csv(header="TEXT,Label")),
 ("no_header.csv", PLAIN.split(b"\n",1)[1]),
 ("long_no_header.csv", b"word "*20000+b",food\n"+PLAIN),
 ("columns_many.csv", csv(header="text,label,"+",".join(map(str,range(3000)))).replace(b"food\n", b"food"+b","*3000+b"\n").replace(b"sport\n", b"sport"+b","*3000+b"\n")),
 ("one_column.csv", ("text\n"+"\n".join(TEXTS)+"\n").encode()),
 ("pipe.csv", csv(header="text|label", sep="|")),
 ("space_header.csv", csv(header="text label", sep=" ")),
 # labels
 ("numbers.csv", csv(labels=("01","1","1.0","-1"))),
 ("dates.csv", csv(labels=("2024-01-01","01/02/2024"))),
 ("booleans.csv", csv(labels=("true","FALSE"))),
 ("missing.csv", csv(labels=("food","sport","","  "))),
 ("words_for_missing.csv", csv(labels=("nan","NaN","null","None","NA","inf","-inf"))),
 ("many_labels.csv", csv(labels=[f"l{n}" for n in range(10)])),
 ("row_per_label.csv", csv(labels=[f"l{n}" for n in range(20)])),
 ("one_label.csv", csv(labels=["food"])),
 ("rare_label.csv", csv("alone,rare")),
 ("same_rows.csv", b"text,label\n"+b"same,food\n"*20),
 ("same_texts.csv", b"text,label\n"+b"same,food\nsame,sport\n"*10),
 ("empty_texts.csv", b"text,label\n"+b",food\n ,sport\n"*10),
 ("punctuation.csv", b"text,label\n"+b"".join(b"%s,%s\n" % (b"!"*n, b"food" if n%2 else b"sport") for n in range(1,21))),
 ("newline_labels.csv", quoted(("fo\nod","sp\r\nort"))),
 ("space_labels.csv", csv(labels=("food"," food","food "))),
 ("bar_labels.csv", csv(labels=("a|b","a","b"))),
 ("comma_labels.csv", quoted(("a, b","[a]","['a'"))),
 ("list_labels_broken.csv", quoted(("['a']","['a', b c]"))),
 ("list_labels_empty.csv", quoted(("['a']","[]"))),
 ("all_sets_empty.csv", csv(labels=("[]",))),
 ("html_labels.csv", quoted(('<script>alert(1)</script>','{{7*7}}'))),
 ("path_labels.csv", csv(labels=("../../etc/passwd","C:\\x"))),
 ("long_labels.csv", csv(labels=("x"*20000,"y"))),
 ("invisible_labels.csv", csv(labels=("\u200b","\u200b\u200b","\u202efood"))),
 ("equals_labels.csv", csv(labels=("a=b","="))),
 ("formulas.csv", quoted(('=cmd|\' /C calc\'!A0','@SUM(1)'))),
 # amounts
 ("empty.csv", b""), ("blank.csv", b" \n\n\t\n"), ("newline.csv", b"\n"),
 ("header.csv", b"text,label\n"), ("header_cut.csv", b"text,label"),
 ("one_row.csv", b"text,label\nbread,food\n"),
 ("two_rows.csv", b"text,label\nbread,food\ngoal,sport\n"),
 ("three_rows.csv", b"text,label\nbread,food\ngoal,sport\nball,sport\n"),
 ("empty.jsonl", b""), ("empty.parquet", b""),
 # spreadsheets
 ("semicolons.csv", csv(header="text;label", sep=";")),
 ("sep_line.csv", b"sep=;\n"+csv(header="text;label", sep=";")),
 ("sep_line_comma.csv", b"sep=,\r\n"+PLAIN),
 ("decimal_comma.csv", csv(header="text;label", sep=";", labels=("1,5","2,0"))),
 ("trailing_rows.csv", PLAIN+b",\n"*9),
 ("trailing_columns.csv", PLAIN.replace(b"\n", b",\n")),
 ("merged.csv", csv(labels=("food","","","sport",""))),
 ("title_line.csv", b"Answers 2024,\n"+PLAIN),
 ("old_mac.csv", PLAIN.replace(b"\n", b"\r")),
 ("windows_ends.csv", PLAIN.replace(b"\n", b"\r\n")),
 ("mixed_ends.csv", PLAIN.replace(b"food\n", b"food\r\n")),
 ("ragged_long.csv", csv("a,b,c")), ("ragged_short.csv", csv("a")),
 ("errors.csv", csv(labels=("#REF!","#N/A"))),
 # other files
 ("spreadsheet.csv", spreadsheet()), ("spreadsheet.xlsx", spreadsheet()), ("zip.parquet", spreadsheet()),
 ("document.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"*9),
 ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"+bytes(range(256))),
 ("page.csv", b"<!DOCTYPE html>\n<html><head><title>Sign in, please</title></head>\n<body>404</body></html>\n"),
 ("program.csv", b"\x7fELF\x02\x01\x01"+bytes(900)),
 ("sqlite.csv", b"SQLite format 3\0"+bytes(900)),
 ("gzip.csv", gzip.compress(PLAIN)), ("parquet.csv", parquet()), ("jsonl.csv", jsonl()),
 ("array.csv", json.dumps([{"text":t,"label":l} for t,l in rows()]).encode()),
 ("csv.parquet", PLAIN), ("csv.jsonl", PLAIN), ("csv.txt", PLAIN), ("CSV.CSV", PLAIN),
 ("lfs.csv", b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"),
 ("cut.csv.gz", gzip.compress(PLAIN)[:-9]), ("plain.csv.gz", PLAIN), ("twice.csv.gz", gzip.compress(gzip.compress(PLAIN))),
 ("tail.csv.gz", gzip.compress(PLAIN)+b"garbage"), ("members.csv.gz", gzip.compress(PLAIN)+gzip.compress(b"more,food\n")),
 ("bomb.csv.gz", gzip.compress(bytes(20_000_000))),
 # jsonl
 ("array_text.jsonl", jsonl('{"text": ["a"], "label": "food"}')),
 ("all_array_text.jsonl", b'{"text": ["a"], "label": "food"}\n{"text": ["b"], "label": "sport"}\n'),
 ("object_text.jsonl", b'{"text": {"a": 1}, "label": "food"}\n{"text": {"a": 2}, "label": "sport"}\n'),
 ("object_label.jsonl", b'{"text": "x", "label": {"a": 1}}\n{"text": "y", "label": {"a": 2}}\n'),
 ("nan.jsonl", jsonl('{"text": "a", "label": NaN}')),
 ("nan_number.jsonl", jsonl('{"text": "a", "label": "food", "n": NaN}')),
 ("keys_twice.jsonl", jsonl('{"text": "a", "text": "b", "label": "food"}')),
 ("deep.jsonl", jsonl('{"text": "a", "label": "food", "x": '+'['*100000+']'*100000+'}')),
 ("deep_open.jsonl", jsonl('['*100000)),
 ("big_numbers.jsonl", jsonl('{"text": "a", "label": "food", "n": '+'9'*400+'}')),
 ("big_label.jsonl", b'{"text": "a", "label": 123456789012345678901234567890}\n{"text": "b", "label": 1e400}\n'),
 ("cut.jsonl", jsonl()[:-9]), ("blank_lines.jsonl", jsonl().replace(b"\n", b"\n\n")),
 ("pretty.jsonl", json.dumps([{"text":t,"label":l} for t,l in rows()], indent=1).encode()),
 ("array.jsonl", json.dumps([{"text":t,"label":l} for t,l in rows()]).encode()),
 ("surrogate.jsonl", jsonl('{"text": "\\ud83d alone", "label": "food"}')),
 ("nul.jsonl", jsonl('{"text": "a\\u0000b", "label": "food"}')),
 ("mixed_types.jsonl", jsonl('{"text": 5, "label": 1}')),
 ("mixed_sets.jsonl", jsonl('{"text": "a", "label": ["food"]}')),
 ("nulls.jsonl", jsonl('{"text": null, "label": "food"}','{"text": "a", "label": null}','{"text": "b"}','{}')),
 ("all_null.jsonl", b'{"text": null, "label": null}\n'*9),
 ("no_keys.jsonl", b'{}\n'*9), ("late_key.jsonl", jsonl('{"text":"a","label":"food","late":1}')),
 ("numbers_text.jsonl", b'{"text": 1, "label": 0}\n{"text": 2, "label": 1}\n'*9),
 ("booleans.jsonl", jsonl(labels=(True,False))),
 ("bare.jsonl", b'"text"\n5\n'),
 ("latin1.jsonl", jsonl().replace(b"bread", b"br\xe4d")),
 # parquet
 ("cut.parquet", parquet()[:-20]), ("headless.parquet", parquet()[:4]), ("tail.parquet", parquet()[-200:]),
 ("list_text.parquet", parquet(text=[[each] for each in TEXTS])),
 ("struct_text.parquet", parquet(text=[{"a": each} for each in TEXTS])),
 ("struct_label.parquet", parquet(label=[{"a": n%2} for n in range(20)])),
 ("decimal_label.parquet", parquet(label=[Decimal(n%2)/2 for n in range(20)])),
 ("float_label.parquet", parquet(label=[0.5, 1.0, float("nan"), float("inf"), None]*4)),
 ("date_label.parquet", parquet(label=[date(2024,1,1+n%2) for n in range(20)])),
 ("binary_text.parquet", parquet(text=[each.encode() for each in TEXTS])),
 ("binary_bad_text.parquet", parquet(text=[b"\xff"]*20)),
 ("binary_label.parquet", parquet(label=[b"a",b"b"]*10)),
 ("category.parquet", parquet(label=pl.Series(["a","b"]*10, dtype=pl.Categorical))),
 ("float_text.parquet", parquet(text=[float(n) if n else float("nan") for n in range(20)])),
 ("null_parquet.parquet", parquet(text=[None]*20, label=[None]*20)),
 ("null_type.parquet", parquet(text=pl.Series([None]*20, dtype=pl.Null))),
 ("no_rows.parquet", parquet(text=[], label=[])),
 ("deep_list.parquet", parquet(label=[[["a"]],[["b"]]]*10)),
 ("list_null.parquet", parquet(label=[["a",None],None,[]]*6+[["b"],["a","b"]])),
 # texts
 ("rtl.csv", csv("\u202eשלום\u202c עולם,food","\u200b\u200d\ufeff\u2060,sport")),
 ("zero_width.csv", b"text,label\n"+"".join(f"\u200b{'‍'*n},{LABELS[n%2]}\n" for n in range(1,21)).encode()),
 ("zalgo.csv", csv("e"+"\u0301"*5000+",food")),
 ("letters.csv", csv("a "*100_000+",food")),
 ("long_word.csv", csv("a"*1_000_000+",food")),
 ("formula_texts.csv", csv("=1+1,food","+1,food","-1,food","@x,food","\t=1,food")),
 ("emoji.csv", csv("👩‍👩‍👧‍👦🏳️‍🌈 𝕥𝕖𝕩𝕥,food")),
]

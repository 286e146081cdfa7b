"""What users do wrong: each ends in one message that says how to mend it, and exit code 2."""

import os
import shutil

import pytest

ROWS = [(f"goal match {n}", "ab"[n % 2]) for n in range(20)]


def csv(*rows, header="text,label"):
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"


TABLES = {
    "posts.csv": csv(*ROWS),
    "posts.xls": csv(*ROWS),
    "no_suffix": csv(*ROWS),
    "empty.csv": "",
    "header.csv": csv(),
    "blank.csv": csv(("", "a"), (" ", "b")),
    "one.csv": csv(*((text, "päivä") for text, _ in ROWS)),
    "same.csv": csv(*(("same", "ab"[n % 2]) for n in range(20))),
    "three.csv": csv(*((text, "abc"[n % 3]) for n, (text, _) in enumerate(ROWS))),
    "ragged.csv": csv(*ROWS, ("goal", "a", "more")),
    "weight.csv": csv(*((*row, "nan" if n == 3 else 1) for n, row in enumerate(ROWS)),
                      header="text,label,weight"),
    "part.csv": csv(*((*row, "train") for row in ROWS), header="text,label,part"),
    "predicted.csv": csv(*ROWS, header="text,predicted"),
    "broken.toml": "epochs = = 3",
    "unknown.toml": "epoch = 3",
    "type.toml": 'epochs = "3"',
    "range.toml": "epochs = 0",
}  # fmt: skip
BYTES = {
    "garbage.csv": bytes(range(256)) * 9,
    "garbage.parquet": bytes(range(256)) * 9,
    "garbage.jsonl": b'{"text": \xff}\n',
    "latin1.csv": csv(*ROWS, ("päivä", "a")).encode("latin-1"),
}


@pytest.fixture
def place(tmp_path, monkeypatch, folder):
    """A current folder with everything that is wrong in it."""
    monkeypatch.chdir(tmp_path)
    for name, content in {**TABLES, **BYTES}.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / "folder.csv").mkdir()
    shutil.copytree(folder, tmp_path / "run")
    damaged = shutil.copytree(folder, tmp_path / "damaged") / "model" / "weights.safetensors"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"\x7f")
    (shutil.copytree(folder, tmp_path / "half") / "model" / "manifest.json").unlink()
    return tmp_path


# What is typed, and a part of the message: what happened or what to do.
MISTAKES = {
    "train posts.csv --vectors posts.csv": "model 'mlp' has no embedding that vectors could fill",
    "train posts.csv --vectors missing.vec --model cnn": "cannot read vectors from missing.vec: No",
    "train posts.csv --vectors posts.csv --model cnn": "posts.csv:1: expected a word and its num",
    "train posts.csv --model cnn --widths 3,x": "widths must be a list of whole numbers",
    "explore missing.csv": "there is no file missing.csv",
    "explore postss.csv": "did you mean 'posts.csv'",
    "explore folder.csv": "folder.csv is a folder: name a file in it",
    "explore empty.csv": "empty.csv is empty: a table with at least one row was expected",
    "explore header.csv": "header.csv has a header and no rows",
    "explore garbage.csv": "garbage.csv is not text: its first line holds NUL bytes",
    "explore garbage.parquet": "garbage.parquet is damaged or not a Parquet file",
    "explore garbage.jsonl": "garbage.jsonl, line 1",
    "explore latin1.csv": "latin1.csv, line 22: byte 0xe4 after 'p' is not UTF-8: convert the file",
    "explore ragged.csv": "ragged.csv, line 22: 3 cells where the first row has 2",
    "explore posts.xls": "'.xls' cannot be read: expected one of .csv",
    "explore no_suffix": "the suffix '' cannot be read: expected one of .csv",
    "explore blank.csv": "no row has a text and a label: 2 of 2 rows left out: no text",
    "explore posts.csv --text post": "Known: text, label; set `text` to the column of texts",
    "explore posts.csv --label lable": "did you mean 'label'",
    "explore posts.csv --label text": "the label column 'text' is a text column too",
    "explore posts.csv --delimiter ;;": "delimiter ';;': one ASCII character was expected",
    "explore posts.csv --columns a,b,c": "posts.csv has 2 columns, and `columns` names 3",
    "train one.csv": "there is only one label, 'päivä', on all 20 rows",
    "train same.csv": "same.csv: all 20 texts are the same: nothing can be learned",
    "train three.csv --task binary": "a binary task needs two labels, there are 3",
    "train posts.csv --task bin": "task must be one of binary, multiclass, multilabel",
    "train posts.csv --labels c": "labels names 'c', which does not occur",
    "train weight.csv --weight weight": "row 3 (counted from 0): weight 'nan'",
    "train posts.csv --weight label": "weight 'a' in column 'label'; a number from 0",
    "train part.csv --split part": "column 'part' has no test rows: it says 'train' (20)",
    "train part.csv --split parts": "did you mean 'part'",
    "train posts.csv --split part --test posts.csv": "not both",
    "train posts.csv --test missing.csv": "there is no file missing.csv",
    "train posts.csv --config missing.toml": "missing.toml",
    "train posts.csv --config folder.csv": "folder.csv",
    "train posts.csv --config broken.toml": "broken.toml",
    "train posts.csv --config unknown.toml": "unknown setting 'epoch': did you mean 'epochs'",
    "train posts.csv --config type.toml": "type.toml",
    "train posts.csv --config range.toml": "epochs must be at least 1, not 0",
    "train posts.csv --model ltsm": "unknown model 'ltsm': did you mean 'lstm'",
    "train posts.csv --model missing.py:build": "there is no file missing.py",
    "train posts.csv --tokenizer word": "did you mean 'words'",
    "train posts.csv --units 3 --model mlp": "model 'mlp' has no option 'units'",
    "train posts.csv --vectorizer ids --model mlp": "cannot take vectorizer = 'ids'",
    "train posts.csv --engine sparse --model lstm": "set engine to keras",
    "train posts.csv --monitor val_los": "did you mean 'val_loss'",
    "train posts.csv --loss mse": "loss 'mse' does not fit a binary task",
    "train posts.csv --class-weights x": "class_weights: 'x' should be one of a, b",
    "train posts.csv --duplicates drop": "duplicates must be one of auto, all, first",
    "train posts.csv --optimizer adm": "optimizer must be one of adam",
    "train posts.csv --epochs 0": "epochs must be at least 1, not 0",
    "train posts.csv --epochs x": "--epochs",
    "train posts.csv --test-fraction 2": "test_fraction",
    "train posts.csv --test-fraction nan": "test_fraction",
    "train posts.csv --learning-rate nan": "learning_rate",
    "train posts.csv --learning-rate 0": "learning_rate must be above 0",
    "train posts.csv --dropout 1 --model mlp": "dropout",
    "train posts.csv --max-ids 2": "max_ids must be at least 3, not 2",
    "train posts.csv --hidden a,b --model mlp": "hidden must be a list of",
    "train posts.csv --seed -1": "seed must be at least 0, not -1",
    "train posts.csv --first-validation 18": "first_validation 18: there are 18 training rows",
    "train posts.csv --out=~/run": "~/run: ~ stands for a folder in a shell only: write that out",
    "train posts.csv --out run": "run exists already: name another path, or remove it first",
    "train posts.csv --out posts.csv": "posts.csv exists already",
    "train posts.csv --out posts.csv/run": "cannot write to posts.csv/run: Not a directory",
    "train posts.csv --unknwon id": "--unknown",
    "train": "FILE",
    "trian posts.csv": "'train'",
    "clean posts.csv --labels c=d": "labels names 'c', which does not occur",
    "recipe imdb-mpl": "unknown recipe 'imdb-mpl': did you mean 'imdb-mlp'",
    "evaluate run three.csv": "3 labels are not among the 2 known ones",
    "evaluate damaged posts.csv": "weights.safetensors is damaged",
    "evaluate run missing.csv": "there is no file missing.csv",
    "predict damaged goal": "its SHA-256 is not the one in SHA256SUMS",
    "predict half goal": "half/model/manifest.json is missing",
    "predict rum goal": "rum does not exist: did you mean run?",
    "predict posts.csv goal": "posts.csv is a file: name the folder that linnet train wrote",
    "predict run": "give either texts",
    "predict run goal --table posts.csv": "give either texts",
    "predict run goal --out labelled.csv": "--out are for --table",
    "predict run goal -k 0": "-k",
    "predict run --table missing.csv": "there is no file missing.csv",
    "predict run --table predicted.csv": "has a column 'predicted' already: rename it",
    "predict run --table posts.csv --text post": "unknown column 'post'",
    "predict run --table posts.csv --out labelled.xls": "'.xls' cannot be written",
    "predict run --table posts.csv --out missing/labelled.csv": "cannot write missing/labelled.csv",
    "verify damaged": "weights.safetensors is damaged",
    "verify .": "holds no saved model",
    "demo --out run": "run exists already",
}


@pytest.mark.parametrize("typed", MISTAKES)
def test_message_says_what_to_do(linnet, place, typed):
    before = sorted(place.iterdir())
    shown = linnet(*typed.split())
    assert shown.code == 2
    assert MISTAKES[typed] in shown.err
    assert "Traceback" not in shown.err
    if not shown.err.startswith("Usage: linnet"):
        assert shown.err.startswith("error: ")
        assert shown.err.count("\n") == 1, "one message on one line"
    assert sorted(place.iterdir()) == before, "a mistake leaves nothing behind"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_may_not_be_written(linnet, place):
    (place / "locked").mkdir(mode=0o555)
    shown = linnet("train", "posts.csv", "--out", "locked/run")
    assert (shown.code, shown.err) == (
        2, "error: cannot write to locked/run: Permission denied; name another out\n",
    )  # fmt: skip


def test_line_that_is_not_utf8(linnet, folder):
    shown = linnet("predict", folder, "-", stdin="goal\npäivä\n".encode("latin-1"))
    assert shown.code == 2
    assert "stdin, line 2 is not UTF-8: convert it, for example with `iconv" in shown.err


def test_argument_that_is_not_utf8(linnet, folder):
    shown = linnet("predict", folder, "p\udce4iv\udce4")
    assert (shown.code, "not valid Unicode" in shown.err) == (2, True)

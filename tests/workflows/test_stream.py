"""Training from files part by part: as in memory where it can be, bounded and resumable."""

import gzip
import io
import json
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import linnet
from linnet.artifact.tensors import read
from linnet.config import Config
from linnet.errors import ConfigError, DataError, OutputError
from linnet.splitting import by_hash
from linnet.splitting.table import hashes_of
from linnet.training import stored
from linnet.workflows import stream_prepare, stream_read

SAME = {
    "retrain": False, "baseline": False, "duplicates": "keep", "split": "part",
    "validation_fraction": 0,  # else rows that might be for validation come last
}  # fmt: skip
MODELS = {
    "mlp": {"model": "mlp", "epochs": 3},
    "embedding": {"model": "embedding", "epochs": 2, "embedding_size": 4, "hidden": (4,)},
}


def named(table):
    """Name the part of each row."""
    parts = pl.Series("part", ["train", "train", "Train", "dev", "test"] * len(table))
    return table.with_columns(parts[: len(table)])


@pytest.fixture
def files(tables, tmp_path):
    """Task → the paths of a table in three files of different kinds."""

    def write(task, table=None):
        table = named(tables[task]) if table is None else table
        cut = len(table) // 3
        parts = [table[:cut], table[cut : 2 * cut], table[2 * cut :]]
        paths = [tmp_path / f"{task}{end}" for end in (".parquet", ".csv.gz", ".jsonl")]
        parts[0].write_parquet(paths[0])
        if task == "multilabel":  # a cell of a CSV file has no lists
            paths[1] = tmp_path / "more.parquet"
            parts[1].write_parquet(paths[1])
        else:
            paths[1].write_bytes(gzip.compress(parts[1].write_csv().encode()))
        parts[2].write_ndjson(paths[2])
        return paths

    return write


def weights(run):
    return read(run.path / "model" / "weights.safetensors")


def assert_same_model(one, other, atol=0.0):
    mine, theirs = weights(one), weights(other)
    assert mine.keys() == theirs.keys()
    for name, weight in mine.items():
        np.testing.assert_allclose(weight, theirs[name], rtol=0, atol=atol, err_msg=name)
    vocabularies = [pl.read_parquet(run.path / "model" / "vocabulary.parquet")
                    for run in (one, other)]  # fmt: skip
    assert vocabularies[0].equals(vocabularies[1])


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel"])
def test_a_small_table_gives_the_model_that_it_gives_in_memory(files, tables, tmp_path, task):
    how = {"seed": 3, **MODELS["mlp"], **SAME}
    if task == "multiclass":
        how["class_weights"] = "balanced"
    whole = linnet.train(named(tables[task]), out=tmp_path / "memory", **how)
    run = linnet.train(files(task), stream=True, out=tmp_path / "stream", **how)
    assert_same_model(run, whole)
    assert run.evaluation["test"] == whole.evaluation["test"]
    assert run.evaluation["validation"] == whole.evaluation["validation"]
    for name in ("rows", "labels", "task", "best_epoch", "text", "layers", "calibration"):
        assert run.classifier.manifest[name] == whole.classifier.manifest[name], name


def test_ids_of_a_small_table_train_the_same_model(files, tables, tmp_path):
    how = {**MODELS["embedding"], **SAME}
    whole = linnet.train(named(tables["binary"]), out=tmp_path / "memory", **how)
    run = linnet.train(files("binary"), stream=True, **how)
    assert_same_model(run, whole, atol=1e-6)  # XLA's threads add in any order


def test_its_folder_is_that_of_any_run(files, tmp_path, runs):
    run = linnet.train(files("multiclass"), stream=True, out=tmp_path / "so", **MODELS["mlp"])
    expected = {each.name for each in runs["multiclass"].path.iterdir()} - {"baseline"}
    assert {each.name for each in run.path.iterdir()} == expected | {"split.json"}
    assert "streamed: equal texts" in (run.path / "report.html").read_text("utf-8")
    assert run.config.stream
    assert not run.config.retrain
    assert linnet.load(run.path).predict(["maali match"]) == ["sport"]


def test_parts_are_told_by_the_text_alone(files, tables, tmp_path):
    table = pl.concat([tables["multiclass"]] * 3)
    paths = files("multiclass", table)
    run = linnet.train(
        paths, stream=True, test_fraction=0.3, validation_fraction=0.2, **MODELS["mlp"]
    )
    told = json.loads((run.path / "split.json").read_text("utf-8"))
    assert sum(told["rows"].values()) == len(table)
    held = pl.read_parquet(run.path / "split.parquet")
    hashes = {part: {*held.filter(pl.col("part") == part)["hash"]}
              for part in ("train", "validation", "test")}  # fmt: skip
    assert not (hashes["test"] & hashes["train"] or hashes["test"] & hashes["validation"])
    for part in ("validation", "test"):  # all copies of a text
        copies = hashes_of(table["text"]).is_in(list(hashes[part])).sum()
        assert copies == told["rows"][part] == len(held.filter(pl.col("part") == part)) > 0
    again = linnet.train(paths[::-1], stream=True, test_fraction=0.3, **MODELS["mlp"])
    tested = pl.read_parquet(again.path / "split.parquet").filter(pl.col("part") == "test")
    assert {*tested["hash"]} == hashes["test"]


def test_small_pieces_and_windows_change_no_count(files, tmp_path, monkeypatch):
    run = linnet.train(files("multiclass"), stream=True, split="part", **MODELS["mlp"])
    monkeypatch.setattr(stream_read, "PIECE_BYTES", 300)
    monkeypatch.setattr(stored, "WINDOW_ROWS", 16)
    monkeypatch.setattr(stored, "BLOCK_ROWS", 4)
    small = linnet.train(files("multiclass"), stream=True, split="part", **MODELS["mlp"])
    assert small.classifier.manifest["rows"] == run.classifier.manifest["rows"]
    vocabularies = [pl.read_parquet(each.path / "model" / "vocabulary.parquet")
                    for each in (run, small)]  # fmt: skip
    assert vocabularies[0].equals(vocabularies[1])
    assert small.evaluation["test"]["rows"] == run.evaluation["test"]["rows"]


def test_validation_rows_are_drawn_where_the_column_names_none(files, tables):
    table = tables["multiclass"].with_columns(
        part=pl.Series((["train"] * 3 + ["test", "no"]) * 16)[: len(tables["multiclass"])]
    )
    run = linnet.train(
        files("multiclass", table), stream=True, split="part", validation_fraction=0.3,
        **MODELS["mlp"],
    )  # fmt: skip
    rows = run.classifier.manifest["rows"]
    assert rows["validation"] > 0
    assert rows["train"] + rows["validation"] == 48
    assert rows["test"] == 16
    assert [note.count for note in run.notes if note.what == "left out"] == [16]


def test_labels_that_only_test_rows_have_count_as_wrong(files, tables):
    table = named(tables["binary"]).with_columns(
        label=pl.when(pl.col("part") == "test").then(pl.lit("new")).otherwise("label")
    )
    run = linnet.train(files("binary", table), stream=True, split="part", **MODELS["mlp"])
    assert run.classifier.labels == ("food", "sport")
    assert run.evaluation["test"]["accuracy"] == 0.0


def test_what_is_not_used_is_told(files, tables, monkeypatch):
    monkeypatch.setattr(by_hash, "MOST_ROWS", 5)
    paths = files("multiclass")
    run = linnet.train(paths, stream=True, split="part", **MODELS["mlp"])
    assert run.evaluation["test"]["rows"] <= 5
    unused = {note.what: note.count for note in run.notes if note.what.endswith("not used")}
    assert unused["test rows not used"] == 16 - run.evaluation["test"]["rows"]
    drawn = linnet.train(paths, stream=True, test_fraction=0.4, **MODELS["mlp"])
    assert sum(drawn.classifier.manifest["rows"].values()) == len(tables["multiclass"])


class Stop(Exception):
    """Stands for a key that is pressed."""


def interrupted(table, epoch, **how):
    """Train until an epoch has ended."""

    def report(progress):
        if progress.ended and progress.row["epoch"] == epoch:
            raise Stop

    with pytest.raises(Stop):
        linnet.train(table, report=report, **how)


def test_an_interrupted_stream_goes_on(files, tmp_path, monkeypatch):
    table, out = files("multiclass"), tmp_path / "so"
    how = {"stream": True, "split": "part", **MODELS["mlp"], "epochs": 5}
    whole = linnet.train(table, **how)
    interrupted(table, 2, out=out, **how)
    assert (out / "resume" / "stream" / "state.json").is_file()
    monkeypatch.setattr("linnet.workflows.stream_prepare.read_rows", None)  # nothing is read again
    run = linnet.train(resume=out)
    assert_same_model(run, whole)
    assert [row | {"seconds": 0} for row in run.history] == [
        row | {"seconds": 0} for row in whole.history
    ]
    assert not (out / "resume").exists()


def test_a_script_that_is_started_again_sees_whether_its_files_changed(files, tmp_path):
    table, out = files("multiclass"), tmp_path / "so"
    how = {"stream": True, "split": "part", **MODELS["mlp"], "out": out, "resume": True}
    first = linnet.train(table, **how)
    assert linnet.train(table, **how).history == first.history
    table[2].write_bytes(table[2].read_bytes() * 2)
    with pytest.raises(DataError, match=r"jsonl is gone, or no longer what the training in .*so w"):
        linnet.train(table, **how)
    table[2].unlink()
    with pytest.raises(DataError, match=r"jsonl is gone, or no longer what the training in .*so w"):
        linnet.train(table, **how)


def test_files_that_changed_before_all_rows_were_read_are_refused(files, tmp_path):
    table, out = files("multiclass"), tmp_path / "so"
    how = {"stream": True, "split": "part", **MODELS["mlp"], "out": out}
    interrupted(table, 1, **how)
    (out / "resume" / "stream" / "state.json").unlink()
    table[2].write_bytes(table[2].read_bytes() * 2)
    with pytest.raises(DataError, match=r"jsonl is gone, or no longer what the training in .*so w"):
        linnet.train(resume=out)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="tells files by /proc")
def test_rows_are_on_the_disk_before_the_state_that_speaks_of_them(files, tmp_path, monkeypatch):
    flushed, when_written = set(), []
    fsync, write = os.fsync, stream_prepare.write_json

    def note(descriptor):
        flushed.add(os.readlink(f"/proc/self/fd/{descriptor}"))
        fsync(descriptor)

    def written(path, content):
        there = [*path.parent.glob("rows/*"), path.with_name("vocabulary.parquet")]
        when_written.extend([*there, path.with_name("held.parquet")])
        assert {str(each) for each in when_written} <= flushed
        write(path, content)

    monkeypatch.setattr(os, "fsync", note)
    monkeypatch.setattr(stream_prepare, "write_json", written)
    linnet.train(files("binary"), stream=True, out=tmp_path / "so", **MODELS["mlp"])
    assert len(when_written) > 4


def test_it_goes_on_within_an_epoch(files, tmp_path, monkeypatch):
    monkeypatch.setattr(stored, "WINDOW_ROWS", 16)
    monkeypatch.setattr(stored, "BLOCK_ROWS", 4)
    table, out = files("multiclass"), tmp_path / "so"
    how = {"stream": True, "split": "part", **MODELS["mlp"], "batch_size": 8, "epochs": 3}
    whole = linnet.train(table, **how)

    def report(progress):
        if progress.row["epoch"] == 2 and progress.done == 40:  # in the third of four parts
            raise Stop

    with pytest.raises(Stop):
        linnet.train(table, out=out, report=report, **how)
    state = read(out / "resume" / "watched.safetensors")["loop"].tobytes()
    within = json.loads(state)["within"]
    assert (within["windows"], within["rows"]) == (2, 32)
    told = []
    run = linnet.train(resume=out, report=told.append)
    assert_same_model(run, whole)
    # The first epoch is told again, the second goes on where its third part began.
    assert [each.done for each in told if each.row["epoch"] == 2 and not each.ended] == [40, 48]


def test_rows_are_kept_though_no_epoch_ended(files, tmp_path):
    table, out = files("binary"), tmp_path / "so"

    def report(progress):
        raise Stop

    with pytest.raises(Stop):
        linnet.train(table, stream=True, out=out, report=report, **MODELS["mlp"])
    with pytest.raises(OutputError, match="holds a training that was interrupted"):
        linnet.train(table, stream=True, out=out, **MODELS["mlp"])
    message = r"begun with .*binary.parquet, .*, not with .*binary.jsonl: leave the table out"
    with pytest.raises(ConfigError, match=message):
        linnet.train(table[2], resume=out)
    run = linnet.train(table, resume=out, out=str(out))
    assert run.config.stream


def test_reading_that_was_interrupted_begins_anew(files, tmp_path, monkeypatch):
    table, out = files("binary"), tmp_path / "so"
    how = {"stream": True, "split": "part", **MODELS["mlp"]}
    whole = linnet.train(table, **how)
    begun = linnet.train

    def stop(*arguments, **more):
        raise Stop

    with monkeypatch.context() as stopped:
        stopped.setattr("linnet.workflows.stream_prepare._vectorize", stop)
        with pytest.raises(Stop):
            begun(table, out=out, **how)
    assert not out.exists()
    assert_same_model(linnet.train(table, out=out, **how), whole)


def test_nothing_is_left_of_a_run_that_never_trained(tmp_path):
    (tmp_path / "a.csv").write_text("text,label\nä,x\nb,x\nc,x\n", "utf-8")
    with pytest.raises(DataError, match=r"a.csv: there is only one label, 'x', on all 3 rows"):
        linnet.train(tmp_path / "a.csv", stream=True, test_fraction=0, out=tmp_path / "so")
    assert not (tmp_path / "so").exists()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"undersample": True}, "undersample needs all rows at once.*class_weights to balanced"),
        ({"group": "a"}, "group needs all rows at once"),
        ({"near_duplicates": "together"}, "near_duplicates needs all rows"),
        ({"duplicates": "first"}, "duplicates needs all rows at once.*linnet clean"),
        ({"members": 2}, "members needs all rows at once"),
        ({"previous": "so"}, "previous needs all rows at once"),
        ({"model": "lstm", "vectorizer": "count"}, "model 'lstm' cannot take vectorizer"),
        ({"thresholds": "labels"}, "thresholds = labels is for several labels"),
        ({"test_fraction": 0.6, "validation_fraction": 0.6}, "for training"),
        ({"text": "post"}, "unknown column 'post'.*set `text`"),
    ],
)
def test_what_cannot_be_streamed_is_refused(files, settings, message):
    with pytest.raises((ConfigError, DataError), match=message):
        linnet.train(files("binary"), stream=True, **settings)


def test_only_files_are_streamed_and_only_streams_have_several(files, tables):
    with pytest.raises(ConfigError, match="stream reads files"):
        linnet.train(tables["binary"], stream=True)
    with pytest.raises(ConfigError, match="3 files: several are read only part by part"):
        linnet.train(files("binary"))


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_labels_are_of_one_form(tmp_path, order):
    pl.DataFrame({"text": ["ä", "b"], "label": ["x;y", "y"]}).write_ndjson(tmp_path / "a.jsonl")
    pl.DataFrame({"text": ["c"], "label": [["x", "y"]]}).write_ndjson(tmp_path / "b.jsonl")
    paths = [tmp_path / f"{each}.jsonl" for each in order]
    with pytest.raises(DataError, match=rf"{order[1]}.jsonl: rows have .*before have.*multilabel"):
        linnet.train(paths, stream=True)


def test_rows_without_label_have_no_form(tmp_path):
    (tmp_path / "a.csv").write_text("text,label\nä,\n", "utf-8")
    table = {"text": ["c", "d", "ä b"] * 3, "label": [["x", "y"], ["x"], []] * 3}
    pl.DataFrame(table).write_parquet(tmp_path / "b.parquet")
    paths = [tmp_path / "a.csv", tmp_path / "b.parquet", tmp_path / "a.csv"]
    found = stream_read.read_rows(
        paths, Config(test_fraction=0, validation_fraction=0), folder=tmp_path, say=len
    )
    assert (found.labels, found.counts["train"], found.notes[0].count) == ({"x": 6, "y": 3}, 9, 2)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.csv", None, "there is no file .*none.csv"),
        ("b.csv.gz", b"text,lable\na,b\n", "b.csv.gz: unknown column 'label'"),
        ("b.csv", b"text,label\na,x\n", r"b.csv: unknown column 'part'"),
        ("b.csv", b"text,label,part\n", r"b.csv.*no rows"),
        ("b.csv", b"", r"b.csv.*empty"),
    ],
)
def test_mistakes_of_later_files_are_told_before_any_is_read(
    files, tmp_path, name, content, message
):
    if content is not None:
        content = gzip.compress(content) if name.endswith(".gz") else content
        (tmp_path / name).write_bytes(content)
    said = []
    with pytest.raises(DataError, match=message):
        linnet.train(
            [*files("binary"), tmp_path / name], stream=True, split="part", say=said.append
        )
    assert all(line.startswith("looking through") for line in said)


def test_a_damaged_file_among_many_is_not_called_changed(tmp_path):
    """It is unpacked twice: what it is unpacked to is another file the second time."""
    content = io.BytesIO()
    table = pl.DataFrame({"text": [f"text {n}" for n in range(9000)], "label": ["x", "y"] * 4500})
    table.write_parquet(content, row_group_size=3000, compression="uncompressed")
    damaged = bytearray(content.getvalue())
    place = damaged.index(b"text 8000")
    damaged[place - 4000 : place] = bytes(4000)
    (tmp_path / "b.parquet.gz").write_bytes(gzip.compress(bytes(damaged)))
    (tmp_path / "a.csv").write_text("text,label\nä,x\n", "utf-8")
    paths = [tmp_path / "a.csv", tmp_path / "b.parquet.gz"]
    with pytest.raises(DataError, match=r"b.parquet.gz is damaged or not a Parquet file"):
        stream_read.read_rows(paths, Config(), folder=tmp_path, say=len)


def test_a_file_that_changes_after_the_look_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text,label\nä,x\nb,y\n", "utf-8")
    (opened,) = stream_read.opened_files([path], Config(), folder=tmp_path, say=len)
    path.write_text("text,label\nä,x\nb,y\nc,y\n", "utf-8")
    with pytest.raises(DataError, match=r"a.csv was changed while it was read"):
        list(opened.tables())


def test_on_the_command_line(linnet, files, tmp_path):
    ended = linnet(
        "train", *files("multiclass"), "--stream", "--split", "part", "--epochs", "1",
        "--out", tmp_path / "so",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert "rows: train 48, validation 16, test 16" in ended.out
    assert "streamed: equal texts never stand in two parts" in ended.out
    several = linnet("train", "a.csv", "b.csv", "--out", tmp_path / "other")
    assert (several.code, several.err.count("\n")) == (2, 1)
    assert "2 files: several are read only part by part; set stream" in several.err

"""Going on: after a kill, a full disk, an error; and when that is refused."""

import errno
import gzip
import json
import os
import re
import signal
import subprocess
import sys

import polars as pl
import pytest

import linnet
from linnet import files
from linnet.batch.manifest import MANIFEST
from linnet.errors import DataError, OutputError

SMALL = {"part_megabytes": 0.002}


class Stopped(Exception):
    """What ends a call in the middle."""


def parts(folder):
    return {each.name: each.read_bytes() for each in folder.glob("part-*")}


def stop_after(rows):
    def report(progress):
        if progress.new_rows >= rows:
            raise Stopped

    return report


@pytest.fixture
def undisturbed(run, file, tmp_path):
    linnet.score(run, file, out=tmp_path / "undisturbed", **SMALL)
    return parts(tmp_path / "undisturbed")


KILLED = """
import os, signal, sys, linnet
def report(progress):
    if progress.new_rows > 50:
        os.kill(os.getpid(), signal.SIGKILL)
run, file, out = sys.argv[1:]
linnet.score(run, file, out=out, resume=True, report=report, part_megabytes=0.002, threads=2)
"""


def test_killed_twice_and_gone_on_with(run, file, tmp_path, undisturbed):
    out = tmp_path / "out"
    for _ in range(2):
        before = set(parts(out)) if out.exists() else set()
        ended = subprocess.run([sys.executable, "-c", KILLED, run, file, out], check=False)
        assert ended.returncode == -signal.SIGKILL
        assert before < set(parts(out)) < set(undisturbed)
    (out / ".part-00009.parquet.x1_y2z3w").write_bytes(b"cut off")
    done = linnet.score(run, file, out=out, resume=True, **SMALL)
    assert parts(out) == undisturbed
    assert 0 < done.new_rows < done.rows == 500
    assert sorted(each.name for each in out.iterdir()) == [*sorted(undisturbed), MANIFEST]


KILLED_EARLY = """
import os, sys, linnet
from linnet.batch import job
def unpack(path, file):
    file.write_bytes(b"half")
    os._exit(9)
job.unpack = unpack
run, file, out = sys.argv[1:]
linnet.score(run, file, out=out, resume=True, part_megabytes=0.002)
"""


def test_killed_while_it_unpacks_leaves_nothing_beside(run, table, tmp_path):
    file, here = tmp_path / "a.csv.gz", tmp_path / "here"
    file.write_bytes(gzip.compress(table.write_csv().encode()))
    here.mkdir()
    linnet.score(run, file, out=tmp_path / "undisturbed", **SMALL)
    for _ in range(2):
        ended = subprocess.run(
            [sys.executable, "-c", KILLED_EARLY, run, file, here / "out"], check=False
        )
        assert ended.returncode == 9
        assert [each.name for each in here.iterdir()] == ["out"]
    with pytest.raises(OutputError, match="was begun, its inputs are being read: go on with"):
        linnet.score(run, file, out=here / "out", **SMALL)
    linnet.score(run, file, out=here / "out", resume=True, **SMALL)
    assert parts(here / "out") == parts(tmp_path / "undisturbed")
    assert not (here / "out" / ".unpacked").exists()


def test_inputs_that_come_apart_otherwise_are_refused(run, file, tmp_path, undisturbed):
    out = tmp_path / "undisturbed"
    saved = json.loads((out / MANIFEST).read_text("utf-8"))
    saved["complete"], saved["parts"] = False, saved["parts"][:-1]
    (out / MANIFEST).write_text(json.dumps(saved), "utf-8")
    with pytest.raises(OutputError, match=r"come apart into other parts than those of .*: score i"):
        linnet.score(run, file, out=out, resume=True, **SMALL)
    assert parts(out) == undisturbed


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "jsonl"])
def test_going_on_with_other_kinds_of_files(run, table, tmp_path, kind):
    from linnet.tables.write import write

    path, out = tmp_path / f"a.{kind}", tmp_path / "out"
    write(table, path)
    linnet.score(run, path, out=tmp_path / "undisturbed", **SMALL)
    with pytest.raises(Stopped):
        linnet.score(run, path, out=out, report=stop_after(1), **SMALL)
    assert 0 < len(parts(out)) < len(parts(tmp_path / "undisturbed"))
    linnet.score(run, path, out=out, resume=True, **SMALL)
    assert parts(out) == parts(tmp_path / "undisturbed")


def test_a_folder_that_was_begun_says_so(run, file, tmp_path):
    with pytest.raises(Stopped):
        linnet.score(run, file, out=tmp_path / "out", report=stop_after(1), threads=1, **SMALL)
    with pytest.raises(OutputError, match=r"out was begun, \d+ of \d+ parts are there: go on wi"):
        linnet.score(run, file, out=tmp_path / "out", **SMALL)


def test_a_folder_that_is_complete_says_so(run, file, tmp_path):
    out = tmp_path / "out"
    done = linnet.score(run, file, out=out, resume=True, **SMALL)
    assert done.new_rows == 500
    again = linnet.score(run, file, out=out, resume=True, **SMALL)
    assert (again.rows, again.parts, again.new_rows) == (500, done.parts, 0)
    with pytest.raises(OutputError, match=rf"out is complete: 500 rows in {done.parts} parts"):
        linnet.score(run, file, out=out, **SMALL)
    removed = min(out.glob("part-*"))
    removed.unlink()
    assert 0 < linnet.score(run, file, out=out, resume=True, **SMALL).new_rows < 500
    assert removed.exists()


CHANGES = {
    "a setting": ({"k": 2}, r"was begun with k = 0, and now it is 2: give k = 0 again, or sc"),
    "another column": ({"text": "row"}, r"was begun with text = \['text'\], and now it is"),
    "parts": ({"part_megabytes": 1.0}, r"give part_megabytes = 0\.002 again, or score in"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_other_settings_are_refused(run, file, tmp_path, case):
    settings, message = CHANGES[case]
    linnet.score(run, file, out=tmp_path / "out", **SMALL)
    with pytest.raises(OutputError, match=message):
        linnet.score(run, file, out=tmp_path / "out", resume=True, **{**SMALL, **settings})


def test_other_inputs_models_and_versions_are_refused(run, sets_run, file, tmp_path):
    out, other = tmp_path / "out", tmp_path / "b.parquet"
    linnet.score(run, file, out=out, **SMALL)
    other.write_bytes(file.read_bytes())
    with pytest.raises(OutputError, match=r"was begun with other inputs: .*a\.parquet"):
        linnet.score(run, other, out=out, resume=True, **SMALL)
    with pytest.raises(OutputError, match=r"was begun with another model, .*three.* as it was"):
        linnet.score(sets_run, file, out=out, resume=True, **SMALL)
    said = json.loads((out / MANIFEST).read_bytes())
    (out / MANIFEST).write_text(json.dumps({**said, "linnet": "0.0.1"}))
    with pytest.raises(OutputError, match=r"was begun with linnet 0\.0\.1, and this is"):
        linnet.score(run, file, out=out, resume=True, **SMALL)
    with pytest.raises(OutputError) as refused:
        linnet.score(sets_run, other, out=out, resume=True, **SMALL, keep=("text",))
    mends = r"leave keep out, give the model .*three.* of then again, give the inputs .*a\.parquet "
    assert re.search(rf"{mends}again, install linnet 0\.0\.1, or score into", str(refused.value))
    pl.read_parquet(file).head(3).write_parquet(file)
    with pytest.raises(OutputError, match=r"a\.parquet as it was then, and it has been changed"):
        linnet.score(run, file, out=out, resume=True, **SMALL)


@pytest.mark.parametrize("content", ["", "[]", '{"format": 1}', '{"format": 9}'])
def test_a_damaged_manifest_is_refused(run, file, tmp_path, content):
    linnet.score(run, file, out=tmp_path / "out")
    (tmp_path / "out" / MANIFEST).write_text(content)
    with pytest.raises(OutputError, match=r"is damaged|another version of linnet"):
        linnet.score(run, file, out=tmp_path / "out", resume=True)


def test_a_full_disk_leaves_what_is_there(run, file, tmp_path, monkeypatch, undisturbed):
    written, real = [], os.fsync

    def fsync(handle):
        written.append(handle)
        if len(written) > 5:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    out = tmp_path / "out"
    monkeypatch.setattr(files.os, "fsync", fsync)
    with pytest.raises(OutputError, match=r"cannot write .*part-\d+\.parquet: No space left"):
        linnet.score(run, file, out=out, threads=1, **SMALL)
    monkeypatch.undo()
    assert parts(out).items() < undisturbed.items()
    assert len(parts(out)) == 3  # score.json was written twice
    assert not list(out.glob(".part-*"))
    linnet.score(run, file, out=out, resume=True, **SMALL)
    assert parts(out) == undisturbed


def test_an_input_that_changes_meanwhile_is_noticed(run, file, tmp_path):
    def change(progress):
        if progress.new_rows:
            pl.read_parquet(file).head(3).write_parquet(file)

    with pytest.raises(DataError, match=r"was changed while it was read: begin again"):
        linnet.score(run, file, out=tmp_path / "out", report=change, threads=1, **SMALL)
    assert not json.loads((tmp_path / "out" / MANIFEST).read_bytes())["complete"]


def test_two_at_a_time_are_refused(run, file, tmp_path):
    def another(progress):
        with pytest.raises(OutputError, match=r"another process scores into .*out: wait for it"):
            linnet.score(run, file, out=tmp_path / "out", resume=True, **SMALL)

    linnet.score(run, file, out=tmp_path / "out", report=another)

"""linnet score: what it says, what it writes."""

import json
import os
import shlex
import signal
import threading

import polars as pl
import pytest


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "new.csv"
    rows = {"n": range(300), "text": ["goal match", "bread salt", "päivää"] * 100}
    pl.DataFrame(rows).write_csv(path)
    return path


def test_parts_and_what_is_said_of_them(linnet, folder, table, tmp_path):
    out = tmp_path / "scored"
    options = ["--out", out, "--format", "csv", "--keep", "n", "-k", "1", "--scores"]
    shown = linnet("score", folder, table, *options, "--part-megabytes", "0.002")
    assert (shown.code, shown.err) == (0, "")
    num_parts = len(list(out.glob("part-*.csv")))
    assert shown.out.startswith(f"300 rows in {num_parts} parts in {out}, ")
    assert shown.out.endswith(" rows/s\n")
    found = pl.concat([pl.read_csv(each) for each in sorted(out.glob("part-*"))])
    assert found["n"].to_list() == list(range(300))
    assert found.columns[1:6] == ["predicted", "score", "in_scope", "top", "top_scores"]
    assert found.columns[6:] == ["score_food", "score_sport"]


def test_going_on(linnet, folder, table, tmp_path):
    command = ["score", folder, table, table, "--out", tmp_path / "scored"]
    assert linnet(*command, "--keep", "").code == 0
    shown = linnet(*command, "--keep", "")
    assert shown.code == 2
    assert "scored is complete: 600 rows in 2 parts; name another folder" in shown.err
    shown = linnet(*command, "--keep", "", "--resume")
    assert (shown.code, shown.out[:32]) == (0, "complete already: 600 rows in 2 ")
    next((tmp_path / "scored").glob("part-*")).unlink()
    shown = linnet(*command, "--keep", "", "--resume")
    assert "600 rows in 2 parts in " in shown.out
    assert ", 300 of them before, " in shown.out
    shown = linnet(*command, "--resume")
    assert (
        shown.code,
        "was begun with keep = [], and now it is None: give keep = [] a" in shown.err,
    ) == (2, True)


@pytest.mark.parametrize(
    ("number", "ended"),
    [(signal.SIGINT, (130, "interrupted")), (signal.SIGTERM, (143, "terminated"))],
)
def test_a_signal_says_how_to_go_on(linnet, folder, table, monkeypatch, number, ended):
    import linnet.batch.score as batch

    def stopped(job, part, *, classifier):
        if part == 2:
            os.kill(os.getpid(), number)
            assert stopping.wait(20)
        return score_part(job, part, classifier=classifier)

    def shutdown(pool, **options):
        stopping.set()
        end(pool, **options)

    stopping, end = threading.Event(), batch.ThreadPoolExecutor.shutdown
    score_part, out = batch.score_part, table.parent / "my scores"
    command = ["score", folder, table, "--out", out, "--part-megabytes", "0.001", "--threads", "1"]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a test runner may ignore it
    with monkeypatch.context() as patched:
        patched.setattr(batch, "score_part", stopped)
        patched.setattr(batch.ThreadPoolExecutor, "shutdown", shutdown)
        shown = linnet(*command)
    signal.signal(signal.SIGINT, before)
    there = len(list(out.glob("part-*")))
    parts = len(json.loads((out / "score.json").read_text())["parts"])
    again = shlex.join(["linnet", "score", "--resume", *map(str, command[1:])])
    assert 2 <= there < parts
    message = f"{ended[1]}: {there} of {parts} parts are in {out}/, `{again}` goes on\n"
    assert (shown.code, shown.err) == (ended[0], message)
    shown = linnet(*shlex.split(again)[1:])
    assert (shown.code, shown.out.startswith(f"300 rows in {parts} parts")) == (0, True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--text", "tetx"], "new.csv: unknown column 'tetx': did you mean 'text'?"),
        (["--for-spreadsheets"], "for_spreadsheets is for csv and tsv, not for parquet"),
        (["--delimiter", "||"], "delimiter '||': one ASCII character was expected"),
    ],
)
def test_mistakes(linnet, folder, table, tmp_path, options, message):
    shown = linnet("score", folder, table, "--out", tmp_path / "scored", *options)
    assert (shown.code, shown.out) == (2, "")
    assert message in shown.err

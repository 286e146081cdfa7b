"""linnet compare: one table and a leaderboard, or two runs."""

import json
import os
import shlex
import signal

import pytest

from linnet.workflows import compare as workflow

FILES = {"a": "red green blue", "b": "cat dog cow"}


@pytest.fixture
def table(tmp_path):
    lines = ["text,label"]
    for number in range(60):
        words = FILES["ab"[(number + (number % 7 == 0)) % 2]].split()
        lines.append(f"{words[number % 3]} {words[number // 3 % 3]} n{number},{'ab'[number % 2]}")
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_leaderboard_is_printed_and_the_winner_is_saved(linnet, table, tmp_path):
    out = tmp_path / "c"
    ended = linnet(
        "compare", table, "--out", out, "--folds", 2, "--epochs", 1, "--model", "fasttext",
        "--model", "mlp hidden=4", "--near-duplicates", "ignore",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    for name in ("majority", "TF-IDF + logistic", "fasttext", "mlp hidden=4"):
        assert name in ended.out
    assert "on the 54 rows of 2 folds:" in ended.out
    assert "test (6 rows)" in ended.out
    assert f"next: linnet predict {out}/best" in ended.out
    told = json.loads((out / "leaderboard.json").read_text("utf-8"))
    assert len(told["lines"]) == 4


def test_who_stops_it_is_told_how_it_goes_on(linnet, table, tmp_path, monkeypatch):
    typed = ["compare", str(table), "--out", "c", "--folds", "2", "--epochs", "1", "--model",
             "fasttext", "--near-duplicates", "ignore"]  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["linnet", *typed])

    def stop(*given, **named):
        os.kill(os.getpid(), signal.SIGTERM)

    with monkeypatch.context() as patch:
        patch.setattr(workflow, "train", stop)
        ended = linnet(*typed)
    again = f"`linnet compare --resume {shlex.join(typed[1:])}` goes on"
    kept = f"terminated: what was reached is kept in c/, {again}\n"
    assert (ended.code, ended.err) == (143, kept)
    ended = linnet(*typed, "--resume")
    assert (ended.code, ended.err) == (0, "")
    assert "\nround" not in f"\n{ended.out}"
    ended = linnet(*typed, "--resume")
    assert ended.code == 2
    assert "the comparison in c is complete" in ended.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a", "b"], "one table was expected, not 2; to compare two runs, give a table --on"),
        (["a"], "give --out, the folder of the comparison"),
        (["a", "--out", "b", "--folds", "1"], "folds must be a whole number from 2 on, not 1"),
        (["a", "--out", "b", "--model", "mlp x"], "a candidate is a model, and settings"),
        (["a", "--out", "b", "--folds", "2", "--seeds", "2"], "give folds or seeds, not both"),
    ],
)
def test_what_does_not_fit_is_said(linnet, arguments, message):
    ended = linnet("compare", *arguments)
    assert ended.code == 2
    assert message in " ".join(ended.err.split())


def test_on_wants_two_runs(linnet, table, tmp_path):
    ended = linnet("compare", tmp_path / "no run", "--on", table)
    assert ended.code == 2

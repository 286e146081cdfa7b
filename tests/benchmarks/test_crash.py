"""benchmarks/crash.py: it tells runs that differ, it counts, and linnet passes it."""

import argparse
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import crash
import pytest
from crash import CASES, Ended, Kill, Undisturbed, contents, differences, kill, one, page, run

import linnet
from linnet.artifact.tensors import read, to_bytes


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    table = {"text": ["good film", "hyvä", "bad film", "awful"] * 8, "label": [1, 1, 0, 0] * 8}
    out = tmp_path_factory.mktemp("crash") / "run"
    return linnet.train(table, out=str(out), epochs=2, duplicates="keep").path


@pytest.fixture
def copy(whole, tmp_path):
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def test_times_do_not_count_and_all_else_does(whole, copy):
    known = contents(whole)
    told = json.loads((copy / "run.json").read_text())
    told["seconds"] = told["epochs"] = []
    (copy / "run.json").write_text(json.dumps(told))
    (copy / "report.html").write_text("")
    assert differences(copy, known) == ()
    told["kept_epoch"] += 1
    (copy / "run.json").write_text(json.dumps(told))
    weights = copy / "model" / "weights.safetensors"
    content = weights.read_bytes()
    weights.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    (copy / "model" / "history.csv").unlink()
    (copy / "left.json").write_text("")
    assert differences(copy, known) == (
        "kept_epoch", "left.json", "model/history.csv", "model/weights.safetensors"
    )  # fmt: skip


def test_weights_of_checkpoints_count(whole, copy):
    (path,) = (copy / "checkpoints").iterdir()
    tensors = read(path)
    name = next(each for each in tensors if each.startswith("weight/"))
    path.write_bytes(to_bytes(tensors | {name: tensors[name] + 1}))
    assert differences(copy, contents(whole)) == (f"checkpoints/{path.name}",)


SCRIPT = """
import pathlib, sys, time
out = pathlib.Path(sys.argv[1])
(out / "resume").mkdir(parents=True)
(out / "resume" / "begun.json").touch()
time.sleep(float(sys.argv[2]))
(out / "resume" / ".watched.safetensors.abcd1234").touch()
time.sleep(float(sys.argv[2]))
"""


def test_a_kill_within_a_write(tmp_path):
    def line(name, seconds):
        return [sys.executable, "-c", SCRIPT, str(tmp_path / name), str(seconds)]

    found = kill(line("a", 3), tmp_path / "a", after=0, writing=True)
    assert found == Kill("no state yet", "watched.safetensors")
    assert kill(line("b", 3), tmp_path / "b", after=0, writing=False) == Kill("no state yet", None)
    assert kill(line("c", 0), tmp_path / "c", after=60, writing=False) is None
    with pytest.raises(SystemExit, match="failed"):
        run(line("c", 0), tmp_path / "c")


def test_who_is_killed_before_anything_is_written_begins_anew(tmp_path, monkeypatch):
    lines = []

    def killed(line, out, *, after, writing):
        lines.append(line)
        return Kill("no state yet", None)

    monkeypatch.setattr(crash, "kill", killed)
    monkeypatch.setattr(crash, "run", lambda line, out: lines.append(line))
    monkeypatch.setattr(crash, "differences", lambda out, whole: ("a",))
    case = next(iter(CASES))
    ended = one(case, tmp_path, Undisturbed(1.0, {}), random.Random(0))
    assert ended.differences == ("a",) and len(ended.kills) == len(lines) - 1
    assert all("--resume" not in line for line in lines)


def test_the_page_counts(monkeypatch):
    bags, lstm, _ = CASES
    found = [
        (Ended(bags, (Kill("model saved", None), Kill("no state yet", "a.json")), ()), 3.0),
        (Ended(bags, (Kill("first training", "a.json"),), ("model/x",)), 3.0),
        (Ended(lstm, (Kill("second training", None),), ()), 5.0),
    ]
    text = page(found, argparse.Namespace(kills=3, seed=7), [])
    assert "**2 of 3 ended identical.**" in text
    assert f"| {bags} | 3.0 | 2 | 3 | 2 | **1/2** |" in text
    assert "| no state yet | 1 |" in text and "being written:\n`a.json` 2." in text
    assert "--seed 7" in text and "What it costs" not in text


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_thirty_of_thirty():
    line = [sys.executable, crash.__file__, "--kills", "30"]
    ended = subprocess.run(line, capture_output=True, text=True, check=False)
    assert ended.stdout.endswith("30/30 identical\n"), ended.stdout + ended.stderr

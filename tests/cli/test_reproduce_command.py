"""`linnet reproduce`: what it prints, and its exit codes."""

import json
import os
import re
import signal

import pytest

LINES = [f"{word} päivä n{row},{label}" for row in range(20)
         for word, label in (("bread", "food"), ("goal", "sport"))]  # fmt: skip


@pytest.fixture
def run(linnet, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text("\n".join(["text,label", *LINES]), "utf-8")
    made = linnet(
        "train", "t.csv", "--out", "so", "--epochs", "2", "--model", "fasttext", "--no-baseline"
    )
    assert made.code == 0, made.err
    return tmp_path / "so"


def test_identical(linnet, run):
    ended = linnet("reproduce", "so")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.count("epoch  1/") == 2
    assert ended.out.splitlines()[-1] == "identical: so/model is the same byte for byte"


def test_sigterm_leaves_nothing(linnet, run, monkeypatch):
    """The system ends the second training: its temporary folder goes."""

    def stop(self, progress):
        held.extend(temporary.iterdir())
        os.kill(os.getpid(), signal.SIGTERM)

    held, temporary = [], run.parent / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.setattr("linnet.cli.show.EpochLines.__call__", stop)
    ended = linnet("reproduce", "so")
    assert (ended.code, ended.err) == (143, "terminated\n")
    assert held
    assert not list(temporary.iterdir())


def test_something_else(linnet, run):
    """Exit code 1, as of a comparison that is not accepted, and what differs first."""
    table = run.parent / "t.csv"
    table.rename(run.parent / "u.csv")
    other = (run.parent / "u.csv").read_text("utf-8").replace("bread", "[b]soup[/b]")
    (run.parent / "v.csv").write_text(other, "utf-8")
    gone = linnet("reproduce", "so")
    assert gone.code == 2
    assert "error: t.csv, the table of so, is not there: say where it is now (--data" in gone.err
    assert linnet("reproduce", "so", "--data", "u.csv", "--json").code == 0
    ended = linnet("reproduce", "so", "--data", "v.csv", "--out", "again")
    assert ended.code == 1
    shown = ended.out.replace("\n", " ")
    assert re.search(r"rows: \d+ rows hold another text.*\(differs +first\)", shown)
    assert "not reproduced: so came to something else" in shown
    assert shown.endswith("the second run is in again/ ")
    assert (run.parent / "again" / "model").is_dir()


def test_json_is_all_that_is_printed(linnet, run):
    ended = linnet("reproduce", "so/model", "--json", "--tolerance", "0")
    assert ended.code == 0
    assert json.loads(ended.out) == {
        "run": "so", "identical": True, "equal": True, "tolerance": 0.0, "first": None,
        "differences": {},
    }  # fmt: skip


def test_equal_but_for_a_version(linnet, run):
    from linnet.artifact.layout import SUMS, sums_from_text, sums_to_text
    from linnet.files import sha256

    manifest = run / "model" / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"numpy": "', '"numpy": "0.'), "utf-8")
    sums = sums_from_text((run / "model" / SUMS).read_text(), run)
    told = sums_to_text({**sums, "manifest.json": sha256(manifest)})
    (run / "model" / SUMS).write_text(told)
    (run / "begun.json").unlink()
    ended = linnet("reproduce", "so", "--data", "t.csv")
    assert ended.code == 0
    assert "the result may differ a little" in ended.out
    assert "versions: numpy 0." in ended.out
    assert ended.out.splitlines()[-1] == ("equal, not identical: scores and metrics within 1e-05")


def test_what_is_no_run(linnet, run):
    ended = linnet("reproduce", "nowhere")
    assert ended.code == 2
    assert "error: there is no folder nowhere: name the folder of a run" in ended.err
    ended = linnet("reproduce", "so", "--out", "so")
    assert ended.code == 2
    assert "so exists already" in ended.err

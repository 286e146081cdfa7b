"""benchmarks/fuzz.py in short, on the models that are kept; and proof that it sees."""

from collections import Counter
from pathlib import Path

import fuzz
import fuzz_case
import numpy as np
import pytest
from fuzz_accidents import ACCIDENTS, flipped
from fuzz_files import with_sums
from fuzz_hostile import HOSTILE

import linnet
from linnet.errors import ArtifactError

KEPT = Path(__file__).parents[1] / "artifact" / "kept" / "0.1.0"
LOADS = 400


@pytest.fixture(scope="module")
def cases():
    return fuzz.run(KEPT, seed="suite", loads=LOADS, workers=1)


def test_changed_models_are_refused_or_harmless(cases):
    bad = [each for each in cases if each["outcome"] not in fuzz.GOOD and each["outcome"] != "slow"]
    assert bad == []
    assert len(cases) == LOADS


def test_many_kinds_of_change_have_many_ends(cases):
    """Otherwise it would be proof of little."""
    ends = Counter(each["outcome"] for each in cases)
    assert min(ends["refused"], ends["same"], ends["answered"]) > 5, ends
    assert {each["model"] for each in cases} == {"multiclass", "multilabel", "lstm", "compressed"}
    named = {part for each in cases for part in each["change"].split("+")}
    assert named == {each.__name__ for each in (*ACCIDENTS, *HOSTILE)}


def test_the_same_seed_makes_the_same_changes(cases):
    again = fuzz.run(KEPT, seed="suite", loads=40, workers=1)
    known = {each["case"]: (each["change"], each["outcome"]) for each in cases}
    assert [(each["change"], each["outcome"]) for each in again] == [known[n] for n in range(40)]


@pytest.fixture
def models():
    return fuzz_case.Models(KEPT)


def outcome(models, place, monkeypatch, load):
    """Judge one case with another way of loading."""
    monkeypatch.setattr(linnet, "load", load)
    monkeypatch.setattr(fuzz_case, "_printed", lambda number: "")
    return fuzz_case.judged(models, place, "0")["outcome"]


def anything(folder, **options):
    """Load whatever stands there as if nothing had been changed."""
    return linnet.runtime.classifier.load(KEPT / "lstm")


def test_what_should_not_load_is_seen(models, tmp_path, monkeypatch):
    monkeypatch.setattr(fuzz_case, "SHARE_OF_ACCIDENTS", 1)
    models.scores = {name: each + np.float32(1e-6) for name, each in models.scores.items()}
    assert outcome(models, tmp_path, monkeypatch, anything) == "wrong"


def refuse(message):
    def load(folder, **options):
        raise message

    return load


SEEN = [
    (ValueError("no"), "escaped"), (ArtifactError("no"), "escaped"),
    (MemoryError(), "escaped"), (KeyboardInterrupt(), "escaped"),
    (ArtifactError("model/manifest.json"), "escaped"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "expected"), SEEN, ids=repr)
def test_other_errors_and_those_that_name_nothing_are_seen(
    models, tmp_path, monkeypatch, error, expected
):
    assert outcome(models, tmp_path, monkeypatch, refuse(error)) == expected


def test_who_takes_memory_or_time_is_seen(models, tmp_path, monkeypatch):
    load = refuse(ArtifactError(f"{tmp_path}/model/x manifest.json"))
    monkeypatch.setattr(fuzz_case, "SHARE_OF_ACCIDENTS", 0)
    assert outcome(models, tmp_path, monkeypatch, load) == "refused"
    monkeypatch.setattr(fuzz_case, "MOST_SECONDS", -1)
    assert outcome(models, tmp_path, monkeypatch, load) == "slow"
    monkeypatch.setattr(fuzz_case, "MOST_SECONDS", 9)
    monkeypatch.setattr(fuzz_case, "MOST_MEGABYTES", -1)
    assert outcome(models, tmp_path, monkeypatch, load) == "memory"


DYING = """
import json, os, signal, sys, time
start, stop, step = map(int, sys.argv[3:])
for case in range(start, stop, step):
    print(json.dumps({"case": case}), flush=True)
    if case == 1: os.kill(os.getpid(), signal.SIGKILL)
    if case == 3: time.sleep(60)
    print(json.dumps({"case": case, "outcome": "refused"}), flush=True)
"""


def test_processes_that_die_or_hang_lose_one_case(tmp_path, monkeypatch):
    (tmp_path / "fuzz_case.py").write_text(DYING)
    monkeypatch.setattr(fuzz, "HERE", tmp_path)
    monkeypatch.setattr(fuzz, "HANGS_AFTER", 2.0)
    found = fuzz.run(tmp_path, seed="0", loads=6, workers=1)
    assert [each["outcome"] for each in found] == [
        "refused", "crash", "refused", "hang", "refused", "refused"
    ]  # fmt: skip


def test_page_counts_what_was_found(cases):
    page = fuzz.page(cases, seed="suite", minutes=1)
    assert f"{LOADS} loads of\nsaved models that were changed, **0 bad ends**" in page
    assert "| several changes |" in page
    broken = fuzz.page([cases[0] | {"outcome": "crash"}], seed="suite", minutes=1)
    assert "**1 bad ends**" in broken


def test_sums_are_written_as_linnet_writes_them(models):
    for files in models.files.values():
        assert with_sums(files) == files


def test_a_flip_changes_one_byte(models):
    import random

    files = models.files["lstm"]
    changed = flipped(random.Random(0), files)
    (name,) = [each for each in files if files[each] != changed[each]]
    assert sum(a != b for a, b in zip(files[name], changed[name], strict=True)) == 1

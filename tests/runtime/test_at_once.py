"""One classifier in many threads, and the same files in several processes."""

import copy
import json
import multiprocessing
import os
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from linnet.errors import ArtifactError
from linnet.runtime.classifier import load
from linnet.runtime.elsewhere import loaded_again

NUM_THREADS = 32
WORDS = ["fox", "bird", "dog", "päivä", "sings", "鸟", "list", "reversed", "!", "unseen"]
FORKS = "fork" in multiprocessing.get_all_start_methods()


def texts_of(number):
    """Return other texts for every number, ASCII and not, empty ones too."""
    random = np.random.default_rng(number)
    return [" ".join(random.choice(WORDS, size)) for size in random.integers(0, 8, 4)]


def inputs(classifier, texts):
    made = classifier.vectorise(texts)
    parts = [made.values, made.offsets] if hasattr(made, "values") else [made.data, made.indices]
    return np.concatenate([np.asarray(each, np.float64).ravel() for each in parts])


def explained(classifier, texts):
    return np.array(
        [word.contribution for each in classifier.explain(texts) for word in each.words]
    )


ASKED = {
    "predict_proba": lambda classifier, texts: classifier.predict_proba(texts),
    "top": lambda classifier, texts: np.array(
        [[s for _, s in row] for row in classifier.top(texts)]
    ),
    "vectorise": inputs,
    "explain": explained,
    "in_scope": lambda classifier, texts: classifier.in_scope(texts),
    "a Series": lambda classifier, texts: classifier.predict_proba(pl.Series(texts)),
}


def test_32_threads_answer_as_one_does(of_each_kind):
    """Each asks for something else with texts of its own; nothing has been asked before."""
    rounds = [(name, texts_of(number)) for number, name in enumerate([*ASKED] * 16)]
    expected = [ASKED[name](of_each_kind, texts) for name, texts in rounds]
    fresh = load(of_each_kind.path)
    barrier = threading.Barrier(NUM_THREADS)

    def ask(first):
        barrier.wait(timeout=30)
        return {at: ASKED[rounds[at][0]](fresh, rounds[at][1])
                for at in range(first, len(rounds), NUM_THREADS)}  # fmt: skip

    started = time.monotonic()
    with ThreadPoolExecutor(NUM_THREADS) as pool:
        answers = [
            each.result(timeout=60) for each in [pool.submit(ask, n) for n in range(NUM_THREADS)]
        ]
    assert time.monotonic() - started < 60
    found = {at: answer for each in answers for at, answer in each.items()}
    for at, answer in enumerate(expected):
        np.testing.assert_allclose(found[at], answer, rtol=0, atol=1e-6, err_msg=rounds[at][0])


def test_threads_load_at_once(of_each_input):
    expected = of_each_input.predict_proba(texts_of(1))
    with ThreadPoolExecutor(8) as pool:
        for made in pool.map(load, [of_each_input.path] * 16):
            np.testing.assert_allclose(made.predict_proba(texts_of(1)), expected, atol=1e-6)


LOADS = """
import sys, time
from linnet.artifact import remembered
remembered.BIG, remembered.SETTLED_SECONDS = 0, -1.0
import linnet
for _ in range(10):
    scores = linnet.load(sys.argv[1]).predict_proba(["fox", "päivä"])
print(scores.tolist())
"""


def test_processes_remember_sums_at_once(lstm, tmp_path):
    """They write the same notes in the same cache folder; all are whole, and none is in the way."""
    command = [sys.executable, "-c", LOADS, str(lstm.path)]
    told = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                         env={**os.environ, "LINNET_CACHE": str(tmp_path)})
        for _ in range(3)
    ]  # fmt: skip
    expected = lstm.predict_proba(["fox", "päivä"])
    for process in told:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        np.testing.assert_allclose(json.loads(out), expected, atol=1e-6)
    notes = {path.name: path.read_text("ascii") for path in (tmp_path / "sums").iterdir()}
    sums = (lstm.path / "SHA256SUMS").read_text("ascii").split()[::2]
    assert all(re.fullmatch("[0-9a-f]{64}", name) for name in notes), "something unfinished is left"
    assert sorted(notes.values()) == sorted(sums)


OTHERS = """
import multiprocessing, sys
import linnet

def ask(classifier, texts):
    return classifier.predict_proba(texts).tolist()

if __name__ == "__main__":
    classifier = linnet.load(sys.argv[1], threads=1)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        print(pool.apply_async(ask, (classifier, ["fox", "päivä"])).get(timeout=60))
"""


def test_a_spawned_process_gets_one_of_its_own(lstm, tmp_path):
    script = tmp_path / "others.py"
    script.write_text(OTHERS, "utf-8")
    command = [sys.executable, str(script), str(lstm.path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    expected = lstm.predict_proba(["fox", "päivä"])
    np.testing.assert_allclose(json.loads(ended.stdout), expected, atol=1e-6)


FORKED = """
import multiprocessing, sys
import linnet

def inherited(texts):
    return classifier.predict_proba(texts)

def given(classifier, texts):
    return classifier.predict(texts)

def loaded(texts):
    return linnet.load(sys.argv[1]).predict(texts)

def read(texts):
    return linnet.read({"text": texts})

classifier = linnet.load(sys.argv[1])
classifier.predict(["fox"])
with multiprocessing.get_context("fork").Pool(2) as pool:
    asked = [(inherited, ()), (given, (classifier,)), (loaded, ()), (read, ())]
    for function, more in asked:
        try:
            pool.apply_async(function, (*more, ["fox"])).get(timeout=30)
        except linnet.LinnetError as error:
            print(error)
"""


@pytest.mark.skipif(not FORKS, reason="this system has no fork")
def test_a_forked_process_says_that_it_cannot(lstm):
    """polars would wait for threads that did not follow, for ever."""
    command = [sys.executable, "-c", FORKED, str(lstm.path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    said = ended.stdout.splitlines()
    assert len(said) == 4, ended.stderr
    assert all(
        re.match(r"this process \(\d+\) was forked .*get_context\(\"spawn\"\)", each)
        for each in said
    )


EARLY = """
import os, sys
import linnet
if os.fork() == 0:
    linnet.load(sys.argv[1]).predict(["fox", "päivä"] * 500)
    print("answered", flush=True)
    os._exit(0)
os.wait()
"""


@pytest.mark.skipif(not FORKS, reason="this system has no fork")
def test_a_process_that_was_forked_before_loads_and_answers(lstm):
    command = [sys.executable, "-c", EARLY, str(lstm.path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.stdout == "answered\n", ended.stderr


def test_a_copy_is_loaded_again(lstm):
    made = copy.deepcopy(load(lstm.path, threads=2))
    assert (made.threads, made.path) == (2, lstm.path.absolute())
    np.testing.assert_array_equal(made.predict_proba(["fox"]), lstm.predict_proba(["fox"]))


def test_a_copy_whose_folder_is_gone_says_so_when_it_is_used():
    made = loaded_again(Path("no such folder"), 1)
    assert not hasattr(made, "__len__")
    with pytest.raises(ArtifactError, match="does not exist"):
        made.predict(["fox"])

"""What a start costs: which libraries are loaded for what, and how long the command takes."""

import json
import os
import resource
import subprocess
import sys
import time

import pytest

TRAINING_ONLY = {
    "jax", "jinja2", "keras", "matplotlib", "onnx", "pandas", "sklearn", "tensorflow", "torch",
}  # fmt: skip
HEAVY = TRAINING_ONLY | {"numpy", "onnxruntime", "polars", "rich", "scipy", "typer"}

LOADED = "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
COMMAND = f"""
import json, sys
from linnet.cli.start import main
try:
    main()
finally:
    {LOADED}
"""
TRAIN = f"""
import json, sys
import linnet

def look(progress):
    {LOADED}
    raise SystemExit

words = [["bread", "salt"], ["goal", "ball"]]
texts = [f"{{words[n % 2][n // 2 % 2]}} n{{n}}" for n in range(40)]
linnet.train({{"text": texts, "label": ["food", "sport"] * 20}}, report=look)
"""


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """An environment in which byte code is kept, whatever the machine's settings."""
    kept = {name: value for name, value in os.environ.items()
            if name != "PYTHONDONTWRITEBYTECODE"}  # fmt: skip
    return {**kept, "PYTHONPYCACHEPREFIX": str(tmp_path_factory.mktemp("bytecode"))}


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """A small run."""
    import linnet

    out = tmp_path_factory.mktemp("start") / "run"
    texts = [f"{'goal ball' if n % 2 else 'bread salt'} n{n}" for n in range(40)]
    linnet.train({"text": texts, "label": ["food", "sport"] * 20}, epochs=1, out=str(out))
    return out


def loaded(code, *arguments):
    """Return the top-level names that a process has imported."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    return set(json.loads(shown.stdout.splitlines()[-1]))


def seconds(environment, *arguments):
    """Return wall and processor seconds of a command, byte code cached, the better of three."""
    command = [sys.executable, "-m", "linnet", *map(str, arguments)]
    found = []
    for _ in range(4):
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
        wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        found.append((wall, cpu))
    return tuple(map(min, zip(*found[1:], strict=True)))


def test_import_linnet_loads_nothing_heavy():
    assert loaded(f"import json, sys, linnet\n{LOADED}") & HEAVY == set()


def test_import_time_lists_nothing_heavy():
    command = [sys.executable, "-X", "importtime", "-c", "import linnet"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    names = {line.rpartition("|")[2].strip().partition(".")[0] for line in shown.splitlines()}
    assert "linnet" in names
    assert names & HEAVY == set()


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["train", "--help"], []])
def test_help_loads_only_the_command_line(arguments):
    assert loaded(COMMAND, *arguments) & HEAVY == {"typer"}


def test_help_is_quick(environment):
    assert seconds(environment, "--help")[1] < 0.4


def test_predict_loads_no_training(run):
    found = loaded(COMMAND, "predict", run, "goal")
    assert found & (TRAINING_ONLY | {"rich", "typer", "pydantic"}) == set()
    assert {"onnxruntime", "polars"} <= found, "else this test looks at the wrong process"


def test_predict_is_quick(run, environment):
    assert seconds(environment, "predict", run, "goal")[1] < 1.5


def test_training_a_bag_loads_no_keras():
    found = loaded(TRAIN)
    assert found & (TRAINING_ONLY | {"onnxruntime"}) == set()
    assert {"scipy", "polars"} <= found

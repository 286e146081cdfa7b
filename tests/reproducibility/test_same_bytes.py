"""The same table, settings, seed and versions give the same model, byte for byte.

Two processes train the same cases: one on one core, with one thread in each library; the other on
two cores, in another folder, with other hash seeds and in the opposite order.
"""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("trainings.py")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")
ONE_THREAD = {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false", "PYTHONHASHSEED": "1"}
FEW = ("default", "binary", "multilabel", "members", "tf_idf", "lazy_adam", "markup")
"""Bags of every task on the sparse engine: no keras is imported, so they are quick."""

trainings = runpy.run_path(str(SCRIPT))


def started(folder, names, *, cores):
    """Start a process that trains cases on so many cores."""
    more = {name: str(cores) for name in THREADS}
    more |= ONE_THREAD if cores == 1 else {"PYTHONHASHSEED": "2"}
    folder.mkdir()
    arguments = [sys.executable, str(SCRIPT), str(folder), str(cores), *names]
    return subprocess.Popen(
        arguments, env={**os.environ, **more}, cwd=folder.parent if cores == 1 else folder,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def files(folder):
    """Return what stands in the models and baselines of a folder, and the rows of the splits."""
    found = {str(path.relative_to(folder)): path.read_bytes()
             for path in sorted(folder.rglob("*")) if path.is_file()}  # fmt: skip
    kept = ("/model/", "/baseline/", "compressed/", "split.parquet")
    return {name: content for name, content in found.items() if any(each in name for each in kept)}


def check(tmp_path, names):
    """Train twice and compare every byte."""
    both = [
        started(tmp_path / f"{cores}", ordered, cores=cores)
        for cores, ordered in ((1, list(names)), (2, list(reversed(names))))
    ]
    try:
        for process in both:
            _, said = process.communicate(timeout=1800)
            assert process.returncode == 0, said
    finally:
        for process in both:
            process.kill()
    one, other = (files(tmp_path / name) for name in "12")
    assert one.keys() == other.keys()
    assert {name.partition("/")[0] for name in one} >= set(names)
    assert [name for name in one if one[name] != other[name]] == []
    return one


def test_bags_of_every_task_are_the_same(tmp_path):
    found = check(tmp_path, FEW)
    sums = {found[f"{name}/model/SHA256SUMS"] for name in FEW}
    assert len(sums) == len(FEW), "cases that are all alike prove nothing"


@pytest.mark.slow
@pytest.mark.timeout(2400)
@pytest.mark.parametrize("group", trainings["GROUPS"])
def test_every_kind_of_training_is_the_same(tmp_path, group):
    """Architectures, tokenizers, vectorisers, optimizers; from another run, and compressed."""
    found = check(tmp_path, trainings["GROUPS"][group])
    assert ("compressed/weights.safetensors" in found) == (group == "models")
    assert ("on/model/weights.safetensors" in found) == (group == "models")


@pytest.mark.slow
@pytest.mark.timeout(2400)
@pytest.mark.parametrize("name", trainings["LARGE"])
def test_work_that_threads_share_is_the_same(tmp_path, name):
    check(tmp_path, [name])

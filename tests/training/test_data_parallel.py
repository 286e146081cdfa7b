"""Several devices take the step of one: simulated devices, and two processes on this machine."""

import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from linnet.artifact.tensors import read
from linnet.errors import ConfigError
from linnet.registry import import_keras
from linnet.training.engines.engine import make_engine

keras = import_keras()
if keras.config.backend() != "jax":
    pytest.skip("data-parallel training is Keras's on JAX", allow_module_level=True)

from linnet.training.engines import data_parallel  # noqa: E402
from linnet.training.engines.data_parallel import ParallelSteps, all_devices, filled_up  # noqa: E402
from linnet.training.engines.keras import _right  # noqa: E402

PROGRAM = Path(__file__).with_name("devices_of_a_process.py")
FLAGS = "--xla_force_host_platform_device_count="


def start(out, devices, *cases, seen, **environment):
    """Start a process that sees so many devices."""
    kept = {name: value for name, value in os.environ.items() if name != "NPROC"}
    kept |= {"XLA_FLAGS": f"{FLAGS}{seen}", "KERAS_BACKEND": "jax", **environment}
    command = [sys.executable, str(PROGRAM), str(out), devices, *cases]
    return subprocess.Popen(command, env=kept, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def ended(*processes):
    """Wait for all; none is left behind."""
    try:
        told = [process.communicate(timeout=280)[0].decode() for process in processes]
    finally:
        for process in processes:
            process.kill()
    for process, said in zip(processes, told, strict=True):
        assert process.returncode == 0, said


def assert_alike(path, other, *, unlike=()):
    mine, theirs = read(path), read(other)
    assert mine.keys() == theirs.keys()
    for name, value in mine.items():
        if name != "devices" and name not in unlike:
            np.testing.assert_allclose(value, theirs[name], atol=1e-4, rtol=0, err_msg=name)
    return mine["devices"].tolist()


@pytest.mark.slow  # 70 s of CPU: three processes compile
def test_four_devices_train_what_one_does(tmp_path):
    cases = ["lstm", "cnn", "mlp-weighted", "own", "own-weighted"]
    four, one = tmp_path / "four", tmp_path / "one"
    ended(start(four, "all", *cases, seen=4))
    ended(start(one, "one", *cases, seen=1))
    # Of a model of one's own Keras counts the rows that fill up the last batch.
    assert assert_alike(four, one, unlike=("own/losses", "own-weighted/losses")) == [4, 1]


@pytest.mark.slow  # 70 s of CPU: three processes compile
def test_two_processes_train_what_one_does(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    cluster = {
        "KERAS_DISTRIBUTION_JOB_ADDRESSES": f"127.0.0.1:{port}",
        "KERAS_DISTRIBUTION_NUM_PROCESSES": "2",
    }
    outs = [tmp_path / "0", tmp_path / "1"]
    cases = ["lstm", "mlp-weighted"]
    ended(*(
        start(out, "auto", *cases, seen=2, KERAS_DISTRIBUTION_PROCESS_ID=out.name, **cluster)
        for out in outs
    ))  # fmt: skip
    one = tmp_path / "one"
    ended(start(one, "one", *cases, seen=1))
    for out in outs:
        assert assert_alike(out, one) == [4, 2]


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("rows", [1, 2, 3, 4, 8])
def test_rows_that_fill_up_count_for_nothing(rows, weighted):
    losses = np.arange(1, rows + 1, dtype=np.float32)
    weights = np.linspace(0, 2, rows, dtype=np.float32) if weighted else None
    batch = ([np.arange(rows), np.arange(rows)], np.arange(rows), weights)
    ((one, two), expected, made), counted = filled_up(batch, 4)
    assert len(one) == len(two) == len(expected) == len(made) == -(-rows // 4) * 4
    np.testing.assert_array_equal(one[:rows], np.arange(rows))
    true = (losses if weights is None else losses * weights).mean()
    assert (made * losses[expected]).mean() == pytest.approx(true, rel=1e-6)
    assert counted.tolist() == [1.0] * rows + [0.0] * (len(made) - rows)


@pytest.mark.parametrize(
    ("model", "settings", "weights"),
    [
        ("linear", {}, np.linspace(0, 2, 9, dtype=np.float32)),
        pytest.param("mlp", {"dropout": 0.4}, None, marks=pytest.mark.slow),
    ],
)
def test_batches_that_are_filled_up_take_the_same_steps(problem, model, settings, weights):
    data = problem.data(model, num_rows=9, weights=weights)
    found = []
    for parallel in (False, True):
        engine = make_engine("keras", replace(problem.plan(model, **settings), devices="one"))
        if parallel:  # one device that fills up as if it were four
            spread = keras.distribution.DataParallel(devices=["cpu:0"])
            engine.steps = ParallelSteps(
                engine.model, engine.plan.head.keras_loss(), accuracy=_right(engine.plan),
                distribution=spread,
            )  # fmt: skip
            engine.steps.num_devices = 4
        batches = engine.batches(data.inputs, np.random.default_rng(0))
        seen = engine.epoch(data, batches, number=1, tick=lambda rows: None)
        found.append((engine.get_weights(), seen, engine.logits(data.inputs)))
    (one, seen, logits), (other, seen_too, logits_too) = found
    for name, weight in one.items():
        np.testing.assert_allclose(other[name], weight, atol=1e-6, err_msg=name)
    np.testing.assert_allclose(logits_too, logits, atol=1e-6)
    assert seen_too == pytest.approx(seen, abs=1e-6)


def test_one_and_auto_need_no_distribution_on_a_processor():
    assert all_devices("one") is None
    assert all_devices("auto") is None


def test_too_late_for_threads(monkeypatch):
    keras.ops.ones(1)  # JAX runs
    monkeypatch.delenv("NPROC", raising=False)
    with pytest.raises(ConfigError, match="devices = all: JAX was used in this process already"):
        all_devices("all")


def test_enough_threads_are_asked_for_before_jax_starts(monkeypatch):
    monkeypatch.setattr(data_parallel.xla_bridge, "backends_are_initialized", lambda: False)
    monkeypatch.setenv("XLA_FLAGS", f"--more {FLAGS}32")
    monkeypatch.setenv("NPROC", "3")
    data_parallel._prepare_threads()
    assert int(os.environ["NPROC"]) == 128


@pytest.mark.parametrize(
    ("engine", "message"),
    [("sparse", "devices = all is for the keras engine"), ("auto", "set engine to keras")],
)
def test_the_sparse_engine_has_no_devices(problem, engine, message):
    with pytest.raises(ConfigError, match=message):
        make_engine(engine, replace(problem.plan("mlp"), devices="all"))

"""The same parts from a cluster, also when one of its machines dies."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import linnet
from linnet.errors import ConfigError

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).parents[2] / "benchmarks" / "ray_cluster.py"
MEGABYTES = 0.02
# The second makes Ray listen on 127.0.0.1 instead of this machine's address.
LOOPBACK = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}


@pytest.fixture(scope="module")
def big(table, tmp_path_factory):
    """5,000 rows, which is about 20 parts."""
    path = tmp_path_factory.mktemp("ray") / "big.parquet"
    many = pl.concat([table] * 10).with_columns(row=pl.int_range(5000))
    many.write_parquet(path)
    return path


@pytest.fixture(scope="module")
def undisturbed(run, big, tmp_path_factory):
    out = tmp_path_factory.mktemp("ray") / "one"
    linnet.score(run, big, out=out, part_megabytes=MEGABYTES)
    return contents(out)


def contents(folder):
    return {each.name: each.read_bytes() for each in folder.glob("part-*")}


def over_cluster(*arguments):
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'linnet[ray]'")
    with subprocess.Popen(
        [sys.executable, SCRIPT, *map(str, arguments)],
        stdout=subprocess.PIPE, text=True, env={**os.environ, **LOOPBACK}, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            said = process.communicate(timeout=250)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # Ray's own processes too
            raise
    assert process.returncode == 0
    return json.loads(said.splitlines()[-1])


def test_one_process_and_two_machines_write_the_same_bytes(run, big, tmp_path, undisturbed):
    said = over_cluster(run, big, tmp_path / "out", MEGABYTES, 0, 200)
    assert said == {"killed_at": 0, "rows": 5000, "parts": len(undisturbed)}
    assert contents(tmp_path / "out") == undisturbed


def test_a_machine_that_is_killed_loses_nothing(run, big, tmp_path, undisturbed):
    said = over_cluster(run, big, tmp_path / "out", MEGABYTES, 500, 200)
    assert 500 <= said["killed_at"] < 5000
    assert contents(tmp_path / "out") == undisturbed


def test_no_cluster_at_the_address(run, big, tmp_path):
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'linnet[ray]'")
    with pytest.raises(ConfigError, match="cannot connect to a Ray cluster at 'not an address'"):
        linnet.score(run, big, out=tmp_path / "out", ray="not an address")

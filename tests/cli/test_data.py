"""linnet data: what it prints, how it ends."""

import io
import tarfile
from dataclasses import replace

import polars as pl
import pytest

from linnet.datasets import DATASETS


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LINNET_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "my file.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name in ("aclImdb/train/pos/0_9.txt", "aclImdb/test/neg/0_2.txt"):
            member = tarfile.TarInfo(name)
            member.size = 2
            tar.addfile(member, io.BytesIO("ä".encode()))
    return path


def test_list(linnet, archive):
    shown = linnet("data", "list")
    assert (shown.code, shown.err) == (0, "")
    assert "imdb  50,000 rows, 84 MB to download" in shown.out
    assert "imdb-keras  50,000 rows, read from Keras's cache" in shown.out
    for each in DATASETS.values():
        assert each.title in shown.out
        assert each.terms in shown.out
    linnet("data", "fetch", "imdb", "--data", archive)
    assert "imdb  50,000 rows, here: " in linnet("data", "list").out


def test_fetch_says_what_is_there_and_what_comes_next(linnet, archive, tmp_path):
    shown = linnet("data", "fetch", "imdb", "--data", archive)
    path = tmp_path / "cache" / "tables" / "imdb.parquet"
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.splitlines() == [
        f"{path}: 2 rows, columns split label rating text",
        f"terms: {DATASETS['imdb'].terms}",
        f"next: linnet explore {path} --text text --label label",
        f"next: linnet recipe imdb-mlp --data {path} --out imdb-mlp",
        f"next: linnet recipe imdb-lstm --data {path} --out imdb-lstm",
    ]
    assert linnet("data", "fetch", "imdb").out == shown.out


def test_copy_is_written_where_asked(linnet, archive, tmp_path):
    out = tmp_path / "a b.csv"
    shown = linnet("data", "fetch", "imdb", "--data", archive, "--out", out)
    assert shown.code == 0
    assert f"next: linnet explore '{out}' " in shown.out
    assert pl.read_csv(out)["text"].to_list() == ["ä", "ä"]
    again = linnet("data", "fetch", "imdb", "--out", out)
    assert again.code == 2
    assert f"error: {out} exists already" in again.err


def test_without_network_the_error_is_one_line(linnet, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    address = "http://127.0.0.1:1/aclImdb_v1.tar.gz"
    monkeypatch.setitem(DATASETS, "imdb", replace(DATASETS["imdb"], address=address))
    shown = linnet("data", "fetch", "imdb")
    assert (shown.code, shown.out) == (2, "")
    assert shown.err == (
        f"error: cannot download {address}: Connection refused; try again, or get the file by "
        "other means and name it with --data\n"
    )


def test_unknown_set(linnet):
    shown = linnet("data", "fetch", "imbd")
    assert shown.code == 2
    assert "error: unknown data set 'imbd': did you mean 'imdb'? Known: imdb, reuters" in shown.err


@pytest.mark.parametrize("command", ["fetch", "list"])
def test_commands_have_help(linnet, command):
    shown = linnet("data", command, "--help")
    assert (shown.code, shown.err) == (0, "")
    assert f"Usage: linnet data {command} " in shown.out
    assert all(len(line) <= 80 for line in shown.out.splitlines())

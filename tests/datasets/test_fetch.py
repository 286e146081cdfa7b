"""`fetch`: once from the publisher, then from the cache; never a table that is not the data set."""

from dataclasses import replace

import polars as pl
import pytest

from linnet.datasets import DATASETS, fetch, table_path
from linnet.datasets.download import WrongSumError
from linnet.errors import ConfigError, DataError, OutputError

QUESTIONS = [("train/python/0.txt", b"how?"), ("test/java/0.txt", "päivää".encode())]


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("LINNET_CACHE", str(folder))
    return folder


@pytest.fixture
def served(publisher, cache, make_tar, monkeypatch):
    """The server has two questions under the name stackoverflow."""
    publisher.content = make_tar(QUESTIONS).read_bytes()
    dataset = replace(DATASETS["stackoverflow"], address=f"{publisher.address}.tar.gz")
    monkeypatch.setitem(DATASETS, "stackoverflow", dataset)
    return publisher


def tree(folder):
    return sorted(
        each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()
    )


def test_table_is_made_once(served, cache):
    path = fetch("stackoverflow")
    assert path == table_path("stackoverflow") == cache / "tables" / "stackoverflow.parquet"
    assert pl.read_parquet(path)["text"].to_list() == ["päivää", "how?"]
    assert fetch("stackoverflow") == path
    assert len(served.asked) == 1
    assert tree(cache) == [
        "downloads/a.bin.tar.gz",
        "downloads/a.bin.tar.gz.lock",
        "downloads/a.bin.tar.gz.sha256",
        "tables/stackoverflow.parquet",
    ]


def test_table_can_be_removed(served):
    before = fetch("stackoverflow").read_bytes()
    fetch("stackoverflow").unlink()
    assert fetch("stackoverflow").read_bytes() == before
    assert len(served.asked) == 1


def test_progress_is_told(served):
    reports = []
    fetch("stackoverflow", report=lambda *far: reports.append(far))
    assert reports == [(len(served.content), len(served.content))]


def test_cut_download_goes_on_at_the_next_call(served):
    served.cuts = [20, 20, 20, 20]
    with pytest.raises(DataError, match=r"cut at 80 .*--data"):
        fetch("stackoverflow")
    assert pl.read_parquet(fetch("stackoverflow")).height == 2
    assert served.ranges[-1] == "bytes=80-"


def test_later_downloads_must_equal_the_first(served, cache, make_tar):
    fetch("stackoverflow")
    for name in ("tables/stackoverflow.parquet", "downloads/a.bin.tar.gz"):
        (cache / name).unlink()
    served.content = make_tar([("train/python/0.txt", b"changed")]).read_bytes()
    with pytest.raises(
        WrongSumError, match=r"to take the new file .*remove .*a\.bin\.tar\.gz\.sha256"
    ):
        fetch("stackoverflow")
    (cache / "downloads/a.bin.tar.gz.sha256").unlink()
    assert pl.read_parquet(fetch("stackoverflow"))["text"].to_list() == ["changed"]


def test_published_sum_decides(served, cache, monkeypatch):
    dataset = replace(DATASETS["stackoverflow"], sha256="0" * 64)
    monkeypatch.setitem(DATASETS, "stackoverflow", dataset)
    with pytest.raises(WrongSumError, match=r"expected 0{64}.*--data$"):
        fetch("stackoverflow")
    assert tree(cache) == ["downloads/a.bin.tar.gz.lock"]


@pytest.mark.parametrize("content", [b"", b"<html>please sign in</html>"])
def test_what_is_no_archive_is_not_remembered(served, cache, content):
    right, served.content = served.content, content
    with pytest.raises(DataError, match="expected a tar archive"):
        fetch("stackoverflow")
    assert tree(cache) == ["downloads/a.bin.tar.gz.lock"]
    served.content = right
    assert pl.read_parquet(fetch("stackoverflow")).height == 2


def test_archive_of_something_else_is_refused(served, cache, make_tar):
    served.content = make_tar([("other/0.txt", b"")]).read_bytes()
    with pytest.raises(DataError, match="holds no row of the data set 'stackoverflow'"):
        fetch("stackoverflow")
    assert tree(cache) == ["downloads/a.bin.tar.gz.lock"]


def test_names_in_an_archive_lead_nowhere(served, cache, make_tar, tmp_path):
    names = ["../../../train/python/1.txt", f"{tmp_path}/train/python/2.txt", "/train/python/3.txt"]
    served.content = make_tar([(name, b"x") for name in names]).read_bytes()
    before = set(tree(tmp_path))
    fetch("stackoverflow")
    assert {each.partition("/")[0] for each in set(tree(tmp_path)) - before} == {"cache"}
    assert not list(cache.rglob("*.txt"))


def test_file_at_hand_is_taken_and_remembered(served, make_tar):
    path = fetch("stackoverflow", data=make_tar(QUESTIONS[:1], "mine.tar.gz"))
    assert pl.read_parquet(path)["text"].to_list() == ["how?"]
    assert fetch("stackoverflow") == path
    assert served.asked == []


def test_file_at_hand_that_is_wrong_is_left_alone(served, cache, tmp_path):
    mine = tmp_path / "mine.tar.gz"
    mine.write_bytes(b"mine")
    with pytest.raises(DataError, match=r"cannot unpack .*mine\.tar\.gz"):
        fetch("stackoverflow", data=mine)
    assert mine.read_bytes() == b"mine"
    assert not cache.exists()


@pytest.mark.parametrize("name", ["", "imbd", "../imdb"])
def test_unknown_names(cache, name):
    with pytest.raises(ConfigError, match=r"unknown data set .*Known: imdb, reuters"):
        fetch(name)
    with pytest.raises(ConfigError, match="unknown data set"):
        table_path(name)


def test_cache_that_cannot_be_written(served, tmp_path, monkeypatch, make_tar):
    (tmp_path / "file").touch()
    monkeypatch.setenv("LINNET_CACHE", str(tmp_path / "file"))
    with pytest.raises(OutputError, match="cannot write"):
        fetch("stackoverflow")
    with pytest.raises(OutputError, match="cannot write"):
        fetch("stackoverflow", data=make_tar(QUESTIONS))


def test_both_forms_of_reuters_come_from_one_download():
    assert DATASETS["reuters"].address == DATASETS["reuters21578"].address
    assert DATASETS["reuters"].sha256 == DATASETS["reuters21578"].sha256

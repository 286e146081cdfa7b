"""A file that changes while it is read is refused, and never half a table; what blocks is too."""

import os
import shutil
import threading
from contextlib import contextmanager

import polars as pl
import pytest

from linnet.errors import DataError
from linnet.tables import contents, parquet
from linnet.tables.form import Form
from linnet.tables.parquet_pieces import parquet_pieces
from linnet.tables.read import read

TABLE = pl.DataFrame({"text": [f"text {n}" for n in range(50)], "label": ["a", "b"] * 25})


def grow(path):
    with path.open("ab") as file:
        file.write(b"more,a\n")


def shrink(path):
    os.truncate(path, path.stat().st_size // 2)


def replace(path):
    shutil.copy(path, path.with_suffix(".new"))
    os.replace(path.with_suffix(".new"), path)


def remove(path):
    path.unlink()


@pytest.fixture(params=["a.csv", "a.csv.gz", "a.jsonl", "a.parquet"])
def path(request, tmp_path):
    from linnet.tables.write import write

    path = tmp_path / request.param
    write(TABLE, path)
    return path


CHANGES = {grow: "changed while", shrink: "changed while", replace: "changed while",
           remove: "No such file"}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_change_while_it_is_read(path, monkeypatch, change, when):
    assert read(path).equals(TABLE)

    def changing(reader):
        def changed(*args, **kwargs):
            if when == "before":
                change(path)
            found = reader(*args, **kwargs)
            if when == "after":
                change(path)
            return found

        return changed

    monkeypatch.setattr(contents.Path, "read_bytes", changing(contents.Path.read_bytes))
    if path.suffix == ".parquet":
        monkeypatch.undo()
        monkeypatch.setattr(parquet.pl, "read_parquet", changing(pl.read_parquet))
    with pytest.raises(DataError, match=f"{path.name}.*{CHANGES[change]}|{CHANGES[change]}"):
        read(path)


@contextmanager
def written_again(path):
    """Cut a file and write it again, as fast as it can be.

    A reader that maps the file into memory dies of it within a few runs, and pytest with it.
    """
    content, done = path.read_bytes(), threading.Event()

    def write():
        while not done.is_set():
            path.write_bytes(content)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        done.set()
        writer.join()


def test_a_writer_beside_the_reader_never_makes_another_table(path):
    with written_again(path):
        for _ in range(30):
            try:
                assert read(path).equals(TABLE)
            except DataError as error:
                assert path.name in str(error)


def test_a_writer_beside_the_reader_of_pieces(tmp_path):
    path = tmp_path / "a.parquet"
    table = pl.concat([TABLE] * 400)
    table.write_parquet(path, row_group_size=1000)
    found = parquet_pieces(path, Form(), file=path, size=10_000)
    assert len(found.pieces) > 10
    with written_again(path):
        for piece in found.pieces:
            try:
                assert found.read(piece, path).height == piece.rows
            except DataError as error:
                assert "was changed while it was read" in str(error)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not read")
def test_a_file_and_a_folder_that_may_not_be_read(path):
    path.chmod(0)
    path.parent.chmod(0o755)
    os.seteuid(65534)
    try:
        with pytest.raises(DataError, match=r"cannot read .*: Permission denied"):
            read(path)
    finally:
        os.seteuid(0)


def test_a_bomb_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    import gzip

    monkeypatch.setattr(contents, "_LEAST_BOMB", 2**16)
    monkeypatch.setattr(contents, "_AT_ONCE", 2**12)
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" * 2**20))
    with pytest.raises(DataError, match=r"a\.csv\.gz unpacks to more than [0-9,]+ bytes, 2"):
        read(path)
    path.write_bytes(gzip.compress(b"a,b\n" * 2**10))
    assert len(read(path)) == 1023


def test_the_list_of_known_columns_stays_short(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(",".join(f"c{n}{'x' * 200}" for n in range(5000)) + "\n" + "," * 4999 + "\n")
    from linnet.tables.columns import column

    with pytest.raises(DataError, match="and 4,900 more") as raised:
        column(read(path), "text")
    assert len(str(raised.value)) < 10_000

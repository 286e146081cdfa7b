"""No file that linnet writes is a pickle, or holds one: unpickling runs code."""

import io
import pickle
import pickletools
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import linnet
from linnet.tables.write import write

LABELS = ["bird", "code", "näin"] * 40
TEXTS = [f"{label} {number % 7} word{number % 11}" for number, label in enumerate(LABELS)]
TABLE = {"text": TEXTS, "label": LABELS}
NAMES = (".pkl", ".pickle", ".joblib", ".dill", ".pt", ".pth", ".h5", ".hdf5")


def pickles(name: str, content: bytes) -> Iterator[str]:
    """Yield where a file is a pickle, or holds one, or carries the name of one."""
    if name.lower().endswith(NAMES):
        yield name
    if is_pickle(content) or holds_objects(content):
        yield name
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for each in archive.namelist():
                yield from pickles(f"{name}/{each}", archive.read(each))


def is_pickle(content: bytes) -> bool:
    """Say whether the bytes are instructions for unpickling, to their end or to a stop."""
    try:
        last = list(pickletools.genops(content))[-1]
    except Exception:  # whatever the reader says of bytes that are none
        return False
    return content[:1] == b"\x80" or last[2] == len(content) - 1


def holds_objects(content: bytes) -> bool:
    """Say whether the bytes are a NumPy file of objects: those are pickled."""
    if not content.startswith(b"\x93NUMPY"):
        return False
    try:
        np.load(io.BytesIO(content), allow_pickle=False)
    except ValueError:
        return True
    return False


def files(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.is_file())


def found(folder: Path) -> list[str]:
    return [where for each in files(folder) for where in pickles(str(each), each.read_bytes())]


def test_training_writes_none(tmp_path):
    linnet.train(TABLE, out=tmp_path / "run", model="mlp", epochs=2, checkpoints="all", ngrams=2)
    names = {each.name for each in files(tmp_path)}
    assert {"manifest.json", "run.json", "report.html", "split.parquet"} <= names
    assert any("checkpoints" in each.parts for each in files(tmp_path))
    assert found(tmp_path) == []


def test_what_follows_training_writes_none(tmp_path):
    run, small, more = (tmp_path / name for name in ("run", "small", "more"))
    linnet.train(TABLE, out=run, model="linear", epochs=1)
    linnet.compress(run, small)
    linnet.train(TABLE, out=more, from_=run, epochs=1)
    linnet.evaluate(run, TABLE, text="text", label="label")
    assert len(files(small)) >= 9 <= len(files(more))
    assert found(tmp_path) == []


def test_comparing_writes_none(tmp_path):
    linnet.compare(TABLE, out=tmp_path / "c", models=["linear", "mlp"], folds=2, epochs=1)
    assert len(files(tmp_path)) > 10
    assert found(tmp_path) == []


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_scoring_writes_none(tmp_path, kind):
    run = linnet.train(TABLE, out=tmp_path / "run", model="linear", epochs=1).path
    write(pl.DataFrame(TABLE), tmp_path / f"a.{kind}.gz")
    linnet.score(run, tmp_path / f"a.{kind}.gz", out=tmp_path / "scored", format=kind)
    assert {each.name for each in files(tmp_path / "scored")} == {
        "score.json",
        f"part-00000.{kind}",
    }
    assert found(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("model", ["lstm", "cnn"])
def test_training_with_keras_writes_none(tmp_path, model):
    linnet.train(TABLE, out=tmp_path / "run", model=model, epochs=1, checkpoints="all")
    assert any("checkpoints" in each.parts for each in files(tmp_path))
    assert found(tmp_path) == []


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickles_are_seen(tmp_path, protocol):
    for number, value in enumerate(([], {"a": np.ones(2)}, Path("x"), "ä" * 300)):
        (tmp_path / f"file.{number}").write_bytes(pickle.dumps(value, protocol))
    assert len(found(tmp_path)) == 4


def test_pickles_inside_others_are_seen(tmp_path):
    objects = np.array([{}, None], object)
    np.save(tmp_path / "array.npy", objects, allow_pickle=True)
    np.savez(tmp_path / "arrays.npz", good=np.ones(1), bad=objects)
    with zipfile.ZipFile(tmp_path / "model.keras", "w") as archive:
        archive.writestr("data.pkl", b"")
        archive.writestr("weights", pickle.dumps([1]))
        archive.writestr("config.json", "{}")
    (tmp_path / "optimizer.h5").write_bytes(b"")
    assert [Path(each).name for each in found(tmp_path)] == [
        "array.npy", "bad.npy", "data.pkl", "weights", "optimizer.h5"
    ]  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"{}", b"N", b"a,b\n1,2\n", b"\x80", b"PAR1"])
def test_other_files_are_none(tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    assert found(tmp_path) == []

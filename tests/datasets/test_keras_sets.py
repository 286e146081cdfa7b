"""Keras's integer-coded sets, read through Keras from a cache made here, without network."""

import json
import shutil

import numpy as np
import polars as pl
import pytest

from linnet.datasets import fetch
from linnet.datasets.keras_sets import keras_folder
from linnet.errors import DataError
from linnet.registry import import_keras

WORDS = ["the", "päivä", "film", "rare"]


def ragged(*texts):
    made = np.empty(len(texts), object)
    made[:] = [list(text) for text in texts]
    return made


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Keras's folder with two small sets, whose sums Keras is told to accept."""
    monkeypatch.setenv("LINNET_CACHE", str(tmp_path))
    made = keras_folder()
    assert not made.exists(), "KERAS_HOME must be the tests' own"
    made.mkdir(parents=True)
    np.savez(
        made / "imdb.npz",
        x_train=ragged([1, 2], [3]), y_train=np.array([1, 0]),
        x_test=ragged([], [4, 4]), y_test=np.array([0, 1]),
    )  # fmt: skip
    np.savez(made / "reuters.npz", x=ragged(*[[n % 4 + 1] for n in range(10)]), y=np.arange(10))
    for name in ("imdb", "reuters"):
        index = {word: number for number, word in enumerate(WORDS, start=1)}
        (made / f"{name}_word_index.json").write_text(json.dumps(index))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def sums_are_right(monkeypatch):
    import_keras()
    monkeypatch.setattr("keras.src.utils.file_utils.validate_file", lambda *_, **__: True)


def test_imdb_is_decoded_to_words(folder, sums_are_right):
    table = pl.read_parquet(fetch("imdb-keras"))
    assert table.columns == ["split", "label", "text"]
    assert sorted(table.rows()) == [
        ("test", "neg", ""),
        ("test", "pos", "rare rare"),
        ("train", "neg", "film"),
        ("train", "pos", "the päivä"),
    ]


def test_keras_reads_its_own_folder_alone(folder, sums_are_right, tmp_path):
    other = shutil.copytree(folder, tmp_path / "other")
    with pytest.raises(
        DataError, match=r"Keras reads imdb from .*, not from .*other: set KERAS_HO"
    ):
        fetch("imdb-keras", data=other)


def test_reuters_is_decoded_to_words_and_topics(folder, sums_are_right):
    table = pl.read_parquet(fetch("reuters-keras"))
    assert table.columns == ["split", "label_id", "topic", "text"]
    assert table["split"].to_list() == ["train"] * 8 + ["test"] * 2
    topics = {number: topic for _, number, topic, _ in table.rows()}
    assert topics == dict(enumerate(["cocoa", "grain", "veg-oil", "earn", "acq", "wheat", "copper",
                                     "housing", "money-supply", "coffee"]))  # fmt: skip
    assert all(text == WORDS[number % 4] for _, number, _, text in table.rows())


@pytest.mark.parametrize("missing", ["imdb.npz", "imdb_word_index.json"])
def test_what_keras_has_not_downloaded_is_named(folder, missing):
    (folder / missing).unlink()
    expected = rf"holds no {missing}: Keras downloads it .*`linnet data fetch imdb` gets the texts"
    with pytest.raises(DataError, match=expected):
        fetch("imdb-keras")


def test_damaged_file_is_named(folder):
    with pytest.raises(DataError, match=r"Keras cannot read .*imdb\.npz.*remove the file"):
        fetch("imdb-keras")  # the sum is wrong, and Keras finds no network to mend that

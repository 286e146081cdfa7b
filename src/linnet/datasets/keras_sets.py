"""The data sets that Keras ships as numbers, decoded back to words.

Goes in: the folder where Keras keeps its downloads. Comes out: a table with the words in lower
case and without punctuation, which is all that the numbers hold. Keras reads its own files;
nothing is unpickled here, and nothing is downloaded.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from linnet.datasets.dataset import Dataset
from linnet.errors import DataError
from linnet.registry import import_keras

if TYPE_CHECKING:
    import polars as pl

ALL_WORDS = 10**9
LABELS = ("neg", "pos")


def keras_folder() -> Path:
    """Return the folder where Keras keeps data sets; KERAS_HOME moves it.

    Example:
        >>> keras_folder().name
        'datasets'
    """
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets"


def unpack_imdb(folder: Path) -> "pl.DataFrame":
    """Read `keras.datasets.imdb`: columns split, label and text.

    Raises:
        DataError: Keras has not downloaded it, or the file is damaged.
        MissingExtraError: Keras is not installed.

    Example:
        >>> unpack_imdb(Path("päivä"))
        Traceback (most recent call last):
        linnet.errors.DataError: päivä holds no imdb.npz...
    """
    import polars as pl

    return pl.DataFrame(
        [(split, LABELS[number], text) for split, number, text in _decoded("imdb", folder)],
        schema=dict.fromkeys(("split", "label", "text"), pl.String),
        orient="row",
    )


def unpack_reuters(folder: Path) -> "pl.DataFrame":
    """Read `keras.datasets.reuters`: columns split, label_id, topic and text.

    Raises:
        DataError: Keras has not downloaded it, or the file is damaged.
        MissingExtraError: Keras is not installed.

    Example:
        >>> unpack_reuters(Path(""))
        Traceback (most recent call last):
        linnet.errors.DataError: . holds no reuters.npz...
    """
    import polars as pl

    rows = _decoded("reuters", folder)
    topics = import_keras().datasets.reuters.get_label_names()
    return pl.DataFrame(
        [(split, number, topics[number], text) for split, number, text in rows],
        schema={"split": pl.String, "label_id": pl.Int16, "topic": pl.String, "text": pl.String},
        orient="row",
    )


def _decoded(name: str, folder: Path) -> list[tuple[str, int, str]]:
    """Split, class and words of every text; the files must be there, or Keras would download."""
    for file in (f"{name}.npz", f"{name}_word_index.json"):
        if not (folder / file).is_file():
            raise DataError(
                f"{folder} holds no {file}: Keras downloads it with keras.datasets.{name}"
                f".load_data() and .get_word_index(); `linnet data fetch {name}` gets the texts "
                "themselves instead"
            )
    if folder.resolve() != keras_folder().resolve():
        raise DataError(
            f"Keras reads {name} from {keras_folder()}, not from {folder}: set KERAS_HOME to the "
            "folder above a folder datasets that holds the files"
        )
    module = getattr(import_keras().datasets, name)
    try:
        parts = module.load_data(num_words=ALL_WORDS, start_char=None, oov_char=None, index_from=0)
        words = {number: word for word, number in module.get_word_index().items()}
    except Exception as error:  # Keras raises Exception itself
        raise DataError(
            f"Keras cannot read {folder / name}.npz: {error}; remove the file and let Keras "
            "download it again"
        ) from error
    return [
        (split, int(number), _text(ids, words))
        for split, (texts, classes) in zip(("train", "test"), parts, strict=True)
        for ids, number in zip(texts, classes, strict=True)
    ]


def _text(ids: Iterable[int], words: dict[int, str]) -> str:
    return " ".join(words.get(number, "?") for number in ids)


IMDB_KERAS = Dataset(
    name="imdb-keras",
    title="keras.datasets.imdb decoded to words: lower case, no punctuation",
    terms="As imdb.",
    address=None,
    sha256=None,
    num_rows=50_000,
    num_bytes=17_464_789,
    text=("text",),
    label="label",
    unpack=unpack_imdb,
)
REUTERS_KERAS = Dataset(
    name="reuters-keras",
    title="keras.datasets.reuters decoded to words: lower case, no punctuation",
    terms="As reuters.",
    address=None,
    sha256=None,
    num_rows=11_228,
    num_bytes=2_110_848,
    text=("text",),
    label="topic",
    unpack=unpack_reuters,
)

"""What the tutorials' programs share: rows, Keras's legacy Tokenizer, padding, a line of results.

The Tokenizer follows the documentation of Keras 2; Keras 3 no longer shows it. Nothing here knows
linnet.
"""

import argparse
import importlib.metadata
import json
import os
import resource
import time
from collections import Counter
from collections.abc import Iterable, Sequence

import keras
import numpy as np
import polars as pl
from shorten import shorten, shortened

STARTED = time.perf_counter()
BACKENDS = ("tensorflow", "jax")
FILTERS = str.maketrans(dict.fromkeys('!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n', " "))
START, UNKNOWN, SHIFT = 1, 2, 3


def begin(recipes: Sequence[str]) -> argparse.Namespace:
    """Read the rows' path, the seed and, if there are several, the recipe; fix the seed.

    With --steps, only so many batches are run and the rest is counted.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", help="Parquet file with the columns text, label, split")
    parser.add_argument("--recipe", choices=recipes, default=recipes[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=0, help="batches to time; 0: all are run")
    chosen = parser.parse_args()
    if keras.backend.backend() not in BACKENDS:
        parser.error(
            f"Keras runs on {keras.backend.backend()}, but {' and '.join(BACKENDS)} are measured: "
            "set KERAS_BACKEND"
        )
    if chosen.steps:
        shorten(chosen.steps)
    keras.utils.set_random_seed(chosen.seed)
    return chosen


def read_parts(path: str) -> dict[str, pl.DataFrame]:
    """Return the rows of each part; validation may be empty."""
    table = pl.read_parquet(path)
    return {part: table.filter(pl.col("split") == part) for part in ("train", "validation", "test")}


def class_numbers(parts: dict[str, pl.DataFrame]) -> dict[str, np.ndarray]:
    """Return the number of each row's label, in the order of the alphabet."""
    labels = sorted(parts["train"]["label"].unique())
    place = {label: number for number, label in enumerate(labels)}
    return {name: np.array([place[each] for each in part["label"]]) for name, part in parts.items()}


def words_of(text: str) -> list[str]:
    """Split as the legacy Tokenizer does: lower case, filtered characters are blanks."""
    return [word for word in text.lower().translate(FILTERS).split(" ") if word]


def word_index(texts: Iterable[str]) -> dict[str, int]:
    """Number the words by how often they occur, from 1; among equals the first seen leads."""
    counts = Counter(word for text in texts for word in words_of(text))
    return {word: number for number, (word, _) in enumerate(counts.most_common(), 1)}


def ids(texts: Iterable[str], index: dict[str, int], *, most: int | None = None) -> list[list[int]]:
    """Return the numbers of each text's words; unknown words, numbers from `most` are dropped."""
    kept = {word: number for word, number in index.items() if most is None or number < most}
    return [[kept[word] for word in words_of(text) if word in kept] for text in texts]


def ids_as_published(texts: Iterable[str], index: dict[str, int], *, most: int) -> list[list[int]]:
    """Return ids as Keras's integer-coded data sets have them.

    1 starts a text, 2 is any word that has no id below `most`, the most frequent word is 4.
    """
    kept = {word: number + SHIFT for word, number in index.items() if number + SHIFT < most}
    return [[START, *(kept.get(word, UNKNOWN) for word in words_of(text))] for text in texts]


def multi_hot(rows: Sequence[Sequence[int]], width: int) -> np.ndarray:
    """Return an array of rows × width, 1 where an id occurs; float64, as in the tutorial."""
    hot = np.zeros((len(rows), width))
    for line, row in zip(hot, rows, strict=True):
        line[row] = 1.0
    return hot


def tell(recipe: str, model: keras.Model, *, seed: int, epochs: int, **scores: float) -> None:
    """Print the line of results; seconds count from the end of the imports."""
    packages = ("keras", keras.backend.backend(), "numpy")
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = {
        "recipe": recipe, "seed": seed, **{name: float(each) for name, each in scores.items()},
        "weights": model.count_params(), "epochs": epochs,
        "seconds": time.perf_counter() - STARTED, "cpu_seconds": time.process_time(),
        "peak_mb": megabytes, "cores": os.cpu_count(),
        "versions": {name: importlib.metadata.version(name) for name in packages},
        **shortened,
    }  # fmt: skip
    print(json.dumps(line), flush=True)

"""What the tutorials' programs share: Keras's legacy Tokenizer, padding, and one line of results.

Written from the documentation of Keras 2, whose Tokenizer Keras 3 no longer has. Knows nothing of
linnet.
"""

import argparse
import json
import resource
import time
from collections import Counter

import numpy as np
import polars as pl

STARTED = time.perf_counter()
FILTERS = str.maketrans(dict.fromkeys('!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n', " "))


def arguments() -> argparse.Namespace:
    """Read the path of the rows (columns text, label, split) and the seed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rows")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def read_parts(path: str) -> dict[str, pl.DataFrame]:
    """Return the rows of each part."""
    table = pl.read_parquet(path)
    return {part: table.filter(pl.col("split") == part) for part in ("train", "validation", "test")}


def words_of(text: str) -> list[str]:
    """Split as the legacy Tokenizer does."""
    return [word for word in text.lower().translate(FILTERS).split(" ") if word]


def word_index(texts: list[str]) -> dict[str, int]:
    """Number the words by how often they occur, from 1."""
    counts = Counter(word for text in texts for word in words_of(text))
    return {word: number for number, (word, _) in enumerate(counts.most_common(), 1)}


def padded(
    texts: list[str], index: dict[str, int], *, length: int, most: int | None = None
) -> np.ndarray:
    """Return numbers, shape (texts, length): unknown words dropped, cut and padded in front."""
    rows = np.zeros((len(texts), length), np.int32)
    for row, text in zip(rows, texts, strict=True):
        known = [index[word] for word in words_of(text) if word in index]
        numbers = [number for number in known if most is None or number < most][-length:]
        row[length - len(numbers) :] = numbers
    return rows


def tell(recipe: str, seed: int, scores: dict[str, float], weights: int) -> None:
    """Print the line of results."""
    import keras

    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = {
        "recipe": recipe, "seed": seed, **{name: float(each) for name, each in scores.items()},
        "weights": weights, "seconds": time.perf_counter() - STARTED, "peak_mb": megabytes,
        "keras": keras.__version__, "backend": keras.backend.backend(),
    }  # fmt: skip
    print(json.dumps(line), flush=True)

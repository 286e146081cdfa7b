"""Word vectors out of plain texts: positive pointwise mutual information and its largest factors.

As Levy and Goldberg (2014) have it, with no library but SciPy.
"""

from pathlib import Path

import numpy as np

WINDOW, MOST_WORDS, LEAST_COUNT = 5, 15_000, 5


def write_vectors(table: Path, out: Path, *, size: int) -> None:
    """Write vectors of the words in the first column of a Parquet file, in word2vec's format."""
    import polars as pl

    from linnet.text.tokenize import tokenize

    tokens = tokenize(pl.read_parquet(table).to_series(), "words")
    counts = np.bincount(tokens.codes, minlength=len(tokens.words))
    kept = np.argsort(-counts, kind="stable")[:MOST_WORDS]
    kept = kept[counts[kept] >= LEAST_COUNT]
    place = np.full(len(counts), -1)
    place[kept] = np.arange(len(kept))
    vectors = factors(place[tokens.codes], np.diff(tokens.offsets), len(kept), size=size)
    words = list(tokens.words)
    with out.open("w", encoding="utf-8") as file:
        file.write(f"{len(kept)} {size}\n")
        for word, row in zip(kept, vectors, strict=True):
            file.write(f"{words[word]} {' '.join(f'{number:.5f}' for number in row)}\n")


def factors(words: np.ndarray, lengths: np.ndarray, num_words: int, *, size: int) -> np.ndarray:
    """Return a row of length 1 for each word; -1 in `words` is a word without one."""
    import scipy.sparse as sp
    from scipy.sparse.linalg import svds

    texts = np.repeat(np.arange(len(lengths)), lengths)
    together = sp.csr_array((num_words, num_words), dtype=np.float64)
    for apart in range(1, WINDOW + 1):
        left, right = words[:-apart], words[apart:]
        near = (texts[:-apart] == texts[apart:]) & (left >= 0) & (right >= 0)
        pairs = (np.ones(near.sum()), (left[near], right[near]))
        together += sp.coo_array(pairs, shape=together.shape).tocsr()
    together = (together + together.T).tocoo()
    often = np.asarray(together.sum(axis=0)).ravel() ** 0.75  # rare neighbours count less
    shares = together.data / np.asarray(together.sum(axis=1)).ravel()[together.row]
    information = np.maximum(np.log(shares / (often / often.sum())[together.col]), 0)
    matrix = sp.csr_array((information, (together.row, together.col)), shape=together.shape)
    left, values, _ = svds(matrix, k=size, random_state=0)
    rows = left * np.sqrt(values)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

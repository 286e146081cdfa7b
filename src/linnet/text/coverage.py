"""How well a set of texts covers the words of the next one."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.text.tokenize import Tokens

IDEOGRAPH = r"^[\p{Han}\p{Hiragana}\p{Katakana}]$"


def unseen(tokens: Tokens) -> float:
    """Return the share of a new text's tokens that these texts are likely not to have, 0 to 1.

    It is the share of tokens whose word occurs once (Good 1953, who thanks Turing).

    Example:
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> unseen(tokenize(as_texts(["to be or", "not to be"]))), unseen(tokenize(as_texts([])))
        (0.333..., 0.0)
    """
    return unseen_of(np.bincount(tokens.codes))


def unseen_of(counts: NDArray[np.int64]) -> float:
    """Return what `unseen` does, from how often each word stands in the texts.

    Example:
        >>> unseen_of(np.array([2, 2, 1, 1])), unseen_of(np.array([], np.int64))
        (0.333..., 0.0)
    """
    return float((counts == 1).sum() / max(1, counts.sum()))


def ideographs(tokens: Tokens) -> float:
    """Return the share of tokens that are one Chinese or Japanese character, 0 to 1.

    Example:
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> ideographs(tokenize(as_texts(["漢字 a b"]))), ideographs(tokenize(as_texts([])))
        (0.5, 0.0)
    """
    counts = np.bincount(tokens.codes, minlength=len(tokens.words))
    return ideographs_of(pl.Series(tokens.words, dtype=pl.String), counts)


def ideographs_of(words: pl.Series, counts: NDArray[np.int64]) -> float:
    """Return what `ideographs` does, from how often each word stands in the texts.

    Example:
        >>> ideographs_of(pl.Series(["漢", "a"]), np.array([1, 3]))
        0.25
    """
    alone = words.str.contains(IDEOGRAPH).to_numpy()
    return float(counts[alone].sum() / max(1, counts.sum()))

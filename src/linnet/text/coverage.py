"""How well a set of texts covers the words of the next one."""

import numpy as np
import polars as pl

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
    counts = np.bincount(tokens.codes)
    return float((counts == 1).sum() / max(1, len(tokens.codes)))


def ideographs(tokens: Tokens) -> float:
    """Return the share of tokens that are one Chinese or Japanese character, 0 to 1.

    Example:
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> ideographs(tokenize(as_texts(["漢字 a b"]))), ideographs(tokenize(as_texts([])))
        (0.5, 0.0)
    """
    words = pl.Series(tokens.words, dtype=pl.String)
    alone = words.str.contains(IDEOGRAPH).to_numpy()
    return float(alone[tokens.codes].sum() / max(1, len(tokens.codes)))

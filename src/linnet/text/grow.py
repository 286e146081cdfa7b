"""More ids for a vocabulary that a model was trained with.

Goes in: a vectoriser and new training texts. Comes out: a vectoriser whose first ids are the old
ones, unchanged. Knows nothing of the weights that belong to them.
"""

from dataclasses import replace
from itertools import islice

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.errors import ConfigError
from linnet.text.tokenize import Tokens
from linnet.text.vectorize import Vectorizer, fit_and_vectorize
from linnet.text.vocabulary import MOST_IDS, RESERVED, Vocabulary
from linnet.types import Targets


def grow(vectorizer: Vectorizer, tokens: Tokens, *, targets: Targets | None = None) -> Vectorizer:
    """Give ids to the tokens and n-grams of new training texts that have none.

    They are appended by how often the new texts hold them, as `count_tokens` orders them. What
    has an id keeps it, with its count and its weight; counts and weights of the new ones are those
    of the new texts alone.

    Args:
        vectorizer: Its settings say how rare a token may be, and how many ids there may be.
        tokens: New training texts, split as the vectoriser splits them.
        targets: What a model should answer, for log_odds only.

    Raises:
        ConfigError: There are `max_ids` ids already.

    Example:
        >>> from linnet.text.tokenize import tokenize
        >>> from linnet.text.vectorize import TextSettings, fit
        >>> old = fit(tokenize(pl.Series(["b", ""])), TextSettings())
        >>> grow(old, tokenize(pl.Series(["ä b", "ä a", ""]))).vocabulary.tokens.to_list()
        ['<padding>', '<unknown>', 'b', 'ä', 'a']
    """
    settings, old = vectorizer.settings, vectorizer.vocabulary
    room = (settings.max_ids or MOST_IDS) - len(old)
    if room <= 0:
        raise ConfigError(
            f"the vocabulary has {len(old):,} ids and max_ids is {settings.max_ids:,}: set "
            "max_ids higher, or leave extend_vocabulary out"
        )
    made, _ = fit_and_vectorize(tokens, replace(settings, max_ids=None), targets=targets)
    found = made.vocabulary
    ids, new = _places(old, found, room)
    return Vectorizer(settings, _appended(old, found, ids, new))


def _places(
    old: Vocabulary, found: Vocabulary, room: int
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the id of each row of `found` in the grown table, and the rows that are new."""
    grams = np.flatnonzero(old.prefix)
    parts = zip(old.prefix[grams].tolist(), old.last[grams].tolist(), strict=True)
    known = dict(zip(parts, grams.tolist(), strict=True))
    rows = zip(found.tokens.to_list(), found.prefix.tolist(), found.last.tolist(), strict=True)
    ids, new = list(range(len(RESERVED))), list[int]()
    for row, (token, prefix, last) in islice(enumerate(rows), len(RESERVED), None):
        here = known.get((ids[prefix], ids[last])) if prefix else old.index.get(token)
        if here is None:
            if len(new) == room:  # later rows are rarer, or n-grams of rarer ones
                break
            here = len(old) + len(new)
            new.append(row)
        ids.append(here)
    return np.array(ids, np.int32), np.array(new, np.int64)


def _appended(
    old: Vocabulary, found: Vocabulary, ids: NDArray[np.int32], new: NDArray[np.int64]
) -> Vocabulary:
    """Put the new rows behind the old table, their parts named by the grown table's ids."""
    idf = None
    if old.idf is not None and found.idf is not None:
        idf = np.concatenate([old.idf, found.idf[new]])
    return Vocabulary(
        pl.concat([old.tokens, found.tokens.gather(new)]),
        np.concatenate([old.counts, found.counts[new]]),
        np.concatenate([old.prefix, ids[found.prefix[new]]]),
        np.concatenate([old.last, ids[found.last[new]]]),
        idf,
    )

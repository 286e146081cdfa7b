"""Repairs of a whole table: one small function each.

Goes in: texts and targets. Comes out: the rows to keep, and what was dropped. Knows nothing of
files and splits.
"""

import numpy as np
import polars as pl

from linnet.errors import ConfigError
from linnet.exploration.subject import answers
from linnet.registry import unknown
from linnet.types import Note, Rows, Targets

_KEPT = {
    "all": ~pl.col("text").is_duplicated(),
    "first": pl.col("text").is_first_distinct(),
    "conflicts": pl.col("answer").n_unique().over("text") == 1,
    "keep": pl.col("text").is_not_null(),
}
_REASONS = {
    "all": "their text stands in another row too",
    "first": "their text stands in an earlier row",
    "conflicts": "their text stands in another row with other labels",
}
POLICIES = tuple(_KEPT)


def drop_duplicates(
    texts: pl.Series, targets: Targets, *, policy: str
) -> tuple[Rows, tuple[Note, ...]]:
    """Choose which rows stay where the same text stands in several.

    Args:
        texts: Strings without nulls; texts are the same if every character is.
        targets: What a model should answer, row by row.
        policy: "all" drops every copy, "first" keeps the first copy, "conflicts" drops every copy
            of a text that has different labels, "keep" drops nothing.

    Returns:
        The rows to keep, ascending, and a note if there are others.

    Raises:
        ConfigError: The policy is unknown.

    Example:
        >>> texts = pl.Series(["é", "é", "", "b", "b"])
        >>> targets = np.array([0, 1, 0, 1, 1])
        >>> [drop_duplicates(texts, targets, policy=each)[0].tolist() for each in POLICIES]
        [[2], [0, 2, 3], [2, 3, 4], [0, 1, 2, 3, 4]]
        >>> drop_duplicates(texts, targets, policy="first")[1][0].message
        '2 of 5 rows dropped: their text stands in an earlier row'
    """
    if policy not in _KEPT:
        raise ConfigError(unknown("duplicates", policy, POLICIES))
    frame = pl.DataFrame({"text": texts, "answer": answers(targets)})
    kept = frame.select(_KEPT[policy]).to_series().to_numpy()
    dropped = np.flatnonzero(~kept)
    if not dropped.size:
        return np.flatnonzero(kept), ()
    message = f"{dropped.size} of {kept.size} rows dropped: {_REASONS[policy]}"
    return np.flatnonzero(kept), (Note("duplicate", dropped.size, message, dropped),)

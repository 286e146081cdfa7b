"""Texts that stand in several rows.

Goes in: texts and targets. Comes out: how often and where each of them stands. Knows nothing of
what to do about them.
"""

from collections import Counter
from dataclasses import dataclass

import polars as pl

from linnet.exploration.subject import Subject
from linnet.exploration.wording import short

MOST_ROWS = 5
MOST_TEXTS = 10


@dataclass(frozen=True)
class Copies:
    """A text that stands in several rows.

    Attributes:
        text: The text, cut to 80 characters.
        count: In how many rows it stands.
        rows: The first five of these rows.
        labels: Label → how many of these rows have it, in the order of the classes.
    """

    text: str
    count: int
    rows: tuple[int, ...]
    labels: dict[str, int]


def copies(subject: Subject) -> pl.DataFrame:
    """Return each text that stands in several rows, the most frequent first.

    Returns:
        Columns text, count and positions: all places in the subject, ascending.

    Example:
        >>> import numpy as np
        >>> texts = pl.Series(["", "é", "b", "é", ""])
        >>> copies(Subject(texts, np.zeros(5, np.int64), "binary", ("x", "y"))).rows()
        [('', 2, [0, 4]), ('é', 2, [1, 3])]
    """
    return (
        pl.DataFrame({"text": subject.texts})
        .with_row_index("position")
        .filter(pl.col("text").is_duplicated())
        .group_by("text")
        .agg(pl.len().alias("count"), positions=pl.col("position"))
        .sort("count", pl.col("positions").list.first(), descending=[True, False])
    )


def most_frequent(subject: Subject) -> tuple[Copies, ...]:
    """Return the ten texts that stand in most rows, with their rows and labels.

    Example:
        >>> import numpy as np
        >>> texts = pl.Series(["é", "b", "é"])
        >>> most_frequent(Subject(texts, np.array([0, 0, 1]), "binary", ("x", "y")))
        (Copies(text='é', count=2, rows=(0, 2), labels={'x': 1, 'y': 1}),)
    """
    return tuple(
        _described(subject, text, positions)
        for text, _, positions in copies(subject).head(MOST_TEXTS).iter_rows()
    )


def _described(subject: Subject, text: str, positions: list[int]) -> Copies:
    labels = Counter(label for position in positions for label in subject.labels_of(position))
    return Copies(
        text=short(text),
        count=len(positions),
        rows=tuple(subject.row_of(position) for position in positions[:MOST_ROWS]),
        labels={label: labels[label] for label in subject.labels if label in labels},
    )

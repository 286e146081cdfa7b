"""The same text with different labels."""

import polars as pl

from linnet.exploration.subject import Subject
from linnet.exploration.wording import MOST_EXAMPLES, short
from linnet.types import Finding


def find(subject: Subject) -> list[Finding]:
    """Find texts whose copies have different labels: no model can get them all right.

    Example:
        >>> import numpy as np
        >>> texts = pl.Series(["", "hei", "hei", ""])
        >>> found = find(Subject(texts, np.array([1, 0, 1, 1]), "binary", ("no", "yes")))
        >>> found[0].message
        'texts whose copies have different labels: 1 (in 2 of 4 rows)'
        >>> found[0].examples
        ('hei: no (row 1) / yes (row 2)',)
    """
    texts = (
        pl.DataFrame({"text": subject.texts, "answer": subject.answers})
        .with_row_index("position")
        .filter(pl.col("answer").n_unique().over("text") > 1)
        .group_by("text", "answer")
        .agg(pl.len().alias("count"), pl.col("position").min())
        .sort("position")
        .group_by("text", maintain_order=True)
        .agg(pl.col("count").sum(), positions=pl.col("position"))
    )
    if not texts.height:
        return []
    message = (
        f"texts whose copies have different labels: {texts.height} "
        f"(in {texts['count'].sum()} of {subject.num_rows} rows)"
    )
    examples = tuple(
        f"{short(text)}: " + " / ".join(_answer(subject, each) for each in positions)
        for text, positions in texts.head(MOST_EXAMPLES).select("text", "positions").iter_rows()
    )
    return [Finding("conflicts", texts.height, message, "--duplicates conflicts", examples)]


def _answer(subject: Subject, position: int) -> str:
    labels = short(", ".join(subject.labels_of(position))) or "no label"
    return f"{labels} (row {subject.row_of(position)})"

"""The same text in several rows."""

from typing import Any

import polars as pl

from linnet.exploration.subject import Subject
from linnet.exploration.wording import MOST_EXAMPLES, short
from linnet.types import Finding

_MOST_ROWS = 5


def find(subject: Subject) -> list[Finding]:
    """Find texts that stand in more than one row, the most frequent first.

    Example:
        >>> import numpy as np
        >>> texts = pl.Series(["päivää", "", "päivää", "päivää"])
        >>> found = find(Subject(texts, np.array([0, 1, 0, 1]), "binary", ("a", "b")))
        >>> found[0].message
        '3 of 4 rows share their text with another row; one copy of each would be 2 rows'
        >>> found[0].examples
        ('3 × päivää (rows 0, 2, 3)',)
    """
    copies = (
        pl.DataFrame({"text": subject.texts})
        .with_row_index("position")
        .filter(pl.col("text").is_duplicated())
        .group_by("text")
        .agg(pl.len().alias("count"), positions=pl.col("position").head(_MOST_ROWS))
        .sort("count", pl.col("positions").list.first(), descending=[True, False])
    )
    if not copies.height:
        return []
    count = int(copies["count"].sum())
    message = (
        f"{count} of {subject.num_rows} rows share their text with another row; "
        f"one copy of each would be {subject.num_rows - count + copies.height} rows"
    )
    examples = tuple(_example(subject, copy) for copy in copies.head(MOST_EXAMPLES).to_dicts())
    return [Finding("duplicates", count, message, "--duplicates first", examples)]


def _example(subject: Subject, copy: dict[str, Any]) -> str:
    more = ", …" if copy["count"] > _MOST_ROWS else ""
    rows = ", ".join(str(subject.row_of(each)) for each in copy["positions"])
    return f"{copy['count']} × {short(copy['text'])} (rows {rows}{more})"

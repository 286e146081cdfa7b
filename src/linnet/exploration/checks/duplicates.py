"""The same text in several rows."""

from linnet.exploration.copies import MOST_ROWS, copies
from linnet.exploration.subject import Subject
from linnet.exploration.wording import MOST_EXAMPLES, short
from linnet.types import Finding


def find(subject: Subject) -> list[Finding]:
    """Find texts that stand in more than one row, the most frequent first.

    Example:
        >>> import numpy as np
        >>> import polars as pl
        >>> texts = pl.Series(["päivää", "", "päivää", "päivää"])
        >>> found = find(Subject(texts, np.array([0, 1, 0, 1]), "binary", ("a", "b")))
        >>> found[0].message
        '3 of 4 rows share their text with another row; one copy of each would be 2 rows'
        >>> found[0].examples
        ('3 × päivää (rows 0, 2, 3)',)
    """
    found = copies(subject)
    if not found.height:
        return []
    count = int(found["count"].sum())
    message = (
        f"{count} of {subject.num_rows} rows share their text with another row; "
        f"one copy of each would be {subject.num_rows - count + found.height} rows"
    )
    examples = tuple(
        _example(subject, text, positions)
        for text, _, positions in found.head(MOST_EXAMPLES).iter_rows()
    )
    return [Finding("duplicates", count, message, "--duplicates first", examples)]


def _example(subject: Subject, text: str, positions: list[int]) -> str:
    more = ", …" if len(positions) > MOST_ROWS else ""
    rows = ", ".join(str(subject.row_of(each)) for each in positions[:MOST_ROWS])
    return f"{len(positions)} × {short(text)} (rows {rows}{more})"

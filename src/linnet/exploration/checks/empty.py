"""Texts in which nothing stands."""

import numpy as np

from linnet.exploration.subject import Subject
from linnet.exploration.wording import MOST_EXAMPLES, short
from linnet.types import Finding

_MEND = "fill them in or leave the rows out: all of them get the same answer"


def find(subject: Subject) -> list[Finding]:
    r"""Find texts that are empty or white space.

    Example:
        >>> import polars as pl
        >>> texts = pl.Series(["", "é", "\t"])
        >>> found = find(Subject(texts, np.array([0, 1, 0]), "binary", ("a", "b")))
        >>> found[0].message, found[0].examples
        ('texts that are empty or white space: 2 of 3', ('row 0: a', 'row 2: a'))
    """
    rows = np.flatnonzero(subject.num_words == 0)
    if not rows.size:
        return []
    message = f"texts that are empty or white space: {rows.size} of {subject.num_rows}"
    examples = tuple(
        short(f"row {row}: {', '.join(subject.labels_of(row)) or 'no label'}")
        for row in rows[:MOST_EXAMPLES]
    )
    return [Finding("empty", rows.size, message, _MEND, examples)]

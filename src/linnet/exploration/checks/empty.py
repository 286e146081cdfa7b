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
    empty = np.flatnonzero(subject.num_words == 0)
    if not empty.size:
        return []
    message = f"texts that are empty or white space: {empty.size} of {subject.num_rows}"
    examples = tuple(
        short(f"row {subject.row_of(each)}: {', '.join(subject.labels_of(each)) or 'no label'}")
        for each in empty[:MOST_EXAMPLES]
    )
    return [Finding("empty", empty.size, message, _MEND, examples)]

"""Sets of labels that a single row has."""

from linnet.exploration.subject import Subject
from linnet.exploration.wording import MOST_EXAMPLES, short
from linnet.types import Finding

_MEND = "none is needed for training; to measure them, collect more rows"


def find(subject: Subject) -> list[Finding]:
    """Find sets of labels that occur once, in a multilabel table.

    Example:
        >>> import numpy as np
        >>> import polars as pl
        >>> targets = np.array([[1, 1], [0, 1], [0, 1], [0, 0]])
        >>> found = find(Subject(pl.Series([""] * 4), targets, "multilabel", ("ä", "b")))
        >>> found[0].message, found[0].examples
        ('sets of labels with a single row: 2 of 3', ('ä, b', 'no label'))
    """
    if subject.task != "multilabel":
        return []
    once = subject.answers.is_unique().arg_true()
    if not once.len():
        return []
    message = f"sets of labels with a single row: {once.len()} of {subject.answers.n_unique()}"
    examples = tuple(
        short(", ".join(subject.labels_of(row))) or "no label" for row in once.head(MOST_EXAMPLES)
    )
    return [Finding("rare_label_sets", once.len(), message, _MEND, examples)]

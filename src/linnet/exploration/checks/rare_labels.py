"""Labels that few rows have."""

import numpy as np

from linnet.exploration.subject import Subject
from linnet.exploration.wording import MOST_EXAMPLES, short
from linnet.types import Finding

FEW_ROWS = 10

_MEND = "collect more rows of them, or rename them into a larger label with --labels"


def find(subject: Subject) -> list[Finding]:
    """Find labels with fewer than 10 rows.

    Example:
        >>> import polars as pl
        >>> texts = pl.Series([""] * 12)
        >>> labels = ("often", "einmal", "never")
        >>> found = find(Subject(texts, np.array([0] * 11 + [1]), "multiclass", labels))
        >>> found[0].message
        'labels with fewer than 10 rows: 2 of 3 (with a single row: 1, with none: 1)'
        >>> found[0].examples
        ('never: 0', 'einmal: 1')
    """
    counts = subject.class_counts
    rare = np.flatnonzero(counts < FEW_ROWS)
    if not rare.size:
        return []
    message = (
        f"labels with fewer than {FEW_ROWS} rows: {rare.size} of {len(subject.labels)} "
        f"(with a single row: {(counts == 1).sum()}, with none: {(counts == 0).sum()})"
    )
    rarest = rare[np.argsort(counts[rare], kind="stable")][:MOST_EXAMPLES]
    examples = tuple(f"{short(subject.labels[each])}: {counts[each]}" for each in rarest)
    return [Finding("rare_labels", rare.size, message, _MEND, examples)]

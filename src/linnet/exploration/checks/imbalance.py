"""Labels that have many more rows than others."""

from linnet.exploration.subject import Subject
from linnet.exploration.wording import percent, short
from linnet.types import Finding

RATIO = 4


def find(subject: Subject) -> list[Finding]:
    """Find out whether the largest label has at least 4 times the rows of the smallest.

    Labels without rows are another finding.

    Example:
        >>> import numpy as np
        >>> import polars as pl
        >>> texts = pl.Series([""] * 10)
        >>> found = find(Subject(texts, np.array([0] * 9 + [1]), "binary", ("ham", "späm")))
        >>> found[0].message
        "'ham' has 9 rows (90.0 %), 'späm' has 1: accuracy alone says little"
    """
    present = [
        (int(count), label)
        for count, label in zip(subject.class_counts, subject.labels, strict=True)
        if count
    ]
    if not present:
        return []
    (most, largest), (least, smallest) = max(present), min(present)
    if most < RATIO * least:
        return []
    message = (
        f"{short(largest)!r} has {most} rows ({percent(most / subject.num_rows)}), "
        f"{short(smallest)!r} has {least}: accuracy alone says little"
    )
    smaller = sum(most >= RATIO * count for count, _ in present)
    mend = "look at macro-F1" if subject.task == "multilabel" else "--class-weights balanced"
    return [Finding("imbalance", smaller, message, mend)]

"""Texts that are nearly the same."""

import polars as pl

from linnet.exploration.subject import Subject
from linnet.exploration.wording import MOST_EXAMPLES, short
from linnet.types import Finding


def find(subject: Subject) -> list[Finding]:
    """Find texts that are nearly another's, exact copies not counted, the largest groups first.

    Nothing is found where nobody has grouped the texts: that takes longer than all other checks.

    Example:
        >>> import numpy as np
        >>> texts = pl.Series(["hyvää päivää", "x", "Hyvää  päivää", "hyvää päivää"])
        >>> near = np.array([0, 1, 0, 0])
        >>> labels = ("a", "b")
        >>> found = find(Subject(texts, np.array([0, 1, 0, 1]), "binary", labels, near=near))
        >>> found[0].message
        '2 different texts are nearly the same as another (in 3 of 4 rows); the largest group of 1
        holds 2'
        >>> found[0].examples
        ('hyvää päivää (row 0) / Hyvää päivää (row 2)',)
    """
    if subject.near is None:
        return []
    groups = (
        pl.DataFrame({"text": subject.texts, "near": subject.near})
        .with_row_index("position")
        .group_by("near", "text")
        .agg(pl.len().alias("rows"), pl.col("position").min())
        .sort("position")
        .group_by("near", maintain_order=True)
        .agg(pl.len().alias("texts"), pl.col("rows").sum(), pl.col("position"))
        .filter(pl.col("texts") > 1)
        .sort("texts", pl.col("position").list.first(), descending=[True, False])
    )
    if not groups.height:
        return []
    count = int(groups["texts"].sum())
    message = (
        f"{count} different texts are nearly the same as another (in {groups['rows'].sum()} of "
        f"{subject.num_rows} rows); the largest group of {groups.height} "
        f"holds {groups['texts'][0]}"
    )
    examples = tuple(
        " / ".join(_named(subject, each) for each in positions[:2])
        for positions in groups.head(MOST_EXAMPLES)["position"].to_list()
    )
    mend = "linnet keeps them in one part where it draws test rows; --near-duplicates together"
    return [Finding("near_duplicates", count, message, mend, examples)]


def _named(subject: Subject, position: int) -> str:
    return f"{short(subject.texts[position])} (row {subject.row_of(position)})"

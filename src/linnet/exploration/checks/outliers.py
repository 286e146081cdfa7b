"""Texts that are far longer or shorter than the others."""

import numpy as np

from linnet.exploration.subject import Subject
from linnet.exploration.wording import MOST_EXAMPLES, short
from linnet.types import Finding, Rows

FENCE = 3.0
"""Tukey (1977) calls a value "far out" beyond the quartiles by 3 times their distance."""

_MENDS = {
    "longer": "--max-length cuts them",
    "shorter": "look at them: they may be remains of something else",
}


def find(subject: Subject) -> list[Finding]:
    """Find texts whose number of words is far out, on a logarithmic scale.

    Example:
        >>> import polars as pl
        >>> texts = pl.Series(["so it goes", "hei", "a b c d", "a b"] * 9 + ["", "ä " * 500])
        >>> targets = np.zeros(38, np.int64)
        >>> found = find(Subject(texts, targets, "binary", ("a", "b")))
        >>> found[0].message
        'texts far longer than the others: 1 (from 500 words, the median is 2)'
    """
    if not subject.num_rows:
        return []
    logs = np.log1p(subject.num_words)
    lower, upper = np.percentile(logs, [25, 75])
    reach = FENCE * max(upper - lower, np.log(1.1))
    longer = np.flatnonzero(logs > upper + reach)
    shorter = np.flatnonzero(logs < lower - reach)
    return [*_finding(subject, longer, "longer"), *_finding(subject, shorter, "shorter")]


def _finding(subject: Subject, rows: Rows, how: str) -> list[Finding]:
    if not rows.size:
        return []
    words = subject.num_words[rows]
    edge = f"from {words.min()}" if how == "longer" else f"up to {words.max()}"
    message = (
        f"texts far {how} than the others: {rows.size} ({edge} words, "
        f"the median is {np.median(subject.num_words):.0f})"
    )
    extreme = rows[np.argsort(words if how == "shorter" else -words, kind="stable")]
    examples = tuple(
        short(f"{subject.num_words[row]} words: {subject.texts[int(row)]}")
        for row in extreme[:MOST_EXAMPLES]
    )
    return [Finding("outliers", rows.size, message, _MENDS[how], examples)]

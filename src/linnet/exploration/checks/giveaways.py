"""Labels that stand as words in their own texts."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from linnet.exploration.subject import Subject
from linnet.exploration.wording import MOST_EXAMPLES, percent, short
from linnet.text.tokenize import tokenize
from linnet.types import Finding, Rows

FEWEST_TEXTS = 10
LEAST_SHARE = 0.05
RATIO = 5.0

_MEND = "fine if texts will name their labels in use too; if not, take the words out of the texts"


def find(subject: Subject) -> list[Finding]:
    """Find labels that stand in at least 5 % of their own texts, 5 times as often as in others.

    Such words make a task look easier than it is, if they come from how the rows were collected.

    Example:
        >>> texts = pl.Series(["Äiti says C++", "c"] * 10 + [""])
        >>> subject = Subject(texts, np.array([0, 1] * 10 + [1]), "binary", ("c++", "c"))
        >>> found = find(subject)
        >>> found[0].message
        'labels that stand in their own texts: 1 of 2'
        >>> found[0].examples
        ('c++: in 100.0 % of its texts, in 0.0 % of the others',)
    """
    found = []
    for number, rows in _named(subject):
        num_own = int(subject.class_counts[number])
        own = subject.count(number, rows)
        share = own / max(num_own, 1)
        others = (rows.size - own) / max(subject.num_rows - num_own, 1)
        if own >= FEWEST_TEXTS and share >= max(LEAST_SHARE, RATIO * others):
            found.append((share, others, subject.labels[number]))
    if not found:
        return []
    message = f"labels that stand in their own texts: {len(found)} of {len(subject.labels)}"
    examples = tuple(
        f"{short(label)}: in {percent(share)} of its texts, in {percent(others)} of the others"
        for share, others, label in sorted(found, reverse=True)[:MOST_EXAMPLES]
    )
    return [Finding("giveaways", len(found), message, _MEND, examples)]


def _named(subject: Subject) -> Iterator[tuple[int, Rows]]:
    """Go through the classes, each with the rows whose texts contain its label."""
    codes, offsets = subject.tokens.codes, subject.tokens.offsets
    names = _label_codes(subject)
    firsts = np.isin(np.arange(len(subject.tokens.words)), [name[0] for name in names.values()])
    starts = np.flatnonzero(firsts[codes])
    starts = starts[np.argsort(codes[starts], kind="stable")]
    sorted_codes = codes[starts]
    for number, name in names.items():
        first, end = np.searchsorted(sorted_codes, [name[0], name[0] + 1])
        here = starts[first:end]
        rows = np.searchsorted(offsets, here, side="right") - 1
        fits = here + len(name) <= offsets[rows + 1]
        found = codes[here[fits, None] + np.arange(len(name))] == name
        yield number, np.unique(rows[fits][found.all(axis=1)])


def _label_codes(subject: Subject) -> dict[int, list[int]]:
    """Return the tokens of each label, for those whose tokens all occur in the texts."""
    index = {word: code for code, word in enumerate(subject.tokens.words)}
    labels = tokenize(pl.Series(subject.labels, dtype=pl.String))
    named = {}
    for number in range(len(labels)):
        written = labels.codes[labels.offsets[number] : labels.offsets[number + 1]]
        name = [index.get(labels.words[code], -1) for code in written]
        if name and -1 not in name:
            named[number] = name
    return named

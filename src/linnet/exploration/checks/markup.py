"""HTML that was left in the texts."""

from linnet.exploration.subject import Subject
from linnet.exploration.wording import excerpts, percent
from linnet.text.markup import ENTITIES, TAGS
from linnet.types import Finding

MARKUP = f"{TAGS}|{ENTITIES}"

_MEND = "--strip-markup, unless tags tell the labels apart"


def find(subject: Subject) -> list[Finding]:
    """Find texts with HTML tags or entities.

    Example:
        >>> import numpy as np
        >>> import polars as pl
        >>> texts = pl.Series(["", "good<br />film", "Beyonc&#233;", "List<T> & x"])
        >>> found = find(Subject(texts, np.array([0, 1, 0, 1]), "binary", ("a", "b")))
        >>> found[0].message, found[0].examples
        ('texts with HTML tags or entities: 2 of 4 (50.0 %)', ('good<br />film', 'Beyonc&#233;'))
    """
    marked = subject.texts.filter(subject.texts.str.contains(MARKUP))
    if not marked.len():
        return []
    message = (
        f"texts with HTML tags or entities: {marked.len()} of {subject.num_rows} "
        f"({percent(marked.len() / subject.num_rows)})"
    )
    return [Finding("markup", marked.len(), message, _MEND, excerpts(marked, MARKUP))]

"""Characters that were lost or mistaken when bytes became text."""

from linnet.exploration.subject import Subject
from linnet.exploration.wording import excerpts
from linnet.types import Finding

# What UTF-8 becomes when it is read as Latin-1 or Windows-1252: "é" is read as "Ã©", "’" as "â€™".
MISTAKEN = r"[ÃÂÐÑ][\u{80}-\u{BF}]|â€|â\u{80}|ðŸ|ï»¿"
LOST = "\N{REPLACEMENT CHARACTER}"

_MEND = "write the table as UTF-8 again, from its source and in its own encoding"


def find(subject: Subject) -> list[Finding]:
    """Find replacement characters, and UTF-8 that was read as another encoding.

    Example:
        >>> import numpy as np
        >>> import polars as pl
        >>> texts = pl.Series(["", "AdÃ©: a love story", "Beyoncé"])
        >>> found = find(Subject(texts, np.array([0, 1, 0]), "binary", ("a", "b")))
        >>> found[0].message, found[0].examples
        ('texts with damaged characters: 1 of 3 (mistaken: 1, lost: 0)', ('AdÃ©: a love story',))
    """
    mistaken = subject.texts.str.contains(MISTAKEN)
    lost = subject.texts.str.contains(LOST, literal=True)
    damaged = subject.texts.filter(mistaken | lost)
    if not damaged.len():
        return []
    message = (
        f"texts with damaged characters: {damaged.len()} of {subject.num_rows} "
        f"(mistaken: {mistaken.sum()}, lost: {lost.sum()})"
    )
    examples = excerpts(damaged, f"{MISTAKEN}|{LOST}")
    return [Finding("encoding", damaged.len(), message, _MEND, examples)]

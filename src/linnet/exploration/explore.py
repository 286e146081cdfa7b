"""What is in a table: counts, lengths, the first texts, and what is wrong.

Goes in: texts and targets. Comes out: `Exploration`, plain data for `explore.json`. Knows nothing
of files and figures.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.exploration.copies import Copies, most_frequent
from linnet.exploration.lengths import Cut, Lengths, cuts, lengths
from linnet.exploration.subject import Subject
from linnet.exploration.telling import Word, telling_words
from linnet.exploration.together import Together, together
from linnet.exploration.wording import short
from linnet.registry import resolve
from linnet.types import Finding, Rows, Targets, Task

CHECKS = {
    "duplicates": "linnet.exploration.checks.duplicates:find",
    "near_duplicates": "linnet.exploration.checks.near_duplicates:find",
    "conflicts": "linnet.exploration.checks.conflicts:find",
    "empty": "linnet.exploration.checks.empty:find",
    "encoding": "linnet.exploration.checks.encoding:find",
    "markup": "linnet.exploration.checks.markup:find",
    "outliers": "linnet.exploration.checks.outliers:find",
    "rare_labels": "linnet.exploration.checks.rare_labels:find",
    "rare_label_sets": "linnet.exploration.checks.rare_label_sets:find",
    "imbalance": "linnet.exploration.checks.imbalance:find",
    "giveaways": "linnet.exploration.checks.giveaways:find",
}
HEAD_ROWS = 5


@dataclass(frozen=True)
class Head:
    """One of the first rows.

    Attributes:
        text: The text, cut to 80 characters.
        labels: Its labels; multilabel rows may have none.
        words: How many words the whole text has.
    """

    text: str
    labels: tuple[str, ...]
    words: int


@dataclass(frozen=True)
class Exploration:
    """What is in a table.

    Attributes:
        rows: How many rows there are.
        task: Binary, multiclass or multilabel.
        class_counts: Label → how many rows have it, in the order of the classes.
        lengths: Words per text: what stands between white space.
        distinct_words: How many different words there are, lower-cased, symbols not counted.
        findings: What is wrong, in the order of `CHECKS`.
        head: The first rows.
        cuts: "100", "130", ... → the share of texts that are longer.
        most_frequent: The texts that stand in most rows; none if each stands in one.
        together: Which labels stand together; None but for multilabel.
        telling: Label → the words that tell it from the others, for the labels with most rows.
    """

    rows: int
    task: Task
    class_counts: dict[str, int]
    lengths: Lengths
    distinct_words: int
    findings: tuple[Finding, ...]
    head: tuple[Head, ...]
    cuts: dict[str, Cut]
    most_frequent: tuple[Copies, ...]
    together: Together | None
    telling: dict[str, tuple[Word, ...]]

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain dicts, lists, strings and numbers."""
        plain: dict[str, Any] = _plain(dataclasses.asdict(self))
        return plain


def explore(
    texts: pl.Series,
    targets: Targets,
    *,
    task: Task,
    labels: tuple[str, ...],
    rows: Rows | None = None,
    max_length: int | None = None,
) -> Exploration:
    """Look at texts and their labels, and run every check.

    Args:
        texts: Strings without nulls.
        targets: What a model should answer, row by row.
        task: Binary, multiclass or multilabel.
        labels: The labels in the order of their classes.
        rows: The row of the table from which each text comes, for the examples of findings;
            None: they are all of its rows.
        max_length: A length for which to say how many texts it would cut; None: only the usual.

    Example:
        >>> texts = pl.Series(["Päivää!", "", "good day"])
        >>> made = explore(texts, np.array([1, 0, 0]), task="binary", labels=("en", "fi"))
        >>> made.rows, made.class_counts, made.distinct_words, made.lengths.max
        (3, {'en': 2, 'fi': 1}, 3, 2)
        >>> [finding.check for finding in made.findings]
        ['empty', 'rare_labels']
    """
    return explore_subject(Subject(texts, targets, task, labels, rows), max_length=max_length)


def explore_subject(subject: Subject, *, max_length: int | None = None) -> Exploration:
    """Look at texts and their labels, as `explore` does.

    Example:
        >>> explore_subject(Subject(pl.Series(["a"]), np.array([0]), "binary", ("x", "y"))).rows
        1
    """
    return Exploration(
        rows=subject.num_rows,
        task=subject.task,
        class_counts=dict(zip(subject.labels, subject.class_counts.tolist(), strict=True)),
        lengths=lengths(subject.num_words),
        distinct_words=_distinct_words(subject),
        findings=tuple(
            finding for name in CHECKS for finding in resolve(CHECKS, name, "check")(subject)
        ),
        head=tuple(_head(subject, each) for each in range(min(HEAD_ROWS, subject.num_rows))),
        cuts=cuts(*lengths_of(subject), max_length=max_length),
        most_frequent=most_frequent(subject),
        together=together(subject),
        telling=telling_words(subject),
    )


def lengths_of(subject: Subject) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return words, and words and symbols, of each text: what `cuts` takes.

    Example:
        >>> subject = Subject(pl.Series(["a", "a b!"]), np.array([0, 1]), "binary", ("x", "y"))
        >>> [each.tolist() for each in lengths_of(subject)]
        [[1, 2], [1, 3]]
    """
    return subject.num_words, np.diff(subject.tokens.offsets)


def _distinct_words(subject: Subject) -> int:
    words = pl.Series(subject.tokens.words, dtype=pl.String).filter(subject.occurs)
    return int(words.str.contains(r"\w").sum())


def _head(subject: Subject, position: int) -> Head:
    return Head(
        text=short(subject.texts[position]),
        labels=subject.labels_of(position),
        words=int(subject.num_words[position]),
    )


def _plain(value: Any) -> Any:
    """Turn tuples into lists, so that it equals what is read back from JSON."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value

"""A text on its way to an annotation tool, and the answers it comes back with.

Goes in: rows of a queue, records of an export. Comes out: `Queued` and `Answer`. Knows no tool.
"""

import ast
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from linnet.errors import DataError


@dataclass(frozen=True)
class Queued:
    """One text that somebody should look at.

    Attributes:
        row: Of the table it comes from, counted from 0.
        text: The text.
        given: The labels that it has in the table; None: it has none yet.
        suggested: What a model would answer.
        score: The score of that answer, 0 to 1.
        several: Whether a text may have several labels.
    """

    row: int
    text: str
    given: tuple[str, ...] | None
    suggested: tuple[str, ...]
    score: float
    several: bool

    def cell(self, labels: tuple[str, ...] | None) -> str | list[str] | None:
        """Return labels as a tool wants them: one, or a list where there may be several."""
        if labels is None or self.several:
            return None if labels is None else list(labels)
        return labels[0]


@dataclass(frozen=True)
class Answer:
    """What people said of one text.

    Attributes:
        text: The text.
        votes: The labels that each of them gave; none: nobody has answered.
        row: Of the table that the text comes from, where the export says it.
        key: What tells the text from the others of the export; None: nothing.
    """

    text: str
    votes: tuple[tuple[str, ...], ...]
    row: int | None = None
    key: str | None = None


def joined(answers: Iterable[Answer]) -> list[Answer]:
    """Join the answers of one text that stand in several records of an export.

    Example:
        >>> joined([Answer("ä", (("x",),), key="1"), Answer("ä", (("y",),), key="1")])
        [Answer(text='ä', votes=(('x',), ('y',)), row=None, key='1')]
        >>> joined([])
        []
    """
    found: dict[Any, Answer] = {}
    for number, each in enumerate(answers):
        key: Any = number if each.key is None else each.key
        before = found.get(key)
        votes = each.votes if before is None else (*before.votes, *each.votes)
        found[key] = Answer(each.text, votes, each.row, each.key)
    return list(found.values())


def majority(votes: tuple[tuple[str, ...], ...]) -> tuple[str, ...] | None:
    """Return the labels that most people gave; None where no answer has most votes.

    Example:
        >>> majority((("ä", "b"), ("b", "ä"), ("c",)))
        ('b', 'ä')
        >>> majority((("ä",), ("b",))) is None, majority(()) is None
        (True, True)
    """
    ranked = Counter(tuple(sorted(set(each))) for each in votes).most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def text_of(record: Mapping[str, Any], field: str, *, where: str) -> str:
    """Return the text of a record, or say which fields there are.

    Example:
        >>> text_of({"text": "ä"}, "text", where="a.json, record 1")
        'ä'
        >>> text_of({"body": "ä"}, "text", where="a.json, record 1")
        Traceback (most recent call last):
        linnet.errors.DataError: a.json, record 1: no text in 'text': name the field of texts, ...
    """
    found = record.get(field)
    if not isinstance(found, str):
        raise DataError(
            f"{where}: no text in {field!r}: name the field of texts, one of "
            f"{', '.join(map(repr, record)) or 'none'}"
        )
    return found


def row_of(record: Mapping[str, Any]) -> int | None:
    """Return the row of the table that a record names; None if it names none.

    Example:
        >>> row_of({"row": "12"}), row_of({"row": 3}), row_of({"row": "ä"}), row_of({})
        (12, 3, None, None)
    """
    found = str(record.get("row", ""))
    return int(found) if found.isascii() and found.isdigit() else None


def unpacked(cell: Any) -> Any:
    """Return what a cell holds that is JSON or Python's values, written as a string.

    Example:
        >>> unpacked('{"choices": ["ä"]}'), unpacked("['a', None]"), unpacked("[ä"), unpacked(None)
        ({'choices': ['ä']}, ['a', None], '[ä', None)
    """
    if isinstance(cell, str) and cell.startswith(("{", "[")):
        for parse in (json.loads, ast.literal_eval):
            with suppress(ValueError, SyntaxError):
                return parse(cell)
    return cell

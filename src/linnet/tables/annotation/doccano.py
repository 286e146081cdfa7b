"""doccano: records of text and labels, in and out."""

from collections.abc import Mapping
from typing import Any

from linnet.errors import DataError
from linnet.tables.annotation.records import Answer, Queued, row_of, text_of, unpacked

FORMS = {".jsonl": "nested", ".json": "nested", ".csv": "flat"}
"""Suffix → whether labels are a list, or a single one."""


def nested(queued: Queued) -> dict[str, Any]:
    """Return a record whose label is the one that the text has, to be changed where it is wrong.

    What the model suggests stands beside it: doccano takes any label that it reads for a person's.

    Example:
        >>> nested(Queued(3, "ä", None, ("b",), 0.5, several=False))
        {'text': 'ä', 'label': [], 'row': 3, 'suggested': 'b', 'score': 0.5}
    """
    return {
        "text": queued.text,
        "label": list(queued.given or ()),
        "row": queued.row,
        "suggested": ", ".join(queued.suggested),
        "score": queued.score,
    }


def flat(queued: Queued) -> dict[str, Any]:
    """Return a row of a table, for one label per text.

    Raises:
        DataError: A text may have several labels.

    Example:
        >>> flat(Queued(3, "ä", ("b",), ("b",), 0.5, several=False))["label"]
        'b'
    """
    if queued.several:
        raise DataError("doccano reads several labels per text as JSON alone: name a .jsonl file")
    return {**nested(queued), "label": queued.cell(queued.given)}


def answer(record: Mapping[str, Any], *, field: str, question: str | None, where: str) -> Answer:
    """Read a record of an export: JSONL, JSON or CSV.

    A record without labels has no answer. In CSV `a#b` is one label: doccano writes several so, but
    a label may hold the mark itself.

    Args:
        record: The record.
        field: The key of texts; older versions write `data`.
        question: The key of labels; None: `label`.
        where: What the record is called in messages.

    Example:
        >>> answer({"id": 1, "text": "ä", "label": ["b"]}, field="text", question=None, where="")
        Answer(text='ä', votes=(('b',),), row=None, key=None)
    """
    field = "data" if field == "text" and "text" not in record and "data" in record else field
    text = text_of(record, field, where=where)
    found = unpacked(record.get(question or "label"))
    labels = [found] if isinstance(found, str) else found or []
    if not isinstance(labels, list) or not all(isinstance(each, str) for each in labels):
        raise DataError(
            f"{where}: {found!r} is no list of labels: an export of text classification was "
            "expected"
        )
    return Answer(text, (tuple(labels),) if labels and labels != [""] else (), row_of(record))

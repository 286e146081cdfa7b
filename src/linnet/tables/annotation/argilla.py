"""Argilla: records with suggestions in, responses out.

Its settings have a field `text`, a question `label`, and metadata `row` and `given`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from linnet.errors import DataError
from linnet.tables.annotation.records import Answer, Queued, row_of, text_of, unpacked

FORMS = {".json": "nested", ".jsonl": "flat", ".csv": "flat", ".parquet": "flat"}
"""Suffix → records of `Dataset.records.from_json`, or rows for `Dataset.records.log`."""
ENDED = (None, "submitted")


def nested(queued: Queued) -> dict[str, Any]:
    """Return a record with what the model suggests.

    Example:
        >>> made = nested(Queued(3, "ä", ("a",), ("b",), 0.5, several=False))
        >>> made["fields"], made["metadata"], made["suggestions"]["label"]["value"]
        ({'text': 'ä'}, {'row': 3, 'given': 'a'}, 'b')
    """
    given = {} if queued.given is None else {"given": queued.cell(queued.given)}
    suggestion = {
        "value": queued.cell(queued.suggested),
        "score": queued.score,
        "agent": "linnet",
    }
    if queued.several:
        suggestion["score"] = None  # a score per label is wanted there
    return {
        "id": str(queued.row),
        "fields": {"text": queued.text},
        "metadata": {"row": queued.row, **given},
        "suggestions": {"label": suggestion},
        "responses": {},
        "vectors": {},
    }


def flat(queued: Queued) -> dict[str, Any]:
    """Return a row whose column `label` becomes the suggestion.

    Example:
        >>> flat(Queued(3, "ä", None, ("b",), 0.5, several=False))
        {'id': '3', 'text': 'ä', 'label': 'b', 'row': 3, 'given': None, 'score': 0.5}
    """
    return {
        "id": str(queued.row),
        "text": queued.text,
        "label": queued.cell(queued.suggested),
        "row": queued.row,
        "given": queued.cell(queued.given),
        "score": queued.score,
    }


def answer(record: Mapping[str, Any], *, field: str, question: str | None, where: str) -> Answer:
    """Read a record of an export: nested or flattened. Drafts and discarded ones do not count.

    Args:
        record: The record.
        field: The name of the field of texts.
        question: The name of the question; None: the only one that has responses.
        where: What the record is called in messages.

    Example:
        >>> made = {"fields": {"text": "ä"}, "metadata": {"row": 3},
        ...         "responses": {"label": [{"value": "b", "user_id": "1"}]}}
        >>> answer(made, field="text", question=None, where="")
        Answer(text='ä', votes=(('b',),), row=3, key=None)
        >>> flattened = {"text": "ä", "label.responses": ["b", "c"],
        ...              "label.responses.status": ["submitted", "draft"]}
        >>> answer(flattened, field="text", question=None, where="").votes
        (('b',),)
    """
    fields = record.get("fields")
    if isinstance(fields, Mapping):
        responses = record.get("responses") or {}
        name = _name(responses, question, where)
        votes = [
            each["value"]
            for each in responses.get(name) or ()
            if each.get("status") in ENDED and each.get("value") is not None
        ]
        row = row_of(record.get("metadata") or {})
        return Answer(text_of(fields, field, where=where), tuple(_labels(votes)), row)
    ends = ".responses"
    names = [each.removesuffix(ends) for each in record if each.endswith(ends)]
    if not names and record.get("responses") is None:
        raise DataError(
            f"{where}: neither `fields` and `responses` nor a column like 'label.responses': is it "
            "an export of Argilla's records?"
        )
    name = _name(names, question, where)
    given = unpacked(record.get(f"{name}{ends}")) or []
    status = unpacked(record.get(f"{name}{ends}.status")) or [None] * len(given)
    votes = [
        each for each, now in zip(given, status, strict=True) if now in ENDED and each is not None
    ]
    return Answer(text_of(record, field, where=where), tuple(_labels(votes)), row_of(record))


def _name(names: "Sequence[str] | Mapping[str, Any]", question: str | None, where: str) -> str:
    """Return the question that is read."""
    if question is not None:
        return question
    if len(names) > 1 and "label" not in names:
        raise DataError(
            f"{where}: there are several questions, {', '.join(sorted(names))}: name one"
        )
    return "label" if "label" in names or not names else next(iter(names))


def _labels(values: Sequence[Any]) -> Iterator[tuple[str, ...]]:
    for each in values:
        yield tuple(map(str, each)) if isinstance(each, list) else (str(each),)

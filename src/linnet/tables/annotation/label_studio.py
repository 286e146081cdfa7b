"""Label Studio: tasks with predictions in, annotations out.

Its labelling interface has a text named `text` and choices named `label`; `interface` writes it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from linnet.errors import DataError
from linnet.tables.annotation.records import Answer, Queued, row_of, text_of, unpacked

FORMS = {".json": "nested", ".csv": "flat", ".tsv": "flat"}
"""Suffix → whether records are tasks, or rows of a table."""


def nested(queued: Queued) -> dict[str, Any]:
    """Return a task with what the model suggests as its prediction.

    Example:
        >>> task = nested(Queued(3, "ä", ("a",), ("b",), 0.5, several=False))
        >>> task["data"], task["predictions"][0]["result"][0]["value"]
        ({'text': 'ä', 'row': 3, 'given': 'a'}, {'choices': ['b']})
    """
    chosen = {
        "from_name": "label",
        "to_name": "text",
        "type": "choices",
        "value": {"choices": list(queued.suggested)},
    }
    prediction = {"model_version": "linnet", "score": queued.score, "result": [chosen]}
    # Not "label": an export to CSV puts the data over the answer of the same name.
    data = {"text": queued.text, "row": queued.row, "given": queued.cell(queued.given)}
    return {"data": data, "predictions": [prediction]}


def flat(queued: Queued) -> dict[str, Any]:
    """Return a row of a table; without predictions, which Label Studio reads of JSON alone.

    Example:
        >>> flat(Queued(3, "ä", None, ("b",), 0.5, several=False))
        {'row': 3, 'text': 'ä', 'given': None, 'suggested': 'b', 'score': 0.5}
    """
    return {
        "row": queued.row,
        "text": queued.text,
        "given": queued.cell(queued.given),
        "suggested": queued.cell(queued.suggested),
        "score": queued.score,
    }


def interface(labels: Sequence[str], *, several: bool) -> str:
    """Return the labelling interface for these labels, to be pasted into the project's settings.

    Example:
        >>> print(interface(["a<é"], several=False).splitlines()[3])
            <Choice value="a&lt;é"/>
    """
    choice = "multiple" if several else "single"
    choices = "\n".join(f"    <Choice value={quoteattr(label)}/>" for label in labels)
    return (
        '<View>\n  <Text name="text" value="$text"/>\n'
        f'  <Choices name="label" toName="text" choice="{choice}" showInline="true">\n'
        f"{choices}\n  </Choices>\n</View>\n"
    )


def answer(record: Mapping[str, Any], *, field: str, question: str | None, where: str) -> Answer:
    """Read a record of an export: JSON, JSON-MIN or CSV.

    Args:
        record: The record.
        field: The key of texts in a task's data.
        question: The name of the choices; None: those there are, or `label`.
        where: What the record is called in messages.

    Example:
        >>> choice = {"from_name": "label", "type": "choices", "value": {"choices": ["ä"]}}
        >>> task = {"id": 7, "data": {"text": "b", "row": 2}, "annotations": [{"result": [choice]}]}
        >>> answer(task, field="text", question=None, where="record 1")
        Answer(text='b', votes=(('ä',),), row=2, key='7')
        >>> least = {"text": "b", "id": 7, "label": {"choices": ["c", "ä"]}, "annotator": 1}
        >>> answer(least, field="text", question=None, where="record 1").votes
        (('c', 'ä'),)
    """
    data = record.get("data")
    key = None if record.get("id") is None else str(record["id"])
    if isinstance(data, Mapping):
        votes = tuple(_votes(record, question, where))
        return Answer(text_of(data, field, where=where), votes, row_of(data), key)
    name = question or "label"
    if name not in record and "annotation_id" not in record and "annotator" not in record:
        raise DataError(
            f"{where}: neither a task with `data` nor a row with {name!r} and `annotator`: is it "
            "an export of Label Studio as JSON, JSON-MIN or CSV?"
        )
    cancelled = str(record.get("was_cancelled")).lower() == "true"
    found = None if cancelled else _flat_vote(record.get(name), where)
    votes = () if found is None else (found,)
    return Answer(text_of(record, field, where=where), votes, row_of(record), key)


def _votes(task: Mapping[str, Any], question: str | None, where: str) -> Iterator[tuple[str, ...]]:
    """Yield the labels of each annotation that was not cancelled."""
    for annotation in task.get("annotations") or ():
        if annotation.get("was_cancelled"):
            continue
        chosen = [each for each in annotation.get("result") or () if each.get("type") == "choices"]
        names = {str(each.get("from_name")) for each in chosen}
        if question is None and len(names) > 1:
            raise DataError(
                f"{where}: there are several choices, {', '.join(sorted(names))}: name one as the "
                "question"
            )
        wanted = [each for each in chosen if question in (None, each.get("from_name"))]
        yield tuple(label for each in wanted for label in each["value"]["choices"])


def _flat_vote(cell: Any, where: str) -> tuple[str, ...] | None:
    """Return the labels of a cell: one, several as {"choices": [...]}, or None."""
    match unpacked(cell):
        case None | "":
            return None
        case []:
            return ()
        case {"choices": [*labels]}:
            return tuple(map(str, labels))
        case str(label):
            return (label,)
    raise DataError(f"{where}: {cell!r} is no answer of choices: name the question that is one")

"""Files of annotation tools: a queue of texts out, their answers in.

A tool is a file of this folder and a line in `TOOLS`. It has `FORMS`, `nested`, `flat` and
`answer`.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from linnet.errors import ConfigError, DataError, OutputError
from linnet.files import refuse_existing, write_bytes, write_text
from linnet.registry import resolve, unknown
from linnet.tables.annotation import label_studio
from linnet.tables.annotation.records import Answer, Queued, joined
from linnet.tables.contents import decoded, text_contents
from linnet.tables.read import read, table_suffix
from linnet.tables.write import write

TOOLS = {
    "label-studio": "linnet.tables.annotation.label_studio",
    "doccano": "linnet.tables.annotation.doccano",
    "argilla": "linnet.tables.annotation.argilla",
}


def write_queue(table: pl.DataFrame, path: Path, *, tool: str, labels: Sequence[str]) -> None:
    r"""Write texts into a file that an annotation tool imports.

    Args:
        table: Columns `row`, `text`, `label` (null where there is none), `suggested` and `score`;
            labels are strings or lists of them.
        path: Its ending tells the form: JSON, JSON lines or CSV. For Label Studio the labelling
            interface is written beside it, as `.xml`.
        tool: A name of `TOOLS`.
        labels: All labels that may be given.

    Raises:
        ConfigError: The tool is unknown.
        OutputError: The file exists, or the tool does not read such files.

    Example:
        >>> import tempfile
        >>> table = pl.DataFrame(
        ...     {"row": [4], "text": ["ä"], "label": ["b"], "suggested": ["c"], "score": [0.5]}
        ... )
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "queue.jsonl")
        ...     write_queue(table, path, tool="doccano", labels=["b", "c"])
        ...     path.read_text()
        '{"text": "ä", "label": ["b"], "row": 4, "suggested": "c", "score": 0.5}\n'
    """
    check_tool(tool, path)
    several = isinstance(table.schema["suggested"], pl.List)
    form = _of(tool, "FORMS")[table_suffix(path)]
    record = _of(tool, form)
    records = [record(_queued(row, several)) for row in table.iter_rows(named=True)]
    _write(records, path)
    if tool == "label-studio":
        write_text(path.with_suffix(".xml"), label_studio.interface(labels, several=several))


def check_tool(tool: str, path: Path) -> None:
    """Refuse a file that cannot be written for a tool, before anything is computed.

    Example:
        >>> check_tool("doccano", Path("no folder", "queue.parquet"))
        Traceback (most recent call last):
        linnet.errors.OutputError: ...queue.parquet: doccano reads .jsonl, .json, .csv: name ...
    """
    forms = _of(tool, "FORMS")
    if table_suffix(path) not in forms or path.suffix.lower() == ".gz":
        raise OutputError(f"{path}: {tool} reads {', '.join(forms)}: name the file so")
    refuse_existing(path)
    if tool == "label-studio":
        refuse_existing(path.with_suffix(".xml"))


def read_answers(
    path: Path, *, tool: str, field: str = "text", question: str | None = None
) -> list[Answer]:
    """Read what people answered, of a file that an annotation tool has exported.

    Args:
        path: JSON, JSON lines, CSV, or what else `read` reads.
        tool: A name of `TOOLS`.
        field: What the tool calls the text.
        question: What the tool calls the labels; None: the only thing that is asked, or `label`.

    Returns:
        One per text, in the order of the file.

    Raises:
        ConfigError: The tool is unknown.
        DataError: The file is no export of the tool.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "all.jsonl")
        ...     _ = path.write_text('{"id": 1, "text": "ä", "label": ["b"]}')
        ...     read_answers(path, tool="doccano")
        [Answer(text='ä', votes=(('b',),), row=None, key=None)]
    """
    answer = _of(tool, "answer")
    return joined(
        answer(record, field=field, question=question, where=f"{path}, record {number}")
        for number, record in enumerate(_records(path), 1)
    )


def _of(tool: str, name: str) -> Any:
    if tool not in TOOLS:
        raise ConfigError(unknown("annotation tool", tool, TOOLS))
    return resolve({tool: f"{TOOLS[tool]}:{name}"}, tool)


def _queued(row: Mapping[str, Any], several: bool) -> Queued:
    def labels(cell: Any) -> tuple[str, ...] | None:
        if cell is None:
            return None
        return (cell,) if isinstance(cell, str) else tuple(cell)

    return Queued(
        row["row"], row["text"], labels(row["label"]), labels(row["suggested"]) or (),
        round(float(row["score"]), 6), several=several,
    )  # fmt: skip


def _write(records: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write records as the file's ending tells."""
    suffix = table_suffix(path)
    if suffix == ".json":
        text = json.dumps(records, ensure_ascii=False, indent=1)
    elif suffix == ".jsonl":
        text = "\n".join(json.dumps(each, ensure_ascii=False) for each in records)
    else:
        write(pl.DataFrame(records, infer_schema_length=None), path)
        return
    write_bytes(path, (text + "\n").encode("utf-8", "replace"))


def _records(path: Path) -> Sequence[Mapping[str, Any]]:
    if table_suffix(path) not in (".json", ".jsonl", ".ndjson"):
        return read(path).to_dicts()
    text = decoded(path, text_contents(path))
    try:
        whole = table_suffix(path) == ".json"
        lines = [line for line in text.split("\n") if line.strip()]
        found = json.loads(text) if whole else [json.loads(line) for line in lines]
    except ValueError as error:
        raise DataError(f"cannot read {path} as JSON: {error}") from error
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise DataError(f"{path}: a list of records was expected")
    return found

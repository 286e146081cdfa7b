"""Read JSON lines: one object per line, its keys are the columns.

Goes in: a path. Comes out: a polars data frame with the types of the JSON; a key that a line does
not have is null there. Blank lines are left out.
"""

import json
from pathlib import Path
from typing import Any, NoReturn

import polars as pl

from linnet.errors import DataError, json_kind
from linnet.tables.contents import decoded, text_contents
from linnet.tables.form import Form


def read_jsonl(path: Path, form: Form) -> pl.DataFrame:
    r"""Read a file of JSON objects, one per line.

    Raises:
        DataError: A line is not a JSON object, or a key holds values of types that do not mix.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        ...     _ = Path(file.name).write_text('{"text": "hyvä", "label": "01"}\n{"text": ""}\n')
        ...     read_jsonl(Path(file.name), Form()).rows()
        [('hyvä', '01'), ('', None)]
    """
    form.refuse(path)
    content = text_contents(path)
    try:
        # All lines, not the first 100: polars would drop keys that come later without a word.
        return pl.read_ndjson(content, infer_schema_length=None)
    except pl.exceptions.PolarsError as error:
        _explain(path, decoded(path, content))
        reason = str(error).partition("\n")[0]
        raise DataError(f"cannot read {path} as JSON lines: {reason}") from error


def _explain(path: Path, text: str) -> None:
    """Raise DataError at the first line that is not an object or does not fit those before."""
    seen: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        for key, value in _object(path, number, line).items():
            if value is None:  # it fits everywhere
                continue
            kind = json_kind(value)
            before, where = seen.setdefault(key, (kind, number))
            if before != kind:
                raise DataError(
                    f"{path}, line {number}: {key!r} is {kind} here and {before} on line "
                    f"{where}: write the values of one key in one type, for example as strings"
                )


def _object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line, parse_constant=_refuse_constant)
    except ValueError as error:
        hint = " (a JSON array over several lines?)" if line.strip() == "[" else ""
        raise DataError(
            f"{path}, line {number}: not JSON{hint}: {error}; one object per line was expected"
        ) from None
    if not isinstance(value, dict):
        raise DataError(
            f"{path}, line {number}: {json_kind(value)} where an object such as "
            '{"text": "…", "label": "…"} was expected'
        )
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON, write null")

"""Read JSON lines: one object per line, its keys are the columns.

Goes in: a path. Comes out: a polars data frame with the types of the JSON; a key that a line does
not have is null there. Blank lines are left out.
"""

import json
import math
from pathlib import Path
from typing import Any, NoReturn

import polars as pl

from linnet.errors import DataError, json_kind
from linnet.tables.contents import decoded, text_contents
from linnet.tables.form import Form

_KEPT_IN_ORDER = 20


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
    return parsed(path, content)


def parsed(path: Path, content: bytes, *, lines_before: int = 0) -> pl.DataFrame:
    r"""Return the objects of whole lines as a table.

    Args:
        path: The file, for messages.
        content: Its bytes, or some of them.
        lines_before: How many lines of the file stand before these.

    Raises:
        DataError: A line is not a JSON object, or a key holds values of types that do not mix.

    Example:
        >>> parsed(Path("a.jsonl"), b'{"ok": 1}\n[]\n', lines_before=7)
        Traceback (most recent call last):
        linnet.errors.DataError: a.jsonl, line 9: a list where an object such as ...
    """
    try:
        # All lines, not the first 100: polars would drop keys that come later without a word.
        return _in_order(path, pl.read_ndjson(content, infer_schema_length=None), content)
    except pl.exceptions.PolarsError as error:
        text = decoded(path, content, lines_before=lines_before)
        _explain(path, text, first=lines_before + 1)
        reason = str(error).partition("\n")[0]
        raise DataError(f"cannot read {path} as JSON lines: {reason}") from error


def _in_order(path: Path, table: pl.DataFrame, content: bytes) -> pl.DataFrame:
    """Order the columns of a wide table as the first line does; polars orders them by chance."""
    if table.width <= _KEPT_IN_ORDER:
        return table
    first = _object(path, 1, content.lstrip().partition(b"\n")[0].decode())
    return table.select(list(dict.fromkeys([*first, *sorted(table.columns)])))


def _explain(path: Path, text: str, *, first: int) -> None:
    """Raise DataError at the first line that is not an object or does not fit those before."""
    seen: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(text.split("\n"), first):
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
        value = json.loads(
            line, parse_constant=_refuse_constant, parse_int=_int, parse_float=_float
        )
    except RecursionError:
        raise DataError(
            f"{path}, line {number}: nested too deeply; a flat object such as "
            '{"text": "…", "label": "…"} was expected'
        ) from None
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


def _int(digits: str) -> int:
    if len(digits) > 19 or not -(2**63) <= int(digits) < 2**64:
        raise ValueError(f"{digits[:40]} has too many digits, write it as a string")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError(f"{digits[:40]} is too large, write it as a string")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON, write null")

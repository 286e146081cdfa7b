"""JSON from bytes that somebody else may have written: read as one thing only, or refused.

What Python's reader lets pass and others read differently is refused: a name that comes up twice,
NaN and infinity, numbers beyond what a float64 or 64 bits hold, text that is no Unicode. Knows
nothing of what the values mean.
"""

import json
import math
import re
from typing import Any

MOST_DIGITS = 20
"""Of an integer: 64 bits and a sign have no more."""

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def strict_json(content: bytes) -> Any:
    r"""Read JSON.

    Args:
        content: UTF-8, without a byte order mark.

    Raises:
        ValueError: It is not JSON, or not such as every reader reads alike.

    Example:
        >>> strict_json(b'{"n\xc3\xa4in": [1, 2.5, null]}')
        {'näin': [1, 2.5, None]}
        >>> strict_json(b'{"a": 1, "a": 2}')
        Traceback (most recent call last):
        ValueError: 'a' is there twice
    """
    text = content.decode("utf-8")
    try:
        value = json.loads(
            text, object_pairs_hook=_once, parse_constant=_refuse, parse_float=_finite,
            parse_int=_whole,
        )  # fmt: skip
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except RecursionError as error:
        raise ValueError(f"it is nested too deep ({error})") from error
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name[:60]!r} is there twice")
        found[name] = value
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")


def _finite(digits: str) -> float:
    if not math.isfinite(number := float(digits)):
        raise ValueError(f"{digits[:20]} is larger than any float64")
    return number


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"{digits[:20]}... is an integer of {len(digits)} digits")
    return int(digits)

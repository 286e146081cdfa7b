"""Lists that were written as strings: "['cs.CV', 'cs.LG']" as Python or JSON writes them.

Goes in: a String Series. Comes out: a Series of lists. Each distinct string is parsed once, as
data, never run. Knows nothing of tasks.
"""

import ast
import json
import re
from typing import Any, NoReturn

import polars as pl

from linnet.errors import DataError

_Element = str | int | float | bool | None

_STRING = r"""[uU]?(?:'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+")"""
_ITEM = rf"(?:{_STRING}|[\w.+-]++)"
# The grammar keeps Python from gluing 'a' 'b', the form in which NumPy prints, into 'ab'.
_PYTHON_LIST = re.compile(rf"\[\s*+(?:{_ITEM}\s*+(?:,\s*+{_ITEM}\s*+)*+,?\s*+)?\]", re.DOTALL)


def are_written_lists(values: pl.Series) -> bool:
    """Tell whether every string that is not null has the form of a list.

    Labels that merely stand in brackets, all of them without quotes ("[spam]"), are no lists.

    Example:
        >>> are_written_lists(pl.Series([], dtype=pl.String))
        False
        >>> are_written_lists(pl.Series(["['ä', 'b']", "[]", None]))
        True
    """
    present = values.drop_nulls().str.strip_chars()
    if present.is_empty() or not (present.str.starts_with("[") & present.str.ends_with("]")).all():
        return False
    return present.str.contains("['\"]").any() or any(
        _parsed(each) is not None for each in present.unique()
    )


def written_lists(values: pl.Series, source: str) -> pl.Series:
    """Parse strings to lists; null stays null.

    Args:
        values: Strings for which `are_written_lists` holds.
        source: What the table is called in messages.

    Returns:
        A Series of List(String); an element that is null is left out.

    Raises:
        DataError: A string is not a list of strings or numbers; with its row.

    Example:
        >>> written_lists(pl.Series(["['ä', 'b']", "[]", None, '["c", 1]']), "a.csv").to_list()
        [['ä', 'b'], [], None, ['c', '1']]
    """
    distinct = values.drop_nulls().unique(maintain_order=True)
    parsed = [_parsed(each.strip()) for each in distinct]
    if None in parsed:
        _refuse(values, distinct.filter([each is None for each in parsed]), source)
    lists = pl.DataFrame({"written": distinct, "list": pl.Series(parsed, dtype=_LISTS)})
    joined = values.to_frame("written").join(lists, on="written", how="left", maintain_order="left")
    return joined["list"].alias(values.name)


_LISTS = pl.List(pl.String)


def _parsed(written: str) -> list[str] | None:
    """The elements as strings, or None if this is not a list of plain values."""
    try:
        value: Any = json.loads(written)
    except (ValueError, RecursionError):
        if not _PYTHON_LIST.fullmatch(written):
            return None
        try:
            value = ast.literal_eval(written)
        except (ValueError, SyntaxError):
            return None
    if not isinstance(value, list) or not all(isinstance(each, _Element) for each in value):
        return None
    return [_text(each) for each in value if each is not None]


def _text(element: _Element) -> str:
    if isinstance(element, str):
        return element
    if isinstance(element, bool):
        return str(element).lower()
    if isinstance(element, float) and element.is_integer():
        return str(int(element))
    return str(element)


def _refuse(values: pl.Series, bad: pl.Series, source: str) -> NoReturn:
    rows = values.is_in(bad.implode()).arg_true()
    raise DataError(
        f"{source}, column {values.name!r}: {rows.len()} of {values.len()} cells are not lists, "
        f"the first in row {rows[0]} (counted from 0): {values[rows[0]][:120]!r}. Expected a "
        "Python or JSON list such as ['a', 'b'], its strings in quotes and commas between them"
    )

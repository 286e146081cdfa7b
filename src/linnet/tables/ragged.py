"""The rows of a delimited file one by one, each checked against the first.

Goes in: content that polars refused or padded. Comes out: the cells of each row, or the error with
line, what was expected and what stands there. Slow and exact, so that the usual way can be fast.
Knows nothing of column names.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path

from linnet.errors import DataError
from linnet.tables.contents import decoded

_LONGEST_CELL = 2**31 - 1


@dataclass(frozen=True)
class Layout:
    """A delimited file's content and how to take it apart.

    Attributes:
        path: Where it comes from, for messages.
        content: UTF-8 as far as is known.
        delimiter: The character between two cells.
        quote: The character around a cell; None: there is none.
        lines_before: How many lines of the file stand before the content.
    """

    path: Path
    content: bytes
    delimiter: str
    quote: str | None
    lines_before: int = 0


def rows_that_fit(layout: Layout) -> Iterator[list[str]]:
    r"""Yield the cells of each row from the first that is not blank; none for a blank line.

    Raises:
        DataError: A row has more or fewer cells than the first, a quote is not closed, or a byte
            is not UTF-8; with the line.

    Example:
        >>> list(rows_that_fit(Layout(Path("a.csv"), 'päivä,b\n\n5" pipe,2\n'.encode(), ",", '"')))
        [['päivä', 'b'], [], ['5" pipe', '2']]
        >>> list(rows_that_fit(Layout(Path("a.csv"), b"a,b\n1,2\n3\n", ",", '"')))
        Traceback (most recent call last):
        linnet.errors.DataError: a.csv, line 3: 1 cell where the first row has 2...
    """
    width = 0
    for line, cells in dropwhile(lambda row: not row[1], _rows(layout)):
        width = width or len(cells)
        if cells and len(cells) != width:
            raise DataError(
                f"{layout.path}, line {line}: {len(cells)} cell{'s' * (len(cells) != 1)} where "
                f"the first row has {width}: {_shortened(cells)}. {_mend(layout)}"
            )
        yield cells


def _rows(layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Each row's cells and the line on which it begins."""
    # The csv module ends rows at a lone carriage return, polars does not.
    text = re.sub("\r(?!\n)", " ", _text(layout))
    reader = csv.reader(
        io.StringIO(text, newline="\n"),
        delimiter=layout.delimiter,
        quotechar=layout.quote,
        quoting=csv.QUOTE_MINIMAL if layout.quote else csv.QUOTE_NONE,
        strict=True,
    )
    limit = csv.field_size_limit(_LONGEST_CELL)
    line = layout.lines_before + 1
    try:
        for cells in reader:
            yield line, cells
            line = layout.lines_before + reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{layout.path}, line {line}: the quotes of the row that begins here do not match "
            f"({error}): close each quoted cell, and double the quotes inside it"
        ) from None
    finally:
        csv.field_size_limit(limit)


def _text(layout: Layout) -> str:
    return decoded(layout.path, layout.content, lines_before=layout.lines_before)


def _shortened(cells: list[str]) -> str:
    shown = repr(cells)
    return shown if len(shown) <= 120 else f"{shown[:120]}…"


def _mend(layout: Layout) -> str:
    if layout.quote is None:
        return "Fill the missing cells; a cell cannot contain a tab or a line break."
    return f"Fill the missing cells, and quote a cell that contains {layout.delimiter!r}."

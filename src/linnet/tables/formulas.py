"""Cells that a spreadsheet program would run: formulas in texts and labels that strangers wrote.

Goes in: a table that is about to be written as CSV or TSV. Comes out: the same, marked. Whoever
opens a file with the cell `=HYPERLINK(...)` runs it (OWASP, "CSV Injection").
"""

import polars as pl
import polars.selectors as cs

RISKY = r"[=+\-@\t\r\n＝＋－＠]"
"""A first character that makes a spreadsheet program take a cell for a formula."""


def without_formulas(table: pl.DataFrame) -> pl.DataFrame:
    """Put a `'` before every cell and name that a spreadsheet would take for a formula.

    Such a table is for people: read again, its texts begin with the mark.

    Example:
        >>> safe = without_formulas(pl.DataFrame({"-ä": ["=1+1", None], "b": ["1=1", ""]}))
        >>> safe.columns, safe.rows()
        (["'-ä", 'b'], [("'=1+1", '1=1'), (None, '')])
    """
    strings = cs.string(include_categorical=True).cast(pl.String)
    safe = table.with_columns(strings.str.replace(f"^({RISKY})", "'$1"))
    names = pl.Series(table.columns, dtype=pl.String)
    risky = names.filter(names.str.contains(f"^{RISKY}"))
    return safe.rename({name: f"'{name}" for name in risky})

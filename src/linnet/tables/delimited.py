r"""Read CSV and TSV: every cell as a string, so that the label "01" stays "01".

Goes in: a path and a `Form`. Comes out: a polars data frame of strings. An empty cell is null, a
quoted empty cell ("") is an empty string; blank lines are left out where there are several
columns; a row with too few or too many cells is an error. polars parses, in one call; only after
that failed the file is read row by row, to find what is wrong or to take what polars does not
(`ragged.py`; there a quoted empty cell is null too).
"""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import polars as pl

from linnet.errors import DataError
from linnet.tables.contents import text_contents
from linnet.tables.form import SKIP, Form
from linnet.tables.quoting import quotes_are_quoting
from linnet.tables.ragged import Layout, rows_that_fit

_MOST_COLUMNS = 100_000
_SHOWN = 10
_SHOWN_NAME = 100


def read_csv(path: Path, form: Form) -> pl.DataFrame:
    r"""Read a comma-separated file; `;` or a tab if the first line has no comma but that.

    Raises:
        DataError: The file is empty, damaged or ragged.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        ...     _ = Path(file.name).write_text('text;label\n"hyvää;\npäivää";01\n')
        ...     read_csv(Path(file.name), Form()).row(0)
        ('hyvää;\npäivää', '01')
    """
    content = text_contents(path)
    return _read(path, content, form, delimiter_of(content, form))


def read_tsv(path: Path, form: Form) -> pl.DataFrame:
    r"""Read a tab-separated file; its content tells whether quotes are quoting or text.

    Raises:
        DataError: The file is empty, damaged or ragged.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile(suffix=".tsv") as file:
        ...     _ = Path(file.name).write_text('1\t"Lego" film\n')
        ...     read_tsv(Path(file.name), Form(("-", "text"))).to_dicts()
        [{'text': '"Lego" film'}]
    """
    content = text_contents(path)
    return _read(path, content, form, form.delimiter or "\t")


def delimiter_of(content: bytes, form: Form) -> str:
    """Return what separates the cells of a CSV file that begins with these bytes.

    Example:
        >>> delimiter_of(b"a;b", Form()), delimiter_of(b"", Form()), delimiter_of(b"", Form(("ä",)))
        (';', ',', ',')
    """
    if form.delimiter is not None:
        return form.delimiter
    first_line = content.lstrip(b"\r\n").partition(b"\n")[0]
    if b"," in first_line or (form.columns is not None and len(form.columns) == 1):
        return ","
    return next((each for each in ";\t" if each.encode() in first_line), ",")


def _read(path: Path, content: bytes, form: Form, delimiter: str) -> pl.DataFrame:
    quoted = delimiter != "\t" or quotes_are_quoting(content)
    table = named(Layout(path, content, delimiter, '"' if quoted else None), form.columns)
    if table.is_empty():
        raise DataError(f"{path} has a header and no rows: {no_rows(content)}")
    return table


def no_rows(content: bytes) -> str:
    r"""Say why a file of one line has no rows below it.

    Example:
        >>> no_rows("ä\ra\rb".encode()), no_rows(b"")
        ("its lines end in carriage returns alone; convert it: `tr '\\r' '\\n'`",
         'at least one row was expected')
    """
    if b"\r" in content and b"\n" not in content.rstrip(b"\n"):
        return "its lines end in carriage returns alone; convert it: `tr '\\r' '\\n'`"
    return "at least one row was expected"


def named(layout: Layout, columns: tuple[str, ...] | None) -> pl.DataFrame:
    """Return the rows of some content with the names of their columns.

    Args:
        layout: The content and how to take it apart.
        columns: Names, "-" for a column to leave out; None: the first row holds them.

    Raises:
        DataError: A row is broken, or the names do not fit.

    Example:
        >>> named(Layout(Path("a.csv"), "ä,b".encode(), ",", None), None).columns
        ['ä', 'b']
    """
    if not layout.content.endswith(b"\n"):
        # polars does not see one cell too many in a last line without its end
        layout = replace(layout, content=layout.content + b"\n")
    table = _without_blank_lines(_parse(layout), layout)
    if columns is None:
        return _with_header(table, layout.path)
    return _with_names(table, columns, layout.path)


def _parse(layout: Layout) -> pl.DataFrame:
    _refuse_too_wide(layout)
    try:
        return pl.read_csv(
            # polars would take the width of the table from a blank first line.
            layout.content.lstrip(b"\r\n"),
            has_header=False,
            infer_schema=False,
            separator=layout.delimiter,
            quote_char=layout.quote,
        )
    except (pl.exceptions.PolarsError, OSError):
        # Either the file is at fault, or a cell such as `5" pipe` that polars does not take.
        rows = [[cell or None for cell in cells] for cells in rows_that_fit(layout) if cells]
        return pl.DataFrame(
            rows, schema=[(str(n), pl.String) for n in range(len(rows[0]))], orient="row"
        )


def _refuse_too_wide(layout: Layout) -> None:
    """Refuse a first row that is no row; what it would need of memory ends the process."""
    first_line = layout.content.lstrip(b"\r\n").partition(b"\n")[0]
    if first_line.count(layout.delimiter.encode()) < _MOST_COLUMNS:
        return
    width = len(next(rows_that_fit(layout)))  # a text in quotes may hold as many delimiters
    if width > _MOST_COLUMNS:
        raise DataError(
            f"{layout.path} has {width:,} columns, at most {_MOST_COLUMNS:,} can be read: is "
            f"{layout.delimiter!r} what separates its cells?"
        )


def _without_blank_lines(table: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Leave blank lines out; polars pads short rows with null, here they are an error."""
    if table.width == 1 or table[:, -1].null_count() == 0:
        return table
    in_cells = table.select(pl.all().str.count_matches(layout.delimiter, literal=True).sum())
    between_cells = layout.content.count(layout.delimiter.encode()) - sum(in_cells.row(0))
    if between_cells == table.height * (table.width - 1):
        return table
    blank = pl.Series(
        [row for row, cells in enumerate(rows_that_fit(layout)) if not cells], dtype=pl.UInt32
    )
    return table.with_row_index("").remove(pl.col("").is_in(blank.implode())).drop("")


def _with_header(table: pl.DataFrame, path: Path) -> pl.DataFrame:
    names = [name or "" for name in table.row(0)]
    _refuse_no_header(names[0], path)
    twice, count = Counter(names).most_common(1)[0]
    if count > 1:
        places = [str(place) for place, name in enumerate(names, 1) if name == twice]
        more = f" and {count - _SHOWN} more" if count > _SHOWN else ""
        what = f"are all named {twice[:_SHOWN_NAME]!r}" if twice else "have no name"
        raise DataError(
            f"{path}, line 1: columns {', '.join(places[:_SHOWN])}{more} {what}: give each a name "
            "of its own, or name the columns with `columns` if the first line is not a header"
        )
    return table.slice(1).rename(dict(zip(table.columns, names, strict=True)))


def _refuse_no_header(first: str, path: Path) -> None:
    if re.fullmatch("sep=.?", first, re.IGNORECASE):
        raise DataError(
            f"{path}, line 1: {first!r} is a note for a spreadsheet program: remove this line"
        )
    if first.startswith(('{"', '[{"')):
        raise DataError(
            f"{path} is JSON, expected a header: end its name in .jsonl, with one object per line"
        )


def _with_names(table: pl.DataFrame, names: tuple[str, ...], path: Path) -> pl.DataFrame:
    if len(names) != table.width:
        raise DataError(
            f"{path} has {table.width} columns, and `columns` names {len(names)} "
            f"({', '.join(names)}); use '-' for a column to leave out. "
            f"The first row is {list(table.row(0))}"
        )
    kept = {old: new for old, new in zip(table.columns, names, strict=True) if new != SKIP}
    return table.select(list(kept)).rename(kept)

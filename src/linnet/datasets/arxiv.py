"""Abstracts of papers and their subjects: the file of the Keras example to a table."""

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from linnet.datasets.dataset import Dataset
from linnet.errors import DataError

if TYPE_CHECKING:
    import polars as pl

COLUMNS = ("titles", "summaries", "terms")


def unpack(path: Path) -> "pl.DataFrame":
    r"""Read the CSV file: columns titles, summaries and terms, a list of labels.

    Raises:
        DataError: A column is missing, or a cell of `terms` is no list of strings.

    Example:
        >>> import tempfile
        >>> rows = ["titles,summaries,terms", 'Ä,,"[\'cs.CV\', \'cs.LG\']"']
        >>> with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        ...     print(*rows, sep="\n", file=file, flush=True)
        ...     unpack(Path(file.name)).row(0)
        ('Ä', None, ['cs.CV', 'cs.LG'])
    """
    import polars as pl

    import linnet

    table = linnet.read(path)
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise DataError(
            f"{path} has no column {missing[0]!r}: expected {', '.join(COLUMNS)}, "
            f"found {', '.join(table.columns)}"
        )
    table = table.select(COLUMNS).cast(pl.String)
    terms = [_terms(path, row, cell) for row, cell in enumerate(table["terms"], start=1)]
    return table.with_columns(pl.Series("terms", terms, dtype=pl.List(pl.String)))


def _terms(path: Path, row: int, cell: str | None) -> list[str]:
    """Read a list of strings that is written as Python writes it."""
    try:
        terms = ast.literal_eval(cell or "[]")
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        terms = None
    if not isinstance(terms, list) or not all(isinstance(term, str) for term in terms):
        raise DataError(
            f"{path}, row {row}: {(cell or '')[:60]!r} in the column 'terms' is no list of "
            "strings: expected the file as it was published"
        )
    return terms


ARXIV = Dataset(
    name="arxiv",
    title="arXiv abstracts with their subject terms, several per paper: the Keras example's file",
    terms="Collected from the arXiv API, whose terms put titles and abstracts as metadata under "
    "CC0; hosted on GitHub by the example's authors.",
    address="https://github.com/soumik12345/multi-label-text-classification/releases/download/"
    "v0.2/arxiv_data.csv",
    sha256=None,
    num_rows=51_774,
    num_bytes=67_000_000,
    text=("summaries",),
    label="terms",
    unpack=unpack,
)

"""From a table to examples: texts with the classes a model should answer.

Goes in: a table and which columns mean what. Comes out: `Examples`, with a note on every row that
was left out. Knows nothing of splits and of how texts become numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.errors import ConfigError, DataError
from linnet.tables.columns import column, texts
from linnet.tables.labels import label_cells
from linnet.tables.scheme import (
    Scheme,
    check_task,
    encode,
    known_scheme,
    make_scheme,
    one_label_each,
    sets_of_one,
)
from linnet.types import Note, Rows, Targets, Task

_MANY_LABELS = 50


@dataclass(frozen=True)
class Columns:
    """Which columns of a table mean what.

    Attributes:
        text: The text column, or several that are joined by line breaks.
        label: The label column: one label per cell, a list, or a list written as a string.
        label_separator: What stands between the labels of a cell ("|" in "a|b"); None: nothing.
        labels: "name" or "name=new name": these first in this order, the others follow sorted.
        task: None: it follows from the labels.
        weight: A column of row weights, numbers from 0; None: all rows weigh the same.
        saved: The labels of a saved model. They come before all others, whether or not they
            occur, and what `labels` names need not occur.
    """

    text: str | Sequence[str]
    label: str
    label_separator: str | None = None
    labels: Sequence[str] = ()
    task: Task | None = None
    weight: str | None = None
    saved: Sequence[str] = ()

    def __post_init__(self) -> None:
        check_task(self.task)
        names = [self.text] if isinstance(self.text, str) else self.text
        if self.label in names:
            raise ConfigError(
                f"the label column {self.label!r} is a text column too: "
                "the model would read the answer"
            )
        if isinstance(self.labels, str):
            raise ConfigError(f"labels is {self.labels!r}: a list of names was expected")


@dataclass(frozen=True, eq=False)
class Examples:
    """Texts and what a model should answer, row by row.

    Attributes:
        task: Binary, multiclass or multilabel.
        labels: The labels in the order of their classes; the second of a binary task is positive.
        texts: String Series, no text blank.
        targets: Classes: int64 (rows,), or for multilabel uint8 (rows, labels).
        rows: The row of the table from which each example comes, counted from 0.
        weights: Row weights; None: all the same.
        notes: What was left out, and what looks wrong.
        foreign: Labels that only test rows have, which no model may know of; their classes follow
            those of `labels`.
        near: The group of near-duplicates that each text belongs to; None: nobody looked.
    """

    task: Task
    labels: tuple[str, ...]
    texts: pl.Series
    targets: Targets
    rows: Rows
    weights: NDArray[np.float32] | None
    notes: tuple[Note, ...]
    foreign: tuple[str, ...] = ()
    near: Rows | None = None

    def answers(self, rows: Rows) -> Targets:
        """Return what a model should answer for some examples; sets without foreign labels."""
        targets = self.targets[rows]
        return targets[:, : len(self.labels)] if self.task == "multilabel" else targets


def examples(
    table: pl.DataFrame,
    columns: Columns,
    *,
    known: Sequence[str] | None = None,
    source: str = "table",
) -> Examples:
    """Make examples of a table.

    Rows without text and rows without label are left out, each kind with a note.

    Args:
        table: Any table.
        columns: Which of its columns mean what.
        known: Labels of a model that exists already: they are the labels of the result, in this
            order, whether or not they occur. None: the labels are those of the table.
        source: What the table is called in messages: a file name.

    Raises:
        DataError: A column is missing or holds the wrong thing, no row is left, the labels do not
            fit the task, or a label is not among the known ones.
        ConfigError: `columns.labels` names a label that does not occur.

    Example:
        >>> table = pl.DataFrame({"post": ["", "päivää", "hi"], "tag": ["en", "fi", "en"]})
        >>> made = examples(table, Columns(text="post", label="tag"))
        >>> made.task, made.labels, made.targets.tolist(), made.rows.tolist()
        ('binary', ('en', 'fi'), [1, 0], [1, 2])
        >>> made.notes[0].message
        "1 of 3 rows left out: no text in column 'post'"
    """
    kept = _kept(table, columns, source)
    if known is None:
        scheme = make_scheme(
            kept.cells, task=columns.task, labels=columns.labels, saved=columns.saved,
            source=source,
        )  # fmt: skip
    else:
        scheme = known_scheme(
            kept.cells, known, task=columns.task, labels=columns.labels, source=source
        )
    return _encoded(kept, scheme)


def examples_together(tables: Mapping[str, pl.DataFrame], columns: Columns) -> tuple[Examples, ...]:
    """Make examples of several tables with the labels of all of them: training and test file.

    Args:
        tables: What each table is called in messages → the table; all have the same columns.
        columns: Which columns mean what.

    Returns:
        One per table, all with the same task and labels.

    Raises:
        DataError: As `examples`; an error on the labels names all tables.
        ConfigError: `columns.labels` names a label that occurs in none of them.

    Example:
        >>> train = pl.DataFrame({"post": ["päivää", "hi"], "tag": ["fi", "en"]})
        >>> test = pl.DataFrame({"post": ["hej"], "tag": ["sv"]})
        >>> made = examples_together({"a.csv": train, "b.csv": test}, Columns("post", "tag"))
        >>> [(each.labels, each.targets.tolist()) for each in made]
        [(('en', 'fi', 'sv'), [1, 0]), (('en', 'fi', 'sv'), [2])]
    """
    every = [_kept(table, columns, source) for source, table in tables.items()]
    cells = _alike([kept.cells for kept in every])
    scheme = make_scheme(
        pl.concat(cells),
        task=columns.task,
        labels=columns.labels,
        saved=columns.saved,
        source=" and ".join(tables),
    )
    return tuple(
        _encoded(replace(kept, cells=each), scheme) for kept, each in zip(every, cells, strict=True)
    )


@dataclass(frozen=True, eq=False)
class Kept:
    """The rows that have a text and a label.

    Attributes:
        rows: Their numbers in the table.
        texts: String Series, no text blank.
        cells: Their labels: String, or List(String) for sets.
        weights: Row weights; None: all the same.
        notes: What was left out.
    """

    rows: Rows
    texts: pl.Series
    cells: pl.Series
    weights: NDArray[np.float32] | None
    notes: tuple[Note, ...]


def _kept(table: pl.DataFrame, columns: Columns, source: str) -> Kept:
    kept = kept_rows(table, columns, source=source)
    if not kept.rows.size:
        reasons = "; ".join(note.message for note in kept.notes) or "the table is empty"
        raise DataError(f"{source}: no row has a text and a label: {reasons}")
    if kept.weights is not None and not kept.weights.any():
        raise DataError(
            f"{source}: all weights in column {columns.weight!r} are 0: nothing to learn from"
        )
    return kept


def kept_rows(table: pl.DataFrame, columns: Columns, *, source: str = "table") -> Kept:
    """Leave out the rows without text and those without label; none may be left.

    Args:
        table: Any table, or some of its rows.
        columns: Which of its columns mean what.
        source: What the table is called in messages: a file name.

    Raises:
        DataError: A column is missing or holds the wrong thing.

    Example:
        >>> table = pl.DataFrame({"post": ["", "päivää"], "tag": ["en", None]})
        >>> kept_rows(table, Columns(text="post", label="tag")).texts.to_list()
        []
    """
    joined = texts(table, columns.text, source=source)
    cells = label_cells(
        column(table, columns.label, source=source),
        separator=columns.label_separator,
        source=source,
    )
    if columns.task in ("binary", "multiclass"):
        cells = one_label_each(cells, source)
    elif columns.task == "multilabel":
        cells = sets_of_one(cells)
    no_text = joined.str.strip_chars() == ""
    no_label = cells.is_null() & ~no_text
    keep = ~(no_text | no_label)
    notes = (
        *_left_out("no text", no_text, columns.text),
        *_left_out("no label", no_label, columns.label),
    )
    rows = keep.arg_true().to_numpy().astype(np.int64)
    weights = None if columns.weight is None else _weights(table, columns.weight, rows, source)
    return Kept(rows, joined.filter(keep), cells.filter(keep), weights, notes)


def _left_out(what: str, where: pl.Series, names: str | Sequence[str]) -> tuple[Note, ...]:
    rows = where.arg_true().to_numpy().astype(np.int64)
    if not rows.size:
        return ()
    listed = repr(names) if isinstance(names, str) else ", ".join(map(repr, names))
    message = f"{rows.size} of {where.len()} rows left out: {what} in column {listed}"
    return (Note(what, rows.size, message, rows),)


def _weights(table: pl.DataFrame, name: str, rows: Rows, source: str) -> NDArray[np.float32]:
    values = column(table, name, source=source)
    if values.dtype.is_nested() or values.dtype in (pl.Object, pl.Boolean, pl.Binary):
        raise DataError(f"{source}: the weight column {name!r} holds {values.dtype}, not numbers")
    weights = values.cast(pl.Float64, strict=False).to_numpy()[rows]
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if wrong.size:
        row = int(rows[wrong[0]])
        raise DataError(
            f"{source}, row {row} (counted from 0): weight {values[row]!r} in column {name!r}; "
            f"a number from 0 was expected ({wrong.size} rows have none)"
        )
    return weights.astype(np.float32)


def _encoded(kept: Kept, scheme: Scheme) -> Examples:
    return Examples(
        task=scheme.task,
        labels=scheme.labels,
        texts=kept.texts,
        targets=encode(kept.cells, scheme),
        rows=kept.rows,
        weights=kept.weights,
        notes=(*kept.notes, *_many_labels(kept.cells)),
    )


def _many_labels(cells: pl.Series) -> tuple[Note, ...]:
    count = 0 if isinstance(cells.dtype, pl.List) else cells.n_unique()
    if count <= max(_MANY_LABELS, cells.len() / 2):
        return ()
    message = f"{count} labels on {cells.len()} rows: is {cells.name!r} really the label column?"
    return (Note("many labels", count, message),)


def _alike(cells: Sequence[pl.Series]) -> list[pl.Series]:
    """Sets if any of them are sets: a file in which every row has one label may be written so."""
    if any(isinstance(each.dtype, pl.List) for each in cells):
        return [sets_of_one(each) for each in cells]
    return list(cells)

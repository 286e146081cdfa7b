"""Repair a whole table before anything is learned from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from linnet.config import Config, configure
from linnet.errors import ConfigError
from linnet.registry import unknown
from linnet.types import Note, Rows
from linnet.workflows.prepare import columns_of, name_of, table_of

if TYPE_CHECKING:
    import polars as pl

    from linnet.exploration.subject import Subject

POLICIES_OF_A_SPLIT = ("auto", "keep")


@dataclass(frozen=True, eq=False)
class Cleaned:
    """A table after its repairs.

    Attributes:
        table: The rows that stayed.
        rows: Which rows of the given table they are, counted from 0.
        dropped: The other rows, behind their number `row` and the reason `why`; columns of the
            table that are called so become `row in the table` and `why in the table`.
        notes: What each repair did, in a sentence with the number of rows.
    """

    table: "pl.DataFrame"
    rows: Rows
    dropped: "pl.DataFrame"
    notes: tuple[Note, ...]


def clean(table: Any, *, config: Config | None = None, **settings: Any) -> Cleaned:
    """Drop rows and labels, strip markup and rename labels, as the settings say.

    Args:
        table: A path or a table, as `read` takes it.
        config: Settings to start from; only those of data and cleaning matter.
        settings: Settings by name, over `config`: duplicates (all, first or conflicts),
            keep_labels, min_label_rows, min_label_set_rows, rows_per_label, undersample,
            strip_markup, labels ("e=entertainment"), seed.

    Raises:
        ConfigError: A setting does not fit the table.
        DataError: The table cannot be used.

    Example:
        >>> table = {"text": ["ä &amp; b", "b", "b"], "label": ["x", "y", "y"]}
        >>> found = clean(table, duplicates="first", strip_markup=True, labels=["x=z"])
        >>> found.table.rows(), found.dropped.rows()
        ([('ä & b', 'z'), ('b', 'y')], [(2, 'their text stands in an earlier row', 'b', 'y')])
        >>> [note.message for note in found.notes][0]
        '1 of 3 rows dropped: their text stands in an earlier row'
    """
    chosen = configure(config, **settings)
    whole = table_of(table, chosen)
    found = without_rows(whole, chosen, source=name_of(table))
    texts, text_notes = _stripped(found.table, chosen)
    names = _new_names(whole, chosen, source=name_of(table))
    labels, label_notes = _renamed(texts, chosen, names, source=name_of(table))
    return replace(found, table=labels, notes=(*found.notes, *text_notes, *label_notes))


def without_rows(
    table: "pl.DataFrame", config: Config, *, source: str, known: bool = True
) -> Cleaned:
    """Drop rows and labels, and leave texts and the names of labels as they are.

    Args:
        table: Any table.
        config: The settings of data and cleaning.
        source: What the table is called in messages.
        known: Whether each of the labels to keep must occur in the table.

    Example:
        >>> import polars as pl
        >>> table = pl.DataFrame({"text": ["é", "b"], "label": ["x", "y"]})
        >>> without_rows(table, Config(keep_labels=("x",)), source="a.csv").rows.tolist()
        [0]
    """
    import numpy as np

    from linnet.exploration.clean import clean as repair
    from linnet.tables.examples import examples

    wanted = repairs_of(config)
    if not wanted:
        return Cleaned(table, np.arange(len(table)), table.clear(), ())
    made = examples(table, replace(columns_of(config), labels=()), source=source)
    for label in config.keep_labels or ():
        if known and label not in made.labels:
            raise ConfigError(f"keep_labels: {unknown('label', label, made.labels)}")
    subject = _subject(table, made, config, source=source)
    kept, notes = repair(subject, wanted, seed=config.seed)
    rows = np.asarray(kept.rows)
    left = table[rows]
    if made.task == "multilabel" and kept.targets.sum() < made.targets[_at(rows, made.rows)].sum():
        left = _with_labels(left, kept, config)
    notes = (*made.notes, *notes)
    return Cleaned(left, rows, _with_reasons(table, dropped(notes, rows)), notes)


def _with_reasons(table: "pl.DataFrame", why: "pl.DataFrame") -> "pl.DataFrame":
    """Put row and reason before the dropped rows; their own columns of these names are renamed."""
    import polars as pl

    own = table[why["row"]]
    taken = [name for name in why.columns if name in own.columns]
    renamed = {name: _free(f"{name} in the table", own.columns) for name in taken}
    return pl.concat([why, own.rename(renamed)], how="horizontal")


def _free(name: str, taken: Sequence[str]) -> str:
    return name if name not in taken else _free(f"{name}_", taken)


def repairs_of(config: Config) -> dict[str, Any]:
    """Return which repairs of the whole table the settings ask for.

    Example:
        >>> repairs_of(Config()), repairs_of(Config(duplicates="first", undersample=True))
        ({}, {'duplicates': 'first', 'undersample': True})
    """
    from linnet.exploration.clean import REPAIRS

    wanted = {name: getattr(config, name) for name in REPAIRS}
    if config.duplicates in POLICIES_OF_A_SPLIT:
        del wanted["duplicates"]
        if config.duplicates_by:
            raise ConfigError(
                f"duplicates_by has no meaning with duplicates = {config.duplicates!r}: "
                "set duplicates to all, first or conflicts"
            )
    return {name: value for name, value in wanted.items() if value not in (None, False, ())}


def _subject(table: "pl.DataFrame", made: Any, config: Config, *, source: str) -> "Subject":
    from linnet.exploration.subject import Subject
    from linnet.tables.columns import column

    keys = None
    if config.duplicates_by:
        keys = _keys(column(table, config.duplicates_by, source=source)[made.rows])
    return Subject(made.texts, made.targets, made.task, made.labels, made.rows, keys)


def _keys(cells: "pl.Series") -> "pl.Series":
    """Return what tells copies by a column: where nothing stands, a row is nobody's copy."""
    import polars as pl

    names = (cells.fill_nan(None) if cells.dtype.is_float() else cells).cast(pl.String)
    alone = pl.Series([f"\0{number}" for number in range(len(names))])
    return names.zip_with(names.str.strip_chars().fill_null("") != "", alone)


def _at(rows: Rows, all_rows: Rows) -> Rows:
    """Return where rows stand among all of them, both ascending."""
    import numpy as np

    return np.searchsorted(all_rows, rows)


def _with_labels(table: "pl.DataFrame", subject: "Subject", config: Config) -> "pl.DataFrame":
    """Write the labels that a row still has into its label column."""
    import polars as pl

    from linnet.tables.labels import as_cells

    lists = [list(subject.labels_of(position)) for position in range(subject.num_rows)]
    sets = pl.Series(config.label, lists, dtype=pl.List(pl.String))
    return table.with_columns(as_cells(sets, config.label_separator))


def dropped(notes: Sequence[Note], kept: Rows) -> "pl.DataFrame":
    """Return the rows that notes speak of and that are not kept: columns `row` and `why`.

    Example:
        >>> import numpy as np
        >>> note = Note("duplicate", 1, "1 of 3 rows dropped: a copy", np.array([2]))
        >>> dropped([note], np.array([0, 1])).rows()
        [(2, 'a copy')]
        >>> dropped([], np.array([0])).rows()
        []
    """
    import numpy as np
    import polars as pl

    why: dict[int, str] = {}
    for note in notes:  # where several speak of a row, the first was it
        reason = note.message.partition(": ")[2] or note.what
        for row in np.setdiff1d(note.rows, kept).tolist():
            why.setdefault(row, reason)
    rows = sorted(why)
    return pl.DataFrame(
        {"row": rows, "why": [why[row] for row in rows]}, schema={"row": pl.Int64, "why": pl.String}
    )


def _stripped(table: "pl.DataFrame", config: Config) -> "tuple[pl.DataFrame, tuple[Note, ...]]":
    import polars as pl

    from linnet.text.markup import strip

    if not config.strip_markup:
        return table, ()
    changed = 0
    for name in config.text:
        if table[name].dtype == pl.String:
            plain = strip(table[name].fill_null(""))
            changed += int((plain != table[name].fill_null("")).sum())
            table = table.with_columns(plain.alias(name))
    message = f"{changed} of {len(table)} texts changed: HTML tags left out, entities read"
    return table, (Note("strip_markup", changed, message),) if changed else ()


def _new_names(table: "pl.DataFrame", config: Config, *, source: str) -> dict[str, str]:
    """Return the label in the table → its new name, for each that gets another."""
    from linnet.tables.columns import column
    from linnet.tables.labels import label_cells
    from linnet.tables.scheme import label_counts, new_names

    if not config.labels:
        return {}
    values = column(table, config.label, source=source)
    cells = label_cells(values, separator=config.label_separator, source=source)
    names = new_names(config.labels, label_counts(cells), source=source, strict=True)
    return {old: new for old, new in names.items() if old != new}


def _renamed(
    table: "pl.DataFrame", config: Config, names: Mapping[str, str], *, source: str
) -> "tuple[pl.DataFrame, tuple[Note, ...]]":
    """Write the new names of labels into the table."""
    import polars as pl

    from linnet.tables.labels import as_cells, label_cells

    if not names:
        return table, ()
    before = label_cells(table[config.label], separator=config.label_separator, source=source)
    old = pl.element() if isinstance(before.dtype, pl.List) else pl.col(config.label)
    new = old.replace(names)
    after = before.to_frame(config.label).select(
        pl.col(config.label).list.eval(new) if isinstance(before.dtype, pl.List) else new
    )[config.label]
    changed = int((before != after).sum())
    message = f"{changed} of {len(table)} rows have a label with a new name"
    after = as_cells(after, config.label_separator)
    return table.with_columns(after), (Note("labels", changed, message),) if changed else ()

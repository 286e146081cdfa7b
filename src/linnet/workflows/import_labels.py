"""Take back what people answered in an annotation tool."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config, configure
from linnet.errors import DataError
from linnet.types import Note

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, eq=False)
class Imported:
    """What people answered.

    Attributes:
        table: `text` and `label` (strings; lists where a text has several labels), and `row`
            where the export says of which row of a table the text is. With `into`, that table
            with the answers in its label column.
        notes: What was left out, and what changed.
    """

    table: "pl.DataFrame"
    notes: tuple[Note, ...]


def import_labels(
    path: str | Path,
    *,
    tool: str,
    field: str = "text",
    question: str | None = None,
    into: Any = None,
    config: Config | None = None,
) -> Imported:
    r"""Read what people answered, of a file that an annotation tool has exported.

    Where several people answered, the majority is taken; a text without one is left out.

    Args:
        path: JSON, JSON lines or CSV, as the tool writes them.
        tool: label-studio, doccano or argilla.
        field: What the tool calls the text.
        question: What the tool calls the labels; None: the only thing that is asked, or `label`.
        into: A table, or its path, whose labels the answers replace. None: they become a table.
        config: Says which columns of that table mean what.

    Raises:
        DataError: The file is no export of the tool, holds no answer, or is of another table.
        ConfigError: The tool is unknown.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     made = Path(folder, "all.jsonl")
        ...     _ = made.write_text('{"text": "ä", "label": ["b"], "row": 1}\n{"text": "c"}')
        ...     found = import_labels(made, tool="doccano")
        >>> found.table.rows(), found.notes[0].message
        ([(1, 'ä', 'b')], '1 of 2 texts left out: nobody has answered')
    """
    from linnet.tables.annotation.tools import read_answers

    answers = read_answers(Path(path), tool=tool, field=field, question=question)
    found, notes = _agreed(answers, str(path))
    if into is None:
        return Imported(found, notes)
    from linnet.workflows.prepare import name_of, table_of

    chosen = configure(config)
    table, changed = _replaced(table_of(into, chosen), found, chosen, source=name_of(into))
    return Imported(table, (*notes, *changed))


def _agreed(answers: Any, source: str) -> "tuple[pl.DataFrame, tuple[Note, ...]]":
    """Return one label, or set of labels, for each text whose answers have a majority."""
    import polars as pl

    from linnet.tables.annotation.records import majority

    several = any(len(vote) > 1 for each in answers for vote in each.votes)
    # Where one label is asked for, an answer without any is none.
    votes = [each.votes if several else tuple(filter(None, each.votes)) for each in answers]
    chosen = [majority(each) for each in votes]
    kept = [place for place, labels in enumerate(chosen) if labels is not None]
    silent = sum(not each for each in votes)
    notes = (
        *_left_out("no answer", silent, len(votes), "nobody has answered"),
        *_left_out("no majority", len(votes) - silent - len(kept), len(votes),
                   "people disagree, and no answer has most votes"),
    )  # fmt: skip
    if not kept:
        raise DataError(f"{source}: none of the {len(votes):,} texts has an answer to take")
    labels = [list(chosen[each] or ()) for each in kept]
    kind = pl.List(pl.String) if several else pl.String
    columns = {
        "row": pl.Series([answers[each].row for each in kept], dtype=pl.Int64),
        "text": pl.Series([answers[each].text for each in kept], dtype=pl.String),
        "label": pl.Series(labels if several else [each[0] for each in labels], dtype=kind),
    }
    if columns["row"].null_count() == len(kept):
        del columns["row"]
    return pl.DataFrame(columns), notes


def _left_out(what: str, count: int, total: int, why: str) -> tuple[Note, ...]:
    if not count:
        return ()
    return (Note(what, count, f"{count} of {total} texts left out: {why}"),)


def _replaced(
    table: "pl.DataFrame", found: "pl.DataFrame", config: Config, *, source: str
) -> "tuple[pl.DataFrame, tuple[Note, ...]]":
    """Put the answers into the label column of the table."""
    import polars as pl

    from linnet.tables.columns import texts
    from linnet.tables.labels import as_cells, label_cells
    from linnet.tables.scheme import sets_of_one

    own = texts(table, list(config.text), source=source)
    before = label_cells(table[config.label], separator=config.label_separator, source=source)
    several = isinstance(before.dtype, pl.List) or isinstance(found.schema["label"], pl.List)
    before, labels = (sets_of_one(each) if several else each for each in (before, found["label"]))
    rows = _rows(found, own.to_list(), source)
    answers = dict(zip(rows, labels.to_list(), strict=True))
    cells = before.to_list()
    after = [answers.get(row, cell) for row, cell in enumerate(cells)]
    changed = sum(_same(new) != _same(old) for new, old in zip(after, cells, strict=True))
    made = as_cells(pl.Series(config.label, after, dtype=before.dtype), config.label_separator)
    message = f"{changed:,} labels changed, {len(answers) - changed:,} confirmed by an answer"
    return table.with_columns(made.alias(config.label)), (Note("labels", changed, message),)


def _same(labels: Any) -> Any:
    """Return labels so that their order has no say."""
    return frozenset(labels) if isinstance(labels, list) else labels


def _rows(found: "pl.DataFrame", own: list[str], source: str) -> list[int]:
    """Return of which row of the table each answer is: by its number, else by its text."""
    first = {text.strip(): row for row, text in reversed(list(enumerate(own)))}
    rows = []
    for each in found.iter_rows(named=True):
        text = each["text"].strip()
        row = first.get(text) if each.get("row") is None else each["row"]
        if row is None or row >= len(own) or own[row].strip() != text:
            where = "no row" if each.get("row") is None else f"not row {row} (counted from 0)"
            raise DataError(
                f"{source}: {where} holds the answered text {each['text'][:80]!r}: is it the "
                "table that the texts were taken from?"
            )
        rows.append(row)
    return rows

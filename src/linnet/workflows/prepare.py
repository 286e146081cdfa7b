"""From a table and the settings to examples with their parts; and what was done to them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config
from linnet.errors import ConfigError, DataError
from linnet.registry import unknown
from linnet.types import Note, Rows, Split
from linnet.workflows.pool import Drawing, drawing_of, proof
from linnet.workflows.read import read

if TYPE_CHECKING:
    import polars as pl

    from linnet.splitting.pool import Pool
    from linnet.tables.examples import Columns, Examples

IN_MEMORY = "table"  # what messages call a table that is no file
OF_EVERY_ROW = ("text", "label", "label_separator", "keep_labels")  # of a test file's rows too


def prepare(table: Any, config: Config, *, saved: Sequence[str] = ()) -> "tuple[Examples, Split]":
    """Read, label, split and rid of duplicates.

    Args:
        table: A path or a table.
        config: The settings of data and split.
        saved: The labels of a saved model, which keep their classes; new ones stand behind them.

    Returns:
        All examples, the test file's behind the table's; and the split, as positions in them,
        with notes on everything that was left out.

    Raises:
        DataError: The table cannot be used, or nothing is left to train on.
        ConfigError: Settings contradict each other.

    Example:
        >>> from linnet.config import configure
        >>> table = {"text": ["a", "b", "c", "d", "d"], "label": ["x", "y", "x", "y", "y"]}
        >>> made, split = prepare(table, configure(test_fraction=0.0, validation_fraction=0.0))
        >>> made.labels, split.train.tolist(), split.notes[0].what
        (('x', 'y'), [0, 1, 2, 3], 'duplicate')
    """
    made, split, _ = prepare_pool(table, config, saved=saved)
    return made, split


def prepare_pool(
    table: Any, config: Config, *, saved: Sequence[str] = ()
) -> "tuple[Examples, Split, Pool]":
    """Do what `prepare` does, and return beside it what rows can be shared out by again.

    Args:
        table: A path or a table.
        config: The settings of data and split.
        saved: The labels of a saved model.

    Returns:
        What `prepare` returns, and the pool of all examples: groups, near-duplicates, times.

    Example:
        >>> from linnet.config import configure
        >>> table = {"text": ["a b c", "a b c!", "d", "e"], "label": ["x", "y", "x", "y"]}
        >>> _, _, pool = prepare_pool(table, configure(near_duplicates="together"))
        >>> pool.groups.tolist()
        [0, 0, 1, 2]
    """
    from linnet.splitting.check import checked
    from linnet.splitting.duplicates import clean_split, drop_leaks

    if config.split and config.test:
        raise ConfigError("give split (a column) or test (a file), not both")
    if config.previous:
        _check_previous(config)
    whole, source = table_of(table, config), name_of(table)
    given = None
    if config.test:
        made, given = _with_test_file(whole, source, config, saved)
    elif config.split:
        made, given = _by_column(whole, source, config, saved)
    else:
        made = cleaned(whole, config, source=source, saved=saved)
    by = drawing_of(made, whole, config=config, source=source)
    made, split = replace(made, near=by.near), _drawn(given, by, made, config)
    apart = split
    if config.duplicates == "auto":
        apart = clean_split(split, made.texts, targets=made.targets)
    elif config.duplicates != "keep":
        apart = checked(drop_leaks(split, made.texts))
    done = [
        *apart.notes[len(split.notes) :],
        *proof(apart, split, by=by, made=made, seed=config.seed),
    ]
    done = [_note_at(note, made.rows) for note in done]
    apart = replace(apart, notes=(*made.notes, *by.notes, *split.notes, *done))
    return *_foreign_last(made, apart, config, saved), by.pool


def _check_previous(config: Config) -> None:
    """Refuse what says otherwise which rows are for what."""
    for name in ("split", "test", "first_validation"):
        if getattr(config, name):
            raise ConfigError(
                f"give previous or {name}, not both: each says which rows are for what"
            )


def table_of(table: Any, config: Config) -> "pl.DataFrame":
    """Read the table as the settings say, and check that it has the columns they name.

    Example:
        >>> table_of({"päivä": [""], "label": ["a"]}, Config())
        Traceback (most recent call last):
        linnet.errors.DataError: table: unknown column 'text': Known: päivä, label; set `text` ...
    """
    whole = read(table, columns=config.columns, delimiter=config.delimiter)
    check_columns(whole.columns, config, source=name_of(table))
    return whole


def check_labels(examples: "Examples", split: Split, *, own_thresholds: bool) -> None:
    """Refuse training rows that all have one label, and thresholds where labels have none.

    Args:
        examples: All rows.
        split: Which of them train.
        own_thresholds: Whether each label is to have a threshold of its own.

    Raises:
        DataError: There is nothing to learn from.
        ConfigError: Thresholds are for several labels per text.

    Example:
        >>> config = Config(test_fraction=0, validation_fraction=0)
        >>> made, split = prepare({"text": ["ä", "b"], "label": ["x", "y"]}, config)
        >>> check_labels(made, split, own_thresholds=False)
    """
    import numpy as np

    targets = examples.targets[split.train]
    if own_thresholds and examples.task != "multilabel":
        raise ConfigError(
            f"thresholds = labels is for several labels per text: this task is {examples.task}"
        )
    if examples.task != "multilabel" and (targets == targets[0]).all():
        label = examples.labels[targets[0]]
        raise DataError(
            f"all {len(targets)} training rows have the label {label!r}: at least two labels are "
            "needed to learn from; check the label column and the split"
        )
    if examples.task == "multilabel" and not np.any(targets):
        raise DataError("no training row has any label: there is nothing to learn from")


def check_columns(columns: Sequence[str], config: Config, *, source: str) -> None:
    """Refuse a table that does not have the columns that the settings name.

    Args:
        columns: Of the table.
        config: The settings of data.
        source: What the table is called in messages.

    Example:
        >>> check_columns(["text"], Config(), source="ä.csv")
        Traceback (most recent call last):
        linnet.errors.DataError: ä.csv: unknown column 'label': Known: text; set ...
    """
    weight = (config.weight,) if config.weight else ()
    for setting, names in {"text": config.text, "label": (config.label,), "weight": weight}.items():
        for name in names:
            if name not in columns:
                problem = unknown("column", name, columns)
                alone = len(columns) == 1 and source != IN_MEMORY
                raise DataError(
                    f"{source}: {problem}; set `{setting}` to the column of {setting}s"
                    + (", or `delimiter` if this is more than one column" if alone else "")
                )


def name_of(table: Any) -> str:
    """Return what messages call a table.

    Example:
        >>> name_of(Path("a.csv")), name_of({"text": []})
        ('a.csv', 'table')
    """
    return str(table) if isinstance(table, str | Path) else IN_MEMORY


def columns_of(config: Config, *, saved: Sequence[str] = ()) -> "Columns":
    """Return which columns mean what.

    Args:
        config: The settings of data.
        saved: The labels of a saved model.

    Example:
        >>> columns_of(Config(text=("otsikko", "teksti"))).text
        ('otsikko', 'teksti')
    """
    from linnet.tables.examples import Columns

    return Columns(
        text=config.text, label=config.label, label_separator=config.label_separator,
        labels=config.labels or (), task=config.task, weight=config.weight, saved=saved,
    )  # fmt: skip


def _foreign_last(
    made: "Examples", split: Split, config: Config, saved: Sequence[str]
) -> "tuple[Examples, Split]":
    """Keep labels that only test rows have away from the model, but not from its evaluation."""
    import numpy as np

    seen = made.targets[np.concatenate([split.train, split.validation])]
    sets = made.task == "multilabel"
    known = seen.any(axis=0) if sets else np.bincount(seen, minlength=len(made.labels)) > 0
    named = {*saved, *(each.rpartition("=")[2] for each in config.labels or ())}
    known |= np.array([label in named for label in made.labels])
    if known.all():
        return made, split
    order = np.argsort(~known, kind="stable")
    place = np.argsort(order)
    labels = tuple(made.labels[each] for each in order)
    count = int(known.sum())
    two = made.task == "multiclass" and config.task is None and count == 2
    changed = replace(
        made,
        task="binary" if two else made.task,
        labels=labels[:count],
        foreign=labels[count:],
        targets=made.targets[:, order] if sets else place[made.targets],
    )
    message = (
        f"{len(labels) - count} labels stand in no training or validation row: the model does not "
        "know them, and where test rows have them its answers count as wrong"
    )
    note = Note("label only in test", len(labels) - count, message)
    return changed, replace(split, notes=(*split.notes, note))


def _drawn(given: Split | None, by: Drawing, made: "Examples", config: Config) -> Split:
    """Draw the parts that the table does not say itself."""
    from linnet.splitting.fractions import by_fraction
    from linnet.splitting.validation import watched

    if given is not None:
        return given if given.validation.size else watched(given, by.pool, config=config)
    split = by_fraction(
        by.pool, test_fraction=config.test_fraction,
        validation_fraction=0.0 if config.first_validation else config.validation_fraction,
        seed=config.seed,
    )  # fmt: skip
    split = replace(split, notes=tuple(_note_at(note, made.rows) for note in split.notes))
    return watched(split, by.pool, config=config) if config.first_validation else split


def _by_column(
    table: "pl.DataFrame", source: str, config: Config, saved: Sequence[str]
) -> "tuple[Examples, Split]":
    """Use the rows that a column names; labels that only other rows have do not count."""
    import numpy as np

    from linnet.splitting.column import by_column
    from linnet.tables.columns import column

    whole = by_column(column(table, str(config.split), source=source))
    parts = np.full(len(table), -1)
    for number, rows in enumerate((whole.train, whole.validation, whole.test)):
        parts[rows] = number
    used = np.flatnonzero(parts >= 0)
    made = _at_rows(cleaned(table[used], config, source=source, saved=saved), used)
    train, validation, test = (np.flatnonzero(parts[made.rows] == part) for part in range(3))
    return made, Split(train, validation, test, whole.notes)


def _with_test_file(
    table: "pl.DataFrame", source: str, config: Config, saved: Sequence[str]
) -> "tuple[Examples, Split]":
    """Put the rows of the test file behind those of the table."""
    import numpy as np
    import polars as pl

    from linnet.splitting.files import by_file
    from linnet.tables.examples import examples_together
    from linnet.workflows.clean import without_rows

    kept = without_rows(table, config, source=source)
    test_source = f"{config.test} (test)"
    only = replace(Config(), **{name: getattr(config, name) for name in OF_EVERY_ROW})
    tested = table_of(config.test, replace(config, weight=None))
    if config.weight and config.weight not in tested.columns:  # it is for training alone
        tested = tested.with_columns(pl.lit(1.0).alias(config.weight))
    test_kept = without_rows(tested, only, source=test_source, known=False)
    made, test = examples_together(
        {source: kept.table, test_source: test_kept.table}, columns_of(config, saved=saved)
    )
    made, test = _at_rows(made, kept.rows), _at_rows(test, test_kept.rows + len(table))
    weights = None
    if made.weights is not None and test.weights is not None:
        weights = np.concatenate([made.weights, test.weights])
    joined = replace(
        made,
        texts=pl.concat([made.texts, test.texts]),
        targets=np.concatenate([made.targets, test.targets]),
        rows=np.concatenate([made.rows, test.rows]),
        weights=weights,
        notes=(*kept.notes, *made.notes, *test_kept.notes, *test.notes),
    )
    return joined, by_file(train=len(made.targets), test=len(test.targets))


def cleaned(
    table: "pl.DataFrame", config: Config, *, source: str, saved: Sequence[str] = ()
) -> "Examples":
    """Make examples of the rows that stay after the repairs of the whole table.

    Args:
        table: Any table.
        config: The settings of data and cleaning.
        source: What the table is called in messages.
        saved: The labels of a saved model, which keep their classes.

    Example:
        >>> import polars as pl
        >>> table = pl.DataFrame({"text": ["é", "", "b"], "label": ["x", "y", "y"]})
        >>> made = cleaned(table, Config(), source="a.csv")
        >>> made.rows.tolist(), made.notes[0].what
        ([0, 2], 'no text')
    """
    from linnet.tables.examples import examples
    from linnet.workflows.clean import without_rows

    kept = without_rows(table, config, source=source)
    columns = columns_of(config, saved=saved)
    made = _at_rows(examples(kept.table, columns, source=source), kept.rows)
    return replace(made, notes=(*kept.notes, *made.notes))


def _at_rows(made: "Examples", rows: Rows) -> "Examples":
    """Number examples, and the rows of their notes, as the table does that they were taken from."""
    return replace(
        made, rows=rows[made.rows], notes=tuple(_note_at(note, rows) for note in made.notes)
    )


def _note_at(note: Note, rows: Rows) -> Note:
    return replace(note, rows=rows[note.rows])

"""From a table and the settings to examples with their parts; and what was done to them."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config
from linnet.errors import ConfigError, DataError
from linnet.registry import unknown
from linnet.types import Note, Split
from linnet.workflows.read import read

TWO = 2  # labels of a binary task

if TYPE_CHECKING:
    import polars as pl

    from linnet.tables.examples import Columns, Examples


def prepare(table: Any, config: Config) -> "tuple[Examples, Split]":
    """Read, label, split and rid of duplicates.

    Args:
        table: A path or a table.
        config: The settings of data and split.

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
    from linnet.splitting.duplicates import clean_split, drop_leaks

    if config.split and config.test:
        raise ConfigError("give split (a column) or test (a file), not both")
    whole, source = table_of(table, config), name_of(table)
    if config.test:
        made, split = _with_test_file(whole, source, config)
    elif config.split:
        made, split = _by_column(whole, source, config)
    else:
        made, split = _by_fraction(whole, source, config)
    split = replace(split, notes=(*made.notes, *split.notes))
    if config.duplicates == "auto":
        split = clean_split(split, made.texts, targets=made.targets)
    elif config.duplicates != "keep":
        split = drop_leaks(split, made.texts)
    return _foreign_last(made, split, config)


def table_of(table: Any, config: Config) -> "pl.DataFrame":
    """Read the table as the settings say, and check that it has the columns they name.

    Example:
        >>> table_of({"päivä": [""], "label": ["a"]}, Config())
        Traceback (most recent call last):
        linnet.errors.DataError: table: unknown column 'text': Known: päivä, label; set `text` ...
    """
    whole = read(table, columns=config.columns, delimiter=config.delimiter)
    weight = (config.weight,) if config.weight else ()
    for setting, names in {"text": config.text, "label": (config.label,), "weight": weight}.items():
        for name in names:
            if name not in whole.columns:
                problem = unknown("column", name, whole.columns)
                raise DataError(
                    f"{name_of(table)}: {problem}; set `{setting}` to the column of {setting}s"
                )
    return whole


def name_of(table: Any) -> str:
    """Return what messages call a table.

    Example:
        >>> name_of(Path("a.csv")), name_of({"text": []})
        ('a.csv', 'table')
    """
    return str(table) if isinstance(table, str | Path) else "table"


def columns_of(config: Config) -> "Columns":
    """Return which columns mean what.

    Example:
        >>> columns_of(Config(text=("otsikko", "teksti"))).text
        ('otsikko', 'teksti')
    """
    from linnet.tables.examples import Columns

    return Columns(
        text=config.text, label=config.label, label_separator=config.label_separator,
        labels=config.labels or (), task=config.task, weight=config.weight,
    )  # fmt: skip


def _foreign_last(made: "Examples", split: Split, config: Config) -> "tuple[Examples, Split]":
    """Keep labels that only test rows have away from the model, but not from its evaluation."""
    import numpy as np

    seen = made.targets[np.concatenate([split.train, split.validation])]
    sets = made.task == "multilabel"
    known = seen.any(axis=0) if sets else np.bincount(seen, minlength=len(made.labels)) > 0
    named = {each.rpartition("=")[2] for each in config.labels or ()}
    known |= np.array([label in named for label in made.labels])
    if known.all():
        return made, split
    order = np.argsort(~known, kind="stable")
    place = np.argsort(order)
    labels = tuple(made.labels[each] for each in order)
    count = int(known.sum())
    two = made.task == "multiclass" and config.task is None and count == TWO
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


def _by_fraction(table: "pl.DataFrame", source: str, config: Config) -> "tuple[Examples, Split]":
    from linnet.splitting.fractions import by_fraction
    from linnet.tables.examples import examples

    made = _without_duplicates(examples(table, columns_of(config), source=source), config)
    split = by_fraction(
        made.targets, task=made.task, test_fraction=config.test_fraction,
        validation_fraction=0.0 if config.first_validation else config.validation_fraction,
        seed=config.seed,
    )  # fmt: skip
    return made, _watched(split, made, config) if config.first_validation else split


def _by_column(table: "pl.DataFrame", source: str, config: Config) -> "tuple[Examples, Split]":
    """Use the rows that a column names; labels that only other rows have do not count."""
    import numpy as np

    from linnet.splitting.column import by_column
    from linnet.tables.columns import column
    from linnet.tables.examples import examples

    whole = by_column(column(table, str(config.split), source=source))
    parts = np.full(len(table), -1)
    for number, rows in enumerate((whole.train, whole.validation, whole.test)):
        parts[rows] = number
    used = np.flatnonzero(parts >= 0)
    made = examples(table[used], columns_of(config), source=source)
    made = _without_duplicates(replace(made, rows=used[made.rows]), config)
    train, validation, test = (np.flatnonzero(parts[made.rows] == part) for part in range(3))
    split = Split(train, validation, test, whole.notes)
    return made, split if len(split.validation) else _watched(split, made, config)


def _with_test_file(table: "pl.DataFrame", source: str, config: Config) -> "tuple[Examples, Split]":
    """Put the rows of the test file behind those of the table."""
    import numpy as np
    import polars as pl

    from linnet.splitting.files import by_file
    from linnet.tables.examples import examples_together

    test_table = table_of(config.test, config)
    made, test = examples_together(
        {source: table, f"{config.test} (test)": test_table}, columns_of(config)
    )
    made = _without_duplicates(made, config)
    weights = None
    if made.weights is not None and test.weights is not None:
        weights = np.concatenate([made.weights, test.weights])
    joined = replace(
        made,
        texts=pl.concat([made.texts, test.texts]),
        targets=np.concatenate([made.targets, test.targets]),
        rows=np.concatenate([made.rows, test.rows + len(table)]),
        weights=weights,
        notes=(*made.notes, *test.notes),
    )
    split = by_file(train=len(made.targets), test=len(test.targets))
    return joined, _watched(split, joined, config)


def _watched(split: Split, made: "Examples", config: Config) -> Split:
    """Take validation rows out of the training rows, unless none are wanted."""
    from linnet.splitting.validation import validation_from

    first, fraction = config.first_validation, config.validation_fraction
    if not first and not fraction:
        return split
    return validation_from(
        split, made.targets, task=made.task, fraction=None if first else fraction, first=first,
        seed=config.seed,
    )  # fmt: skip


def _without_duplicates(made: "Examples", config: Config) -> "Examples":
    """Drop copies in the whole table, as the settings say."""
    from linnet.exploration.clean import drop_duplicates

    if config.duplicates in ("auto", "keep"):
        return made
    kept, notes = drop_duplicates(made.texts, made.targets, policy=config.duplicates)
    return replace(
        made,
        texts=made.texts.gather(kept),
        targets=made.targets[kept],
        rows=made.rows[kept],
        weights=None if made.weights is None else made.weights[kept],
        notes=(*made.notes, *notes),
    )

"""Which labels there are, in which order, and what task that makes: labels to classes.

Goes in: labels per row (`label_cells`) and settings. Comes out: a `Scheme`, and targets encoded
with it. Knows nothing of texts.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from linnet.errors import ConfigError, DataError
from linnet.registry import nearest, unknown
from linnet.types import TASKS, Targets, Task

_SHOWN = 10


@dataclass(frozen=True)
class Scheme:
    """How labels become classes.

    Attributes:
        task: Binary, multiclass or multilabel.
        labels: The names, in the order of their classes; the second of a binary task is positive.
        classes: Label as it stands in the table → class. Two may lead to one class.
    """

    task: Task
    labels: tuple[str, ...]
    classes: Mapping[str, int]


def make_scheme(
    cells: pl.Series,
    *,
    task: Task | None,
    labels: Sequence[str],
    saved: Sequence[str] = (),
    source: str = "table",
    num_rows: int | None = None,
) -> Scheme:
    """Find the labels, their order and the task.

    Args:
        cells: String, or List(String) for sets of labels; without null.
        task: None: sets are multilabel, two labels binary, more multiclass.
        labels: "name" or "name=new name". Those named come first in this order, the others follow
            sorted (as numbers if all are whole numbers). Labels renamed to one name are one label.
        saved: The labels of a saved model, in the order of their classes. They come before all
            others, whether or not they occur, and what `labels` names need not occur.
        source: What the table is called in messages.
        num_rows: How many rows have these labels; None: as many as there are cells.

    Raises:
        DataError: There are too few labels for the task, or too many.
        ConfigError: `labels` names one that does not occur, or `task` is unknown.

    Example:
        >>> make_scheme(pl.Series(["10", "9", "ä"]), task=None, labels=["ä=a"]).labels
        ('a', '9', '10')
        >>> make_scheme(pl.Series(["10", "9"]), task=None, labels=[]).labels
        ('9', '10')
        >>> make_scheme(pl.Series(["10", "9"]), task=None, labels=["ä=a"], saved=["b", "10"]).labels
        ('b', '10', '9')
    """
    counts = label_counts(cells)
    renamed = new_names(labels, counts, source=source, strict=not saved)
    others = ordered(name for name in counts if name not in renamed)
    names = tuple(dict.fromkeys([*saved, *renamed.values(), *others]))
    numbers = {name: number for number, name in enumerate(names)}
    classes = {name: numbers[renamed.get(name, name)] for name in counts}
    task = task or _task_of(cells, names)
    _check_labels(task, names, cells, source=source, num_rows=num_rows)
    return Scheme(task, names, classes)


def known_scheme(
    cells: pl.Series,
    known: Sequence[str],
    *,
    task: Task | None,
    labels: Sequence[str],
    source: str = "table",
) -> Scheme:
    """Lead the labels of another table to classes that exist already.

    Args:
        cells: String, or List(String) for sets of labels; without null.
        known: The labels in the order of their classes; not all need to occur.
        task: None: sets are multilabel, two known labels binary, more multiclass.
        labels: "name=known name"; entries whose name does not occur are ignored.
        source: What the table is called in messages.

    Raises:
        DataError: A label is not known.

    Example:
        >>> cells = pl.Series(["spam", "SPÄM"])
        >>> known_scheme(cells, ["ham", "spam"], task=None, labels=["SPÄM=spam"]).classes
        {'spam': 1, 'SPÄM': 1}
    """
    counts = label_counts(cells)
    renamed = new_names(labels, counts, source=source, strict=False)
    numbers = {name: number for number, name in enumerate(known)}
    names = {name: renamed.get(name, name) for name in counts}
    strange = {name: counts[name] for name, new in names.items() if new not in numbers}
    if strange:
        first = next(iter(strange))
        near = nearest(first, known) or known[0]
        raise DataError(
            f"{source}: {len(strange)} labels are not among the {len(known)} known ones: "
            f"{_listed(f'{name!r} ({count} rows)' for name, count in strange.items())}. "
            f"Known: {_listed(map(repr, known))}. Map each, for example with "
            f"labels=[{f'{first}={near}'!r}], or leave its rows out"
        )
    classes = {name: numbers[new] for name, new in names.items()}
    return Scheme(task or _task_of(cells, known), tuple(known), classes)


def encode(cells: pl.Series, scheme: Scheme) -> Targets:
    """Return the classes of each row.

    Args:
        cells: String, but List(String) for a multilabel scheme; every label is in the scheme.
        scheme: Where each label leads.

    Returns:
        int64 of shape (rows,); for multilabel uint8 of shape (rows, labels), 0 and 1.

    Example:
        >>> encode(pl.Series(["b", "ä"]), Scheme("binary", ("ä", "b"), {"ä": 0, "b": 1}))
        array([1, 0])
        >>> sets = pl.Series([[], ["b"]], dtype=pl.List(pl.String))
        >>> encode(sets, Scheme("multilabel", ("ä", "b"), {"ä": 0, "b": 1}))
        array([[0, 0], [0, 1]], dtype=uint8)
    """
    numbers = _flat(cells).replace_strict(
        list(scheme.classes), list(scheme.classes.values()), return_dtype=pl.Int64
    )
    if scheme.task != "multilabel":
        return numbers.to_numpy()
    targets = np.zeros((cells.len(), len(scheme.labels)), np.uint8)
    targets[np.repeat(np.arange(cells.len()), cells.list.len().to_numpy()), numbers.to_numpy()] = 1
    return targets


def one_label_each(cells: pl.Series, source: str) -> pl.Series:
    """Turn sets that all hold exactly one label into that label; null stays null.

    Raises:
        DataError: A set is empty or holds several; with a count and an example.

    Example:
        >>> one_label_each(pl.Series([["ä"], None]), "a.csv").to_list()
        ['ä', None]
    """
    if not _has_sets(cells):
        return cells
    wrong = (cells.list.len() != 1).fill_null(False).arg_true()
    if wrong.len():
        raise DataError(
            f"{source}: {wrong.len()} of {cells.len()} rows have not exactly one label, the first "
            f"is row {wrong[0]} (counted from 0): {cells[wrong[0]].to_list()}. Leave `task` out or "
            "set it to multilabel"
        )
    return cells.list.first()


def sets_of_one(cells: pl.Series) -> pl.Series:
    """Turn single labels into sets that hold one; sets stay as they are, null stays null.

    Example:
        >>> sets_of_one(pl.Series(["ä", None])).to_list()
        [['ä'], None]
    """
    if _has_sets(cells):
        return cells
    alone = pl.concat_list(pl.col(cells.name))
    return (
        cells.to_frame().select(pl.when(pl.col(cells.name).is_not_null()).then(alone)).to_series()
    )


def label_counts(cells: pl.Series) -> dict[str, int]:
    """Count the rows of each label, in the order in which labels appear.

    Example:
        >>> label_counts(pl.Series([["ä", "b"], [], ["ä"]]))
        {'ä': 2, 'b': 1}
    """
    counted = _flat(cells).alias("label").unique_counts()
    names = _flat(cells).unique(maintain_order=True)
    return dict(zip(names.to_list(), counted.to_list(), strict=True))


def ordered(labels: Iterable[str]) -> list[str]:
    """Sort labels; as numbers if all of them are whole numbers.

    Example:
        >>> ordered(["10", "9", "-1"]), ordered(["b", "ä", "10", "9"]), ordered([])
        (['-1', '9', '10'], ['10', '9', 'b', 'ä'], [])
    """
    names = sorted(labels)
    if all(re.fullmatch("-?[0-9]{1,18}", name) for name in names):
        names.sort(key=int)
    return names


def check_task(task: str | None) -> None:
    """Raise ConfigError if this is no task.

    Example:
        >>> check_task(None)
        >>> check_task("multi")
        Traceback (most recent call last):
        linnet.errors.ConfigError: unknown task 'multi': did you mean...
    """
    if task is not None and task not in TASKS:
        raise ConfigError(unknown("task", task, TASKS))


def new_names(
    settings: Sequence[str], counts: Mapping[str, int], *, source: str, strict: bool
) -> dict[str, str]:
    """Return label in the table → its name, for each label that the settings name.

    Args:
        settings: "old=new" for a new name, "old" for a label that keeps its own.
        counts: The labels in the table, and their rows.
        source: What the table is called in messages.
        strict: Whether each of the labels must occur in the table; else those that do not are
            left out.

    Raises:
        ConfigError: A name is empty, a label is named twice, or it does not occur.

    Example:
        >>> new_names(["ä=a", "x=y=z", "b"], {"ä": 1, "x=y": 1, "b": 1}, source="", strict=True)
        {'ä': 'a', 'x=y': 'z', 'b': 'b'}
        >>> new_names(["c=d"], {}, source="", strict=False)
        {}
    """
    renamed: dict[str, str] = {}
    for setting in settings:
        old, new = _pair(setting, counts)
        if not new:
            raise ConfigError(f"labels: {setting!r} gives an empty name")
        if old in renamed:
            raise ConfigError(f"labels: {old!r} is named more than once")
        if old in counts:
            renamed[old] = new
        elif strict:
            near = nearest(old, counts)
            hint = f"did you mean {near!r}? " if near else ""
            raise ConfigError(
                f"{source}: labels names {old!r}, which does not occur: {hint}"
                f"Known: {_listed(map(repr, counts))}"
            )
    return renamed


def _pair(setting: str, counts: Mapping[str, int]) -> tuple[str, str]:
    """Old and new name; a label may itself contain an equals sign."""
    if setting in counts or "=" not in setting:
        return setting, setting
    cuts = [place for place, character in enumerate(setting) if character == "="]
    cut = next((each for each in cuts if setting[:each].strip() in counts), cuts[0])
    return setting[:cut].strip(), setting[cut + 1 :].strip()


def _task_of(cells: pl.Series, names: Sequence[str]) -> Task:
    if _has_sets(cells):
        return "multilabel"
    return "binary" if len(names) == 2 else "multiclass"


def _check_labels(
    task: Task, names: Sequence[str], cells: pl.Series, *, source: str, num_rows: int | None
) -> None:
    if not names:
        raise DataError(f"{source}: no row has a label: all label sets are empty")
    everywhere = _flat(cells).len() == cells.len()
    if len(names) == 1 and (task != "multilabel" or everywhere):
        raise DataError(
            f"{source}: there is only one label, {names[0]!r}, on all "
            f"{cells.len() if num_rows is None else num_rows} rows: "
            "at least two are needed to learn a difference"
        )
    if task == "binary" and len(names) != 2:
        raise DataError(
            f"{source}: a binary task needs two labels, there are {len(names)}: "
            f"{_listed(map(repr, names))}. Leave `task` out, or merge some with `labels` "
            f"(for example {f'{names[-1]}={names[0]}'!r})"
        )


def _listed(items: Iterable[str]) -> str:
    every = list(items)
    more = f" and {len(every) - _SHOWN} more" if len(every) > _SHOWN else ""
    return ", ".join(every[:_SHOWN]) + more


def _has_sets(cells: pl.Series) -> bool:
    return isinstance(cells.dtype, pl.List)


def _flat(cells: pl.Series) -> pl.Series:
    return cells.explode(empty_as_null=False) if _has_sets(cells) else cells

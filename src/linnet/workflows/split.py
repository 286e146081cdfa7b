"""Part a table as a training would."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linnet.config import Config, configure
from linnet.types import Note
from linnet.workflows.prepare import prepare

if TYPE_CHECKING:
    import polars as pl

PARTS = ("train", "validation", "test")


@dataclass(frozen=True, eq=False)
class Parted:
    """A table in parts.

    Attributes:
        table: Columns `row`, counted from 0, `part` (train, validation, test or "left out") and
            `hash` of the text.
        rows: Part → how many rows it has.
        labels: Label → part → how many rows of the part have it.
        notes: What was left out, moved or dropped, and what crosses the parts.
    """

    table: "pl.DataFrame"
    rows: dict[str, int]
    labels: dict[str, dict[str, int]]
    notes: tuple[Note, ...]


def split(table: Any, *, config: Config | None = None, **settings: Any) -> "pl.DataFrame":
    """Say which rows of a table are for training, validation and test.

    Args:
        table: A path or a table, as `read` takes it.
        config: Settings to start from; only those of data, cleaning and split matter.
        settings: Settings by name, over `config`: test_fraction, group, time, previous, seed, ...

    Returns:
        Columns `row`, counted from 0, `part`: train, validation, test or "left out", and `hash` of
        the text, by which `previous` tells rows.

    Raises:
        DataError: The table cannot be used.
        ConfigError: A setting does not fit.

    Example:
        >>> table = {"text": ["a", "é", "b", "c"], "label": ["x", "y", "x", "y"]}
        >>> split(table, test_fraction=0.5, validation_fraction=0)["part"].to_list()
        ['test', 'train', 'train', 'test']
    """
    return parted(table, config=config, **settings).table


def parted(table: Any, *, config: Config | None = None, **settings: Any) -> Parted:
    """Part a table, and say how its labels and copies are spread over the parts.

    Args:
        table: A path or a table, as `read` takes it.
        config: Settings to start from.
        settings: Settings by name, over `config`.

    Raises:
        DataError: The table cannot be used.
        ConfigError: A setting does not fit.

    Example:
        >>> table = {"text": ["a", "é", "b", "c"], "label": ["x", "y", "x", "y"]}
        >>> found = parted(table, test_fraction=0.5, validation_fraction=0)
        >>> found.rows, found.labels["x"]
        ({'train': 2, 'validation': 0, 'test': 2}, {'train': 1, 'validation': 0, 'test': 1})
    """
    import numpy as np

    from linnet.splitting.table import to_table

    made, parts = prepare(table, configure(config, **settings))
    rows = {name: getattr(parts, name) for name in PARTS}
    labels = (*made.labels, *made.foreign)
    counts = {
        name: made.targets[each].sum(axis=0, dtype=np.int64)
        if made.task == "multilabel"
        else np.bincount(made.targets[each], minlength=len(labels))
        for name, each in rows.items()
    }
    return Parted(
        to_table(parts, made.rows, texts=made.texts),
        {name: each.size for name, each in rows.items()},
        {
            label: {name: int(counts[name][number]) for name in PARTS}
            for number, label in enumerate(labels)
        },
        parts.notes,
    )

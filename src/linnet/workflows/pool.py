"""What a split of a table is to keep in mind: groups, near-duplicates, times, earlier parts."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from linnet.config import Config
from linnet.errors import ConfigError, DataError
from linnet.types import Note, Rows, Split, Targets, Task
from linnet.workflows.run import SPLIT

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from linnet.splitting.pool import Pool
    from linnet.tables.examples import Examples

LARGE, MANY = 0.3, 100
"""A group of this share of the rows, and so many, is worth a note."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """What rows are drawn by.

    Attributes:
        pool: All examples.
        known: Those whose part of an earlier split is known.
        near: The group of near-duplicates of each; None: not asked for.
        test_given: Whether the table itself says which rows are for test.
        notes: What is to be said of it.
    """

    pool: "Pool"
    known: Rows | None
    near: Rows | None
    test_given: bool
    notes: tuple[Note, ...]


def drawing_of(made: "Examples", table: "pl.DataFrame", *, config: Config, source: str) -> Drawing:
    """Gather what the parts of examples are drawn by.

    Args:
        made: The examples; those behind the table's last row come from another file.
        table: The table they are from.
        config: The settings of the split.
        source: What the table is called in messages.

    Raises:
        DataError: A column is missing or holds the wrong thing, or all texts are the same.
        ConfigError: There is no earlier split.

    Example:
        >>> from linnet.workflows.prepare import prepare
        >>> table = {"text": ["ä", "b", "c", "d"], "label": ["x", "y"] * 2, "day": [4, 3, 2, 1]}
        >>> config = Config(time="day", test_fraction=0.25, validation_fraction=0.25)
        >>> prepare(table, config)[1].test.tolist()
        [0]
    """
    from linnet.splitting.near_duplicates import near_duplicates
    from linnet.splitting.pool import Pool, joined

    strata, task = _strata(made, config)
    near = near_duplicates(made.texts) if _together(config) else None
    groups, times, notes = _columns(made, table, config, source=source)
    if near is not None and len(near) > 1 and not near.any():
        near, notes = None, (*notes, _all_alike(made.texts, source))
    parts, known = _before(made, config)
    pool = Pool(strata, task, joined(groups, near), times, parts)
    notes = (*notes, *_giant(pool, near=near is not None and groups is not None))
    return Drawing(pool, known, near, bool(config.split or config.test), notes)


def _all_alike(texts: "pl.Series", source: str) -> Note:
    """Refuse copies of a single text; say that texts of one template are not kept together."""
    if texts.n_unique() == 1:
        raise DataError(
            f"{source}: all {len(texts)} texts are the same: nothing can be learned from them; "
            "check the text column"
        )
    message = (
        f"all {len(texts):,} texts are nearly the same, so near-duplicates are not kept together"
    )
    return Note("all alike", len(texts), message)


def proof(
    split: Split, drawn: Split, *, by: Drawing, made: "Examples", seed: int
) -> tuple[Note, ...]:
    """Say which rows moved, and what crosses the parts, as far as that was looked at.

    Args:
        split: The parts, cleaned.
        drawn: The parts as they were drawn.
        by: What they were drawn by.
        made: The examples.
        seed: Of the random split that is compared with.

    Example:
        >>> from linnet import split
        >>> split({"text": ["a", "A", "b", "c"], "label": ["x", "y"] * 2})["part"].to_list()[:2]
        ['train', 'train']
    """
    from linnet.splitting.crossing import crossing
    from linnet.splitting.previous import moved

    notes: tuple[Note, ...] = ()
    if by.known is not None and by.pool.parts is not None:
        notes = moved(drawn, by.pool.parts, known=by.known)
    if by.near is None:
        return notes
    exact = made.texts.rank("dense").to_numpy().astype("int64")
    found = crossing(
        split,
        drawn,
        groups={"near": by.near, "exact": exact},
        test_drawn=not by.test_given,
        seed=seed,
    )
    return (*notes, found.note()) if found.at_random["near"] or found.here["near"] else notes


def _together(config: Config) -> bool:
    """Say whether near-duplicates are to be found."""
    if config.near_duplicates != "auto":
        return config.near_duplicates == "together"
    given = config.split or config.test or not config.test_fraction
    return not given and config.duplicates != "keep"


def _columns(
    made: "Examples", table: "pl.DataFrame", config: Config, *, source: str
) -> "tuple[Rows | None, NDArray[np.float64] | None, tuple[Note, ...]]":
    """Return the groups and times of the examples; those of another file have none."""
    import numpy as np

    from linnet.splitting.values import groups_of, times_of
    from linnet.tables.columns import column

    here = np.flatnonzero(made.rows < len(table))
    rows = made.rows[here]
    groups = times = None
    notes: tuple[Note, ...] = ()
    if config.group:
        groups = np.full(len(made.rows), -1)
        groups[here] = groups_of(column(table, config.group, source=source))[rows]
    if config.time:
        times = np.full(len(made.rows), np.nan)
        times[here] = times_of(column(table, config.time, source=source))[rows]
        missing = made.rows[here[np.isnan(times[here])]]
        if missing.size:
            message = f"{missing.size} rows are for training: no time in column {config.time!r}"
            notes = (Note("no time", missing.size, message, missing),)
    return groups, times, notes


def _giant(pool: "Pool", *, near: bool) -> tuple[Note, ...]:
    """Say that one group is so large that the parts cannot be alike."""
    import numpy as np

    if pool.groups is None or not len(pool):
        return ()
    largest = int(np.bincount(pool.groups).max())
    if largest < LARGE * len(pool) or largest < MANY:
        return ()
    why = ": near-duplicates connect groups; see near_duplicates = ignore" if near else ""
    message = (
        f"one group holds {largest:,} of {len(pool):,} rows and stays in one part, so that the "
        f"parts differ{why}"
    )
    return (Note("large group", largest, message),)


def _before(made: "Examples", config: Config) -> tuple[Rows | None, Rows | None]:
    if config.previous is None:
        return None, None
    from linnet.splitting.previous import parts_before
    from linnet.workflows.read import read

    path = Path(config.previous)
    path = path / SPLIT if path.is_dir() else path
    if not path.is_file():
        raise ConfigError(
            f"previous: {path} is not there: name the folder of a run, or the table of a split"
        )
    parts, known = parts_before(read(path), made.texts, rows=made.rows)
    if not known.size:
        raise DataError(
            f"previous: none of the {len(parts):,} rows stands in {path}: is it of another table?"
        )
    return parts, known


def _strata(made: "Examples", config: Config) -> "tuple[Targets, Task]":
    """Return what the parts of a split have in the same shares."""
    import numpy as np

    from linnet.exploration.subject import answers

    if config.stratify == "label_sets":
        numbers = answers(made.targets).rank("dense").to_numpy().astype(np.int64)
        return numbers, "multiclass"
    if config.stratify == "none":
        return np.zeros(len(made.targets), np.int64), "multiclass"
    return made.targets, made.task

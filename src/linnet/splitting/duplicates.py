"""Exact copies of texts, within the training rows and across the parts.

Goes in: a split, texts and targets. Comes out: a split whose test rows are the same. Knows
nothing of near-duplicates.
"""

import dataclasses

import numpy as np
import polars as pl

from linnet.splitting.check import checked
from linnet.types import Note, Rows, Split, Targets


def clean_split(split: Split, texts: pl.Series, *, targets: Targets) -> Split:
    """Drop what would be learned twice, or learned and then measured.

    Test rows are never touched, so that results stay comparable.

    Args:
        split: Parts as positions in `texts`.
        texts: Strings without nulls.
        targets: What a model should answer, row by row.

    Returns:
        The split without leaks and repeats, with a note for each kind that was dropped.

    Raises:
        DataError: No row is left for training.

    Example:
        >>> texts = pl.Series(["hyvä", "hyvä", "huono", "", "huono"])
        >>> none = np.empty(0, np.int64)
        >>> split = Split(np.array([0, 1, 2, 3]), none, np.array([4]))
        >>> cleaned = clean_split(split, texts, targets=np.array([1, 1, 0, 0, 0]))
        >>> cleaned.train.tolist(), [note.what for note in cleaned.notes]
        ([0, 3], ['text in test', 'duplicate'])
    """
    return checked(drop_repeats(drop_leaks(split, texts), texts, targets=targets))


def drop_leaks(split: Split, texts: pl.Series) -> Split:
    """Drop rows whose exact text stands in a part that is to measure them.

    Training and validation give way to test, and training gives way to validation.

    Args:
        split: Parts as positions in `texts`.
        texts: Strings without nulls.

    Example:
        >>> texts = pl.Series(["é", "é", "b", "c", "é"])
        >>> split = Split(np.array([0, 3]), np.array([1, 2]), np.array([4]))
        >>> without = drop_leaks(split, texts)
        >>> without.train.tolist(), without.validation.tolist(), without.test.tolist()
        ([3], [2], [4])
        >>> without.notes[0].message
        '1 training and 1 validation rows dropped: their exact text stands in the test rows'
    """
    train, train_leaks = _apart(split.train, split.test, texts)
    validation, validation_leaks = _apart(split.validation, split.test, texts)
    train, both = _apart(train, validation, texts)
    notes = (
        *_note(
            "text in test",
            np.concatenate([train_leaks, validation_leaks]),
            f"{train_leaks.size} training and {validation_leaks.size} validation rows dropped: "
            "their exact text stands in the test rows",
        ),
        *_note(
            "text in validation",
            both,
            f"{both.size} training rows dropped: their exact text stands in the validation rows",
        ),
    )
    return dataclasses.replace(
        split, train=train, validation=validation, notes=(*split.notes, *notes)
    )


def drop_repeats(split: Split, texts: pl.Series, *, targets: Targets) -> Split:
    """Keep of training rows with the same text and the same label only the first.

    Args:
        split: Parts as positions in `texts`.
        texts: Strings without nulls.
        targets: What a model should answer, row by row.

    Example:
        >>> texts = pl.Series(["", "", "", "ß"])
        >>> none = np.empty(0, np.int64)
        >>> split = Split(np.arange(4), none, none)
        >>> drop_repeats(split, texts, targets=np.array([0, 0, 1, 1])).train.tolist()
        [0, 2, 3]
    """
    rows = pl.DataFrame({"text": texts, "answer": _answers(targets)})[split.train]
    first = rows.select(pl.struct(pl.all()).is_first_distinct()).to_series().to_numpy()
    dropped = split.train[~first]
    message = f"{dropped.size} training rows dropped: text and label repeat an earlier row"
    notes = _note("duplicate", dropped, message)
    return dataclasses.replace(split, train=split.train[first], notes=(*split.notes, *notes))


def _apart(rows: Rows, others: Rows, texts: pl.Series) -> tuple[Rows, Rows]:
    """Part rows into those whose text stands in no other row, and those whose text does."""
    shared = texts[rows].is_in(texts[others].implode()).to_numpy()
    return rows[~shared], rows[shared]


def _answers(targets: Targets) -> pl.Series:
    """One value per row that is equal where the labels are: a set of labels becomes bytes."""
    if targets.ndim == 1:
        return pl.Series(targets)
    return pl.Series([row.tobytes() for row in np.packbits(targets != 0, axis=1)], dtype=pl.Binary)


def _note(what: str, rows: Rows, message: str) -> tuple[Note, ...]:
    return (Note(what, rows.size, message, np.sort(rows)),) if rows.size else ()

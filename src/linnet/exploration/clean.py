"""Repairs of a whole table: one small function each, and their order.

Goes in: texts and targets. Comes out: those that stay, and a note on every repair that changed
something. Knows nothing of files and splits.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.errors import ConfigError
from linnet.exploration.subject import Subject
from linnet.registry import unknown
from linnet.types import Note

Repair: TypeAlias = Callable[..., tuple[Subject, str]]
"""Takes texts, what the user asked for, and `seed`; gives those that stay, and why."""

_KEPT = {
    "all": ~pl.col("text").is_duplicated(),
    "first": pl.col("text").is_first_distinct(),
    "conflicts": pl.col("answer").n_unique().over("text") == 1,
}
_REASONS = {
    "all": "their {key} stands in another row too",
    "first": "their {key} stands in an earlier row",
    "conflicts": "their {key} stands in another row with other labels",
}


def clean(
    subject: Subject, wanted: Mapping[str, Any], *, seed: int = 0
) -> tuple[Subject, tuple[Note, ...]]:
    """Do the repairs that are wanted, in the order of `REPAIRS`.

    Args:
        subject: Texts with their labels.
        wanted: Name of a repair → what it takes; None or False: not wanted.
        seed: Of the choice of rows.

    Returns:
        What stays, in the same order, and for each repair that changed something a note with the
        rows of the table that were dropped.

    Raises:
        ConfigError: A repair is unknown, or it does not fit the task.

    Example:
        >>> texts = pl.Series(["é", "é", "", "b"])
        >>> subject = Subject(texts, np.array([0, 1, 1, 1]), "binary", ("x", "y"))
        >>> kept, notes = clean(subject, {"duplicates": "first", "undersample": True})
        >>> kept.texts.to_list()[0], kept.class_counts.tolist(), len(notes)
        ('é', [1, 1], 2)
        >>> notes[0].message, notes[0].rows.tolist()
        ('1 of 4 rows dropped: their text stands in an earlier row', [1])
    """
    for name in wanted:
        if name not in REPAIRS:
            raise ConfigError(unknown("repair", name, tuple(REPAIRS)))
    notes = []
    for name, repair in REPAIRS.items():
        if wanted.get(name) in (None, False, ()):
            continue
        before = _rows(subject)
        num_labels = int(subject.targets.sum()) if subject.task == "multilabel" else 0
        subject, reason = repair(subject, wanted[name], seed=seed)
        dropped = np.setdiff1d(before, _rows(subject))
        taken_off = num_labels - int(subject.targets.sum()) if num_labels else 0
        if dropped.size:
            message = f"{dropped.size} of {before.size} rows dropped: {reason}"
            notes.append(Note(name, dropped.size, message, dropped))
        elif taken_off:
            several = "s" if taken_off != 1 else ""
            notes.append(Note(name, taken_off, f"{taken_off} label{several} taken off: {reason}"))
    return subject, tuple(notes)


def keep_labels(subject: Subject, labels: Sequence[str], *, seed: int) -> tuple[Subject, str]:
    """Drop rows without any of the labels, and take the other labels off.

    Example:
        >>> subject = Subject(pl.Series(["a", ""]), np.array([0, 1]), "binary", ("é", "f"))
        >>> keep_labels(subject, ["é"], seed=0)[0].texts.to_list()
        ['a']
    """
    wanted = np.isin(np.array(subject.labels, object), list(labels))
    return _with_labels(subject, wanted), "they have none of the labels to keep"


def drop_duplicates(subject: Subject, policy: str, *, seed: int) -> tuple[Subject, str]:
    """Choose which rows stay where the same text stands in several.

    "all" drops every copy, "first" keeps the first copy, "conflicts" drops every copy of a text
    that has different labels. Texts are the same if every character is, or by `subject.keys`.

    Example:
        >>> texts = pl.Series(["é", "é", "", "b", "b"])
        >>> subject = Subject(texts, np.array([0, 1, 0, 1, 1]), "binary", ("x", "y"))
        >>> kept = [drop_duplicates(subject, policy, seed=0)[0] for policy in _KEPT]
        >>> [each.texts.to_list() for each in kept]
        [[''], ['é', '', 'b'], ['', 'b', 'b']]
    """
    if policy not in _KEPT:
        raise ConfigError(unknown("duplicates", policy, tuple(_KEPT)))
    keys = subject.texts if subject.keys is None else subject.keys
    frame = pl.DataFrame({"text": keys, "answer": subject.answers})
    key = "text" if subject.keys is None else repr(subject.keys.name)
    reason = _REASONS[policy].format(key=key)
    return _only(subject, frame.select(_KEPT[policy]).to_series().to_numpy()), reason


def drop_rare_labels(subject: Subject, least: int, *, seed: int) -> tuple[Subject, str]:
    """Take off labels with fewer rows than that, and drop rows that lose their only label.

    Example:
        >>> subject = Subject(pl.Series(["", "b", "c"]), np.array([0, 0, 1]), "binary", ("x", "y"))
        >>> drop_rare_labels(subject, 2, seed=0)[0].texts.to_list()
        ['', 'b']
    """
    reason = f"their labels have fewer than {least} rows each"
    return _with_labels(subject, subject.class_counts >= least), reason


def drop_rare_label_sets(subject: Subject, least: int, *, seed: int) -> tuple[Subject, str]:
    """Drop rows whose set of labels stands in fewer rows than that.

    Example:
        >>> sets = np.array([[1, 0], [1, 0], [1, 1]])
        >>> subject = Subject(pl.Series(["", "b", "c"]), sets, "multilabel", ("x", "y"))
        >>> drop_rare_label_sets(subject, 2, seed=0)[0].texts.to_list()
        ['', 'b']
    """
    counts = subject.answers.to_frame("answer").select(pl.len().over("answer")).to_series()
    reason = f"their set of labels stands in fewer than {least} rows"
    return _only(subject, counts.to_numpy() >= least), reason


def take_per_label(subject: Subject, most: int, *, seed: int) -> tuple[Subject, str]:
    """Keep at most that many rows of each label, chosen at random.

    Example:
        >>> subject = Subject(pl.Series(["", "b", "c"]), np.array([0, 0, 1]), "binary", ("x", "y"))
        >>> take_per_label(subject, 1, seed=0)[0].class_counts.tolist()
        [1, 1]
    """
    if subject.task == "multilabel":
        raise ConfigError(
            "rows_per_label and undersample are for one label per text, and this table has "
            "several: leave them out"
        )
    order = np.random.default_rng(seed).permutation(subject.num_rows)
    shuffled = subject.targets[order]
    by_class = np.argsort(shuffled, kind="stable")
    starts = np.cumsum(subject.class_counts) - subject.class_counts
    place = np.empty(subject.num_rows, np.int64)
    place[order[by_class]] = np.arange(subject.num_rows) - starts[shuffled[by_class]]
    return _only(subject, place < most), f"{most} rows of each label are enough"


def undersample(subject: Subject, wanted: bool, *, seed: int) -> tuple[Subject, str]:
    """Keep of each label as many rows as the rarest has.

    Example:
        >>> subject = Subject(pl.Series(["", "b", "c"]), np.array([0, 0, 1]), "binary", ("x", "y"))
        >>> undersample(subject, True, seed=0)[1]
        'as many rows of each label as the rarest has: 1'
    """
    counts = subject.class_counts[subject.class_counts > 0]
    least = int(counts.min()) if counts.size else 0
    kept, _ = take_per_label(subject, least, seed=seed)
    return kept, f"as many rows of each label as the rarest has: {least}"


REPAIRS: dict[str, Repair] = {
    "keep_labels": keep_labels,
    "duplicates": drop_duplicates,
    "min_label_rows": drop_rare_labels,
    "min_label_set_rows": drop_rare_label_sets,
    "rows_per_label": take_per_label,
    "undersample": undersample,
}
"""In the order in which they are done: a setting of the same name asks for each."""


def _with_labels(subject: Subject, wanted: NDArray[np.bool_]) -> Subject:
    """Take all other labels off; drop the rows that had a label and lose the last."""
    if subject.task != "multilabel":
        return _only(subject, wanted[subject.targets])
    reduced = subject.targets * wanted
    lost = np.flatnonzero(subject.targets.any(axis=1) & ~reduced.any(axis=1))
    stays = np.ones(subject.num_rows, bool)
    stays[lost] = False
    return _only(replace(subject, targets=reduced), stays)


def _only(subject: Subject, kept: NDArray[np.bool_]) -> Subject:
    """Return the rows that are kept."""
    return replace(
        subject, texts=subject.texts.filter(pl.Series(kept)), targets=subject.targets[kept],
        rows=_rows(subject)[kept],
        keys=None if subject.keys is None else subject.keys.filter(pl.Series(kept)),
    )  # fmt: skip


def _rows(subject: Subject) -> NDArray[np.int64]:
    return np.arange(subject.num_rows) if subject.rows is None else subject.rows

"""Parts by fraction: shuffled with a seed, every class shared out evenly.

Goes in: targets. Comes out: `Split`. Knows nothing of texts.
"""

from collections.abc import Mapping

import numpy as np

from linnet.errors import ConfigError
from linnet.splitting.check import checked
from linnet.splitting.stratified import stratified
from linnet.types import Note, Rows, Split, Targets, Task


def by_fraction(
    targets: Targets,
    *,
    task: Task,
    test_fraction: float = 0.1,
    validation_fraction: float = 0.1,
    seed: int = 0,
) -> Split:
    """Split rows at random, each class in the same proportions.

    Of each class every part gets its exact share, rounded up or down, and the parts have the
    sizes asked for, rounded. Training comes first: it gets at least one row of every class.
    Multilabel rows are split at random.

    Args:
        targets: What a model should answer, row by row.
        task: Binary and multiclass are stratified.
        test_fraction: Of all rows, from 0 (no test rows) to below 1.
        validation_fraction: Of all rows too; 0: no validation rows.
        seed: Of the shuffle. The same seed gives the same rows, however classes are numbered.

    Raises:
        ConfigError: A fraction is negative, or they leave nothing for training.
        DataError: There are no rows.

    Example:
        >>> targets = np.array([0] * 6 + [1] * 3 + [2])
        >>> split = by_fraction(targets, task="multiclass", test_fraction=0.4)
        >>> [targets[rows].tolist() for rows in (split.train, split.validation, split.test)]
        [[0, 0, 0, 1, 2], [0], [0, 0, 1, 1]]
        >>> split.notes[0].message
        '1 class has a single row: it is for training, and nothing measures it'
    """
    shares = shares_of({"validation_fraction": validation_fraction, "test_fraction": test_fraction})
    train, validation, test = stratified(targets, shares, task=task, seed=seed)
    notes = (
        *_seen_once(targets, task),
        *_none("validation", validation, fraction=validation_fraction, num_rows=len(targets)),
        *_none("test", test, fraction=test_fraction, num_rows=len(targets)),
    )
    return checked(Split(train, validation, test, notes))


def shares_of(fractions: Mapping[str, float]) -> list[float]:
    """Return the share of training, then the fractions in the order given.

    Args:
        fractions: What each is called in messages → the fraction, from 0 to below 1.

    Raises:
        ConfigError: A fraction is negative or not a number, or they leave nothing for training.

    Example:
        >>> shares_of({"test_fraction": 0}), shares_of({"a": 0.25, "b": 0.5})
        ([1.0, 0], [0.25, 0.25, 0.5])
    """
    train = round(1.0 - sum(fractions.values()), 9)
    if not (train > 0 and min(fractions.values()) >= 0):
        given = " and ".join(f"{name} {value}" for name, value in fractions.items())
        raise ConfigError(
            f"{given}: from 0 to below 1 was expected, in all below 1, because the rest is "
            "for training; write 0.1 for a tenth of the rows"
        )
    return [train, *fractions.values()]


def _seen_once(targets: Targets, task: Task) -> tuple[Note, ...]:
    if task == "multilabel":
        return ()
    _, first, counts = np.unique(targets, return_index=True, return_counts=True)
    rows = np.sort(first[counts == 1])
    if not rows.size:
        return ()
    start = "1 class has" if rows.size == 1 else f"{rows.size} classes have"
    message = f"{start} a single row: it is for training, and nothing measures it"
    return (Note("seen once", rows.size, message, rows),)


def _none(part: str, rows: Rows, *, fraction: float, num_rows: int) -> tuple[Note, ...]:
    if rows.size or not fraction or not num_rows:
        return ()
    message = (
        f"0 {part} rows: {fraction} of {num_rows} rows leaves none once every class "
        "can be trained on"
    )
    return (Note(f"no {part} rows", 0, message),)

"""The values that cross folders: plain, frozen, made of NumPy arrays and Python values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from linnet.config import Task as Task

TASKS: tuple[Task, ...] = ("binary", "multiclass", "multilabel")

Targets: TypeAlias = NDArray[np.integer[Any]]
"""What a model should answer: shape (rows,) with class numbers from 0 for binary and multiclass,
shape (rows, labels) with 0 and 1 for multilabel."""

Rows: TypeAlias = NDArray[np.int64]
"""Row numbers from 0, each at most once."""

Scores: TypeAlias = NDArray[np.float32]
"""Probabilities, shape (texts, labels); rows of binary and multiclass sum to 1."""

Weights: TypeAlias = Mapping[str, NDArray[np.float32]]
"""The named weights of a model."""


@dataclass(frozen=True)
class Note:
    """One thing that was done to the data or found in it, for a person to read.

    Attributes:
        what: A short name that programs can compare: "no text", "duplicate", ...
        count: How many rows (or labels) it concerns.
        message: A full sentence that contains the count.
        rows: The rows concerned, where they are known.
    """

    what: str
    count: int
    message: str
    rows: Rows = field(default_factory=lambda: np.empty(0, np.int64), compare=False)


@dataclass(frozen=True)
class Split:
    """Which rows are for training, which for validation and which for test.

    The three are disjoint; rows in none of them are left out. Validation and test may be empty.
    """

    train: Rows
    validation: Rows
    test: Rows
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with the data, with examples and the mend.

    Attributes:
        check: The name of the check that found it.
        count: How many rows or labels it concerns.
        message: A full sentence that contains the count.
        mend: What to do about it: a setting, or a sentence.
        examples: A few short examples, as text from the data.
    """

    check: str
    count: int
    message: str
    mend: str = ""
    examples: tuple[str, ...] = ()

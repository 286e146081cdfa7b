"""What a check looks at.

Goes in: texts and targets. Comes out: the same, with what several checks need computed once.
Knows nothing of findings.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.text.tokenize import Tokens, tokenize
from linnet.types import Rows, Targets, Task


@dataclass(frozen=True, eq=False)
class Subject:
    """Texts with their labels.

    Attributes:
        texts: Strings without nulls.
        targets: What a model should answer, row by row.
        task: Binary, multiclass or multilabel.
        labels: The labels in the order of their classes.
        rows: The row of the table from which each text comes; None: they are all of its rows.
        keys: What tells copies; None: the texts.
        split: The texts as lower-cased words and symbols, where somebody has split them already;
            its list of words may hold others too.
        near: The group of near-duplicates that each text belongs to; None: nobody looked.
    """

    texts: pl.Series
    targets: Targets
    task: Task
    labels: tuple[str, ...]
    rows: Rows | None = None
    keys: pl.Series | None = None
    split: Tokens | None = None
    near: Rows | None = None

    @property
    def num_rows(self) -> int:
        """How many rows there are."""
        return self.texts.len()

    @cached_property
    def tokens(self) -> Tokens:
        """The texts as lower-cased words and symbols."""
        return self.split or tokenize(self.texts)

    @cached_property
    def occurs(self) -> NDArray[np.bool_]:
        """Which of the tokens' words these texts have, shape (words,)."""
        return np.bincount(self.tokens.codes, minlength=len(self.tokens.words)) > 0

    @cached_property
    def num_words(self) -> NDArray[np.int64]:
        """Words of each text: what stands between white space."""
        return self.texts.str.count_matches(r"\S+").to_numpy().astype(np.int64)

    @cached_property
    def class_counts(self) -> NDArray[np.int64]:
        """Rows of each class, shape (labels,)."""
        if self.task == "multilabel":
            return np.asarray(self.targets.sum(axis=0, dtype=np.int64))
        return np.bincount(self.targets, minlength=len(self.labels)).astype(np.int64)

    @cached_property
    def answers(self) -> pl.Series:
        """One value per row that is equal where the labels are."""
        return answers(self.targets)

    def count(self, number: int, rows: Rows) -> int:
        """Count the rows among the given ones that have the label of a class."""
        if self.task == "multilabel":
            return int((self.targets[rows, number] != 0).sum())
        return int((self.targets[rows] == number).sum())

    def row_of(self, position: int) -> int:
        """Return the row of the table from which a text comes."""
        return position if self.rows is None else int(self.rows[position])

    def labels_of(self, position: int) -> tuple[str, ...]:
        """Return the labels of a text: one, or for multilabel any number."""
        target = self.targets[position]
        numbers = np.flatnonzero(target) if self.task == "multilabel" else [target]
        return tuple(self.labels[number] for number in numbers)


def answers(targets: Targets) -> pl.Series:
    """Return one value per row that is equal where the labels are.

    Args:
        targets: What a model should answer; a row of a multilabel target becomes bytes.

    Example:
        >>> answers(np.array([[0, 1], [1, 0], [0, 1]])).rank("dense").to_list()
        [1, 2, 1]
        >>> answers(np.empty(0, np.int64)).to_list()
        []
    """
    if targets.ndim == 1:
        return pl.Series("answer", targets)
    sets = [row.tobytes() for row in np.packbits(targets != 0, axis=1)]
    return pl.Series("answer", sets, dtype=pl.Binary)

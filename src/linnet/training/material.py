"""The rows of a run, split into tokens, and those whose inputs are at hand."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linnet.text.tokenize import Tokens
from linnet.text.vectorize import Inputs
from linnet.training.data import select
from linnet.training.start import Start
from linnet.types import Rows, Targets, Task


@dataclass(frozen=True, eq=False)
class Material:
    """All rows of a run, whatever part they belong to.

    Attributes:
        tokens: The texts, split into tokens.
        targets: What a model should answer.
        task: Binary, multiclass or multilabel.
        labels: In class order.
        weights: How much each row counts; None: all alike.
        foreign: Labels that only test rows have; their classes follow those of `labels`.
        start: The saved model that training goes on from; None: it starts anew.
    """

    tokens: Tokens
    targets: Targets
    task: Task
    labels: tuple[str, ...]
    weights: NDArray[np.float32] | None = None
    foreign: tuple[str, ...] = ()
    start: Start | None = None

    def answers(self, rows: Rows) -> Targets:
        """Return what the model should answer for rows that are not for test."""
        targets = self.targets[rows]
        return targets[:, : len(self.labels)] if self.task == "multilabel" else targets


@dataclass(frozen=True, eq=False)
class Known:
    """Rows whose inputs are at hand.

    Attributes:
        rows: Their numbers among all rows of the run.
        inputs: In the same order.
    """

    rows: Rows
    inputs: Inputs

    def select(self, rows: Rows) -> Inputs:
        """Return the inputs of some of the rows, by their numbers, in the given order."""
        order = np.argsort(self.rows)
        return select(self.inputs, order[np.searchsorted(self.rows, rows, sorter=order)])

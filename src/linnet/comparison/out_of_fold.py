"""Scores of every row by a model that has not seen it.

Goes in: all rows of a run and their folds. Comes out: scores, and which of them can be trusted.
Texts come as tokens: they are split once, whatever the number of folds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linnet.config import Config
from linnet.splitting.pool import Pool
from linnet.splitting.validation import watched
from linnet.training.calibrate import calibrated
from linnet.training.train import Material, train_model
from linnet.types import Rows, Scores, Split


@dataclass(frozen=True, eq=False)
class OutOfFold:
    """What models make of rows that they have not seen.

    Attributes:
        scores: Shape (rows, labels).
        known: For each row, whether the model that scored it had seen all of the row's labels.
        configs: The complete settings of each fold's model.
    """

    scores: Scores
    known: NDArray[np.bool_]
    configs: tuple[Config, ...]


def out_of_fold(
    material: Material,
    folds: Sequence[Rows],
    *,
    pool: Pool,
    config: Config,
    say: Callable[[str], None] = lambda line: None,
) -> OutOfFold:
    """Score each fold by a model that is trained on the others, as `train_model` trains.

    Validation rows are taken out of the other folds, groups together.

    Args:
        material: All rows.
        folds: The rows of each fold; every row of the material stands in one of them.
        pool: What rows are shared out by.
        config: The settings.
        say: Is told in a line what comes next.

    Raises:
        ConfigError: Settings that do not fit the model or the rows.

    Example:
        >>> from linnet.config import configure
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> targets = np.array([1, 0, 0] * 6)
        >>> tokens = tokenize(as_texts(["good", "bad", ""] * 6))
        >>> material = Material(tokens, targets, "binary", ("-", "+"))
        >>> folds = np.arange(9), np.arange(9, 18)
        >>> config = configure(model="linear", epochs=1, validation_fraction=0)
        >>> made = out_of_fold(material, folds, pool=Pool(targets, "binary"), config=config)
        >>> made.scores.shape, bool(made.known.all())
        ((18, 2), True)
    """
    num_rows = len(material.targets)
    scores = np.zeros((num_rows, len(material.labels)), np.float32)
    known = np.zeros(num_rows, np.bool_)
    configs = []
    for number, rows in enumerate(folds, 1):
        others = np.setdiff1d(np.arange(num_rows), rows)
        say(f"fold {number} of {len(folds)}: {len(others):,} rows train, {len(rows):,} are scored")
        split = watched(Split(others, others[:0], rows), pool, config=config)
        trained = calibrated(train_model(material, split, config=config))
        scores[rows] = trained.final.scores(material.tokens.select(rows))
        known[rows] = _known(material, rows, others)
        configs.append(trained.config)
    return OutOfFold(scores, known, tuple(configs))


def _known(material: Material, rows: Rows, others: Rows) -> NDArray[np.bool_]:
    """Say of each row whether all of its labels stand in other rows, too."""
    there = material.answers(others)
    here = material.answers(rows)
    if material.task == "multilabel":
        missing = (here != 0) & ~there.any(axis=0)
        return np.asarray(~missing.any(axis=1))
    return np.asarray(np.isin(here, there))

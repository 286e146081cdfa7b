"""Scores out of fold: no model has seen the rows that it scores, nor their near-duplicates."""

import numpy as np
import pytest

from linnet.comparison.out_of_fold import out_of_fold
from linnet.config import configure
from linnet.splitting.folds import folds
from linnet.splitting.pool import Pool
from linnet.text.tokenize import as_texts, tokenize
from linnet.training.train import Material

QUICK = configure(model="linear", epochs=3, max_ids=1000, min_count=1, ngrams=1)


def material(texts, targets, task="binary", labels=("-", "+")):
    return Material(tokenize(as_texts(texts)), targets, task, labels)


def alike(made, rows):
    """Whether all rows of a fold have one score, as texts of unknown words have."""
    return np.ptp(made.scores[rows], axis=0).max() < 1e-6


def test_a_model_knows_nothing_of_its_fold():
    """Each row has a word of its own that tells its label: in the fold it is never seen."""
    targets = np.array([0, 1] * 30)
    own = material([f"own{row}" for row in range(60)], targets)
    pool = Pool(targets, "binary")
    parts = folds(pool, 3)
    made = out_of_fold(own, parts, pool=pool, config=QUICK)
    assert all(alike(made, rows) for rows in parts)
    config = configure(QUICK, epochs=60, validation_fraction=0.0)
    twice = material([f"own{row // 2}" for row in range(60)], np.repeat([0, 1] * 15, 2))
    pool = Pool(twice.targets, "binary")
    seen = out_of_fold(twice, folds(pool, 3, seed=1), pool=pool, config=config)
    assert (seen.scores.argmax(axis=1) == twice.targets).mean() > 0.7  # copies tell
    pool = Pool(twice.targets, "binary", groups=np.arange(60) // 2)
    parts = folds(pool, 3, seed=1)
    apart = out_of_fold(twice, parts, pool=pool, config=config)
    assert all(alike(apart, rows) for rows in parts)


@pytest.mark.parametrize("settings", [{"validation_fraction": 0.0}, {"first_validation": 5}, {}])
def test_every_row_is_scored_once(settings):
    targets = np.array([0, 1, 1] * 20)
    texts = [("bad", "good", "fine")[row % 3] for row in range(60)]
    pool = Pool(targets, "binary")
    config = configure(QUICK, **settings)
    said = []
    made = out_of_fold(material(texts, targets), folds(pool, 4), pool=pool, config=config,
                       say=said.append)  # fmt: skip
    assert made.scores.sum(axis=1) == pytest.approx(np.ones(60), abs=1e-5)
    assert (made.scores.argmax(axis=1) == targets).all()
    assert [line.partition(":")[0] for line in said] == [f"fold {n} of 4" for n in range(1, 5)]
    assert len(made.configs) == 4


def test_rows_whose_label_stands_in_their_fold_alone_are_not_known():
    targets = np.array([0, 1] * 10 + [2])
    one = material([f"w{row % 2}" for row in range(21)], targets, "multiclass", ("a", "b", "c"))
    pool = Pool(targets, "multiclass")
    made = out_of_fold(one, folds(pool, 2), pool=pool, config=QUICK)
    assert np.flatnonzero(~made.known).tolist() == [20]
    sets = np.eye(3, dtype=np.uint8)[targets]
    several = material([f"w{row % 2}" for row in range(21)], sets, "multilabel", ("a", "b", "c"))
    pool = Pool(sets, "multilabel")
    made = out_of_fold(several, folds(pool, 2), pool=pool, config=QUICK)
    assert np.flatnonzero(~made.known).tolist() == [20]

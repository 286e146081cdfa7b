"""Folds: disjoint, complete, with every label in the same shares."""

import numpy as np
import pytest

from linnet.errors import DataError
from linnet.splitting.folds import folds
from linnet.splitting.pool import Pool


def test_every_row_is_in_one_fold_and_labels_have_the_same_shares():
    pool = Pool(np.repeat([0, 1, 2], [60, 13, 5]), "multiclass")
    found = folds(pool, 5)
    assert np.sort(np.concatenate(found)).tolist() == list(range(78))
    counts = np.array([np.bincount(pool.targets[rows], minlength=3) for rows in found])
    assert (counts[:, 0] == 12).all()
    assert np.ptp(counts, axis=0).max() <= 1


def test_groups_stay_together_and_times_have_no_say():
    groups = np.arange(90) // 3
    pool = Pool(np.arange(90) % 2, "binary", groups=groups, times=np.arange(90.0))
    found = folds(pool, 3, seed=4)
    assert sum(len(np.unique(groups[rows])) for rows in found) == 30
    assert [len(rows) for rows in found] == [30, 30, 30]
    assert not all(np.diff(rows).max() == 1 for rows in found)


def test_another_seed_gives_other_folds():
    pool = Pool(np.arange(40) % 2, "binary")
    assert any((a != b).any() for a, b in zip(folds(pool, 4), folds(pool, 4, seed=1), strict=True))


def test_too_few_groups_are_refused():
    pool = Pool(np.zeros(9, int), "multiclass", groups=np.arange(9) // 5)
    with pytest.raises(DataError, match=r"3 folds need at least as many rows.* not 2: give more"):
        folds(pool, 3)

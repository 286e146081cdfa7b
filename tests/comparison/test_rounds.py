"""Rounds: no row is measured by a model that saw it, and no test row takes part."""

import numpy as np
import pytest

from linnet.comparison.rounds import by_fold, by_seed
from linnet.errors import ConfigError
from linnet.splitting.pool import Pool
from linnet.types import Split

POOL = Pool(np.arange(120) % 3, "multiclass", groups=np.arange(120) // 2)
SPLIT = Split(np.arange(90), np.arange(90, 105), np.arange(105, 120))


def parts(found):
    return found.split.train, found.split.validation, found.split.test


def test_folds_measure_each_row_once_and_never_what_they_learn_from():
    rows = np.arange(105)
    found = by_fold(POOL, rows, num_folds=5)
    assert np.sort(np.concatenate([each.split.test for each in found])).tolist() == rows.tolist()
    for each in found:
        assert np.sort(np.concatenate(parts(each))).tolist() == rows.tolist()
        learned = np.concatenate([each.split.train, each.split.validation])
        assert not set(POOL.groups[learned]) & set(POOL.groups[each.split.test])
        assert len(each.split.validation) > 0


def test_seeds_measure_the_validation_rows_and_draw_those_that_watch():
    first, second = by_seed(POOL, SPLIT, num_seeds=2)
    assert first.split.test.tolist() == second.split.test.tolist() == SPLIT.validation.tolist()
    assert first.split.validation.tolist() != second.split.validation.tolist()
    assert not set(SPLIT.test) & set(np.concatenate(parts(first)))


def test_what_cannot_be_is_refused():
    with pytest.raises(ConfigError, match="folds 1: at least 2"):
        by_fold(POOL, np.arange(105), num_folds=1)
    with pytest.raises(ConfigError, match="seeds 0 on 15 validation rows: at least 1 of each"):
        by_seed(POOL, SPLIT, num_seeds=0)
    none = Split(SPLIT.train, SPLIT.train[:0], SPLIT.test)
    with pytest.raises(ConfigError, match="seeds 2 on 0 validation rows"):
        by_seed(POOL, none, num_seeds=2)

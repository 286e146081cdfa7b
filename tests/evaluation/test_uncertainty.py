"""How unsure a model is: limits, orders, and agreement where there are two labels."""

import numpy as np
import pytest

from linnet.errors import ConfigError
from linnet.evaluation.uncertainty import MEASURES, uncertainty

EVEN, SURE = np.full((1, 4), 0.25, np.float32), np.eye(4, dtype=np.float32)[:1]


@pytest.mark.parametrize("by", MEASURES)
def test_limits(by):
    assert uncertainty(EVEN, task="multiclass", by=by)[0] == pytest.approx(1, abs=1e-6)
    assert uncertainty(SURE, task="multiclass", by=by)[0] == pytest.approx(0, abs=1e-6)
    half = np.full((1, 4), 0.5, np.float32)
    assert uncertainty(half, task="multilabel", by=by)[0] == pytest.approx(1, abs=1e-6)
    assert uncertainty(SURE, task="multilabel", by=by)[0] == pytest.approx(0, abs=1e-6)
    assert uncertainty(EVEN[:0], task="multiclass", by=by).shape == (0,)
    alone = np.float32([[0.5], [1.0]])
    assert uncertainty(alone, task="multilabel", by=by).tolist() == pytest.approx([1, 0])


@pytest.mark.parametrize("by", MEASURES)
def test_with_two_labels_all_measures_give_one_order(by):
    first = np.random.default_rng(0).random(50).astype(np.float32)
    scores = np.column_stack([first, 1 - first])
    found = uncertainty(scores, task="binary", by=by)
    assert np.argsort(found).tolist() == np.argsort(-np.abs(first - 0.5)).tolist()


def test_measures_differ_where_three_labels_share():
    two, three = np.float32([[0.5, 0.5, 0.0]]), np.float32([[0.4, 0.3, 0.3]])
    by = {name: [float(uncertainty(each, task="multiclass", by=name)[0]) for each in (two, three)]
          for name in MEASURES}  # fmt: skip
    assert by["margin"][0] > by["margin"][1]
    assert by["entropy"][0] < by["entropy"][1]
    assert by["least_confidence"][0] < by["least_confidence"][1]


def test_of_several_labels_the_least_sure_counts():
    scores = np.float32([[0.5, 0.99, 0.01], [0.8, 0.8, 0.2]])
    assert uncertainty(scores, task="multilabel").argmax() == 0
    assert uncertainty(scores, task="multilabel", by="entropy").argmax() == 1


def test_an_unknown_measure_is_refused():
    with pytest.raises(ConfigError, match="unknown measure of uncertainty 'margn': did you mean"):
        uncertainty(EVEN, task="multiclass", by="margn")

"""What is counted of texts, and how far from the training's it is."""

import numpy as np
import pytest

from linnet.runtime.observed import Observed
from linnet.serving import drift as module
from linnet.serving.drift import SCORES, TOKENS, Drift

PROFILE = {
    "tokens_per_text": {"50": 4.0}, "unknown_rate": 0.1, "label_shares": {"a": 0.5, "b": 0.5},
}  # fmt: skip


def seen(num, *, tokens=4, unknown=1, best=0.75, inside=True):
    scores = np.tile(np.array([best, 1 - best], np.float32), (num, 1))
    counts = (np.full(num, each, np.int64) for each in (tokens, unknown))
    return Observed(scores, *counts, np.full(num, inside))


def test_sums():
    drift = Drift(("a", "b"), PROFILE)
    drift.add(seen(3, tokens=0, unknown=0, best=1.0), np.array([3, 0]))
    drift.add(seen(2, tokens=9999, unknown=5, inside=False), np.array([0, 2]))
    every = drift.all
    assert (every.texts, every.outside, every.tokens, every.unknown) == (5, 2, 19_998, 10)
    assert every.labels.tolist() == [3, 2]
    assert every.score_sum == pytest.approx(4.5)
    assert every.lengths[[0, -1]].tolist() == [3, 2]
    assert every.lengths.sum() == every.scores.sum() == 5
    assert every.scores[SCORES.index(1.0)] == 3
    assert every.scores[SCORES.index(0.75)] == 2
    assert len(every.lengths) == len(TOKENS) + 1


def test_no_text_and_no_profile():
    drift = Drift((), {})
    assert drift.all.texts == 0
    assert drift.distance() is None


def test_few_texts_say_nothing():
    drift = Drift(("a", "b"), PROFILE)
    drift.add(seen(99), np.array([99, 0]))
    assert drift.distance() is None
    drift.add(seen(1), np.array([1, 0]))
    assert drift.distance() is not None


def test_texts_as_in_training_are_near():
    drift = Drift(("a", "b"), PROFILE)
    drift.add(seen(200), np.array([100, 100]))
    found = drift.distance()
    assert found.labels == 0
    assert found.unknown == pytest.approx(0.15)
    assert found.length == 1
    assert found.outside == 0


def test_other_texts_are_far():
    drift = Drift(("a", "b"), PROFILE)
    drift.add(seen(200, tokens=8, unknown=8, inside=False), np.array([200, 0]))
    found = drift.distance()
    assert found.labels == 0.5
    assert found.unknown == pytest.approx(0.9)
    assert (found.length, found.outside) == (2, 1)


def test_several_labels_per_text():
    drift = Drift(("a", "b"), {"label_shares": {"a": 1.0, "b": 0.5}})
    drift.add(seen(100), np.array([100, 50]))
    assert drift.distance().labels == 0
    drift = Drift(("a", "b"), {"label_shares": {"a": 1.0, "b": 0.0}})
    drift.add(seen(100), np.array([0, 0]))
    assert drift.distance().labels == 1


def test_what_is_long_ago_is_forgotten(monkeypatch):
    monkeypatch.setattr(module, "WINDOW", 100)
    drift = Drift(("a", "b"), PROFILE)
    drift.add(seen(100), np.array([100, 0]))
    drift.add(seen(60), np.array([0, 60]))
    assert drift.recent.labels.tolist() == [100, 60]
    drift.add(seen(40), np.array([0, 40]))
    assert drift.recent.labels.tolist() == [0, 100]
    assert drift.all.labels.tolist() == [100, 100]

"""A text has the same scores, to 1e-6, whatever stands beside it and however many threads work."""

import numpy as np
import pytest

from linnet.runtime import batches
from linnet.runtime.classifier import load

LEAST = 1e-6
TEXTS = [
    "", "fox", "the bird sings", "the quick brown fox jumps over the lazy dog " * 3, "päivä 鸟 fox",
    "the dog sleeps; the bird sings!", "zzz", "fox " * 90, *(f"bird {n} dog" for n in range(40)),
]  # fmt: skip


@pytest.fixture
def sliced(monkeypatch):
    """Few texts are worked on as many are: in chunks, in batches of some, in threads."""

    def use(chunk, batch):
        monkeypatch.setattr(batches, "TEXTS_PER_CHUNK", chunk)
        monkeypatch.setattr(batches, "TEXTS_PER_BATCH", batch)
        monkeypatch.setattr(batches, "BAGS_PER_BATCH", batch)

    return use


def test_the_order_of_texts_has_no_say(of_each_kind, sliced):
    expected = of_each_kind.predict_proba(TEXTS)
    assert np.ptp(expected, axis=0).max() > 0.01, "texts must differ"
    random = np.random.default_rng(0)
    for chunk, batch in ((8192, 256), (7, 3)):
        sliced(chunk, batch)
        order = random.permutation(len(TEXTS))
        scores = of_each_kind.predict_proba([TEXTS[row] for row in order])
        np.testing.assert_allclose(scores, expected[order], rtol=0, atol=LEAST)


def test_the_number_of_threads_has_no_say(of_each_kind, sliced):
    one, two = (load(of_each_kind.path, threads=threads) for threads in (1, 2))
    expected = one.predict_proba(TEXTS)
    np.testing.assert_allclose(two.predict_proba(TEXTS), expected, rtol=0, atol=LEAST)
    sliced(5, 4)
    for each in (one, two):
        np.testing.assert_allclose(each.predict_proba(TEXTS), expected, rtol=0, atol=LEAST)


def test_the_way_of_texts_to_the_model_has_no_say(of_each_kind):
    """Few texts are made inputs by NumPy, many by SciPy, and every one alone or with others."""
    expected = of_each_kind.predict_proba(TEXTS)
    as_many = of_each_kind.scores(of_each_kind.vectorise(TEXTS))
    alone = np.concatenate([of_each_kind.predict_proba([each]) for each in TEXTS])
    np.testing.assert_allclose(as_many, expected, rtol=0, atol=LEAST)
    np.testing.assert_allclose(alone, expected, rtol=0, atol=LEAST)


def test_numpy_and_onnx_runtime_give_the_same(of_bags):
    """Explanations follow models of bags in NumPy, from rows to logits."""
    model = of_bags.bag_model
    bags = of_bags.vectorise(TEXTS)
    sums = np.stack([
        bags[[row]].data @ model.rows(bags[[row]].indices) for row in range(len(TEXTS))
    ])  # fmt: skip
    exact = np.exp(model.logits(sums))
    exact /= exact.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(of_bags.scores(bags), exact, rtol=0, atol=LEAST)

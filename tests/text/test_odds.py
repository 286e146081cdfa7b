"""Log-odds of ids: against the formula written out, and where there is nothing to tell."""

import numpy as np
import polars as pl
import pytest

from linnet.errors import ConfigError
from linnet.text.odds import log_odds
from linnet.text.tokenize import as_texts, tokenize
from linnet.text.vectorize import TextSettings, fit, fit_and_vectorize

TEXTS = ["good good film", "good plot", "bad film", "bad bad", "", "film"]
TARGETS = np.array([1, 1, 0, 0, 0, 2])
SETTINGS = TextSettings(vectorizer="log_odds")


def by_hand(tokens, targets):
    """The largest of |ln (share among a label's texts / share among the others)|, counted once."""
    words = sorted({word for text in tokens for word in text})
    found = {}
    for label in sorted(set(targets)):
        inside = dict.fromkeys([None, None, *words], 1)
        outside = dict(inside)
        inside[0] = outside[0] = inside[1] = outside[1] = 1  # padding and unknown have a count, too
        inside.pop(None), outside.pop(None)
        for text, target in zip(tokens, targets, strict=True):
            for word in set(text):
                (inside if target == label else outside)[word] += 1
        for word in words:
            share = inside[word] / sum(inside.values())
            other = outside[word] / sum(outside.values())
            found[word] = max(found.get(word, 0), abs(np.log(share / other)))
    return found


def test_weights_are_those_of_the_formula():
    vectorizer, _ = fit_and_vectorize(tokenize(as_texts(TEXTS)), SETTINGS, targets=TARGETS)
    expected = by_hand([text.split() for text in TEXTS], TARGETS.tolist())
    weights = dict(zip(vectorizer.vocabulary.tokens, vectorizer.vocabulary.idf, strict=True))
    assert {word: weights[word] for word in expected} == pytest.approx(expected, abs=1e-5)


def test_a_word_that_tells_nothing_weighs_little():
    texts = ["the cat", "the dog"] * 20
    made = fit(tokenize(as_texts(texts)), SETTINGS, targets=np.array([0, 1] * 20))
    weights = dict(zip(made.vocabulary.tokens, made.vocabulary.idf, strict=True))
    assert weights["the"] < 0.01
    assert weights["cat"] == pytest.approx(weights["dog"])
    assert weights["cat"] > 2


def test_many_labels_are_counted_in_blocks(monkeypatch):
    rng = np.random.default_rng(0)
    texts = pl.Series([" ".join(rng.choice(list("abcdefgh"), 4)) for _ in range(60)])
    targets = np.arange(60) % 7
    _, bags = fit_and_vectorize(tokenize(texts), TextSettings(vectorizer="count"))
    whole = log_odds(bags, targets)
    monkeypatch.setattr("linnet.text.odds.LABELS_AT_ONCE", 2)
    np.testing.assert_array_equal(log_odds(bags, targets), whole)
    sets = np.eye(7, dtype=np.uint8)[targets]
    np.testing.assert_array_equal(log_odds(bags, sets), whole)


def test_without_targets_it_is_refused():
    with pytest.raises(ConfigError, match="log_odds needs targets: take tf_idf"):
        fit(tokenize(as_texts(TEXTS)), SETTINGS)

"""Looking keys up in a hash table against a dict."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.text import lookup, vectorize
from linnet.text.lookup import Lookup
from linnet.text.tokenize import as_texts, tokenize
from linnet.text.vectorize import TextSettings, fit_and_vectorize

KEYS = st.integers(0, 40) | st.integers(0, 2**62)


@given(st.dictionaries(KEYS, st.integers(1, 2**31 - 1)), st.lists(KEYS))
def test_values_are_those_of_a_dict(known, others):
    table = Lookup.of(np.array(list(known), np.int64), np.array(list(known.values()), np.int32))
    asked = [*known, *others]
    assert table.get(np.array(asked, np.int64)).tolist() == [known.get(key, 0) for key in asked]


def test_more_keys_than_are_looked_up_at_once(monkeypatch):
    monkeypatch.setattr(lookup, "KEYS_AT_ONCE", 7)
    keys = np.arange(0, 3000, 3)
    table = Lookup.of(keys, np.arange(1, 1001, dtype=np.int32))
    np.testing.assert_array_equal(table.get(keys), np.arange(1, 1001))
    assert not table.get(keys + 1).any()


@pytest.mark.parametrize("few", [0, 1000])
def test_few_and_many_pairs_are_found_alike(monkeypatch, few):
    texts = ["", "a b a c", "c a b", "b", "d a b a b a"] * 5
    settings = TextSettings(vectorizer="tf_idf", norm="l2", ngrams=3, max_ids=14)
    tokens = tokenize(as_texts(texts))
    vectorizer, expected = fit_and_vectorize(tokens, settings)
    monkeypatch.setattr(vectorize, "FEW_PAIRS", few)
    assert vectorizer.vectorize(tokens).toarray().tolist() == expected.toarray().tolist()

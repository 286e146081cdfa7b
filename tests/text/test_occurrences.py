"""Where words and n-grams stand, and the bags made of it, against counting one by one."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.text import bags
from linnet.text.occurrences import in_order, occurrences
from linnet.text.tokenize import as_texts, tokenize
from linnet.text.vectorize import VECTORIZERS, TextSettings, fit_and_vectorize

NUMBERS = st.lists(st.lists(st.integers(-1, 3), max_size=8), max_size=6)
TEXTS = st.lists(st.lists(st.sampled_from("abcd"), max_size=8).map(" ".join), max_size=8)


def flat(lists):
    numbers = np.array([number for each in lists for number in each], np.int32)
    return numbers, np.cumsum([0, *map(len, lists)])


def spelled(found):
    """The words of each n-gram, by its number through all lengths."""
    grams = [(word,) for word in range(len(found[0].counts))]
    for each in found[1:]:
        grams += [
            (*grams[prefix], last) for prefix, last in zip(each.prefix, each.last, strict=True)
        ]
    return grams


@pytest.mark.parametrize("lists", [[], [[]], [[], []], [[-1]]])
@pytest.mark.parametrize("ngrams", [1, 2, 3])
def test_texts_without_words(lists, ngrams):
    found = occurrences(*flat(lists), num_words=0, ngrams=ngrams)
    assert [each.offsets.tolist() for each in found] == [[0]] * ngrams


@given(NUMBERS, st.integers(1, 4), st.integers(1, 2))
def test_ngrams_stand_where_they_are_read(lists, ngrams, min_count):
    found = occurrences(*flat(lists), num_words=4, ngrams=ngrams, min_count=min_count)
    texts = [part for each in found for part in np.split(each.texts, each.offsets[1:-1])]
    places = [
        (tuple(each[start : start + size]), text)
        for text, each in enumerate(lists)
        for size in range(1, ngrams + 1)
        for start in range(len(each) - size + 1)
    ]
    counts = Counter(gram for gram, _ in places)
    kept = {gram for gram, number in counts.items() if min(gram) >= 0}
    expected = {(word,): [] for word in range(4)}
    for gram, text in places:
        if gram in kept and (len(gram) == 1 or counts[gram] >= min_count):
            expected.setdefault(gram, []).append(text)
    ordered = sorted(expected, key=lambda gram: (len(gram), gram))
    assert spelled(found) == ordered
    assert [part.tolist() for part in texts[: len(ordered)]] == [expected[g] for g in ordered]


@given(st.lists(st.integers(0, 9)))
def test_in_order_is_a_stable_sort(numbers):
    numbers = np.array(numbers, np.int64)
    np.testing.assert_array_equal(in_order(numbers), np.argsort(numbers, kind="stable"))


@given(
    TEXTS,
    st.sampled_from(VECTORIZERS),
    st.integers(1, 3),
    st.none() | st.integers(3, 9),
    st.integers(1, 2),
    st.sampled_from(["id", "drop"]),
)
def test_training_inputs_are_those_of_the_vectoriser(texts, kind, ngrams, max_ids, least, unknown):
    for tokenizer in ("whitespace", "subwords"):
        settings = TextSettings(
            tokenizer, vectorizer=kind, ngrams=1 if kind == "ids" else ngrams, max_ids=max_ids,
            min_count=least, unknown=unknown, norm="none" if kind == "count" else "l2",
        )  # fmt: skip
        tokens = tokenize(as_texts(texts), tokenizer)
        targets = np.arange(len(texts)) % 3
        vectorizer, made = fit_and_vectorize(tokens, settings, targets=targets)
        again = vectorizer.vectorize(tokens)
        if kind == "ids":
            assert made.to_lists() == again.to_lists()
            continue
        assert made.has_canonical_format
        assert made.shape == again.shape
        for name in ("indptr", "indices", "data"):
            assert getattr(made, name).dtype == getattr(again, name).dtype
            np.testing.assert_array_equal(getattr(made, name), getattr(again, name))


@pytest.mark.parametrize("at_once", [1, 3, 100])
def test_how_much_is_gathered_at_once_changes_nothing(monkeypatch, at_once):
    texts = ["", "a b a c", "c a b", "b", "d a b a b a"]
    settings = TextSettings(vectorizer="tf_idf", norm="l2", ngrams=3, max_ids=12)
    tokens = tokenize(as_texts(texts))
    expected = fit_and_vectorize(tokens, settings)[1]
    monkeypatch.setattr(bags, "ENTRIES_AT_ONCE", at_once)
    made = fit_and_vectorize(tokens, settings)[1]
    assert made.toarray().tolist() == expected.toarray().tolist()

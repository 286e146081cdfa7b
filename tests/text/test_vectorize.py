"""Vectorisers: ids and bags against plain counting and against scikit-learn."""

import io
import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.errors import ConfigError, DataError
from linnet.text.tokenize import as_texts, tokenize
from linnet.text.tokenizers.subwords import pieces
from linnet.text.vectorize import TextSettings, fit

TEXTS = st.lists(st.lists(st.sampled_from("abcd"), max_size=8).map(" ".join), max_size=8)


def fitted(texts, rows=None, **settings):
    settings = {"tokenizer": "whitespace"} | settings
    settings = TextSettings(**settings)
    tokens = tokenize(as_texts(texts), settings.tokenizer)
    return fit(tokens, settings, rows=rows, targets=np.arange(len(texts)) % 2)


def named(vectorizer, texts):
    """Bags as dicts: what each id stands for -> its weight."""
    dense = vectorizer(texts).toarray()
    names = vectorizer.vocabulary.tokens.to_list()
    return [
        {name: round(float(weight), 5) for name, weight in zip(names, row, strict=True) if weight}
        for row in dense
    ]


def test_unknown_words_become_the_id_1_or_are_dropped():
    texts = ["a b", "a"]
    odd = ["", "x", "a x b", "x a"]
    assert fitted(texts, max_length=3)(odd).to_lists() == [[], [1], [2, 1, 3], [1, 2]]
    assert fitted(texts, unknown="drop")(odd).to_lists() == [[], [], [2, 3], [2]]
    counts = fitted(texts, vectorizer="count")
    assert named(counts, odd) == [{}, {"<unknown>": 1}, {"a": 1, "<unknown>": 1, "b": 1},
                                  {"<unknown>": 1, "a": 1}]  # fmt: skip
    dropped = fitted(texts, vectorizer="count", unknown="drop")
    assert named(dropped, odd) == [{}, {}, {"a": 1, "b": 1}, {"a": 1}]


def test_an_unknown_word_parts_an_ngram_even_where_it_is_dropped():
    bags = fitted(["a b", "a b"], vectorizer="count", ngrams=2, unknown="drop")
    assert named(bags, ["a b", "a x b", "b a"]) == [
        {"a": 1, "b": 1, "a b": 1}, {"a": 1, "b": 1}, {"b": 1, "a": 1},
    ]  # fmt: skip


def test_weights_of_a_bag():
    texts = ["a a a b", "a"]
    idf = np.log(3 / 2) + 1
    assert named(fitted(texts, vectorizer="multi_hot"), texts)[0] == {"a": 1, "b": 1}
    assert named(fitted(texts, vectorizer="count"), texts)[0] == {"a": 3, "b": 1}
    assert named(fitted(texts, vectorizer="count", norm="l1"), texts)[0] == {"a": 0.75, "b": 0.25}
    assert named(fitted(texts, vectorizer="tf_idf"), texts)[0] == {
        "a": round(1 + np.log(3), 5), "b": round(idf, 5),
    }  # fmt: skip
    l2 = fitted(texts, vectorizer="multi_hot", norm="l2")
    assert named(l2, ["", *texts]) == [{}, {"a": 0.70711, "b": 0.70711}, {"a": 1}]


@pytest.mark.parametrize("vectorizer", ["multi_hot", "count", "tf_idf"])
def test_padding_has_no_weight(vectorizer):
    bags = fitted(["a b", "", "c"], vectorizer=vectorizer)(["a x", "", "c c"])
    assert bags[:, [0]].sum() == 0
    assert bags.has_canonical_format
    assert bags.dtype == np.float32


@given(TEXTS, TEXTS, st.integers(1, 3))
def test_counts_are_those_of_scikit_learn(texts, new, ngrams):
    sklearn = pytest.importorskip("sklearn.feature_extraction.text")
    theirs = sklearn.CountVectorizer(token_pattern=r"\S+", ngram_range=(1, ngrams))
    ours = fitted(texts, vectorizer="count", ngrams=ngrams, unknown="drop")
    compare(ours, theirs, texts, new)


@given(TEXTS, TEXTS)
def test_tf_idf_is_that_of_scikit_learn(texts, new):
    sklearn = pytest.importorskip("sklearn.feature_extraction.text")
    theirs = sklearn.TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), sublinear_tf=True)
    ours = fitted(texts, vectorizer="tf_idf", norm="l2", ngrams=2, unknown="drop")
    compare(ours, theirs, texts, new)


def compare(ours, theirs, texts, new):
    if not any(texts):
        assert ours.num_ids == 2
        return
    new = ["", *new]  # scikit-learn refuses no texts at all
    names = ours.vocabulary.tokens.to_list()
    expected_train, expected_new = theirs.fit_transform(texts).toarray(), theirs.transform(new)
    assert sorted(names[2:]) == sorted(theirs.vocabulary_)
    columns = [theirs.vocabulary_[name] for name in names[2:]]
    np.testing.assert_allclose(ours(texts).toarray()[:, 2:], expected_train[:, columns], atol=1e-5)
    expected = expected_new.toarray()[:, columns]
    np.testing.assert_allclose(ours(new).toarray()[:, 2:], expected, atol=1e-5)


@given(st.lists(st.text("abcd e", max_size=12), max_size=5), st.sampled_from(["ids", "count"]))
def test_subwords_are_words_with_their_pieces_behind(texts, kind):
    vectorizer = fitted(
        texts, tokenizer="subwords", vectorizer=kind, max_length=500 if kind == "ids" else None
    )
    expected = [[p for word in text.split() for p in (word, *pieces(word))] for text in texts]
    if kind == "ids":
        assert [vectorizer.words(ids) for ids in vectorizer(texts).to_lists()] == expected
    else:
        counted = [{p: float(each.count(p)) for p in each} for each in expected]
        assert named(vectorizer, texts) == counted


def test_an_unknown_word_is_carried_by_its_pieces():
    texts = ["walked walked", "talk"]
    assert named(fitted(texts, tokenizer="subwords", vectorizer="count"), ["walk"])[0] == {
        "<unknown>": 1, "~<wa": 1, "~wal": 1, "~alk": 1, "~lk>": 1, "~<wal": 1, "~walk": 1,
        "~alk>": 1, "~<walk": 1,
    }  # fmt: skip
    ids = fitted(texts, tokenizer="subwords", unknown="drop")
    assert ids.words(ids(["walk"]).to_lists()[0])[:2] == ["~<wa", "~wal"]
    assert ids(["", "x"]).to_lists() == [[], []]


@pytest.mark.parametrize(
    ("texts", "measured"),
    [
        ([], 1),
        (["", ""], 1),
        (["a b c"], 3),
        (["a"] * 95 + ["a b c"] * 5, 1),
        (["a"] * 94 + ["a b c"] * 6, 3),
        (["a " * 700], 500),
    ],
)
def test_max_length_is_measured(texts, measured):
    assert fitted(texts).settings.max_length == measured


def test_max_length_is_measured_after_unknown_words_are_dropped():
    texts = ["a x y z", "a p q r"]
    assert fitted(texts, min_count=2, unknown="drop").settings.max_length == 1
    assert fitted(texts, min_count=2).settings.max_length == 4


def test_max_length_is_obeyed():
    assert fitted(["a b c"], max_length=2)(["", "c b a"]).to_lists() == [[], [3, 2]]
    assert fitted(["a b c"], max_length=2, cut="post")(["", "c b a"]).to_lists() == [[], [4, 3]]
    assert fitted(["a"], max_length=900)(["a " * 901]).lengths.tolist() == [900]


@given(TEXTS, TEXTS, st.sampled_from(["ids", "multi_hot", "tf_idf"]))
def test_texts_outside_the_rows_influence_nothing(texts, others, kind):
    ngrams = 1 if kind == "ids" else 2
    alone = fitted(texts, vectorizer=kind, ngrams=ngrams)
    rows = np.arange(len(texts)) + len(others)
    among = fitted([*others, *texts, *others], rows, vectorizer=kind, ngrams=ngrams)
    assert among.settings == alone.settings
    assert parquet(among) == parquet(alone)


def parquet(vectorizer):
    file = io.BytesIO()
    vectorizer.vocabulary.table().write_parquet(file)
    return file.getvalue()


def test_words_is_the_way_back():
    vectorizer = fitted(["b a b"])
    assert vectorizer.words([]) == []
    assert vectorizer.words([0, 0]) == []
    assert vectorizer.words(np.array([0, 2, 1, 3])) == ["b", "<unknown>", "a"]


def test_tf_idf_without_the_column_idf():
    vectorizer = fitted(["a"], vectorizer="tf_idf")
    damaged = replace(vectorizer, vocabulary=replace(vectorizer.vocabulary, idf=None))
    with pytest.raises(DataError, match="tf_idf needs a vocabulary with the column idf"):
        damaged(["a"])


def test_no_rows_at_all():
    vectorizer = fitted(["a b"], np.empty(0, np.int64), vectorizer="tf_idf")
    assert vectorizer.num_ids == 2
    assert named(vectorizer, ["a b"]) == [{"<unknown>": round(1 + np.log(2), 5)}]


def test_nothing_warns():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind in ("multi_hot", "count", "tf_idf"):
            for norm in ("none", "l1", "l2"):
                assert fitted([""], vectorizer=kind, norm=norm)(["", "x"]).shape == (2, 2)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"vectorizer": "tfidf"}, "vectorizer must be one of ids, multi_hot, .* not 'tfidf'"),
        ({"tokenizer": ""}, "tokenizer must be one of words, .* not ''"),
        ({"unknown": "keep"}, "unknown must be one of id, drop, not 'keep'"),
        ({"norm": "l3"}, "norm must be one of none, l1, l2, not 'l3'"),
        ({"pad": "front"}, "pad must be one of pre, post, not 'front'"),
        ({"cut": None}, "cut must be one of pre, post, not None"),
        ({"ngrams": 2}, "ngrams = 2 needs a bag: set vectorizer to .* or ngrams to 1"),
        ({"ngrams": 0}, "ngrams must be at least 1, not 0"),
        ({"max_ids": 2}, "max_ids must be at least 3, not 2"),
        ({"min_count": 0}, "min_count must be at least 1, not 0"),
        ({"max_length": 0}, "max_length must be at least 1, not 0"),
    ],
)
def test_settings_that_do_not_fit(settings, message):
    with pytest.raises(ConfigError, match=message):
        TextSettings(**settings)

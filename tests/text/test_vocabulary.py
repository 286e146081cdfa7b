"""Vocabularies: which tokens get an id, in which order, and the stored table."""

import io
from collections import Counter

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.errors import DataError
from linnet.text.count import count_tokens
from linnet.text.tokenize import as_texts, tokenize
from linnet.text.tokenizers.subwords import pieces
from linnet.text.vocabulary import Vocabulary

LISTS = st.lists(st.lists(st.sampled_from("abc"), max_size=8), max_size=6)


def count(lists, **settings):
    texts = as_texts([" ".join(words) for words in lists])
    return count_tokens(tokenize(texts, "whitespace"), tokenizer="whitespace", **settings)


def expected_grams(lists, ngrams, min_count):
    """Every n-gram of words that are frequent enough, counted one by one."""
    words = Counter(word for each in lists for word in each)
    counts = Counter(
        tuple(each[start : start + size])
        for each in lists
        for size in range(1, ngrams + 1)
        for start in range(len(each) - size + 1)
    )
    kept = {gram: number for gram, number in counts.items() if number >= min_count}
    singles = sorted(words, key=lambda word: (-words[word], word))
    place = {word: number for number, word in enumerate(singles)}

    def order(gram):
        return -counts[gram], len(gram), [place[word] for word in gram]

    return [(" ".join(gram), counts[gram]) for gram in sorted(kept, key=order)]


def entries(vocabulary):
    rows = zip(vocabulary.tokens.to_list(), vocabulary.counts.tolist(), strict=True)
    return list(rows)[2:]


@pytest.mark.parametrize("lists", [[], [[]], [[], []]])
@pytest.mark.parametrize("ngrams", [1, 2, 3])
def test_texts_without_words(lists, ngrams):
    vocabulary = count(lists, ngrams=ngrams)
    assert vocabulary.tokens.to_list() == ["<padding>", "<unknown>"]
    assert (vocabulary.index, len(vocabulary.pairs[0])) == ({}, 0)


@given(LISTS, st.integers(1, 4), st.integers(1, 3))
def test_ngrams_are_those_counted_one_by_one(lists, ngrams, min_count):
    vocabulary = count(lists, ngrams=ngrams, min_count=min_count)
    assert entries(vocabulary) == expected_grams(lists, ngrams, min_count)


@given(LISTS, st.integers(1, 3), st.integers(3, 12))
def test_max_ids_keeps_the_first(lists, ngrams, max_ids):
    kept = count(lists, ngrams=ngrams, max_ids=max_ids)
    assert entries(kept) == entries(count(lists, ngrams=ngrams))[: max_ids - 2]


@given(LISTS, st.integers(1, 4), st.none() | st.integers(3, 12), st.integers(1, 2))
def test_the_parts_of_an_ngram_have_smaller_ids(lists, ngrams, max_ids, min_count):
    vocabulary = count(lists, ngrams=ngrams, max_ids=max_ids, min_count=min_count)
    tokens = vocabulary.tokens.to_list()
    assert len(tokens) == len(vocabulary) <= (max_ids or 2**31)
    for own, (prefix, last) in enumerate(zip(vocabulary.prefix, vocabulary.last, strict=True)):
        if " " in tokens[own]:
            assert 2 <= prefix < own
            assert 2 <= last < own
            assert tokens[own] == f"{tokens[prefix]} {tokens[last]}"
        else:
            assert prefix == last == 0


def test_equal_counts_are_ordered_by_length_and_then_by_string():
    vocabulary = count([["é", "b"], ["a"], ["Z"]], ngrams=2)
    assert vocabulary.tokens.to_list()[2:] == ["Z", "a", "b", "é", "é b"]


def test_ngrams_do_not_cross_texts_or_rare_words():
    vocabulary = count([["a", "rare", "b"], ["a"], ["b"]], ngrams=2, min_count=2)
    assert vocabulary.tokens.to_list()[2:] == ["a", "b"]


def test_a_token_that_looks_reserved_is_a_word_like_any():
    vocabulary = count([["<unknown>", "<unknown>", "<padding>"]])
    assert vocabulary.index == {"<unknown>": 2, "<padding>": 3}


@given(st.lists(st.text("abcd", min_size=1, max_size=6), max_size=8), st.integers(1, 3))
def test_pieces_are_counted_as_often_as_their_words(words, min_count):
    tokens = tokenize(as_texts([" ".join(words)]), "subwords")
    vocabulary = count_tokens(tokens, min_count=min_count, tokenizer="subwords")
    expected = Counter(words) + Counter(piece for word in words for piece in pieces(word))
    expected = {word: number for word, number in expected.items() if number >= min_count}
    assert entries(vocabulary) == sorted(expected.items(), key=lambda item: (-item[1], item[0]))


def test_min_count_of_pieces_counts_them_in_all_words():
    tokens = tokenize(as_texts(["walked talked"]), "subwords")
    vocabulary = count_tokens(tokens, min_count=2, tokenizer="subwords")
    assert vocabulary.tokens.to_list()[2:] == [
        "~alk", "~alke", "~alked", "~ed>", "~ked", "~ked>", "~lke", "~lked", "~lked>",
    ]  # fmt: skip


def stored(table):
    file = io.BytesIO()
    table.write_parquet(file)
    return pl.read_parquet(io.BytesIO(file.getvalue()))


@given(LISTS, st.integers(1, 3), st.booleans())
def test_the_table_comes_back_from_its_bytes(lists, ngrams, weighted):
    before = count(lists, ngrams=ngrams)
    if weighted:
        idf = np.linspace(0, 2, len(before), dtype=np.float32)
        before = Vocabulary(before.tokens, before.counts, before.prefix, before.last, idf)
    after = Vocabulary.from_table(stored(before.table()))
    assert after.table().equals(before.table())
    assert after.index == before.index
    for ours, theirs in zip(after.pairs, before.pairs, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for name in ("counts", "prefix", "last", "idf"):
        a, b = getattr(after, name), getattr(before, name)
        assert (a is None) == (b is None) or a.dtype == b.dtype
    assert (after.idf is None) == (not weighted)


def table(**changed):
    """The table of `a`, `b` and `a b`, with other columns."""
    columns = {
        "token": ["<padding>", "<unknown>", "a", "b", "a b"],
        "count": [0, 0, 3, 2, 1],
        "prefix": [0, 0, 0, 0, 2],
        "last": [0, 0, 0, 0, 3],
        "idf": [0.0, 1.0, 1.0, 1.0, 1.0],
    }
    columns |= changed
    return pl.DataFrame({name: each for name, each in columns.items() if each is not None})


def test_an_undamaged_table_is_taken():
    assert Vocabulary.from_table(table()).tokens.to_list()[2:] == ["a", "b", "a b"]
    assert Vocabulary.from_table(table(idf=None)).idf is None
    assert len(Vocabulary.from_table(table().head(2))) == 2
    named = table(
        token=["<padding>", "<unknown>", "<unknown>", "b", "b"]
    )  # a word, a pair of words
    assert Vocabulary.from_table(named).index == {"<unknown>": 2, "b": 3}


NOT_BEFORE = "not a vocabulary: an n-gram names an id that is not before its own"


@pytest.mark.parametrize(
    ("damaged", "message"),
    [
        (pl.DataFrame(), "not a vocabulary: .*token"),
        (table().head(0), "not a vocabulary: its first rows are not <padding> and <unknown>"),
        (table().head(1), "its first rows are not"),
        (table(token=list("vwxyz")), "its first rows are not"),
        (table(token=None), "not a vocabulary: .*token"),
        (table(prefix=None), "not a vocabulary: .*prefix"),
        (table(prefix=list("vwxyz")), "not a vocabulary: .*conversion"),
        (table(prefix=[0, 0, 0, 0, 2**40]), "not a vocabulary: .*conversion"),
        (table(count=[0, 0, 3, 2, None]), "not a vocabulary: a cell is empty"),
        (table(token=["<padding>", "<unknown>", "a", "b", None]), "a cell is empty"),
        (table(idf=[0.0, 1.0, 1.0, 1.0, float("nan")]), "an idf is not a number"),
        (table(idf=[0.0, 1.0, 1.0, 1.0, -1e7]), "an idf is not a number"),
        (table(count=[0, 0, 3, -2, 1]), "a count is below 0"),
        (table(token=["<padding>", "<unknown>", "a", "a", "a b"]), "a token is there twice"),
        (table(prefix=[0, 0, 0, 0, 4]), NOT_BEFORE),
        (table(prefix=[0, 0, 0, 0, 1]), NOT_BEFORE),
        (table(last=[0, 0, 0, 0, 5]), NOT_BEFORE),
        (table(last=[0, 0, 0, 0, -1]), NOT_BEFORE),
        (table(last=[0, 0, 0, 0, 0]), "an n-gram has no last word"),
        (table(prefix=[0, 0, 0, 2, 2], last=[0, 0, 0, 2, 3]), "an n-gram has no last word"),
    ],
)
def test_a_damaged_table_is_refused(damaged, message):
    with pytest.raises(DataError, match=message):
        Vocabulary.from_table(damaged)

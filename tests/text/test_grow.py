"""Growing a vocabulary: nothing old moves, everything new is there, and limits hold."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linnet.errors import ConfigError
from linnet.text.grow import grow
from linnet.text.tokenize import tokenize
from linnet.text.vectorize import TextSettings, fit
from linnet.text.vocabulary import Vocabulary

TEXTS = st.lists(st.text(alphabet="abcä ", max_size=12), max_size=8)
BAG = TextSettings(vectorizer="tf_idf", ngrams=3, unknown="drop")


def tokens(texts, tokenizer="words"):
    return tokenize(pl.Series("text", texts, dtype=pl.String), tokenizer)


def words(vectorizer):
    return vectorizer.vocabulary.tokens.to_list()


@pytest.mark.parametrize("texts", [[], [""], ["a b"], ["b a a"]])
def test_nothing_new_changes_nothing(texts):
    old = fit(tokens(["a b", "b a a", ""]), BAG)
    grown = grow(old, tokens(texts))
    assert grown.vocabulary.table().equals(old.vocabulary.table())


@pytest.mark.parametrize("wanted", [BAG, TextSettings(), replace(BAG, vectorizer="count")])
@given(before=TEXTS, after=TEXTS)
@settings(max_examples=30, deadline=None)
def test_old_ids_stay_and_all_that_is_new_gets_one(wanted, before, after):
    old = fit(tokens(before), wanted)
    grown = grow(old, tokens(after))
    assert grown.vocabulary.table().head(old.num_ids).equals(old.vocabulary.table())
    found = words(fit(tokens(after), wanted))
    assert words(grown)[old.num_ids :] == [each for each in found if each not in words(old)]
    assert Vocabulary.from_table(grown.vocabulary.table()).table().equals(grown.vocabulary.table())


@given(before=TEXTS, after=TEXTS)
@settings(max_examples=30, deadline=None)
def test_ngrams_are_what_their_parts_say(before, after):
    vocabulary = grow(fit(tokens(before), BAG), tokens(after)).vocabulary
    names = vocabulary.tokens.to_list()
    for at in np.flatnonzero(vocabulary.prefix):
        assert names[at] == f"{names[vocabulary.prefix[at]]} {names[vocabulary.last[at]]}"


@given(before=TEXTS, after=TEXTS)
@settings(max_examples=30, deadline=None)
def test_texts_without_anything_new_are_as_before(before, after):
    old = fit(tokens(before), replace(BAG, ngrams=1))
    was, now = old(before), grow(old, tokens(after))(before)
    assert (was.toarray() == now.toarray()[:, : old.num_ids]).all()
    assert not now.toarray()[:, old.num_ids :].any()


def test_new_words_and_ngrams_are_found_in_texts():
    old = fit(tokens(["a b"]), replace(BAG, vectorizer="count"))
    grown = grow(old, tokens(["b ä", "b ä", "a ä", "a b ä"]))
    assert words(grown)[old.num_ids :] == ["ä", "b ä", "a ä", "a b ä"]
    bag = grown(["a b ä", "ä ä"])
    found = [grown.words(bag[[row]].indices) for row in range(2)]
    assert sorted(found[0]) == ["a", "a b", "a b ä", "b", "b ä", "ä"]
    assert found[1] == ["ä"]


def test_counts_and_idf_of_new_ids_are_those_of_the_new_texts():
    old = fit(tokens(["a", "a b"]), BAG)
    new = ["ä", "ä a", "a", ""]
    grown, alone = grow(old, tokens(new)).vocabulary, fit(tokens(new), BAG).vocabulary
    assert grown.counts[grown.index["ä"]] == 2
    assert grown.counts[grown.index["a"]] == 2  # of the old texts; the new ones hold it twice too
    assert grown.idf[grown.index["ä"]] == alone.idf[alone.index["ä"]]
    assert grown.idf[grown.index["a"]] == old.vocabulary.idf[old.vocabulary.index["a"]]


def test_pieces_of_words_are_added():
    plain = TextSettings(tokenizer="subwords")
    old = fit(tokens(["talo"], "subwords"), plain)
    new = words(grow(old, tokens(["talossa"], "subwords")))[old.num_ids :]
    assert "talossa" in new
    assert set(new) == set(words(fit(tokens(["talossa"], "subwords"), plain))) - set(words(old))


def test_rare_tokens_get_no_id():
    old = fit(tokens(["a a"]), TextSettings(min_count=2))
    assert words(grow(old, tokens(["b c", "c ä"])))[old.num_ids :] == ["c"]


def test_the_most_frequent_fill_the_room_there_is():
    old = fit(tokens(["a"]), replace(BAG, max_ids=5))
    assert words(grow(old, tokens(["b c", "b c", "c"])))[old.num_ids :] == ["c", "b"]


def test_a_full_vocabulary_is_refused():
    old = fit(tokens(["a b"]), TextSettings(max_ids=4))
    with pytest.raises(ConfigError, match="has 4 ids and max_ids is 4: set max_ids higher"):
        grow(old, tokens(["ä"]))

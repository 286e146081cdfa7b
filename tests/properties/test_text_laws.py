"""Laws of tokenisers and vectorisers that hold for any text."""

import re

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.text.ids import Ids
from linnet.text.tokenize import TOKENIZERS, as_texts, tokenize
from linnet.text.vectorize import VECTORIZERS, TextSettings, fit

TEXT = st.text(max_size=20) | st.text("ab .漢\u0301\x00\n", max_size=20)
TEXTS = st.lists(TEXT, max_size=6)
# Unicode's White_Space; Python counts four control characters more.
SPACE = re.compile(r"[^\S\x1c-\x1f]")


def split(texts, tokenizer):
    tokens = tokenize(as_texts(texts), tokenizer)
    flat = [tokens.words[code] for code in tokens.codes]
    return [flat[a:b] for a, b in zip(tokens.offsets[:-1], tokens.offsets[1:], strict=True)]


def as_lists(inputs):
    """Ids as lists; bags as lists of (id, weight)."""
    if isinstance(inputs, Ids):
        return inputs.to_lists()
    return [
        [*zip(row.indices.tolist(), row.data.tolist(), strict=True)]
        for row in (inputs[[at]] for at in range(inputs.shape[0]))
    ]


def fitted(texts, kind, tokenizer):
    settings = TextSettings(
        vectorizer=kind,
        tokenizer=tokenizer,
        ngrams=1 if kind == "ids" else 2,
        norm="none" if kind == "ids" else "l2",
    )
    targets = np.array([sum(map(ord, text)) % 2 for text in texts], np.int64)
    return fit(tokenize(as_texts(texts), tokenizer), settings, targets=targets)


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@given(texts=TEXTS)
def test_tokens_hold_no_white_space_and_are_never_empty(tokenizer, texts):
    for tokens in split(texts, tokenizer):
        assert all(tokens)
        if tokenizer == "characters":
            assert [each for each in tokens if SPACE.search(each)] == [" "] * tokens.count(" ")
        elif tokenizer == "keras":
            assert not re.search(r"[ \t\n]", "".join(tokens))
        else:
            assert not SPACE.search("".join(tokens))


@pytest.mark.parametrize("tokenizer", ["words", "subwords"])
@given(texts=TEXTS)
def test_words_lose_nothing_but_white_space(tokenizer, texts):
    lower = pl.Series(texts, dtype=pl.String).str.to_lowercase().to_list()
    joined = ["".join(tokens) for tokens in split(texts, tokenizer)]
    assert joined == [SPACE.sub("", text) for text in lower]


@given(texts=TEXTS)
def test_whitespace_splits_at_white_space(texts):
    expected = [[part for part in SPACE.split(text) if part] for text in texts]
    assert split(texts, "whitespace") == expected


@given(texts=TEXTS)
def test_characters_put_together_are_the_text(texts):
    lower = pl.Series(texts, dtype=pl.String).str.to_lowercase().to_list()
    joined = ["".join(tokens) for tokens in split(texts, "characters")]
    assert joined == [re.sub(SPACE.pattern + "+", " ", text) for text in lower]
    assert all(len(token) == 1 for tokens in split(texts, "characters") for token in tokens)


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@given(texts=TEXTS)
def test_tokens_are_numbered_runs(tokenizer, texts):
    tokens = tokenize(as_texts(texts), tokenizer)
    assert len(tokens) == len(texts)
    assert tokens.offsets[0] == 0
    assert tokens.offsets[-1] == len(tokens.codes)
    assert (np.diff(tokens.offsets) >= 0).all()
    assert len(set(tokens.words)) == len(tokens.words)
    assert sorted(set(tokens.codes.tolist())) == list(range(len(tokens.words)))


@pytest.mark.parametrize("kind", VECTORIZERS)
@given(train=TEXTS, texts=TEXTS, tokenizer=st.sampled_from([*TOKENIZERS]))
def test_every_id_stands_in_the_vocabulary(kind, train, texts, tokenizer):
    vectorizer = fitted(train, kind, tokenizer)
    inputs = vectorizer(texts)
    ids = inputs.values if kind == "ids" else inputs.indices
    assert ((ids > 0) & (ids < vectorizer.num_ids)).all()
    if kind != "ids":
        assert np.isfinite(inputs.data).all()
        assert inputs.shape == (len(texts), vectorizer.num_ids)


@given(texts=TEXTS, tokenizer=st.sampled_from(["words", "keras", "whitespace", "characters"]))
def test_ids_of_the_training_texts_are_the_way_back_to_their_tokens(texts, tokenizer):
    settings = TextSettings(tokenizer=tokenizer, max_length=100)
    vectorizer = fit(tokenize(as_texts(texts), tokenizer), settings)
    back = [vectorizer.words(ids) for ids in vectorizer(texts).to_lists()]
    assert back == split(texts, tokenizer)


@pytest.mark.parametrize("kind", VECTORIZERS)
@given(train=TEXTS, texts=TEXTS, tokenizer=st.sampled_from([*TOKENIZERS]), data=st.data())
def test_a_text_gives_the_same_in_any_order_alone_and_twice(kind, train, texts, tokenizer, data):
    vectorizer = fitted(train, kind, tokenizer)
    once = as_lists(vectorizer(texts))
    assert as_lists(vectorizer(texts)) == once
    assert [as_lists(vectorizer([text]))[0] for text in texts] == once
    order = data.draw(st.permutations(range(len(texts))))
    assert as_lists(vectorizer([texts[at] for at in order])) == [once[at] for at in order]


@pytest.mark.parametrize("kind", VECTORIZERS)
@given(train=TEXTS, tokenizer=st.sampled_from([*TOKENIZERS]), data=st.data())
def test_the_order_of_the_training_texts_changes_no_vocabulary(kind, train, tokenizer, data):
    shuffled = data.draw(st.permutations(train))
    vocabularies = [fitted(each, kind, tokenizer).vocabulary for each in (train, shuffled, train)]
    tables = [each.table() for each in vocabularies]
    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])

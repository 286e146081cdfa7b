"""The tokenisers by themselves: Keras's tokens, and the pieces of words."""

import importlib
import os
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.text.count import count_tokens
from linnet.text.tokenize import as_texts, tokenize
from linnet.text.tokenizers.subwords import pieces

DATA = Path(__file__).parents[3] / "shared" / "data"
FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
ASCII = st.text(st.characters(max_codepoint=127), max_size=40)


def written_out(text):
    """What the documentation of Keras's legacy Tokenizer says, word by word."""
    for symbol in FILTERS:
        text = text.lower().replace(symbol, " ")
    return [part for part in text.split(" ") if part]


def ours(texts):
    tokens = tokenize(as_texts(texts), "keras")
    flat = [tokens.words[code] for code in tokens.codes]
    return [flat[a:b] for a, b in zip(tokens.offsets[:-1], tokens.offsets[1:], strict=True)]


@given(st.lists(ASCII, max_size=5))
def test_keras_splits_as_documented(texts):
    assert ours(texts) == [written_out(text) for text in texts]


@given(st.lists(st.text("ab ,.\t\n'A_\x0b", max_size=12), max_size=6))
def test_keras_splits_and_counts_as_keras_itself(texts):
    theirs = keras_tokenizer()
    theirs.fit_on_texts(texts)
    vocabulary = count_tokens(tokenize(as_texts(texts), "keras"), tokenizer="keras")
    counted = zip(vocabulary.tokens.to_list()[2:], vocabulary.counts.tolist()[2:], strict=True)
    assert dict(counted) == dict(theirs.word_counts)


def keras_tokenizer():
    os.environ.setdefault("KERAS_BACKEND", "jax")
    try:
        module = importlib.import_module("keras.src.legacy.preprocessing.text")
    except ImportError:
        pytest.skip("this Keras has no legacy Tokenizer")
    return module.Tokenizer()


@pytest.mark.parametrize(
    ("name", "column"), [("stackoverflow", "text"), ("news", "TITLE"), ("imdb", "text")]
)
def test_keras_splits_real_texts_as_documented(name, column):
    path = DATA / f"{name}.parquet"
    if not path.exists():
        pytest.skip(f"{path} is missing")
    texts = pl.read_parquet(path, columns=[column])[column].sample(1000, seed=1).to_list()
    assert ours(texts) == [written_out(text) for text in texts]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("", []),
        ("a", []),
        ("ab", ["~<ab", "~ab>"]),
        ("犬が", ["~<犬が", "~犬が>"]),
        ("abc", ["~<ab", "~abc", "~bc>", "~<abc", "~abc>"]),
    ],
)
def test_pieces(word, expected):
    assert pieces(word) == expected


@given(st.lists(st.text(max_size=12) | st.text("ab ,'É漢カ\n", max_size=12), max_size=12))
def test_subwords_are_split_as_words(texts):
    words, subwords = (tokenize(as_texts(texts), name) for name in ("words", "subwords"))
    assert [words.words[code] for code in words.codes] == [
        subwords.words[code] for code in subwords.codes
    ]
    assert words.offsets.tolist() == subwords.offsets.tolist()


@given(st.text(max_size=12))
def test_pieces_are_parts_of_the_marked_word(word):
    for piece in pieces(word):
        assert piece[0] == "~"
        assert 3 <= len(piece[1:]) <= 5
        assert piece[1:] in f"<{word}>"
        assert piece[1:] != f"<{word}>"

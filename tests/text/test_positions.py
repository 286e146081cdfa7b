from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.text.positions import positions
from linnet.text.tokenize import TOKENIZERS, tokenize

ODD = {
    "Finnish": "Hyvää päivää, ÄITI!",
    "Chinese and Japanese": "漢字とカナ ok",
    "emoji": "a 👩‍👩‍👧 b",
    "letters that grow": "straße ẞ İstanbul ISTANBUL",
    "sigma": "ΟΔΟΣ ΣΑΣ.",
    "markup": "<b>Good</b> &amp; Beyonc&#233; x<br/>y <!-- no --> z",
    "glued": "It's state-of-the-art,\tisn't it?",
    "blanks": " \n\u00a0a\x85b\x1c  c ",
    "combining": "e\u0301 İİ i̇",
    "empty": "",
}
PIECES = [
    "<b>",
    "&amp;",
    "&eacute",
    "&#233;",
    "<br />",
    " ",
    "\n",
    "İ",
    "ß",
    "Σ",
    "漢",
    "👩‍👧",
    "don't",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map("".join)


def split(text, tokenizer="words", *, strip_markup=False):
    tokens = tokenize(pl.Series([text], dtype=pl.String), tokenizer, strip_markup=strip_markup)
    return [tokens.words[code] for code in tokens.codes]


def check(text, tokenizer, *, strip_markup):
    tokens = split(text, tokenizer, strip_markup=strip_markup)
    found = positions(text, tokens, tokenizer=tokenizer, strip_markup=strip_markup)
    assert len(found) == len(tokens)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(before[0] <= after[0] for before, after in pairwise(found))
    return [(token, text[start:end]) for token, (start, end) in zip(tokens, found, strict=True)]


@pytest.mark.parametrize("strip_markup", [False, True])
@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@pytest.mark.parametrize("name", ODD)
def test_every_token_has_its_place(name, tokenizer, strip_markup):
    check(ODD[name], tokenizer, strip_markup=strip_markup)


@pytest.mark.parametrize("name", ["Finnish", "Chinese and Japanese", "emoji", "letters that grow"])
@pytest.mark.parametrize("tokenizer", ["words", "keras", "whitespace"])
def test_a_place_split_again_gives_the_token(name, tokenizer):
    for token, piece in check(ODD[name], tokenizer, strip_markup=False):
        assert split(piece, tokenizer) == [token]


def test_the_texts_own_spelling():
    found = check(ODD["markup"], "words", strip_markup=True)
    assert found == [("good", "Good"), ("&", "&amp;"), ("beyoncé", "Beyonc&#233;"),
                     ("x", "x"), ("y", "y"), ("z", "z")]  # fmt: skip
    assert ("i̇stanbul", "İstanbul") in check(ODD["letters that grow"], "words", strip_markup=False)
    assert ("stateoftheart", "state-of-the-art") in check(
        ODD["glued"], "text_vectorization", strip_markup=False
    )
    assert check("a \n b", "characters", strip_markup=False)[1] == (" ", " \n ")


@given(TEXTS, st.sampled_from(list(TOKENIZERS)), st.booleans())
def test_any_text(text, tokenizer, strip_markup):
    check(text, tokenizer, strip_markup=strip_markup)


def test_a_token_that_is_not_there():
    assert positions("a b", ["a", "x", "b"]) == [(0, 1), (1, 1), (2, 3)]

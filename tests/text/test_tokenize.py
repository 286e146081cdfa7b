"""Tokenising: every tokeniser on every odd text, and what cannot be a text."""

import numpy as np
import polars as pl
import pytest

from linnet.errors import ConfigError, DataError
from linnet.text import tokenize as module
from linnet.text.tokenize import TOKENIZERS, as_texts, runs, tokenize


def tokens_of(text, tokenizer):
    return split([text], tokenizer)[0]


def split(texts, tokenizer):
    tokens = tokenize(as_texts(texts), tokenizer)
    flat = [tokens.words[code] for code in tokens.codes]
    return [flat[a:b] for a, b in zip(tokens.offsets[:-1], tokens.offsets[1:], strict=True)]


# Text -> tokens by words, keras, whitespace, characters; subwords splits as words does.
EXPECTED = {
    "": ([], [], [], []),
    " \t\n\r\u00a0\u2003": ([], ["\r\u00a0\u2003"], [], [" "]),
    "x": (["x"], ["x"], ["x"], ["x"]),
    ".": (["."], [], ["."], ["."]),
    "A\x00b": (["a", "\x00", "b"], ["a\x00b"], ["A\x00b"], ["a", "\x00", "b"]),
    "👍🏽": (["👍", "🏽"], ["👍🏽"], ["👍🏽"], ["👍", "🏽"]),
    "e\u0301t\u00e9": (
        ["e\u0301té"],
        ["e\u0301té"],
        ["e\u0301té"],
        ["e", "\u0301", "t", "é"],
    ),
    "漢字かなカナ": (
        ["漢", "字", "か", "な", "カ", "ナ"],
        ["漢字かなカナ"],
        ["漢字かなカナ"],
        ["漢", "字", "か", "な", "カ", "ナ"],
    ),
    "dog犬 2": (
        ["dog", "犬", "2"],
        ["dog犬", "2"],
        ["dog犬", "2"],
        ["d", "o", "g", "犬", " ", "2"],
    ),
    "שלום\u202e!": (
        ["שלום", "\u202e", "!"],
        ["שלום\u202e"],
        ["שלום\u202e!"],
        ["ש", "ל", "ו", "ם", "\u202e", "!"],
    ),
    "ΟΔΟΣ İ": (
        ["οδος", "i̇"],
        ["οδος", "i̇"],
        ["ΟΔΟΣ", "İ"],
        ["ο", "δ", "ο", "ς", " ", "i", "\u0307"],
    ),
    "snake_case, it's": (
        ["snake_case", ",", "it", "'", "s"],
        ["snake", "case", "it's"],
        ["snake_case,", "it's"],
        [*"snake_case, it's"],
    ),
}
COLUMNS = ("words", "keras", "whitespace", "characters")
STRIPPED = {  # by text_vectorization, where it differs from whitespace and lower case
    ".": [],
    "שלום\u202e!": ["שלום\u202e"],
    "snake_case, it's": ["snakecase", "its"],
}


@pytest.mark.parametrize("text", EXPECTED)
@pytest.mark.parametrize("tokenizer", TOKENIZERS)
def test_tokens_of(tokenizer, text):
    column = "words" if tokenizer == "subwords" else tokenizer
    if tokenizer == "text_vectorization":
        lower = [token.lower() for token in EXPECTED[text][COLUMNS.index("whitespace")]]
        assert tokens_of(text, tokenizer) == STRIPPED.get(text, lower)
        return
    assert tokens_of(text, tokenizer) == EXPECTED[text][COLUMNS.index(column)]


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@pytest.mark.parametrize("num_texts", [0, 1, 2, 101, 1000])
def test_texts_without_tokens(tokenizer, num_texts):
    tokens = tokenize(as_texts([""] * num_texts), tokenizer)
    assert len(tokens) == num_texts
    assert tokens.offsets.tolist() == [0] * (num_texts + 1)
    assert (tokens.codes.tolist(), tokens.words) == ([], [])


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
def test_a_megabyte_in_one_text(tokenizer):
    once = "Naïve c++ 犬. "
    found = tokens_of(once * (1_000_000 // len(once)), tokenizer)
    assert found == tokens_of(once, tokenizer) * (1_000_000 // len(once))


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
def test_one_text_and_the_same_text_among_ten_thousand(tokenizer):
    odd = list(EXPECTED)
    texts = [*odd, *(f"Text {number}: {number % 97}, ΣΑΣ" for number in range(10_000)), *odd]
    together = split(texts, tokenizer)
    alone = [tokens_of(text, tokenizer) for text in odd]
    assert together[: len(odd)] == alone
    assert together[-len(odd) :] == alone
    assert together[len(odd) + 99] == tokens_of(texts[len(odd) + 99], tokenizer)


@pytest.mark.parametrize("slice_bytes", [1, 7, 40, 10_000])
def test_slices_change_nothing(monkeypatch, slice_bytes):
    texts = [f"a{number % 7} b{number % 11} é" * (number % 3) for number in range(250)]
    whole = split(texts, "words")
    monkeypatch.setattr(module, "SLICE_BYTES", slice_bytes)
    assert split(texts, "words") == whole


def test_words_are_distinct_and_numbered_from_0():
    tokens = tokenize(as_texts(["b a b", "", "a c"]), "words")
    assert sorted(tokens.words) == ["a", "b", "c"]
    assert sorted(set(tokens.codes.tolist())) == [0, 1, 2]
    assert (tokens.codes.dtype, tokens.offsets.dtype) == (np.int32, np.int64)


def test_select_takes_texts_in_the_order_asked_for():
    tokens = tokenize(as_texts(["a b", "", "c"]), "words").select(np.array([2, 1, 0]))
    assert [tokens.words[code] for code in tokens.codes] == ["c", "a", "b"]
    assert tokens.offsets.tolist() == [0, 1, 1, 3]
    assert len(tokens.select(np.empty(0, np.int64))) == 0


def test_runs_of_nothing():
    where, offsets = runs(np.zeros(1, np.int64), np.empty(0, np.int64))
    assert (where.tolist(), offsets.tolist()) == ([], [0])


def test_unknown_tokenizer():
    with pytest.raises(ConfigError, match="unknown tokenizer 'word': did you mean 'words'"):
        tokenize(as_texts([]), "word")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], []),
        ([""], [""]),
        (("a", "b"), ["a", "b"]),
        (pl.Series([], dtype=pl.Null), []),
        (pl.Series([None, None]), ["", ""]),
        (pl.Series(["a", None]), ["a", ""]),
        (np.array(["é"]), ["é"]),
        ((text for text in ["a"]), ["a"]),
    ],
)
def test_as_texts_takes(texts, expected):
    series = as_texts(texts)
    assert (series.dtype, series.to_list()) == (pl.String, expected)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("", r"not one string: write \[''\]$"),
        ("one", r"texts must be a list of strings, not one string: write \['one'\]"),
        ("x" * 100, r"write \['x{37}\.\.\.'\]$"),
        (None, "texts must be a list of strings, not NoneType"),
        (3, "texts must be a list of strings, not int"),
        ([None], "text 0 must be a string, not NoneType: None"),
        (["a", 3], "text 1 must be a string, not int: 3"),
        (["a", b"b"], "text 1 must be a string, not bytes: b'b'"),
        ([["a"] * 100], r"text 0 must be a string, not list: \['a'.{0,40}\.\.\.$"),
        ([float("nan")], "text 0 must be a string, not float: nan"),
        (pl.Series([1]), "texts must be strings, not Int64: cast them"),
        (["a", "\ud800"], "text 1 is not valid Unicode: surrogates not allowed; decode"),
    ],
)
def test_as_texts_refuses(texts, message):
    with pytest.raises(DataError, match=message):
        as_texts(texts)

"""Tokens read from bytes against the tokenisers' own expressions."""

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linnet.registry import resolve
from linnet.text import bytewise
from linnet.text.bytewise import RUNS, alphabet, read
from linnet.text.threads import in_threads
from linnet.text.tokenize import TOKENIZERS, as_texts, tokenize

ASCII = st.lists(st.text(st.characters(max_codepoint=127), max_size=30), min_size=1, max_size=5)
LETTERS = st.lists(st.text("aA +\n", max_size=60), min_size=1, max_size=5)


def by_expression(texts, split):
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    return frame.select(split(pl.col("text")))["text"].to_list()


def by_bytes(texts, split):
    codes, counts, words = read(as_texts(texts), alphabet(split))
    assert len(set(words)) == len(words)
    flat = [words[code] for code in codes]
    return [list(part) for part in np.split(np.array(flat, object), np.cumsum(counts)[:-1])]


@pytest.mark.parametrize("tokenizer", RUNS)
@given(ASCII | LETTERS)
@example([""])
@example(["".join(map(chr, range(128)))])
@example(["a" * size for size in range(40)] + ["a" * 39 + "b"])
def test_tokens_are_those_of_the_expression(tokenizer, texts):
    split = resolve(TOKENIZERS, tokenizer)
    assert by_bytes(texts, split) == by_expression(texts, split)
    for text in texts:  # a few texts are split in another way
        tokens = tokenize(as_texts([text]), tokenizer)
        assert [tokens.words[code] for code in tokens.codes] == by_expression([text], split)[0]


@pytest.mark.parametrize("tokenizer", RUNS)
def test_every_pair_of_characters(tokenizer):
    pairs = [chr(before) + chr(after) for before in range(128) for after in range(128)]
    split = resolve(TOKENIZERS, tokenizer)
    assert by_bytes(pairs, split) == by_expression(pairs, split)
    found = [" ".join(each) for each in by_expression(pairs, split)]
    spaced = [pair.translate(alphabet(split).spaced) for pair in pairs]
    assert [" ".join(filter(None, each.split(" "))) for each in spaced] == found


@pytest.mark.parametrize("probes", [0, 1])
def test_words_that_collide_are_told_apart(monkeypatch, probes):
    monkeypatch.setattr(bytewise, "MOST_PROBES", probes)
    texts = [f"{number} word{number} number{number}" for number in range(2000)]
    split = resolve(TOKENIZERS, "words")
    assert by_bytes(texts, split) == by_expression(texts, split)


@pytest.mark.parametrize("tokenizer", RUNS)
@given(st.lists(st.text("aAé 犬+", max_size=12), max_size=8))
def test_texts_of_both_kinds_share_their_words(tokenizer, texts):
    tokens = tokenize(as_texts(texts), tokenizer)
    flat = np.array(tokens.words, object)[tokens.codes].tolist()
    expected = by_expression(texts, resolve(TOKENIZERS, tokenizer))
    assert [flat[a:b] for a, b in zip(tokens.offsets, tokens.offsets[1:], strict=False)] == expected
    assert len(set(tokens.words)) == len(tokens.words)


def test_parts_are_worked_on_in_order():
    assert list(in_threads(str, [])) == []
    assert list(in_threads(str, list(range(50)))) == list(map(str, range(50)))

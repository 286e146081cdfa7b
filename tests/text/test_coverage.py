"""Shares of words that a new text is likely to have alone, and of single ideographs."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.text.coverage import ideographs, unseen
from linnet.text.tokenize import as_texts, tokenize

TEXTS = st.lists(st.text("ab 漢字かカ한é1🐦\n", max_size=12), max_size=6)


def tokens_of(*texts, tokenizer="words"):
    return tokenize(as_texts(list(texts)), tokenizer)


def listed(tokens):
    return [tokens.words[code] for code in tokens.codes]


@given(TEXTS)
def test_shares_are_counted(texts):
    tokens = tokens_of(*texts)
    words = listed(tokens)
    once = [word for word, number in Counter(words).items() if number == 1]
    alone = [word for word in words if word in set("漢字かカ")]
    assert unseen(tokens) == pytest.approx(len(once) / max(1, len(words)))
    assert ideographs(tokens) == pytest.approx(len(alone) / max(1, len(words)))


@given(TEXTS, TEXTS)
def test_texts_that_are_not_chosen_do_not_count(texts, others):
    everything, rows = tokens_of(*others, *texts), np.arange(len(texts)) + len(others)
    alone, chosen = tokens_of(*texts), everything.select(rows)
    assert unseen(chosen) == unseen(alone)
    assert ideographs(chosen) == ideographs(alone)


def test_unseen_is_about_the_share_of_unknown_words_in_new_texts():
    random = np.random.default_rng(0)
    shares = 1 / np.arange(1, 3001)
    words = [f"w{each}" for each in random.choice(3000, 20_000, p=shares / shares.sum())]
    known = set(words[:5000])
    unknown = np.mean([word not in known for word in words[5000:]])
    assert 0.05 < unknown < 0.5
    assert unseen(tokens_of(" ".join(words[:5000]))) == pytest.approx(unknown, abs=0.01)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("", 0),
        ("漢", 1),
        ("ひらカタ", 1),
        ("한국어 текст naïve", 0),
        ("漢字!?", 0.5),
        ("𠀋 🐦", 0.5),  # an ideograph of four bytes
    ],
)
def test_ideographs(text, share):
    assert ideographs(tokens_of(text)) == share


def test_words_of_several_ideographs_are_no_single_ones():
    assert ideographs(tokens_of("漢字 漢", tokenizer="whitespace")) == 0.5

"""A vocabulary of parts is that of all texts at once, and counting stays in bounds."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.text.coverage import ideographs, ideographs_of, unseen, unseen_of
from linnet.text.on_disk import TokensOnDisk
from linnet.text.parts import vocabulary_of_parts
from linnet.text.tally import COUNT, KEY, Tally, add_numbers, add_words
from linnet.text.tokenize import as_texts, tokenize
from linnet.text.vectorize import TextSettings, fit

WORDS = st.sampled_from(["a", "b", "ä", "cat", "cats", "漢"])
TEXTS = st.lists(st.lists(WORDS, max_size=6).map(" ".join), max_size=20)


def of_parts(texts, settings, size):
    parts = [
        tokenize(as_texts(texts[at : at + size]), settings.tokenizer)
        for at in range(0, len(texts), size)
    ]
    tally = Tally(pl.String)
    for each in parts:
        add_words(tally, each)
    found, missed = vocabulary_of_parts(tally.table(), lambda: parts, settings=settings)
    assert not missed
    return tally.table(), found


@given(
    texts=TEXTS,
    size=st.integers(1, 7),
    ngrams=st.integers(1, 4),
    max_ids=st.sampled_from([None, 3, 5, 8, 12]),
    min_count=st.integers(1, 3),
    tokenizer=st.sampled_from(["words", "subwords"]),
)
def test_the_vocabulary_of_parts_is_that_of_all(texts, size, ngrams, max_ids, min_count, tokenizer):
    settings = TextSettings(
        tokenizer, ngrams=ngrams, max_ids=max_ids, min_count=min_count, vectorizer="count"
    )
    words, found = of_parts(texts, settings, size)
    whole = tokenize(as_texts(texts), tokenizer)
    assert found.table().equals(fit(whole, settings).vocabulary.table())
    counts = words[COUNT].to_numpy()
    assert unseen_of(counts) == unseen(whole)
    assert ideographs_of(words[KEY], counts) == ideographs(whole)


def test_rare_keys_are_forgotten_and_the_error_is_known():
    random = np.random.default_rng(0)
    keys = np.concatenate([random.zipf(1.3, 20_000) % 5000, np.arange(5000)])
    tally = Tally(pl.Int64, most=500)
    for part in np.array_split(random.permutation(keys), 40):
        add_numbers(tally, part)
        tally.table()
    found = dict(tally.table().rows())
    true = dict(zip(*(each.tolist() for each in np.unique(keys, return_counts=True)), strict=True))
    assert len(found) <= 500
    assert tally.most_missed > 0
    assert all(0 <= true[key] - count <= tally.most_missed for key, count in found.items())
    frequent = {key for key, count in true.items() if count > tally.most_missed}
    assert frequent
    assert frequent <= found.keys()


def test_keys_that_wait_are_counted_before_they_fill_the_memory(monkeypatch):
    monkeypatch.setattr("linnet.text.tally.LEAST_WAITING", 100)
    tally = Tally(pl.Int64)
    for part in np.array_split(np.arange(2000) % 300, 40):
        add_numbers(tally, part)
        assert tally.num_waiting <= 150
    assert dict(tally.table().rows()) == {key: 7 if key < 200 else 6 for key in range(300)}


@pytest.mark.parametrize("texts", [[], [""], ["ä b", "", "b"]])
def test_tokens_come_back_from_disk(tmp_path, texts):
    tokens, stored = tokenize(as_texts(texts)), TokensOnDisk(tmp_path / "t")
    rows = pl.DataFrame({"label": pl.Series(["x"] * len(texts), dtype=pl.String)})
    stored.append(tokens, rows)
    stored.append(tokens, rows)
    for found, columns in stored:
        assert found.words == tokens.words
        np.testing.assert_array_equal(found.codes, tokens.codes)
        np.testing.assert_array_equal(found.offsets, tokens.offsets)
        assert columns.equals(rows)
    assert len(list(stored.tokens())) == 2

"""What every tokeniser and every vectoriser promises; the cases come from their tables."""

import numpy as np
import polars as pl
import pytest

from linnet.registry import resolve
from linnet.text.ids import Ids
from linnet.text.tokenize import PIECES, TOKENIZERS, as_texts, tokenize
from linnet.text.vectorize import BAGS, VECTORIZERS, TextSettings, fit

TRAIN = ["", "a b c, a", "Ünïcode ΣΑΣ 漢字", "c b\x00 👍🏽", " \n", "a b"]
NEW = ["", "b a", "never seen", " ", "a b c, a", "犬", "x" * 10_000]
CASES = {
    f"{kind}-{tokenizer}-{unknown}": TextSettings(
        vectorizer=kind, tokenizer=tokenizer, unknown=unknown, ngrams=2 if kind in BAGS else 1
    )
    for kind in VECTORIZERS
    for tokenizer in TOKENIZERS
    for unknown in ("id", "drop")
}


@pytest.fixture(params=CASES)
def settings(request):
    return CASES[request.param]


def fitted(texts, settings):
    tokens = tokenize(as_texts(texts), settings.tokenizer)
    return fit(tokens, settings, targets=np.arange(len(texts)) % 2)


@pytest.fixture
def vectorizer(settings):
    return fitted(TRAIN, settings)


def rows(inputs):
    return inputs.to_lists() if isinstance(inputs, Ids) else inputs.toarray().tolist()


def test_no_texts(vectorizer):
    inputs = vectorizer([])
    assert rows(inputs) == []
    assert isinstance(inputs, Ids) != vectorizer.gives_bags


def test_the_empty_text_has_no_ids(vectorizer):
    inputs = vectorizer(["", ""])
    assert (inputs.values if isinstance(inputs, Ids) else inputs.data).tolist() == []
    assert len(rows(inputs)) == 2


def test_no_training_texts(settings):
    for texts in ([], [""], ["", " "]):
        vectorizer = fitted(texts, settings)
        assert len(rows(vectorizer(NEW))) == len(NEW)


def test_a_batch_gives_what_each_text_gives_alone(vectorizer):
    together = rows(vectorizer(NEW))
    assert together == [rows(vectorizer([text]))[0] for text in NEW]
    assert rows(vectorizer(NEW[::-1])) == together[::-1]


def test_a_series_gives_what_a_list_gives(vectorizer):
    assert rows(vectorizer(pl.Series(NEW))) == rows(vectorizer(NEW))


def test_ids_stay_within_the_vocabulary(vectorizer):
    inputs = vectorizer(NEW)
    ids = inputs.values if isinstance(inputs, Ids) else inputs.indices
    assert ids.dtype == np.int32
    assert ids.min() > 0
    assert ids.max() < vectorizer.num_ids
    assert (1 in ids) == (vectorizer.settings.unknown == "id")


def test_training_twice_gives_the_same(vectorizer, settings):
    again = fitted(TRAIN, settings)
    assert again.settings == vectorizer.settings
    assert again.vocabulary.table().equals(vectorizer.vocabulary.table())


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
def test_a_tokenizer_is_an_expression_over_a_column(tokenizer):
    split = resolve(TOKENIZERS, tokenizer)(pl.col("text"))
    frame = pl.DataFrame({"text": TRAIN}).select(split)
    assert frame["text"].dtype == pl.List(pl.String)
    assert frame["text"].null_count() == 0
    assert frame["text"].list.len().to_list()[0] == 0


@pytest.mark.parametrize("tokenizer", PIECES)
def test_a_piece_is_never_a_token(tokenizer):
    split = resolve(TOKENIZERS, tokenizer)(pl.col("text"))
    words = ["", "~", "<a>", "~<ab", "naïve", "漢字"]
    for piece in {piece for word in words for piece in resolve(PIECES, tokenizer)(word)}:
        tokens = pl.DataFrame({"text": [piece]}).select(split)["text"].to_list()[0]
        assert tokens != [piece]

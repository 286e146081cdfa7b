"""A few texts, without SciPy: the numbers that many get."""

import subprocess
import sys

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linnet.text.few import few_bags
from linnet.text.ids import Ids, padded_bags
from linnet.text.tokenize import tokenize
from linnet.text.vectorize import BAGS, FEW_TOKENS, TextSettings, fit

TEXTS = pl.Series(["good film", "hyvä film, hyvä!", "", "bad bad film", "漢字 c++ c", "film"])
NEW = pl.Series(["film hyvä film good film", "", "new", "c++ 漢字 漢", "bad film, bad film"])


@pytest.mark.parametrize("vectorizer", BAGS)
@pytest.mark.parametrize("norm", ["none", "l1", "l2"])
@pytest.mark.parametrize(("tokenizer", "ngrams"), [("words", 1), ("words", 3), ("subwords", 2)])
@pytest.mark.parametrize("unknown", ["id", "drop"])
def test_bit_for_bit_those_of_the_matrix(vectorizer, norm, tokenizer, ngrams, unknown):
    settings = TextSettings(
        tokenizer=tokenizer, vectorizer=vectorizer, norm=norm, ngrams=ngrams, unknown=unknown
    )
    made = fit(tokenize(TEXTS, tokenizer), settings, targets=np.arange(len(TEXTS)) % 2)
    tokens = made.tokens(NEW)
    few, many = made.few(tokens), made.vectorize(tokens)
    for name in ("data", "indices", "indptr"):
        one, other = getattr(few, name), getattr(many, name)
        assert np.array_equal(one, other), name
    assert few.data.dtype == np.float32
    rows = np.array([3, 1, 1, 0])
    for one, other in zip(padded_bags(few[rows], 40), padded_bags(many[rows], 40), strict=True):
        assert np.array_equal(one, other)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.lists(st.integers(1, 9)), st.lists(st.integers(1, 9)))))
def test_ids_are_counted(rows):
    found = [Ids.from_lists([row[kind] for row in rows]) for kind in (0, 1)]
    made = few_bags(found, 10)
    for number, (words, pieces) in enumerate(rows):
        here = slice(made.indptr[number], made.indptr[number + 1])
        together = words + pieces
        assert made.indices[here].tolist() == sorted(set(together))
        assert made.data[here].tolist() == [together.count(each) for each in made.indices[here]]


def test_many_tokens_and_models_that_read_in_order_take_the_usual_way():
    bags = fit(tokenize(TEXTS), TextSettings(vectorizer="count"))
    long = bags.tokens(pl.Series(["film " * (FEW_TOKENS + 1)]))
    assert type(bags.few(long)) is type(bags.vectorize(long))
    ids = fit(tokenize(TEXTS), TextSettings())
    assert isinstance(ids.few(ids.tokens(NEW)), Ids)


def test_an_answer_imports_no_scipy(tmp_path):
    from linnet import train

    table = {"text": ["good film", "hyvä", "bad", "paha film"] * 5, "label": [1, 1, 0, 0] * 5}
    train(table, out=tmp_path / "run", epochs=1, duplicates="keep")
    program = (
        "import sys; from linnet import load; load(sys.argv[1]).predict(['a film']); "
        "sys.exit('scipy' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", program, tmp_path / "run"], check=False)
    assert ended.returncode == 0

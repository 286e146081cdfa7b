"""Texts that are unlike the training texts."""

import numpy as np
import pytest

from linnet.text.scope import fit_scope, scope_from_json
from linnet.text.tokenize import as_texts, tokenize
from linnet.text.vectorize import TextSettings, fit


def texts(num, words, *, lengths=(3, 30), seed=0):
    """Texts of words of which few are frequent, as in any language."""
    random = np.random.default_rng(seed)
    shares = 1 / np.arange(1, len(words) + 1)
    return [
        " ".join(random.choice(words, random.integers(*lengths), p=shares / shares.sum()))
        for _ in range(num)
    ]


OURS = [f"w{number}" for number in range(2_000)]
OTHERS = [*OURS[:20], *(f"x{number}" for number in range(2_000))]
VOCABULARY = fit(
    tokenize(as_texts(texts(4_000, OURS))), TextSettings(vectorizer="count")
).vocabulary
SCOPE = fit_scope(VOCABULARY, tokenize(as_texts(texts(2_000, OURS, seed=1))))


def share_inside(some):
    return SCOPE.inside(VOCABULARY, tokenize(as_texts(some))).mean()


def test_new_texts_of_the_same_kind_are_inside():
    assert share_inside(texts(3_000, OURS, seed=2)) > 0.97


@pytest.mark.parametrize("lengths", [(3, 6), (60, 90)])
def test_texts_of_other_words_are_outside(lengths):
    assert share_inside(texts(500, OTHERS[20:], lengths=lengths)) < 0.1


def test_long_texts_of_a_few_more_unknown_words_are_outside():
    assert share_inside(texts(500, OTHERS, lengths=(60, 90))) < 0.1


def test_no_text_and_no_words_are_outside():
    nothing = tokenize(as_texts([]))
    assert SCOPE.inside(VOCABULARY, nothing).tolist() == []
    assert share_inside(["", "  "]) == 0


def test_it_depends_on_no_other_text():
    some = texts(50, OTHERS)
    together = SCOPE.inside(VOCABULARY, tokenize(as_texts(some)))
    alone = [SCOPE.inside(VOCABULARY, tokenize(as_texts([text])))[0] for text in some]
    assert together.tolist() == alone


def test_it_is_the_same_from_json():
    again = scope_from_json(SCOPE.to_json())
    assert vars(again) == pytest.approx(vars(SCOPE), abs=1e-6)
    assert fit_scope(VOCABULARY, tokenize(as_texts(["w1"] * 99 + [""]))) is None

"""Words pull where they were planted; pulls of a linear model add up to the logits' difference."""

import re

import numpy as np
import pytest

from linnet.errors import ConfigError
from linnet.runtime.separation import separate
from linnet.text.tokenize import as_texts

TEXTS = ["the quick brown fox", "", "the bird sings, the BIRD!", "zzz unknown", "lintu laulaa"]


def test_words_and_their_texts_are_counted(classifier):
    first, *_, last = classifier.labels
    found = classifier.separate(first, last, TEXTS)
    tokens = classifier.vectorizer.tokens(as_texts(TEXTS))
    spelled = [{tokens.words[code] for code in tokens.select(np.array([row])).codes} for row in
               range(len(TEXTS))]  # fmt: skip
    assert found.texts == len(TEXTS)
    assert len({each.word for each in found.pulls}) == len(found.pulls) > 0
    for each in found.pulls:
        assert each.texts == sum(each.word in words for words in spelled)
    assert found.towards(first, 2) == [each for each in found.pulls[:2] if each.mean > 0]
    assert all(each.mean < 0 for each in found.towards(last))


def test_the_other_way_round_is_the_other_sign(classifier):
    first, *_, last = classifier.labels
    there, back = classifier.separate(first, last, TEXTS), classifier.separate(last, first, TEXTS)
    means = {each.word: each.mean for each in there.pulls}
    assert {each.word: -each.mean for each in back.pulls} == pytest.approx(means, abs=1e-5)
    strongest = [each.word for each in there.towards(first, 1)]
    assert [each.word for each in back.towards(first, 1)] == strongest


def test_the_method_is_told(of_each_architecture):
    kinds = [each["layer"] for each in of_each_architecture.manifest["layers"]]
    linear = kinds in (["bag"], ["bag", "dense"])
    expected = "exact" if linear else "gradient" if kinds[0] == "bag" else "occlusion"
    assert of_each_architecture.separate("a", "ä", TEXTS).method == expected


def test_pulls_of_each_text_add_up(case_of_bags):
    """With what no word does; with a hidden layer too, whose gradient is exact at a point."""
    model, vectorizer = case_of_bags.bag_model, case_of_bags.vectorizer
    from linnet.runtime.shares import shares

    tokens = vectorizer.tokens(as_texts(TEXTS))
    direction = model.direction(0, len(case_of_bags.labels) - 1)
    pulls, base = shares(vectorizer, model, tokens=tokens, direction=direction)
    text_of = np.repeat(np.arange(len(TEXTS)), np.diff(tokens.offsets))
    total = base + np.bincount(text_of, pulls, len(TEXTS))
    scores = case_of_bags.predict_proba(TEXTS).astype(np.float64)
    logits = np.log(scores)
    if case_of_bags.manifest["loss"] == "binary_crossentropy" and case_of_bags.task == "multilabel":
        logits -= np.log(1 - scores)
    np.testing.assert_allclose(total, logits[:, 0] - logits[:, -1], atol=1e-4)


def test_many_texts_are_the_same_as_each_alone(classifier):
    first, *_, last = classifier.labels
    texts = TEXTS if classifier.bag_model is None else TEXTS * 60
    whole = {each.word: (each.mean, each.texts) for each in
             classifier.separate(first, last, texts).pulls}  # fmt: skip
    sums = dict[str, float]()
    for text in TEXTS:
        for each in classifier.separate(first, last, [text]).pulls:
            sums[each.word] = sums.get(each.word, 0.0) + each.mean
    times = len(texts) // len(TEXTS)
    found = {word: mean * num_texts / times for word, (mean, num_texts) in whole.items()}
    assert found == pytest.approx(sums, abs=1e-4)


def test_no_texts(of_each_input):
    first, *_, last = of_each_input.labels
    found = of_each_input.separate(first, last, [])
    assert (found.texts, found.pulls, found.towards(last)) == (0, (), [])


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (("zz", "a"), "unknown label 'zz'"),
        (("a", "zz"), "unknown label 'zz'"),
        (("ä", "ä"), "'ä' cannot be told from itself"),
    ],
)
def test_what_cannot_be_asked(of_each_architecture, labels, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        separate(of_each_architecture, ["a"], label=labels[0], other=labels[1])


def test_towards_a_third_label(of_each_architecture):
    found = of_each_architecture.separate("a", "ä", ["bird"])
    with pytest.raises(ConfigError, match=re.escape("towards 'b|c': it must be 'a' or 'ä'")):
        found.towards("b|c")

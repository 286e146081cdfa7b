"""Exact parts add up to the logit, occlusion finds what was planted, every architecture answers."""

import re
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np
import pytest

from linnet.artifact.int8 import to_int8
from linnet.errors import ConfigError, DataError
from linnet.runtime.bag_changes import changed_logits
from linnet.runtime.bag_model import bag_model
from linnet.runtime.batches import Model
from linnet.runtime.explain import explain
from linnet.runtime.explanation import Explanation, Word
from linnet.runtime.occlusion import MOST_IDS, log_odds, without
from linnet.text.tokenize import as_texts

TEXTS = [
    "the quick brown fox", "The BIRD sings, the bird!", "zzz unknown", "", "lintu laulaa 漢字 🐦",
    "İ the dog\n and the dog; list.reverse()",
]  # fmt: skip


def odds_of(classifier, texts, label):
    scores = classifier.predict_proba(texts)
    number = classifier.labels.index(label)
    return log_odds(scores, number, exclusive=classifier.task != "multilabel")


def logit_of(classifier, text, label):
    """The label's logit, against the mean of the others where a softmax makes them compete."""
    scores = classifier.predict_proba([text])[0].astype(np.float64)
    number = classifier.labels.index(label)
    if classifier.manifest["loss"] == "binary_crossentropy":
        return np.log(scores[number] / (1 - scores[number]))
    logits = np.log(scores)
    return logits[number] - np.delete(logits, number).mean()


def test_words_are_those_of_the_text(classifier):
    for text, found in zip(TEXTS, classifier.explain(TEXTS), strict=True):
        assert found.text == text
        assert found.words_together == 1
        assert [text[word.start : word.end] for word in found.words] == [
            word.text for word in found.words
        ]
        tokens = classifier.vectorizer.tokens(as_texts([text]))
        assert len(found.words) == len(tokens.codes)


def test_label_and_score(classifier):
    best = classifier.top(TEXTS, k=1)
    assert [[(each.label, each.score)] for each in classifier.explain(TEXTS)] == best
    label = classifier.labels[0]
    scores = classifier.predict_proba(TEXTS)[:, 0].tolist()
    named = classifier.explain(TEXTS, label=label)
    assert [(each.label, each.score) for each in named] == [(label, score) for score in scores]


def test_exact_parts_add_up_to_the_logit(classifier):
    for label in classifier.labels:
        for found in classifier.explain(TEXTS, label=label):
            if found.method == "exact":
                total = found.base + sum(word.contribution for word in found.words)
                assert total == pytest.approx(logit_of(classifier, found.text, label), abs=1e-4)


def test_models_linear_in_the_bag_are_exact(of_each_architecture):
    kinds = [each["layer"] for each in of_each_architecture.manifest["layers"]]
    methods = {each.method for each in of_each_architecture.explain(TEXTS)}
    assert methods == ({"exact"} if kinds in (["bag"], ["bag", "dense"]) else {"occlusion"})


def test_every_architecture_says_what_a_word_is_worth(of_each_architecture):
    text = "the bird sings in the hedge"
    (found,) = explain(of_each_architecture, [text], method="occlusion")
    whole, *left = odds_of(
        of_each_architecture,
        [text, *(f"{text[: word.start]} {text[word.end :]}" for word in found.words)],
        found.label,
    )
    assert found.base == pytest.approx(whole, abs=1e-4)
    expected = [whole - each for each in left]
    np.testing.assert_allclose([word.contribution for word in found.words], expected, atol=1e-4)
    assert any(abs(word.contribution) > 1e-3 for word in found.words)


KINDS = list(
    product(["multi_hot", "count", "tf_idf", "keras_tf_idf"], ["none", "l1", "l2"], [1, 3])
)


def test_what_changes_alone_gives_the_same(case_of_bags):
    for vectorizer, norm, together in KINDS:
        settings = replace(case_of_bags.vectorizer.settings, vectorizer=vectorizer, norm=norm)
        asked = replace(
            case_of_bags, vectorizer=replace(case_of_bags.vectorizer, settings=settings)
        )
        for text in [*filter(None, TEXTS), "the", "the the the the"]:
            tokens = asked.vectorizer.tokens(as_texts([text]))
            places = np.arange(len(tokens.codes))
            runs = [places[:0], *(places[at : at + together] for at in places[::together])]
            scores = asked.scores(asked.vectorizer.few(without(tokens, runs)))
            found = changed_logits(
                asked.vectorizer, asked.bag_model, tokens=tokens, together=together
            )
            for other in (None, 0):
                exclusive = asked.manifest["loss"] != "binary_crossentropy"
                expected = log_odds(
                    scores, 1, other=other, exclusive=exclusive or asked.task == "binary"
                )
                odds = asked.bag_model.log_odds(found, 1, other)
                np.testing.assert_allclose(odds, expected, atol=1e-3)


def test_a_text_without_words(classifier):
    (found,) = classifier.explain([""])
    assert (found.words, found.strongest(), found.parts()) == ((), [], [])
    assert classifier.explain([]) == []


def test_unknown_words_that_are_dropped_say_nothing(of_each_architecture):
    (found,) = of_each_architecture.explain(["zzz qqq"])
    assert len(found.words) == 2
    settings = of_each_architecture.vectorizer.settings
    if settings.unknown == "drop" and settings.tokenizer != "subwords":
        assert [word.contribution for word in found.words] == [0, 0]


def test_long_texts_of_bags_lose_several_words_at_a_time(case_of_bags):
    (found,) = explain(case_of_bags, ["the bird sings " * 200], method="occlusion")
    assert (len(found.words), found.words_together) == (600, 3)
    first = [word.contribution for word in found.words[:3]]
    assert first == pytest.approx([first[0]] * 3)


@dataclass(frozen=True)
class Noting:
    """A model that notes how many ids it was asked to read."""

    model: Model
    asked: list[int] = field(default_factory=list)

    def __call__(self, feed):
        self.asked.append(feed["ids"].size)
        return self.model(feed)


@pytest.fixture
def long_reader(lstm):
    """An LSTM that reads 400 words, and notes what it reads."""
    settings = replace(lstm.vectorizer.settings, max_length=400)
    vectorizer = replace(lstm.vectorizer, settings=settings)
    return replace(lstm, vectorizer=vectorizer, model=Noting(lstm.model))


def test_long_texts_in_order_are_asked_coarsely_then_where_it_matters(long_reader):
    fox = "quick " * 120 + "fox dog hedge " * 3 + "quick " * 180
    (found,) = long_reader.explain([fox])
    assert sum(long_reader.model.asked) < 1.1 * MOST_IDS + 400
    assert found.words_together > 1
    fell = np.array([word.contribution for word in found.words])
    strongest = int(np.abs(fell).argmax())
    word = found.words[strongest]
    whole, left = odds_of(long_reader, [fox, fox[: word.start] + fox[word.end :]], found.label)
    assert fell[strongest] == pytest.approx(whole - left, abs=1e-4), "asked without it alone"


def test_words_that_are_cut_off_are_not_asked_for(long_reader):
    (found,) = long_reader.explain(["fox " * 500 + "dog " * 399 + "hedge"])
    fell = np.array([word.contribution for word in found.words])
    assert not fell[:500].any()
    assert fell[500:].any()


def test_one_variant_is_the_empty_text(of_each_architecture):
    text = "the bird"
    (found,) = explain(of_each_architecture, [text], method="occlusion", most_variants=1)
    whole, empty = odds_of(of_each_architecture, [text, ""], found.label)
    total = sum(word.contribution for word in found.words)
    assert (found.words_together, total) == (2, pytest.approx(whole - empty, abs=1e-4))


def test_a_label_is_not_told_from_itself(of_each_input):
    label = of_each_input.labels[0]
    with pytest.raises(ConfigError, match=f"{label!r} cannot be told from itself: name another"):
        of_each_input.explain(["a"], label=label, against=label)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"label": "zz"}, "unknown label 'zz'"),
        ({"against": "zz"}, "unknown label 'zz'"),
        ({"most_variants": 0}, "most_variants must be at least 1, not 0"),
    ],
)
def test_what_cannot_be_asked(of_each_input, said, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        explain(of_each_input, ["a"], **said)
    with pytest.raises(DataError, match="texts must be a list of strings"):
        of_each_input.explain("a bare string")


def test_exact_is_refused_where_it_is_not(of_each_input):
    if of_each_input.bag_model is None:
        with pytest.raises(ConfigError, match='method "exact" is for models'):
            explain(of_each_input, ["a"], method="exact")


def test_html_is_escaped_and_whole():
    words = (Word("<b>", 0, 3, 1.0), Word("x", 4, 5, -0.5), Word("y", 6, 7, 0.01))
    found = Explanation("<b> x y & z", "a<b", 0.5, "exact", 0.0, words)
    shown = found.to_html()
    assert "&lt;b&gt;" in shown
    assert "a&lt;b 50.00 %" in shown
    assert "<b>" not in shown
    assert re.findall(r'<mark class="(\w+)" style="--s:([\d.]+)" title="([^"]*)"', shown) == [
        ("for", "1.00", "for a&lt;b: +1.00"), ("against", "0.50", "against a&lt;b: -0.50")
    ], "the third did next to nothing"  # fmt: skip
    plain = re.sub("<style>.*?</style>|<[^>]*>", "", shown)
    assert plain.endswith("&lt;b&gt; x y &amp; zfor &lt;b&gt; +1.00; against x -0.50")
    assert found._repr_html_() == shown
    assert [word.text for word in found.strongest(2)] == ["<b>", "x"]


def test_html_of_odd_texts():
    empty = Explanation("", "a", 0.5, "exact", 0.0, (), against="b").to_html()
    assert "(empty text)" in empty
    assert "a 50.00 % rather than b" in empty
    assert "no word of it changes the score" in empty
    text = "كيف <script>alert(1)</script> " + "a" * 50_000
    words = (Word("كيف", 0, 3, 2.0), Word("script", 5, 11, -1.0))
    shown = Explanation(text, "</style><i>", 0.5, "exact", 0.0, words).to_html()
    assert "<script" not in shown
    assert "<i>" not in shown
    assert shown.count("</style>") == 1
    assert 'dir="auto"' in shown
    assert "a" * 50_000 in shown


def test_words_are_told_once_with_all_their_places():
    words = tuple(Word(text, at, at + 1, did) for at, (text, did) in enumerate(
        [("A", 1.0), ("a", 0.5), ("b", -0.5), ("c", 0.1), ("d", 0.8), ("d", -0.8)]
    ))  # fmt: skip
    found = Explanation("AabcdD", "x", 0.5, "exact", 0.0, words)
    assert found.told() == ([("a", 1.5)], [("b", -0.5)])
    assert found.told(0) == ([], [])


def test_plain_values_are_those_of_the_words():
    words = (Word("ab", 0, 2, 1.0), Word("cd", 3, 5, -0.5), Word("e", 6, 7, 0.01))
    told = Explanation("ab cd e", "x", 0.5, "exact", 0.0, words).to_json(most_characters=4)
    assert told["marks"] == [[0, 2, 1.0]]
    assert (told["most"], told["for"], told["not_for"]) == (1.0, [["ab", 1.0]], [["cd", -0.5]])


def test_against_another_label(classifier):
    first, *_, last = classifier.labels
    for found, other in zip(
        classifier.explain(TEXTS, label=first, against=last),
        classifier.explain(TEXTS, label=last, against=first),
        strict=True,
    ):
        assert (found.label, found.against) == (first, last)
        moved = [each.contribution for each in found.words]
        assert moved == pytest.approx([-each.contribution for each in other.words], abs=1e-4)
        if found.method == "exact" and classifier.manifest["loss"] != "binary_crossentropy":
            scores = classifier.predict_proba([found.text])[0].astype(np.float64)
            assert found.base + sum(moved) == pytest.approx(
                np.log(scores[0] / scores[-1]), abs=1e-4
            )


def test_words_in_the_same_characters_are_shown_once():
    words = (Word("&x;", 0, 3, 1.0), Word("&x;", 0, 3, 0.5), Word("", 3, 3, 1.0))
    found = Explanation("&x;.", "a", 0.5, "exact", 0.0, words)
    assert found.parts() == [("&x;", 1.0), (".", 0.0)]


def test_a_table_of_bytes_gives_its_rows():
    table = np.float32([[0, 0], [0, 0], [1.27, -0.5], [0.01, 0.02]])
    manifest = {"layers": [{"layer": "bag"}], "labels": ["a", "b"], "loss": "x"}
    packed = bag_model(manifest, to_int8("bag_0.kernel", table))
    plain = bag_model(manifest, {"bag_0.kernel": table})
    ids = np.array([3, 2])
    np.testing.assert_allclose(packed.rows(ids), plain.rows(ids), atol=0.006)
    assert packed.table.dtype == np.int8

"""What stands beside the findings: copies, labels together, telling words, what a length cuts."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.exploration.copies import copies, most_frequent
from linnet.exploration.lengths import MOST_COLUMNS, cuts, lengths
from linnet.exploration.subject import Subject
from linnet.exploration.telling import MOST_WORDS, telling_words
from linnet.exploration.together import together


def subject(texts, targets, *, labels=("x", "y"), task="multiclass"):
    return Subject(pl.Series("text", texts, dtype=pl.String), np.array(targets), task, labels)


def sets(targets, labels=("a", "b", "c")):
    targets = np.array(targets, np.uint8).reshape(-1, len(labels))
    return subject([""] * len(targets), targets, labels=labels, task="multilabel")


# Copies


def test_no_copies():
    assert most_frequent(subject([], np.empty(0, np.int64))) == ()
    assert most_frequent(subject(["", "a"], [0, 1])) == ()


def test_most_frequent_copies_come_first_with_their_rows_and_labels():
    found = most_frequent(subject(["b", "", "é", "", "é", "", "a"], [0, 0, 0, 1, 0, 1, 1]))
    assert [(each.text, each.count, each.rows, each.labels) for each in found] == [
        ("", 3, (1, 3, 5), {"x": 1, "y": 2}), ("é", 2, (2, 4), {"x": 2}),
    ]  # fmt: skip


def test_copies_name_rows_of_the_table_and_at_most_five():
    made = replace(subject(["é"] * 7, [0] * 7), rows=np.arange(10, 17))
    assert most_frequent(made)[0].rows == (10, 11, 12, 13, 14)


def test_at_most_ten_texts():
    texts = [f"{n}" for n in range(30)] * 2
    assert [each.text for each in most_frequent(subject(texts, [0] * 60))] == texts[:10]


def test_copies_of_several_labels_count_each_label():
    made = subject(["a", "a"], [[1, 1], [0, 1]], task="multilabel")
    assert most_frequent(made)[0].labels == {"x": 1, "y": 2}


@given(st.lists(st.sampled_from(["", "a", "A", "é"]), max_size=12))
def test_copies_are_all_rows_that_share_a_text(texts):
    found = copies(subject(texts, [0] * len(texts)))
    assert dict(zip(found["text"], found["count"], strict=True)) == {
        text: texts.count(text) for text in texts if texts.count(text) > 1
    }


# Labels together


def test_one_label_per_text_has_none_together():
    assert together(subject(["a"], [0])) is None


@pytest.mark.parametrize("targets", [[], [0, 0, 0], [[0, 1, 0]] * 3])
def test_no_pair(targets):
    found = together(sets(targets))
    assert found.pairs == ()
    assert found.num_sets == (1 if len(targets) else 0)


def test_pairs_are_ranked_and_have_shares():
    found = together(sets([[1, 1, 0], [1, 1, 1], [0, 1, 1], [0, 1, 1], [0, 0, 0]]))
    shown = [(each.first, each.second, each.texts, each.of_first, each.of_second)
             for each in found.pairs]  # fmt: skip
    assert shown == [("b", "c", 3, 0.75, 1.0), ("a", "b", 2, 1.0, 0.5), ("a", "c", 1, 0.5, 0.3333)]
    assert found.labels_per_text == {"0": 1, "1": 0, "2": 3, "3": 1}
    assert found.mean == 1.8
    assert (found.num_sets, found.sets[0].labels, found.sets[0].texts) == (4, ("b", "c"), 2)
    assert () in [each.labels for each in found.sets]
    assert found.labels == ("b", "c", "a")
    assert found.counts == ((4, 3, 2), (3, 3, 1), (2, 1, 2))


def test_many_labels_on_a_text():
    found = together(sets(np.ones((2, 30)), labels=tuple(map(str, range(30)))))
    assert found.labels_per_text["10+"] == 2
    assert (len(found.pairs), len(found.labels), len(found.counts[0])) == (20, 12, 12)


# Telling words


def test_nothing_tells():
    assert telling_words(subject([], np.empty(0, np.int64))) == {}
    assert telling_words(subject(["", "", "", ""], [0, 1, 0, 1])) == {}
    assert telling_words(subject(["same words"] * 40, [0, 1] * 20)) == {}
    assert telling_words(subject(["only one label"] * 40, [0] * 40)) == {}


def test_words_that_tell_are_counted_once_per_text():
    texts = ["Goal! goal, goal of the", "bread of the"] * 30
    found = telling_words(subject(texts, [0, 1] * 30))
    assert {label: [each.word for each in words] for label, words in found.items()} == {
        "x": ["goal"], "y": ["bread"],
    }  # fmt: skip
    assert (found["x"][0].texts, found["x"][0].share, found["x"][0].others) == (30, 1.0, 0.0)


def test_the_score_is_the_log_odds_in_standard_errors():
    texts = ["a b"] * 30 + ["a c"] * 10 + ["a c"] * 50 + ["a b"] * 10
    own, others, prior, total = 30, 10, 40, 200
    ours, theirs = own + prior, others + prior
    odds = np.log(ours / (80 + total - ours)) - np.log(theirs / (120 + total - theirs))
    found = telling_words(subject(texts, [0] * 40 + [1] * 60))["x"][0]
    assert found.word == "b"
    assert found.score == pytest.approx(odds / np.sqrt(1 / ours + 1 / theirs), abs=0.05)
    assert (found.share, found.others) == (0.75, 0.1667)


def test_symbols_tell_nothing_and_words_are_few():
    texts = [" ".join(f"{label}{n}" for n in range(50)) + f" {label}_ {mark * 3}"
             for label, mark in ("a!", "b?")] * 30  # fmt: skip
    found = telling_words(subject(texts, [0, 1] * 30))
    assert [each.word for each in found["x"]] == sorted(f"a{n}" for n in range(50))[:MOST_WORDS]
    assert all(each.word.startswith("b") for each in found["y"])


def test_words_of_several_labels_and_of_none():
    texts = ["red apple", "red", "apple", ""] * 30
    targets = [[1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0]] * 30
    found = telling_words(subject(texts, targets, labels=("r", "a", "z"), task="multilabel"))
    assert {label: [each.word for each in words] for label, words in found.items()} == {
        "r": ["red"], "a": ["apple"],
    }  # fmt: skip


def test_only_labels_with_most_rows_are_looked_at():
    labels = tuple(f"l{n:03}" for n in range(150))
    numbers = [n for n in range(150) for _ in range(20 if n < 140 else 60)]
    texts = [f"of word{n}" for n in numbers]
    found = telling_words(subject(texts, numbers, labels=labels))
    assert len(found) == 100
    assert list(found) == sorted(found)
    assert {"l000", "l149"} <= set(found)
    assert "l100" not in found
    assert [each.word for each in found["l149"]] == ["word149"]


def test_tokens_are_left_as_they_were():
    made = subject(["b a b", "c a"] * 20, [0, 1] * 20)
    before = made.tokens.codes.copy()
    telling_words(made)
    assert made.tokens.codes.tolist() == before.tolist()


# Lengths


def test_cuts_of_nothing():
    none = np.empty(0, np.int64)
    assert [(each.words, each.tokens) for each in cuts(none, none).values()] == [(0.0, 0.0)] * 4


@pytest.mark.parametrize(
    ("max_length", "names"),
    [(None, ["100", "130", "200", "500"]), (130, ["100", "130", "200", "500"]),
     (150, ["100", "130", "150", "200", "500"])],
)  # fmt: skip
def test_cuts_are_of_the_usual_lengths_and_the_one_that_is_set(max_length, names):
    assert list(cuts(np.array([1]), np.array([1]), max_length=max_length)) == names


def test_a_text_of_just_that_length_is_not_cut():
    found = cuts(np.array([100, 101, 102, 0]), np.array([101, 101, 600, 0]))
    assert (found["100"].words, found["100"].tokens, found["500"].tokens) == (0.5, 0.75, 0.25)


@given(st.lists(st.integers(0, 5000), max_size=60))
def test_histogram_holds_every_text(num_words):
    counts = np.array(num_words, np.int64)
    made = lengths(counts).histogram
    assert sum(made.texts) + made.longer == len(num_words)
    assert 1 <= len(made.texts) <= MOST_COLUMNS
    assert made.longer <= len(num_words) / 100
    first = [number for number in num_words if number < made.width]
    assert made.texts[0] == len(first)

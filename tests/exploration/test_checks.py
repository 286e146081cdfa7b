"""Every check on nothing, on clean rows, and on rows with the one thing it looks for."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.exploration.checks.encoding import MISTAKEN
from linnet.exploration.checks.markup import MARKUP
from linnet.exploration.explore import CHECKS
from linnet.exploration.subject import Subject
from linnet.exploration.wording import MOST_EXAMPLES
from linnet.registry import resolve

TREES = ["apple", "birch", "cedar", "dogwood", "elm", "fir", "hazel", "holly", "larch", "maple"]
CLEAN = [f"{one} and {other}" for one in TREES for other in TREES]


def subject(texts, targets=None, labels=("no", "yes"), task="multiclass"):
    series = pl.Series("text", texts, dtype=pl.String)
    if targets is None:
        targets = np.arange(len(texts)) % 2
    return Subject(series, np.array(targets), task, labels)


def find(check, *args, **kwargs):
    return resolve(CHECKS, check)(subject(*args, **kwargs))


def with_row(text):
    return [*CLEAN, text]


NAMED = ["no way " + text if row % 2 == 0 else text for row, text in enumerate(CLEAN)]

# check -> texts, targets (None: by turns), count, part of the message, first example
FOUND = {
    "duplicates": ([*CLEAN, "b c", "ä", "b c"], None, 2, "2 of 103 rows share their text",
                   "2 × b c (rows 100, 102)"),
    "conflicts": ([*CLEAN, "ä", "ä"], None, 1, "different labels: 1 (in 2 of 102 rows)",
                  "ä: no (row 100) / yes (row 101)"),
    "empty": (with_row("\u00a0 \n"), None, 1, "empty or white space: 1 of 101", "row 100: no"),
    "encoding": (with_row("itâ€™s"), None, 1, "1 of 101 (mistaken: 1, lost: 0)", "itâ€™s"),
    "markup": (with_row("a <b>c</b>"), None, 1, "entities: 1 of 101 (1.0 %)", "a <b>c</b>"),
    "outliers": (with_row("ä " * 400), None, 1, "longer than the others: 1 (from 400 words, "
                 "the median is 3)", "400 words: " + "ä " * 34 + "…"),
    "rare_labels": (CLEAN, [0] * 95 + [1] * 5, 1, "fewer than 10 rows: 1 of 2", "yes: 5"),
    "imbalance": (CLEAN, [0] * 80 + [1] * 20, 1, "'no' has 80 rows (80.0 %), 'yes' has 20", None),
    "giveaways": (NAMED, None, 1, "in their own texts: 1 of 2",
                  "no: in 100.0 % of its texts, in 0.0 % of the others"),
}  # fmt: skip
ONLY_MULTILABEL = {"rare_label_sets"}
ONLY_GROUPED = {"near_duplicates"}


def test_cases_cover_every_check():
    assert set(FOUND) | ONLY_MULTILABEL | ONLY_GROUPED == set(CHECKS)


def test_near_duplicates_are_found_where_texts_are_grouped():
    texts = pl.Series([*CLEAN, "b c", "B c", "b c"])
    near = np.array([*range(100), 100, 100, 100])
    check = resolve(CHECKS, "near_duplicates", "check")
    targets = np.arange(103) % 2
    (found,) = check(Subject(texts, targets, "binary", ("no", "yes"), near=near))
    assert found.count == 2
    assert found.message.startswith("2 different texts are nearly the same as another (in 3 of 103")
    assert found.examples == ("b c (row 100) / B c (row 101)",)
    alone = Subject(texts, targets, "binary", ("no", "yes"), near=np.arange(103))
    assert check(alone) == check(Subject(texts, targets, "binary", ("no", "yes"))) == []


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel"])
@pytest.mark.parametrize("check", [each for each in CHECKS if each != "rare_labels"])
def test_nothing_is_found_in_no_rows(check, task):
    targets = np.empty((0, 2) if task == "multilabel" else 0, np.int64)
    assert find(check, [], targets, task=task) == []


def test_labels_without_rows_are_rare():
    assert find("rare_labels", [], np.empty(0, np.int64))[0].count == 2


@pytest.mark.parametrize("check", CHECKS)
def test_nothing_is_found_in_clean_rows(check):
    assert find(check, CLEAN) == []


@pytest.mark.parametrize("check", FOUND)
def test_check_finds(check):
    texts, targets, count, message, example = FOUND[check]
    findings = find(check, texts, targets)
    assert [each.check for each in findings] == [check]
    assert findings[0].count == count
    assert message in findings[0].message
    assert findings[0].examples[:1] == (() if example is None else (example,))
    assert findings[0].mend


@given(
    texts=st.lists(st.sampled_from(["", "a", "A", "b <br> c", "no", "Ã©", "\ufffd"]) | st.text()),
    task=st.sampled_from(["binary", "multilabel"]),
)
def test_every_finding_is_well_formed(texts, task):
    targets = np.arange(len(texts)) % 2
    if task == "multilabel":
        targets = np.stack([targets, targets * 0], axis=1)
    for check in CHECKS:
        for finding in find(check, texts, targets, task=task):
            assert finding.check == check
            assert finding.count > 0
            assert len(finding.examples) <= MOST_EXAMPLES
            assert all("\n" not in example for example in finding.examples)


def test_most_frequent_duplicates_come_first():
    texts = ["two"] * 2 + ["seven"] * 7 + [f"pair {number}" for number in range(9)] * 2
    examples = find("duplicates", texts)[0].examples
    assert examples[0] == "7 × seven (rows 2, 3, 4, 5, 6, …)"
    assert examples[1] == "2 × two (rows 0, 1)"
    assert len(examples) == MOST_EXAMPLES


def test_same_labels_are_no_conflict():
    assert find("conflicts", ["ä", "ä", "b"], [1, 1, 0]) == []


def test_conflicting_label_sets():
    targets = [[1, 1], [0, 0], [1, 1]]
    found = find("conflicts", ["ä", "ä", "b"], targets, task="multilabel")
    assert found[0].examples == ("ä: no, yes (row 0) / no label (row 1)",)


@pytest.mark.parametrize("text", ["AdÃ©", "â€œquotedâ€\u009d", "Â£5", "ðŸ˜€", "Ð¿Ñ€Ð¸", "ï»¿first"])
def test_mistaken_encodings(text):
    assert find("encoding", [text])[0].count == 1


@pytest.mark.parametrize("text", ["", "Beyoncé", "São Paulo", "NÃO É", "ESPAÑA", "5 €", "“a” – ’"])
def test_good_text_is_not_damaged(text):
    assert find("encoding", [text]) == []


@given(st.text(st.characters(min_codepoint=0xA0, max_codepoint=0xFF), min_size=1))
def test_latin_letters_read_as_latin_1_are_found(text):
    damaged = text.encode("utf-8").decode("latin-1")
    assert pl.Series([damaged]).str.contains(MISTAKEN).all()


@pytest.mark.parametrize(
    "text", ["<br />", "<BR>", "</p>", '<a href="x">', "<!-- x", "&amp;", "&#39;", "&#x2019;"]
)
def test_markup(text):
    assert pl.Series([text]).str.contains(MARKUP).all()


@pytest.mark.parametrize(
    "text", ["", "a < b > c", "List<T>", "<Heller Corp>", "<B and R Inc.>", "AT&T; x", "x <3"]
)
def test_no_markup(text):
    assert not pl.Series([text]).str.contains(MARKUP).any()


def test_short_texts_are_outliers_too():
    texts = ["word " * 150] * 20 + ["word " * 160] * 20 + ["two words"]
    found = find("outliers", texts)
    assert [each.message for each in found] == [
        "texts far shorter than the others: 1 (up to 2 words, the median is 150)"
    ]


def test_one_word_more_is_no_outlier():
    assert find("outliers", ["a b c d e f g h i j k l"] * 20 + ["a b c d e f g h i j k l m"]) == []


def test_ten_rows_are_not_rare():
    assert find("rare_labels", [""] * 19, [0] * 10 + [1] * 9)[0].examples == ("yes: 9",)


def test_label_sets_seen_once():
    targets = np.array([[0, 0], [0, 1], [0, 1], [1, 1]])
    found = find("rare_label_sets", ["", "", "", ""], targets, task="multilabel")
    assert (found[0].count, found[0].examples) == (2, ("no label", "no, yes"))


@pytest.mark.parametrize(
    ("label", "text", "count"),
    [
        ("c++", "Why C++?", 1),
        ("c++", "why c + + ?", 1),
        ("c++", "why c+", 0),
        ("c++", "why c", 0),
        ("New York", "in new york.", 1),
        ("new york", "new", 0),
        ("päivä", "PÄIVÄ!", 1),
        ("", "why", 0),
        ("no such word", "why", 0),
    ],
)
def test_labels_are_found_as_words(label, text, count):
    # Every text is one of a class of its own, and the next text begins with the rest of "c++".
    texts = [text, "+ york"] * 10
    found = find("giveaways", texts, [0, 1] * 10, labels=(label, "other"))
    assert sum(each.count for each in found) == count


def test_word_that_stands_everywhere_gives_nothing_away():
    assert find("giveaways", ["no", "no yes"] * 10, [0, 1] * 10)[0].examples == (
        "yes: in 100.0 % of its texts, in 0.0 % of the others",
    )


def test_a_word_in_few_texts_gives_nothing_away():
    assert find("giveaways", ["no", "ja"] * 9, [0, 1] * 9) == []
    assert find("giveaways", ["no", "ja"] * 10, [0, 1] * 10)[0].count == 1


def test_giveaways_of_label_sets():
    targets = [[1, 0], [0, 1], [0, 0]] * 10
    found = find("giveaways", ["no", "ja", "x"] * 10, targets, task="multilabel")
    assert found[0].examples == ("no: in 100.0 % of its texts, in 0.0 % of the others",)

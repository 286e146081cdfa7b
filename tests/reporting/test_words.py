"""Marks stand where the words are, and the page of labelled texts shows each once."""

import re
from html import unescape

import pytest

from linnet.reporting.predicted import predicted_page
from linnet.reporting.words import marked, separations

pytest.importorskip("jinja2", reason="the page is a jinja2 template")

WHY = {
    "label": "a<b", "against": None, "most": 2.0, "marks": [[0, 3, 2.0], [4, 10, -1.0]],
    "for": [["كيف", 2.0]], "not_for": [["script", -1.0]],
}  # fmt: skip
TEXT = "كيف script & the rest"


def test_pieces_are_the_whole_text():
    found = marked(TEXT, WHY)
    assert "".join(piece for piece, *_ in found["pieces"]) == TEXT
    assert [(piece, kind, strength) for piece, kind, strength, _ in found["pieces"] if kind] == [
        ("كيف", "for", 1.0), ("script", "against", 0.5)
    ]  # fmt: skip


@pytest.mark.parametrize("why", [None, {}, {"label": None, "marks": None, "most": 0.0}])
def test_nothing_known(why):
    assert marked("", why)["pieces"] == []
    assert "".join(piece for piece, *_ in marked("ä b", why)["pieces"]) == "ä b"


def test_page_of_labelled_texts():
    answers = [
        {"text": TEXT, "scores": [("a<b", 0.971), ("c", 0.0192)], "why": WHY, "doubt": ""},
        {"text": "", "scores": [("c", 0.5)], "why": {"label": "c"}, "doubt": "I don't know"},
    ]
    page = predicted_page(answers, name="<so>")
    assert "<title>&lt;so&gt;</title>" in page
    assert "2 texts labelled" in page
    texts = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", page)
    assert [unescape(re.sub("<[^>]*>", "", each)) for each in texts] == [TEXT, "(empty text)"]
    assert 'dir="auto"' in page
    assert re.findall(r'class="(\w+)" style="--s:([\d.]+)" title="([^"]*)">', page) == [
        ("for", "1.00", "for a&lt;b: +2.00"), ("against", "0.50", "against a&lt;b: -1.00")
    ]  # fmt: skip
    assert page.count("97.10 %") == page.count("I don&#39;t know") == 1
    assert "no word of it changes the score" in page
    for asks in ("<script", "url(", "http:", "https:", "src="):
        assert asks not in page


def test_pairs_without_their_words_are_left_out():
    pair = {"labels": ["a", "b"], "method": "exact", "towards": [[["x", 1.0, 2]], []]}
    assert separations([{}, pair, {"labels": ["a"], "towards": [[]]}])[0]["columns"] == [
        ("a", [["x", 1.0, 2]]), ("b", [])
    ]  # fmt: skip

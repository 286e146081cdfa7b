"""The page of an exploration: what it shows, and that no text of a table can break it."""

import re
from html.parser import HTMLParser

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linnet.exploration.explore import explore
from linnet.reporting.columns import columns
from linnet.reporting.explore_page import TITLES, explore_page, explore_sections, framed

pytest.importorskip("jinja2", reason="the page is a jinja2 template")

HOSTILE = [
    "<script>alert(1)</script>", "</style><img src=x onerror=alert(1)>", '"><b>', "{{ name }}",
    "\u202egnirts", "a\x00b", "&amp;", "",
]  # fmt: skip


class Page(HTMLParser):
    """What a browser sees: tags with their attributes, and the words between them."""

    VOID = frozenset({"meta", "link", "br"})

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.attributes, self.words = [], [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def found(texts, targets, *, task="multilabel", labels=("a", "b", "c"), **options):
    series = pl.Series("text", texts, dtype=pl.String)
    return explore(series, np.array(targets), task=task, labels=labels, **options).to_json()


def multilabel():
    texts = ["good film", "bad film", "good film", "", "so <b>bold</b>"] * 10
    return found(texts, [[1, 1, 0], [0, 1, 0], [1, 1, 0], [0, 0, 0], [0, 0, 1]] * 10)


def test_nothing_was_found():
    page = Page(explore_page({}, name="posts.csv"))
    assert page.tags.count("section") == 0
    assert page.text.startswith("posts.csv posts.csv A table explored by linnet")


def test_no_rows():
    page = Page(explore_page(found([], np.empty((0, 3), np.uint8)), name="x"))
    assert "0 texts, 3 labels, 0 distinct words" in page.text
    assert "0 labels per text on average" in page.text


def test_every_section_is_shown():
    shown = multilabel()
    page = Page(explore_page(shown, name="posts.csv"))
    assert list(explore_sections(shown)["titles"]) == list(TITLES)
    assert page.tags.count("section") == len(TITLES)
    for words in (
        "multilabel, 50 texts, 3 labels", "b 30 60.00 %", "good 100.0 %", "a b 20 100.00 % 66.67 %",
        "no label 10", "a, b 20", "100 0.00 % 0.00 %", "good film a 20, b 20 0, 2, 5, 7, 10, … 20",
        "(empty text) – 0",
    ):  # fmt: skip
        assert words in page.text, words


def test_one_label_per_text_has_no_labels_that_go_together():
    shown = found(["a", "b"] * 9, [0, 1] * 9, task="binary", labels=("x", "y"))
    page = Page(explore_page(shown, name="x"))
    assert TITLES["together"] not in page.text


def test_many_labels_are_cut():
    targets = np.eye(40, dtype=np.uint8)
    shown = found(["a"] * 40, targets, labels=tuple(f"label {n}" for n in range(40)))
    page = Page(explore_page(shown, name="x"))
    assert "and 10 more labels with 10 texts" in page.text


def test_a_length_that_was_asked_for_is_among_the_others():
    shown = found(["a b c d"], [[1, 0, 0]], max_length=3)
    assert "3 100.00 % 100.00 % 100 0.00 % 0.00 %" in Page(explore_page(shown, name="x")).text


def test_no_text_can_break_the_page():
    targets = [[1, 1, 0]] * len(HOSTILE) * 3
    shown = found(HOSTILE * 3, targets, labels=("<script>", "</title>", "c"))
    page = Page(explore_page(shown, name='"><script>'))
    assert {"script", "img"}.isdisjoint(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert "<script>alert(1)</script>" in page.text
    assert "{{ name }}" in page.text


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(st.text(max_size=15), max_size=4), label=st.text(max_size=10))
def test_any_text_is_a_page(texts, label):
    targets = np.tile(np.uint8([0, 1]), (len(texts) * 3, 1))
    shown = found(texts * 3, targets, labels=("x" + label, "y" + label))
    assert "script" not in Page(explore_page(shown, name=label)).tags


def test_nothing_outside_is_asked_for():
    page = explore_page(multilabel(), name="x")
    addresses = [value for name, value in Page(page).attributes if name in {"href", "src"}]
    assert all(each.startswith(("#", "data:")) for each in addresses)
    assert not re.search(r"@import|url\(", page)
    assert "default-src 'none'" in page


def test_a_frame_holds_the_whole_page():
    page = explore_page(multilabel(), name='"x" <y>')
    frame = Page(framed(page))
    assert frame.tags == ["iframe"]
    assert dict(frame.attributes)["srcdoc"] == page
    assert "sandbox" in dict(frame.attributes)


@pytest.mark.parametrize(
    ("counts", "longer", "rects"), [([], 0, 0), ([0, 0], 0, 0), ([0], 3, 2), ([1, 2, 3], 0, 3)]
)
def test_columns(counts, longer, rects):
    drawing = columns(counts, width=10, longer=longer, title="<words>")
    assert drawing.count("<rect") == rects
    if rects:
        Page(drawing)
        assert 'aria-label="&lt;words&gt;"' in drawing
        assert (drawing.count('class="rest"') == 1) == (longer > 0)


@pytest.mark.parametrize("most", range(1, 40))
def test_no_column_leaves_the_drawing(most):
    drawing = columns([most, 1], width=10, longer=0, title="words")
    assert min(map(float, re.findall(r'<rect[^>]* y="([^"]*)"', drawing))) >= 0


def test_columns_say_what_they_hold():
    drawing = columns([4, 5], width=50, longer=1, title="words")
    assert re.findall("<title>(.*?)</title>", drawing) == [
        "0 to 49 words: 4 texts", "50 to 99 words: 5 texts", "100 and more words: 1 texts",
    ]  # fmt: skip

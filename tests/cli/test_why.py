"""linnet predict --why: a list where there is no terminal, colours where there is one."""

import io
import json
import re

import pytest
from rich.console import Console

from linnet.cli import why as module
from linnet.runtime.explanation import Explanation, Word

LINE = re.compile(r"  \S+ [+-]\d+\.\d\d")


def test_words_stand_below_the_labels(linnet, folder):
    plain = linnet("predict", folder, "goal match maali", "bread").out.splitlines()
    shown = linnet("predict", folder, "goal match maali", "bread", "--why")
    lines = shown.out.splitlines()
    assert (shown.code, shown.err) == (0, "")
    assert [line for line in lines if "%" in line] == plain
    words = [line for line in lines if "%" not in line]
    assert all(LINE.fullmatch(line) for line in words)
    assert {line.split()[0] for line in words} == {"goal", "match", "maali", "bread"}


def test_a_text_without_known_words(linnet, folder):
    shown = linnet("predict", folder, "", "--why", "-k", "1")
    assert shown.out.splitlines()[1:] == ["  no word of it changes the score"]


@pytest.mark.parametrize("arguments", [("-",), ("--table", "posts.csv")])
def test_why_is_for_texts_that_are_given(linnet, folder, arguments):
    shown = linnet("predict", folder, *arguments, "--why")
    assert (shown.code, shown.out) == (2, "")
    assert "--why is for texts that are given" in shown.err


def test_a_page_of_texts_with_their_words(linnet, folder, tmp_path):
    page = tmp_path / "page.html"
    shown = linnet("predict", folder, "goal <b> match", "", "--why", "--out", page, "-k", "1")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out == f"2 texts with their words written to {page}\n"
    written = page.read_text("utf-8")
    assert re.search('<mark class="for"[^>]*>goal</mark>', written)
    assert "&lt;b&gt;" in written
    assert "<b>" not in written.replace("<b>sport</b>", "").replace("<b>food</b>", "")
    assert written.count('class="sample"') == 2
    assert written.count(" %</span>") == 2, "one label each"
    again = linnet("predict", folder, "goal", "--why", "--out", page)
    assert (again.code, "exists already" in again.err) == (2, True)


def test_a_page_says_where_the_model_does_not_know(folder, tmp_path, monkeypatch):
    from linnet.runtime.classifier import Classifier
    from linnet.workflows.predict import predict_page

    monkeypatch.setattr(Classifier, "least_score", lambda self, precision: 0.0)
    monkeypatch.setattr(Classifier, "in_scope", lambda self, texts: [True, False])
    page = predict_page(folder, ["goal", "zzz"], out=tmp_path / "page.html", precision=0.9)
    assert page.read_text("utf-8").count("I don&#39;t know (unlike the training texts)") == 1


@pytest.mark.parametrize("name", ["page.csv", "page"])
def test_a_page_needs_its_name(linnet, folder, tmp_path, name):
    shown = linnet("predict", folder, "goal", "--why", "--out", tmp_path / name)
    assert (shown.code, shown.out) == (2, "")
    assert f"--out must end in .html, not '{name}'" in shown.err


@pytest.fixture
def mixed(tmp_path):
    """A table in which one label is taken for the other."""
    path = tmp_path / "mixed.csv"
    rows = ["bread salt,food", "goal bread apple salt,sport", "goal match,sport", "[b] salt,sport"]
    path.write_text("\n".join(["text,label", *rows]), "utf-8")
    return path


def test_words_that_separate_labels(linnet, folder, mixed):
    plain = linnet("evaluate", folder, mixed).out
    shown = linnet("evaluate", folder, mixed, "--why")
    assert (shown.code, shown.err) == (0, "")
    told = shown.out.removeprefix(plain).splitlines()
    assert told[0].startswith("2 sport taken for food (exact, 4 texts)")
    kinds = [re.split(r"  +", line.strip())[0] for line in told[1:]]
    words = {kind: told[row] for row, kind in enumerate(kinds, start=1)}
    assert re.search(r"goal \+\d\.\d\d in 2", words["towards sport"])
    assert re.search(r"salt \+\d\.\d\d in 3", words["towards food"])
    assert "salt" in words["misled to food"]


def test_words_that_separate_labels_as_json(linnet, folder, mixed):
    shown = linnet("evaluate", folder, mixed, "--why", "--json")
    (pair,) = json.loads(shown.out)["why"]
    assert (pair["labels"], pair["texts"]) == (["sport", "food"], 4)
    assert [each["rows"] for each in pair["taken"]] == [2]
    assert "why" not in json.loads(linnet("evaluate", folder, mixed, "--json").out)


def test_nothing_is_mixed_up(linnet, folder, tmp_path):
    table = tmp_path / "right.csv"
    table.write_text("text,label\nbread salt,food\ngoal match,sport", "utf-8")
    shown = linnet("evaluate", folder, table, "--why")
    assert shown.out.endswith("no label is taken for another\n")


@pytest.fixture
def terminal(monkeypatch):
    """What a terminal would be sent."""
    sent = io.StringIO()
    made = Console(file=sent, force_terminal=True, color_system="standard", highlight=False)
    monkeypatch.setattr(module, "console", lambda: made)
    return sent


def test_a_terminal_shows_the_text_in_colours(terminal):
    words = (Word("Hyvä", 0, 4, 1.0), Word("[b]", 5, 8, -0.3), Word("x", 9, 10, 0.1))
    module.why(Explanation("Hyvä [b]\nx .", "a", 0.5, "occlusion", 0.0, words))
    sent = terminal.getvalue()
    assert "\x1b[1;7;32mHyvä\x1b[0m" in sent
    assert "\x1b[1;31m[b]\x1b[0m" in sent
    assert "\x1b[32mx\x1b[0m" in sent
    assert re.sub(r"\x1b\[[\d;]*m", "", sent) == "  Hyvä [b] x .\n"


def test_words_that_were_left_out_together(capsys):
    words = (Word("a\x07", 0, 2, 1.0),)
    module.why(Explanation("a\x07", "a", 0.5, "occlusion", 0.0, words, words_together=2))
    assert capsys.readouterr().out.splitlines() == [
        "  a  +1.00",
        "  (2 neighbours at a time were left out)",
    ]

"""linnet predict --why: a list where there is no terminal, colours where there is one."""

import io
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

"""What a terminal shows while a model trains, and how texts from the data are made safe."""

import io

import pytest
from rich.console import Console
from rich.text import Text

from linnet.cli import show
from linnet.training.loop import Progress

SHOW_CURSOR = "\x1b[?25h"


@pytest.fixture
def terminal(monkeypatch):
    """Lines for a terminal that shows a bar at once; what it shows stands in `out.file`."""
    monkeypatch.setattr(show, "PATIENCE_SECONDS", -1)
    lines = show.EpochLines()
    lines.out = Console(file=io.StringIO(), force_terminal=True, width=80)
    return lines


def shown(lines):
    return lines.out.file.getvalue()


def ended(number, **row):
    return Progress({"epoch": number, "loss": 0.5, **row, "seconds": 1.25}, 3, 10, 10, True, True)


def test_a_bar_within_the_epoch_and_a_line_at_its_end(terminal):
    terminal(Progress({"epoch": 1}, 3, 5, 10))
    assert "epoch 1" in shown(terminal)
    terminal(ended(1, val_loss=0.25))
    assert terminal.bar is None
    last = Text.from_ansi(shown(terminal).splitlines()[-1]).plain
    assert last.endswith("epoch  1/3  loss 0.5000  val_loss 0.2500  1.2 s  new best")


def test_interrupted_bar_gives_the_cursor_back(terminal):
    terminal(Progress({"epoch": 1}, 3, 5, 10))
    assert SHOW_CURSOR not in shown(terminal)
    terminal.close()
    terminal.close()
    assert SHOW_CURSOR in shown(terminal)


def test_a_quick_epoch_shows_no_bar(terminal, monkeypatch):
    monkeypatch.setattr(show, "PATIENCE_SECONDS", 60)
    terminal(Progress({"epoch": 1}, 3, 5, 10))
    assert shown(terminal) == ""


def test_a_second_training_is_announced_and_has_no_best(terminal):
    for number in (1, 2):
        terminal(ended(number, val_loss=0.25))
    terminal(ended(1))
    lines = Text.from_ansi(shown(terminal)).plain.splitlines()
    assert lines[2] == "again, on training and validation rows"
    assert lines[3].endswith("loss 0.5000  1.2 s")


@pytest.mark.parametrize(
    ("text", "safe"),
    [("", ""), ("päivä 🐦", "päivä 🐦"), ("a\n\x1b[1mb\u202e", "a  [1mb "), ("\t", " ")],
)
def test_texts_of_the_data_are_made_safe(text, safe):
    out = Console(file=io.StringIO(), highlight=False, emoji=False, width=80)
    out.print(show.escape(text), end="")
    assert out.file.getvalue() == safe


@pytest.mark.parametrize("text", ["[red]a", "[/]", "\\[b]", "[link=http://a]", "a\\"])
def test_markup_in_texts_is_no_markup(text):
    out = Console(file=io.StringIO(), highlight=False, emoji=False, width=80)
    out.print(f"[bold]{show.escape(text)}[/bold]", end="")
    assert out.file.getvalue() == text


def test_many_labels_are_cut(capsys):
    classes = [
        {"label": f"label {n}", "precision": 0.5, "recall": 0.5, "f1": 0.5, "support": n}
        for n in range(40)
    ]
    show.evaluation({"rows": 9, "accuracy": 0.5, "loss": 1.0, "per_class": classes}, "test")
    out = capsys.readouterr().out
    assert out.startswith("test (9 rows)  accuracy 50.00 %  loss 1.0000\n")
    assert "label 39" in out
    assert "label 9 " not in out
    assert out.endswith("(+10 rarer labels)\n")

"""What a terminal shows while a model trains, and how texts from the data are made safe."""

import io
from pathlib import Path

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
    lines.out = Console(file=io.StringIO(), force_terminal=True, width=120)
    return lines


def shown(lines):
    return lines.out.file.getvalue()


def ended(number, *, new_best=True, monitor="val_loss", saved=None, **row):
    row = {"epoch": number, "loss": 0.5, **row, "seconds": 1.25}
    watched = monitor if monitor in row else None
    return Progress(row, 3, 10, 10, new_best, True, watched, saved)


def last_line(lines):
    return Text.from_ansi(shown(lines).splitlines()[-1]).plain


def test_a_bar_within_the_epoch_and_a_line_at_its_end(terminal):
    terminal(Progress({"epoch": 1}, 3, 5, 10))
    assert "epoch 1" in shown(terminal)
    terminal(ended(1, val_loss=0.25))
    assert terminal.bar is None
    assert last_line(terminal).endswith(
        "epoch  1/3  loss 0.5000  val_loss 0.2500  1.2 s  new best val_loss 0.2500"
    )


def test_a_checkpoint_is_named_when_it_is_written(terminal):
    saved = Path("run", "checkpoints", "epoch-01-val_loss-0.2500.safetensors")
    terminal(ended(1, val_loss=0.25, saved=saved))
    assert last_line(terminal).endswith("1.2 s  new best epoch-01-val_loss-0.2500.safetensors")
    terminal(
        ended(2, val_loss=0.3, new_best=False, saved=Path("epoch-02-val_loss-0.3000.safetensors"))
    )
    assert last_line(terminal).endswith("1.2 s  epoch-02-val_loss-0.3000.safetensors")
    terminal(ended(3, val_loss=0.3, new_best=False))
    assert last_line(terminal).endswith("1.2 s")


def test_a_value_is_shown_where_it_is_watched(terminal):
    terminal(ended(1, val_macro_f1=0.25))
    assert "macro" not in last_line(terminal)
    terminal(ended(2, val_macro_f1=0.25, monitor="val_macro_f1"))
    assert last_line(terminal).endswith("val_macro_f1 0.2500  1.2 s  new best val_macro_f1 0.2500")


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


def test_a_headline_has_its_interval(capsys):
    found = {"rows": 9, "accuracy": 0.5, "loss": 1.0, "intervals": {"accuracy": [0.25, 0.75]}}
    show.evaluation(found, "test")
    expected = "test (9 rows)  accuracy 50.00 % (95 %: 25.00 to 75.00)  loss 1.0000\n"
    assert capsys.readouterr().out == expected


def test_what_retraining_changed(capsys):
    show.retraining(
        {"metric": "micro_f1", "difference": -0.01, "interval": [-0.02, 0.005], "verdict": "none"}
    )
    expected = "retraining changed micro-F1 by -1.00 points (95 %: -2.00 to +0.50): none\n"
    assert capsys.readouterr().out == expected


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

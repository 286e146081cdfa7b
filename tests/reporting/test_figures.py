"""Figures: what they show, that they can be drawn, and that matplotlib stays as it was."""

import io
import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("matplotlib", reason="the figures are matplotlib's")

from linnet.reporting.figures import plot_confusion, plot_history

ONE_LABEL = [
    {"epoch": 1, "loss": 0.9, "accuracy": 0.5, "val_loss": 0.8, "val_accuracy": 0.6},
    {"epoch": 2, "loss": 0.7, "accuracy": 0.7, "val_loss": 0.9, "val_accuracy": 0.5},
    {"epoch": 3, "loss": 0.5, "accuracy": 0.9, "val_loss": None, "val_accuracy": 0.4},
]
MULTILABEL = [
    {"epoch": 1, "loss": 0.9, "accuracy": 0.9, "val_loss": 0.8}
    | {"val_binary_accuracy": 0.91, "val_micro_f1": 0.3}
]


def drawn(figure):
    """The picture, so that what fails only when it is drawn fails here."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=40)
    assert file.getvalue().startswith(b"\x89PNG")
    return figure


def lines(axes):
    return {line.get_label(): line.get_ydata() for line in axes.get_lines()}


def test_nothing_to_draw():
    assert drawn(plot_history([], 0)).axes == []
    assert drawn(plot_confusion([], [])).axes == []


def test_curves_of_both_parts_and_the_best_epoch():
    loss, accuracy = drawn(plot_history(ONE_LABEL, best_epoch=2)).axes
    assert (loss.get_title(), accuracy.get_title()) == ("Loss", "Accuracy")
    assert list(lines(loss)["training"]) == [0.9, 0.7, 0.5]
    assert list(lines(loss)["validation"])[:2] == [0.8, 0.9]
    assert list(lines(accuracy)["validation"]) == [0.6, 0.5, 0.4]
    for axes in (loss, accuracy):
        assert {tuple(line.get_xdata()) for line in axes.get_lines()[:2]} == {(1, 2, 3)}
        assert axes.get_lines()[2].get_xdata() == [2, 2]
        assert axes.get_lines()[2].get_label() == "best epoch: 2"


def test_multilabel_shows_micro_f1_beside_binary_accuracy():
    figure = drawn(plot_history(MULTILABEL, best_epoch=1))
    assert [each.get_title() for each in figure.axes] == ["Loss", "Binary accuracy", "Micro-F1"]
    _, binary, micro = map(lines, figure.axes)
    assert list(binary["training"]) == [0.9]
    assert list(binary["validation"]) == [0.91]
    assert "training" not in micro
    assert list(micro["validation"]) == [0.3]


def test_without_validation_there_is_no_empty_line():
    rows = [{"epoch": 1, "loss": 0.9, "accuracy": 0.5}]
    for axes in drawn(plot_history(rows, best_epoch=1)).axes:
        assert set(lines(axes)) == {"training", "best epoch: 1"}


@pytest.mark.parametrize("best_epoch", [0, 4])
def test_an_epoch_that_is_not_there_is_not_marked(best_epoch):
    for axes in plot_history(ONE_LABEL, best_epoch).axes:
        assert set(lines(axes)) == {"training", "validation"}


def test_confusion_names_and_counts():
    axes = drawn(plot_confusion([[3, 1], [0, 2]], ["$x", "naïve"])).axes[0]
    assert [text.get_text() for text in axes.texts] == ["3", "1", "0", "2"]
    assert [text.get_color() for text in axes.texts] == ["white", "black", "black", "white"]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["$x", "naïve"]
    assert axes.images[0].get_array().tolist() == [[0.75, 0.25], [0.0, 1.0]]


@pytest.mark.parametrize(("num_labels", "num_counts"), [(30, 900), (31, 0)])
def test_only_what_can_be_read_is_written(num_labels, num_counts):
    matrix = [[0] * num_labels for _ in range(num_labels)]
    axes = plot_confusion(matrix, [f"label {number}" for number in range(num_labels)]).axes[0]
    assert len(axes.texts) == num_counts


@pytest.mark.parametrize("matrix", [[], [[1]], [[1, 2], [3]], [[1, 2, 3], [4, 5, 6]]])
def test_a_matrix_that_fits_no_labels(matrix):
    with pytest.raises(ValueError, match="of 2 labels has as many rows and columns"):
        plot_confusion(matrix, ["a", "b"])


@settings(max_examples=15)
@given(st.lists(st.text(st.characters(max_codepoint=0x24F), max_size=12), max_size=4))
def test_any_label_can_be_drawn(labels):
    matrix = [[1] * len(labels) for _ in labels]
    printable = [label if label.isprintable() else "" for label in labels]
    drawn(plot_confusion(matrix, printable))


UNTOUCHED = """
import json, sys
import matplotlib
before = dict(matplotlib.rcParams)
from linnet.reporting.figures import plot_confusion, plot_history
plot_history([{"epoch": 1, "loss": 0.5}], 1)
plot_confusion([[1]], ["a"])
print(json.dumps(["matplotlib.pyplot" in sys.modules, dict(matplotlib.rcParams) == before]))
"""


def test_matplotlib_stays_as_it_was():
    shown = subprocess.run(
        [sys.executable, "-c", UNTOUCHED], capture_output=True, text=True, check=True
    )
    assert json.loads(shown.stdout) == [False, True]

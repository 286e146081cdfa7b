"""Figures: what they show, that they can be drawn, and that matplotlib stays as it was."""

import io
import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("matplotlib", reason="the figures are matplotlib's")

from linnet.reporting.figures import (
    plot_calibration,
    plot_class_counts,
    plot_confusion,
    plot_history,
    plot_lengths,
    plot_precision_recall,
    plot_roc,
)

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
    assert drawn(plot_lengths({})).axes == []
    assert drawn(plot_class_counts({})).axes == []
    drawn(plot_roc([]))
    drawn(plot_precision_recall([]))
    drawn(plot_calibration({}))


def test_curves_of_both_parts_and_the_best_epoch():
    loss, accuracy = drawn(plot_history(ONE_LABEL, best_epoch=2)).axes
    assert (loss.get_title(), accuracy.get_title()) == ("Loss", "Accuracy")
    assert list(lines(loss)["training"]) == [0.9, 0.7, 0.5]
    assert list(lines(loss)["validation"])[:2] == [0.8, 0.9]
    assert list(lines(accuracy)["validation"]) == [0.6, 0.5, 0.4]
    for axes in (loss, accuracy):
        assert {tuple(line.get_xdata()) for line in axes.get_lines()[:2]} == {(1, 2, 3)}
        assert axes.get_lines()[2].get_label() == "best validation: 1"
        assert list(axes.get_lines()[2].get_xdata()) == [1]
        assert axes.get_lines()[3].get_xdata() == [2, 2]
        assert axes.get_lines()[3].get_label() == "epoch kept: 2"


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
        assert set(lines(axes)) == {"training", "epoch kept: 1"}


@pytest.mark.parametrize("best_epoch", [0, 4])
def test_an_epoch_that_is_not_there_is_not_marked(best_epoch):
    for axes in plot_history(ONE_LABEL, best_epoch).axes:
        assert set(lines(axes)) == {"training", "validation", "best validation: 1"}


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


LINES = [
    {"label": None, "rows": 3, "area": 0.875, "x": [0, 0.5, 1], "y": [0, 0.75, 1]},
    {"label": "$x$ _y", "rows": 1, "area": 0.5, "x": [0, 1], "y": [0, 1]},
]


@pytest.mark.parametrize("plot", [plot_roc, plot_precision_recall])
def test_a_line_per_label(plot):
    axes = drawn(plot(LINES)).axes[0]
    together, label = axes.get_lines()[-2:]
    assert list(together.get_ydata()) == [0, 0.75, 1]
    assert together.get_linewidth() > label.get_linewidth()
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["all labels together, 0.875", "$x$ _y, 0.500"]


def test_calibration_draws_the_bins():
    bins = [{"score": 0.5, "right": 0.25}, {"score": 0.9, "right": 1.0}]
    axes = drawn(plot_calibration({"error": 0.1, "bins": bins})).axes[0]
    assert axes.get_lines()[1].get_xydata().tolist() == [[0.5, 0.25], [0.9, 1.0]]


def test_lengths_are_columns_side_by_side():
    axes = drawn(plot_lengths({"histogram": {"width": 10, "texts": [3, 0, 4]}})).axes[0]
    assert [bar.get_x() for bar in axes.patches] == [0, 10, 20]


def test_of_many_labels_the_most_frequent_are_drawn():
    axes = drawn(plot_class_counts({f"l{each}": each for each in range(40)})).axes[0]
    assert [bar.get_width() for bar in axes.patches] == list(range(39, 9, -1))
    assert axes.get_title() == "Texts per label, the 30 most frequent"


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

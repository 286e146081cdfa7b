"""Best epochs and overfitting, from the rows of a history."""

import pytest

from linnet.evaluation.history import best_epochs, overfitting


def history(*losses, **more):
    """Rows of (training loss, validation loss), with further columns."""
    return [
        {"epoch": at, "loss": mine, "val_loss": watched}
        | {name: values[at - 1] for name, values in more.items()}
        for at, (mine, watched) in enumerate(losses, start=1)
    ]


FALLING = (0.6, 0.5), (0.4, 0.45), (0.2, 0.4)
RISING = (0.6, 0.5), (0.4, 0.45), (0.2, 0.6)


def test_each_value_has_its_own_best_epoch():
    rows = history(*RISING, val_accuracy=[0.7, 0.8, 0.9], val_macro_f1=[0.9, 0.8, 0.7])
    assert best_epochs(rows) == {"val_loss": 2, "val_accuracy": 3, "val_macro_f1": 1}


def test_the_first_of_equal_epochs_is_the_best():
    rows = history((0.6, 0.5), (0.4, 0.5), val_accuracy=[0.5, 0.5])
    assert best_epochs(rows) == {"val_loss": 1, "val_accuracy": 1}


def test_what_training_rows_say_names_no_best_epoch():
    assert best_epochs([]) == best_epochs([{"epoch": 1, "loss": 0.5, "accuracy": 1.0}]) == {}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], "No validation rows were watched: whether the model overfits is not known."),
        (
            [{"epoch": 1, "loss": 0.5}],
            "No validation rows were watched: whether the model overfits is not known.",
        ),
        (
            history((0.6, 0.5)),
            "One epoch does not show whether the model overfits: "
            "validation loss 0.5000, training loss 0.6000.",
        ),
        (
            history(*FALLING),
            "No overfitting: validation loss was lowest in the last epoch, 0.4000, "
            "with a training loss of 0.2000.",
        ),
        (
            history(*RISING),
            "Overfitting after epoch 2: validation loss rose from 0.4500 to 0.6000 while training "
            "loss fell from 0.4000 to 0.2000; after the last epoch they are 0.4000 apart.",
        ),
        (
            history((0.6, 0.5), (0.7, 0.8)),
            "Validation loss rose from 0.5000 to 0.8000 after epoch 1, but training loss did not "
            "fall: this is not overfitting, training does not settle; after the last epoch they "
            "are 0.1000 apart.",
        ),
        (
            history((0.6, 0.5), (0.4, 0.50004)),
            "Validation loss did not fall after epoch 1, 0.5000; "
            "after the last epoch they are 0.1000 apart.",
        ),
    ],
)
def test_overfitting_in_a_sentence(rows, expected):
    assert overfitting(rows) == expected

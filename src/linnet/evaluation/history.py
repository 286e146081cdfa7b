"""What a history of epochs says: which epoch is best, and whether the model overfits.

Goes in: one row per epoch, as training writes them. Comes out: epochs, counted from 1, and a
sentence. Knows nothing of which epoch's weights were kept.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Row: TypeAlias = Mapping[str, float]


def falls(name: str) -> bool:
    """Say whether less of a value is better.

    Example:
        >>> falls("val_loss"), falls("val_accuracy")
        (True, False)
    """
    return name.endswith("loss")


def best_epochs(history: Sequence[Row]) -> dict[str, int]:
    """Return the best epoch by every value of the validation rows; of equal ones the first.

    Example:
        >>> best_epochs([{"epoch": 1, "val_loss": 0.5, "val_accuracy": 0.8},
        ...              {"epoch": 2, "val_loss": 0.6, "val_accuracy": 0.9}])
        {'val_loss': 1, 'val_accuracy': 2}
        >>> best_epochs([{"epoch": 1, "loss": 0.5}]), best_epochs([])
        ({}, {})
    """
    watched = [name for name in (history[0] if history else ()) if name.startswith("val_")]
    return {
        name: int(min(history, key=lambda row: row[name] * (1 if falls(name) else -1))["epoch"])
        for name in watched
    }


def overfitting(history: Sequence[Row]) -> str:
    """Say from which epoch on the model learned its training rows and no more.

    That is where the validation loss is lowest, if it rises after while the training loss falls.

    Example:
        >>> losses = [(0.6, 0.5), (0.4, 0.45), (0.2, 0.6)]
        >>> overfitting([{"epoch": at, "loss": mine, "val_loss": watched}
        ...              for at, (mine, watched) in enumerate(losses, start=1)])
        'Overfitting after epoch 2: validation loss rose from 0.4500 to 0.6000 while training loss \
fell from 0.4000 to 0.2000; after the last epoch they are 0.4000 apart.'
        >>> overfitting([])
        'No validation rows were watched: whether the model overfits is not known.'
    """
    if "val_loss" not in (history[0] if history else ()):
        return "No validation rows were watched: whether the model overfits is not known."
    last = history[-1]
    best = min(history, key=lambda row: row["val_loss"])
    gap = f"after the last epoch they are {abs(last['val_loss'] - last['loss']):.4f} apart"
    if len(history) == 1:
        return f"One epoch does not show whether the model overfits: {_losses(last)}."
    if best is last:
        return (
            "No overfitting: validation loss was lowest in the last epoch, "
            f"{best['val_loss']:.4f}, with a training loss of {best['loss']:.4f}."
        )
    epoch, rose = int(best["epoch"]), f"{best['val_loss']:.4f} to {last['val_loss']:.4f}"
    if f"{last['val_loss']:.4f}" == f"{best['val_loss']:.4f}":  # as much as is said
        return f"Validation loss did not fall after epoch {epoch}, {best['val_loss']:.4f}; {gap}."
    if last["loss"] >= best["loss"]:
        return (
            f"Validation loss rose from {rose} after epoch {epoch}, but training loss did not "
            f"fall: this is not overfitting, training does not settle; {gap}."
        )
    return (
        f"Overfitting after epoch {epoch}: validation loss rose from {rose} while training loss "
        f"fell from {best['loss']:.4f} to {last['loss']:.4f}; {gap}."
    )


def _losses(row: Row) -> str:
    return f"validation loss {row['val_loss']:.4f}, training loss {row['loss']:.4f}"

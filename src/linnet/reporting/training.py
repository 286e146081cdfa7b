"""What the page shows of a training: curves, the best epochs, all numbers.

Goes in: `history.csv` and what stands beside it. Comes out: one value, empty without a history.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from linnet.reporting.curves import curves
from linnet.reporting.names import column, panels
from linnet.reporting.results import Results

Row = Mapping[str, float | None]

LOSS = "val_loss"


def training(results: Results) -> dict[str, Any]:
    """Return the curves of the loss and of every metric that was watched, and all numbers.

    Example:
        >>> training(Results("so"))
        {}
    """
    history = results.history
    if not history:
        return {}
    columns = list(history[0])
    best = best_epochs(history)
    kinds = {name: f"b{at}" for at, name in enumerate(best)}
    drawings = [
        (title, drawing)
        for title, mine, watched in panels(set(columns))
        if (drawing := _drawing(history, title, mine=mine, watched=watched, kinds=kinds))
    ]
    return {
        "curves": drawings,
        "marks": [(kinds[name], _within(column(name)), epoch) for name, epoch in best.items()],
        "validated": any(name.startswith("val_") for name in columns),
        "columns": [column(name) for name in columns],
        "rows": [[_whole(name, row.get(name)) for name in columns] for row in history],
        "best": set(best.values()),
        "kept": results.run.get("kept_epoch") or results.manifest.get("best_epoch"),
        "retrained": results.manifest.get("retrained"),
        "epochs": results.manifest.get("epochs"),
        "sentence": results.run.get("overfitting"),
    }


def best_epochs(history: Sequence[Row]) -> dict[str, int]:
    """Return the best epoch by validation loss and by each validation metric, from 1.

    Without validation rows there is no best epoch; of equally good ones it is the first.

    Example:
        >>> best_epochs([{"val_loss": 0.5, "val_accuracy": 0.8},
        ...              {"val_loss": 0.6, "val_accuracy": 0.9}])
        {'val_loss': 1, 'val_accuracy': 2}
        >>> best_epochs([{"loss": 0.5}])
        {}
    """
    watched = dict.fromkeys(name for row in history for name in row if name.startswith("val_"))
    if "val_micro_f1" in watched:
        # Where labels are rare it hardly moves.
        watched.pop("val_binary_accuracy", None)
    found = {name: best_epoch_of(history, name) for name in watched}
    return {name: epoch for name, epoch in found.items() if epoch}


def best_epoch_of(history: Sequence[Row], name: str) -> int:
    """Return the epoch, from 1, where a loss is lowest or a metric highest; 0 without numbers.

    Example:
        >>> rows = [{"val_loss": 0.5}, {"val_loss": 0.4}, {"val_loss": None}]
        >>> best_epoch_of(rows, "val_loss"), best_epoch_of(rows, "val_accuracy")
        (2, 0)
    """
    sign = 1 if name.endswith("loss") else -1
    numbers = [
        (sign * value, at)
        for at, row in enumerate(history, start=1)
        if (value := row.get(name)) is not None
    ]
    return min(numbers)[1] if numbers else 0


def _drawing(
    history: Sequence[Row], title: str, *, mine: str, watched: str, kinds: Mapping[str, str]
) -> str:
    """Draw one panel; marked are the best epoch by loss and by the panel's own metric."""
    series = [
        (kind, [row.get(name) for row in history])
        for kind, name in (("train", mine), ("validation", watched))
        if name in history[0]
    ]
    first_metric = next((name for name in kinds if name != LOSS), LOSS)
    marked = (LOSS, first_metric if watched == LOSS else watched)
    marks = {
        f"best {kind}": best_epoch_of(history, name)
        for name, kind in kinds.items()
        if name in marked
    }
    return curves(series, title=title, marks=marks)


def _within(name: str) -> str:
    """Return a name as it stands within a sentence."""
    return name[:1].lower() + name[1:]


def _whole(name: str, value: float | None) -> float | int | None:
    return int(value) if name == "epoch" and value is not None else value

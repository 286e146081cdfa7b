"""What the page shows of a training: curves, the best epochs, all numbers.

Goes in: `history.csv` and what stands beside it. Comes out: one value, empty without a history.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from linnet.reporting.curves import curves
from linnet.reporting.names import column, panels
from linnet.reporting.results import Results

Row = Mapping[str, float | None]


def training(results: Results) -> dict[str, Any]:
    """Return the curves of the loss and of every metric that was watched, and all numbers.

    Example:
        >>> training(Results("so", {}, [], {}, {}, {}, [], ""))
        {}
    """
    history = results.history
    if not history:
        return {}
    columns = list(history[0])
    marks = best_epochs(history)
    css = {f"best b{at}": epoch for at, (_, epoch) in enumerate(marks)}
    drawings = [
        (title, drawing)
        for title, mine, watched in panels(set(columns))
        if (drawing := _drawing(history, title, mine=mine, watched=watched, marks=css))
    ]
    return {
        "curves": drawings,
        "marks": [(f"b{at}", what, epoch) for at, (what, epoch) in enumerate(marks)],
        "validated": any(name.startswith("val_") for name in columns),
        "columns": [column(name) for name in columns],
        "rows": [[_whole(name, row.get(name)) for name in columns] for row in history],
        "best": {epoch for _, epoch in marks},
        "kept": results.run.get("kept_epoch") or results.manifest.get("best_epoch"),
        "retrained": results.manifest.get("retrained"),
        "sentence": results.run.get("overfitting"),
    }


def best_epochs(history: Sequence[Row]) -> list[tuple[str, int]]:
    """Return the best epoch by validation loss and by each validation metric, from 1.

    Without validation rows there is no best epoch; of equally good ones it is the first.

    Example:
        >>> best_epochs([{"val_loss": 0.5, "val_accuracy": 0.8},
        ...              {"val_loss": 0.6, "val_accuracy": 0.9}])
        [('validation loss', 1), ('validation accuracy', 2)]
        >>> best_epochs([{"loss": 0.5}])
        []
    """
    watched = dict.fromkeys(name for row in history for name in row if name.startswith("val_"))
    if "val_micro_f1" in watched:
        # Where labels are rare it hardly moves.
        watched.pop("val_binary_accuracy", None)
    found = [(column(name), best_epoch_of(history, name)) for name in watched]
    return [(shown[0].lower() + shown[1:], epoch) for shown, epoch in found if epoch]


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
    history: Sequence[Row], title: str, *, mine: str, watched: str, marks: Mapping[str, int]
) -> str:
    series = [
        (kind, [row.get(name) for row in history])
        for kind, name in (("train", mine), ("validation", watched))
        if name in history[0]
    ]
    return curves(series, title=title, marks=marks)


def _whole(name: str, value: float | None) -> float | int | None:
    return int(value) if name == "epoch" and value is not None else value

"""The files of a run folder, as far as they are there.

Goes in: a run folder. Comes out: plain data; what is missing is empty. Knows nothing of the page.
"""

import csv
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from linnet.errors import DataError

Content = TypeVar("Content", dict[str, Any], list[Any])


@dataclass(frozen=True)
class Results:
    """What a run left; empty where it left nothing.

    Attributes:
        name: The folder's name.
        evaluation: Part ("test", "validation", "train") → metrics; "baselines" → name → metrics.
        history: One dictionary per epoch; a number that is missing or not finite is None.
        manifest: The model: task, labels, layers, number of weights, text settings.
        run: Seconds per step, versions, machine, notes.
        explore: Findings, class counts, lengths of texts.
        samples: A few texts with their labels and scores.
        config: The run's settings, as TOML.
        curves: ROC, precision-recall and calibration of the test rows.
        mistakes: Test texts that the model got wrong, the surest first.
        doubts: Test and validation rows whose label is worth checking.
        examples: Rows and labels as numbers, and the layers of the model.
        confused: Labels that are taken for each other, with the words that separate them.
    """

    name: str
    evaluation: dict[str, Any] = field(default_factory=dict)
    history: list[dict[str, float | None]] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    run: dict[str, Any] = field(default_factory=dict)
    explore: dict[str, Any] = field(default_factory=dict)
    samples: list[Any] = field(default_factory=list)
    config: str = ""
    curves: dict[str, Any] = field(default_factory=dict)
    mistakes: list[Any] = field(default_factory=list)
    doubts: list[Any] = field(default_factory=list)
    examples: dict[str, Any] = field(default_factory=dict)
    confused: list[Any] = field(default_factory=list)


def read_results(folder: Path) -> Results:
    """Read what is there of a run's files.

    Raises:
        DataError: The folder is no run folder, or a file in it is damaged.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     (Path(folder) / "model").mkdir()
        ...     read_results(Path(folder)).samples
        []
    """
    model = folder / "model"
    if not model.is_dir():
        raise DataError(f"{folder} is no run folder: it has no folder 'model', as a run leaves it")
    config = folder / "config.toml"
    return Results(
        name=folder.resolve().name,
        evaluation=_json(model / "evaluation.json", {}),
        history=_history(model / "history.csv"),
        manifest=_json(model / "manifest.json", {}),
        run=_json(folder / "run.json", {}),
        explore=_json(folder / "explore.json", {}),
        samples=_json(folder / "samples.json", []),
        config=config.read_text("utf-8") if config.is_file() else "",
        curves=_json(folder / "curves.json", {}),
        mistakes=_json(folder / "mistakes.json", []),
        doubts=_json(folder / "doubts.json", []),
        examples=_json(folder / "examples.json", {}),
        confused=_json(folder / "confused.json", []),
    )


def _json(path: Path, missing: Content) -> Content:
    if not path.is_file():
        return missing
    try:
        content = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise DataError(f"{path} is damaged, JSON was expected: {error}") from error
    if not isinstance(content, type(missing)):
        raise DataError(
            f"{path} holds a {type(content).__name__}, a {type(missing).__name__} was expected"
        )
    return content


def _history(path: Path) -> list[dict[str, float | None]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [{name: _number(cell) for name, cell in row.items()} for row in rows]


def _number(cell: str | None) -> float | None:
    try:
        number = float(cell or "nan")
    except ValueError:
        return None
    return number if math.isfinite(number) else None

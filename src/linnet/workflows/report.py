"""Write the report of a run."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from linnet.files import write_json


def report(folder: str | Path, *, recipe: Mapping[str, Any] | None = None) -> Path:
    """Write `report.html` of a run's folder again, in place of the older one.

    Args:
        folder: A run's folder.
        recipe: What the run reproduces: name, title, source, form, rows of (what, published,
            ours), and notes; kept in `run.json` and shown at the top.

    Returns:
        The path of the report.

    Raises:
        DataError: The folder is no run folder.

    Example:
        >>> from linnet import train
        >>> table = {"text": ["good", "hyvä", "bad", ""] * 5, "label": [1, 1, 0, 0] * 5}
        >>> run = train(table, duplicates="keep", epochs=1)
        >>> report(run.path, recipe={"name": "mine", "rows": [], "notes": []}).name
        'report.html'
    """
    from linnet.reporting.report import report as write_report

    path = Path(folder)
    if recipe is not None:
        told = json.loads((path / "run.json").read_text("utf-8"))
        write_json(path / "run.json", told | {"recipe": recipe})
    return write_report(path)

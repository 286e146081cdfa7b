"""A run in a few lines, for notebooks.

Goes in: the files of a run. Comes out: a small HTML table in which every text is escaped.
"""

from html import escape
from pathlib import Path

from linnet.reporting.answers import result
from linnet.reporting.page import metric, plain
from linnet.reporting.results import Results


def summary(results: Results, page: Path) -> str:
    """Return what a notebook shows of a run: what it is, its result, where its report lies.

    Args:
        results: The files of the run.
        page: Where the report lies.

    Example:
        >>> shown = summary(Results("<é>"), Path("a<b"))
        >>> "&lt;é&gt;" in shown, "<é>" in shown
        (True, False)
    """
    manifest, reached = results.manifest, result(results.evaluation)
    rows = [("Run", results.name)]
    if manifest.get("task"):
        labels = manifest.get("labels") or []
        rows.append(("Task", f"{manifest['task']}, {len(labels):,} labels"))
    if manifest.get("rows"):
        rows.append(("Rows", plain(manifest["rows"])))
    if manifest.get("num_weights"):
        rows.append(("Weights", plain(manifest["num_weights"])))
    if reached:
        name = f"{reached['part']} {reached['metric'].lower()}"
        rows.append((name, _between(reached["value"], reached["interval"])))
        rows += [(title, _between(each, ends)) for title, each, ends in reached["beside"]]
        rows += [("", said) for said in (reached["against"], *reached["notes"]) if said]
    cells = "".join(
        f"<tr><th style='text-align: left'>{escape(name)}</th>"
        f"<td style='text-align: left'>{escape(value)}</td></tr>"
        for name, value in rows
    )
    return f'<table>{cells}</table><a href="{escape(str(page))}">{escape(page.name)}</a>'


def _between(value: float | None, ends: tuple[float, float] | None) -> str:
    return metric(value) + (f" ({metric(ends[0])} to {metric(ends[1])})" if ends else "")

"""A run folder in, `report.html` in it out."""

import json
import shlex
from importlib.resources import files
from pathlib import Path
from typing import Any

from linnet.files import write_bytes
from linnet.registry import require
from linnet.reporting.results import Results, read_results
from linnet.reporting.sections import sections


def report(folder: Path) -> Path:
    """Write the report of a run into its folder, in place of an older one.

    A section whose file is missing is left out.

    Args:
        folder: A run folder, with the folder `model` in it.

    Returns:
        The path of `report.html`.

    Raises:
        DataError: The folder is no run folder, or a file in it is damaged.
        MissingExtraError: jinja2 is not installed.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     (Path(folder) / "model").mkdir()
        ...     report(Path(folder)).name
        'report.html'
    """
    page = render(read_results(folder))
    path = folder / "report.html"
    # A lone half of a surrogate pair, as broken texts hold it, becomes "?".
    write_bytes(path, page.encode("utf-8", "replace"))
    return path


def render(results: Results) -> str:
    """Return the page as HTML; every text of the data is escaped.

    Example:
        >>> empty = Results("<b>", {}, [], {}, {}, {}, [], "")
        >>> "<title>&lt;b&gt;" in render(empty)
        True
    """
    jinja2 = require("jinja2", extra="train")
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, finalize=_shown
    )
    environment.filters.update(plain=plain, metric=metric, percent=percent)
    environment.filters.update(shell=shlex.quote, quoted=_quoted)
    template = environment.from_string(files(__package__).joinpath("page.html").read_text("utf-8"))
    return str(template.render(name=results.name, **sections(results)))


def plain(value: Any) -> str:
    """Write a value of a JSON file for a person.

    Example:
        >>> plain(25000), plain(0.2), plain(1e-05), plain(True), plain(None), plain(["ä", 2])
        ('25,000', '0.2', '1e-05', 'yes', '–', 'ä, 2')
    """
    match value:
        case None | "":
            text = "–"
        case bool():
            text = "yes" if value else "no"
        case int():
            text = f"{value:,}"
        case float():
            text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
        case list():
            text = ", ".join(map(plain, value))
        case dict():
            text = ", ".join(f"{name} {plain(each)}" for name, each in value.items())
        case _:
            text = str(value)
    return text


def metric(value: Any) -> str:
    """Write a metric with four decimals, a count as it is.

    Example:
        >>> metric(0.90613), metric(1.0), metric(25000), metric(None)
        ('0.9061', '1.0000', '25,000', '–')
    """
    return f"{value:,.4f}" if isinstance(value, float) else plain(value)


def percent(share: Any) -> str:
    """Write a share as percent with two decimals.

    Example:
        >>> percent(0.97104), percent(0)
        ('97.10 %', '0.00 %')
    """
    return f"{100 * float(share):.2f} %"


def _shown(value: Any) -> Any:
    return "" if value is None else value


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

"""A template and its values to a page: HTML in which every text of the data is escaped.

Goes in: the name of a template in this folder, plain values. Comes out: the page as text. Knows
nothing of runs.
"""

import json
import shlex
from functools import cache
from importlib.resources import files
from typing import Any

from linnet.registry import require


def fill(template: str, values: dict[str, Any]) -> str:
    """Return the page that a template makes of some values.

    Args:
        template: The name of a file in this folder; it may include others.
        values: What the template shows; a missing one is empty.

    Raises:
        MissingExtraError: jinja2 is not installed.

    Example:
        >>> fill("macros.html", {}).strip()
        ''
    """
    return str(_environment().get_template(template).render(values))


def require_templates() -> Any:
    """Return the package that reads templates, or say that it is not there.

    Raises:
        MissingExtraError: jinja2 is not installed.

    Example:
        >>> require_templates().__name__
        'jinja2'
    """
    return require("jinja2", extra="train")


@cache
def _environment() -> Any:
    """Make what reads templates, once: it keeps them."""
    jinja2 = require_templates()
    environment = jinja2.Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
        loader=jinja2.FunctionLoader(
            lambda name: files(__package__).joinpath(name).read_text("utf-8")
        ),
    )
    environment.filters.update(plain=plain, metric=metric, percent=percent)
    environment.filters.update(shell=shlex.quote, quoted=_quoted)
    return environment


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

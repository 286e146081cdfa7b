"""What is in a table, as one web page.

Goes in: the content of `explore.json`. Comes out: the page as text. Orders, picks and names;
counts nothing.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from linnet.reporting.columns import columns
from linnet.reporting.data import bars
from linnet.reporting.page import fill

TITLES = {
    "findings": "Findings",
    "head": "First rows",
    "labels": "Labels",
    "telling": "Telling words",
    "together": "Labels that go together",
    "lengths": "Words per text",
    "copies": "Texts that stand in several rows",
}
MOST_LABELS = 30


def explore_page(found: Mapping[str, Any], *, name: str) -> str:
    """Return the page as HTML; every text of the data is escaped.

    Args:
        found: What `Exploration.to_json` returns; a section whose part is missing is left out.
        name: What the table is called.

    Raises:
        MissingExtraError: jinja2 is not installed.

    Example:
        >>> page = explore_page({"class_counts": {"<é>": 3}}, name="posts.csv")
        >>> "&lt;é&gt;" in page, "<é>" in page
        (True, False)
    """
    return fill("explore.html", {"name": name, "found": found, **explore_sections(found)})


def framed(page: str) -> str:
    """Return a page as a frame for a notebook, whose own style it leaves alone.

    Example:
        >>> framed('<b title="é">')[:50]
        '<iframe sandbox srcdoc="&lt;b title=&quot;é&quot;&'
    """
    style = "width: 100%; height: 40rem; border: 0"
    return f'<iframe sandbox srcdoc="{escape(page)}" style="{style}"></iframe>'


def explore_sections(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page shows, section by section, and the titles of those that are there.

    Example:
        >>> explore_sections({})["titles"]
        {}
        >>> explore_sections({"head": [{"text": "", "labels": [], "words": 0}]})["titles"]
        {'head': 'First rows'}
    """
    shown = {
        "findings": found.get("findings") or [],
        "head": found.get("head") or [],
        "labels": _labels(found),
        "telling": _telling(found),
        "together": _together(found.get("together") or {}),
        "lengths": _lengths(found),
        "copies": found.get("most_frequent") or [],
    }
    return shown | {"titles": {key: title for key, title in TITLES.items() if shown[key]}}


def _ordered(found: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return labels with their counts, the largest first."""
    return sorted((found.get("class_counts") or {}).items(), key=lambda each: -each[1])


def _labels(found: Mapping[str, Any]) -> dict[str, Any]:
    counts = _ordered(found)
    if not counts:
        return {}
    rows, more = found.get("rows") or 0, counts[MOST_LABELS:]
    return {
        "bars": [(*each, each[1] / (rows or 1)) for each in bars(counts[:MOST_LABELS])],
        "num_more": len(more),
        "more": sum(count for _, count in more),
    }


def _telling(found: Mapping[str, Any]) -> list[tuple[str, Any]]:
    telling = found.get("telling") or {}
    labels = [label for label, _ in _ordered(found) if telling.get(label)]
    return [(label, telling[label]) for label in labels[:MOST_LABELS]]


def _together(together: Mapping[str, Any]) -> dict[str, Any]:
    if not together:
        return {}
    crossed = [
        (label, [(count, count / (counts[place] or 1)) for count in counts])
        for place, (label, counts) in enumerate(
            zip(together["labels"], together["counts"], strict=True)
        )
    ]
    return {
        "mean": together["mean"],
        "num_sets": together["num_sets"],
        "per_text": bars(list(together["labels_per_text"].items())),
        "sets": together["sets"],
        "pairs": together["pairs"],
        "labels": together["labels"],
        "crossed": crossed,
    }


def _lengths(found: Mapping[str, Any]) -> dict[str, Any]:
    lengths = found.get("lengths") or {}
    if not lengths:
        return {}
    histogram = lengths.get("histogram") or {"texts": (), "width": 1, "longer": 0}
    return {
        "drawing": columns(
            histogram["texts"], width=histogram["width"], longer=histogram["longer"],
            title="Texts by their number of words",
        ),
        "bins": bars(list((lengths.get("bins") or {}).items())),
        "facts": [
            ("Shortest", lengths.get("min")),
            *((f"{each} % have at most", words) for each, words in lengths["percentiles"].items()),
            ("Longest", lengths.get("max")),
            ("On average", lengths.get("mean")),
        ],
        "cuts": list((found.get("cuts") or {}).items()),
    }  # fmt: skip

"""Labels that are probably wrong, as one web page.

Goes in: what `LabelErrors.to_json` returns. Comes out: the page as text. Orders and picks; counts
nothing.
"""

from collections.abc import Mapping
from typing import Any

from linnet.reporting.page import fill

MOST_LABELS = 50
FEW = 20
TITLES = {"labels": "By label", "suspected": "Labels to check", "notes": "Notes"}


def label_errors_page(found: Mapping[str, Any], *, name: str) -> str:
    """Return the page as HTML; every text of the data is escaped.

    Args:
        found: What `LabelErrors.to_json` returns.
        name: What the table is called.

    Raises:
        MissingExtraError: jinja2 is not installed.

    Example:
        >>> row = {"row": 3, "text": "<é>", "label": ["a"], "suggested": ["b"], "quality": 0.1,
        ...        "suggested_quality": 0.9}
        >>> page = label_errors_page({"suspected": [row]}, name="posts.csv")
        >>> "&lt;é&gt;" in page, "<é>" in page
        (True, False)
    """
    counts = [(name, each) for name, each in (found.get("counts") or {}).items()]
    counts.sort(key=lambda pair: -pair[1]["wrong"] - pair[1]["missing"])
    shown = {
        "labels": [
            (label, each, each["wrong"] / (each["rows"] or 1))
            for label, each in counts[:MOST_LABELS]
        ],
        "suspected": found.get("suspected") or [],
        "notes": found.get("notes") or [],
    }
    titles = {key: title for key, title in TITLES.items() if shown[key]}
    return fill(
        "label_errors.html",
        {
            "name": name,
            "found": found,
            "titles": titles,
            "few": FEW,
            "num_more": len(counts) - len(shown["labels"]),
            **shown,
        },
    )

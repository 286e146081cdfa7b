"""Texts that were labelled, with the words that decided, as one web page.

Goes in: plain values. Comes out: the page as text, without scripts and outside requests.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from linnet.reporting.page import fill
from linnet.reporting.words import marked


def predicted_page(answers: Sequence[Mapping[str, Any]], *, name: str) -> str:
    """Return the page as HTML; every text is escaped.

    Args:
        answers: Per text `text`, `scores` (pairs of label and share, the highest first), `why`
            (as `Explanation.to_json`), and `doubt` where the model does not know.
        name: What the model is called.

    Raises:
        MissingExtraError: jinja2 is not installed.

    Example:
        >>> page = predicted_page([{"text": "<b>é", "scores": [["a", 0.5]]}], name="so")
        >>> "&lt;b&gt;é" in page, "<b>" in page, "50.00 %" in page
        (True, False, True)
    """
    shown = [{**each, "why": marked(each["text"], each.get("why"))} for each in answers]
    return fill("predicted.html", {"name": name, "texts": shown})

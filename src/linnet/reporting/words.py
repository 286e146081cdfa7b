"""Texts with the words that decided, and the words that separate two labels, as a page shows them.

Goes in: what `samples.json`, `mistakes.json` and `confused.json` say. Comes out: pieces of text
with the kind of each mark. Finds no word by itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any

METHODS = {
    "exact": "exactly, from the weights",
    "gradient": "from the gradients",
    "occlusion": "by leaving words out",
}


def marked(text: str, why: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a text in pieces: (piece, kind of its mark or "", strength up to 1, what it says).

    Args:
        text: The text, perhaps cut.
        why: What a JSON file says of it; None or empty: nothing is known.

    Returns:
        `pieces`, and where anything is known `label`, `against`, and the words `for` it and
        `not_for` it.

    Example:
        >>> why = {"label": "ä", "most": 0.5, "marks": [[0, 3, -0.25]], "not_for": [["bad", -0.25]]}
        >>> found = marked("bad <b>", why)
        >>> found["pieces"]
        [('bad', 'against', 0.5, 'against ä: -0.25'), (' <b>', '', 0.0, '')]
        >>> marked("", None)
        {'pieces': []}
    """
    if not why:
        return {"pieces": [(text, "", 0.0, "")] if text else []}
    label, most = why.get("label") or "", why.get("most") or 1.0
    pieces, done = list[tuple[str, str, float, str]](), 0
    for start, end, did in why.get("marks") or []:
        kind = "for" if did > 0 else "against"
        pieces.append((text[done:start], "", 0.0, ""))
        pieces.append((text[start:end], kind, abs(did) / most, f"{kind} {label}: {did:+.2f}"))
        done = end
    pieces.append((text[done:], "", 0.0, ""))
    return {
        "pieces": [each for each in pieces if each[0]],
        "label": label,
        "against": why.get("against"),
        "for": _signed(why.get("for")),
        "not_for": _signed(why.get("not_for")),
    }


def separations(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the pairs of labels that are taken for each other, with words and how they were found.

    Example:
        >>> pair = {"labels": ["a", "ä"], "method": "exact", "texts": 2, "towards": [[], []],
        ...         "taken": [{"true": "a", "predicted": "ä", "rows": 1, "words": []}]}
        >>> separations([pair])[0]["how"]
        'exactly, from the weights'
        >>> separations([])
        []
    """
    return [
        {
            "labels": pair["labels"],
            "texts": pair.get("texts"),
            "how": METHODS.get(pair.get("method") or "", "by its weights"),
            "columns": list(zip(pair["labels"], pair["towards"], strict=True)),
            "taken": [
                {**each, "words": each.get("words") or []} for each in pair.get("taken") or []
            ],
        }
        for pair in found
        if len(pair.get("labels") or []) == len(pair.get("towards") or []) == 2
    ]


def _taken(pair: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
    return pair.get("taken") or []


def _signed(words: Sequence[Sequence[Any]] | None) -> list[tuple[str, str]]:
    return [(word, f"{did:+.2f}") for word, did in words or []]

"""What the page shows of the data: the split, counts, lengths, copies, and texts as numbers.

Goes in: `explore.json`, `examples.json` and what was left out. Comes out: one value per section,
empty where there is nothing to show. Orders and picks; counts nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from linnet.reporting.columns import columns
from linnet.reporting.names import PARTS
from linnet.reporting.page import percent
from linnet.reporting.results import Results

MOST_BARS = 30
MOST_TELLING = 8


def data(results: Results) -> dict[str, Any]:
    """Return the parts of the split, texts per label, how long texts are, and the notes.

    Example:
        >>> explore = {"class_counts": {"a": 1, "ä": 3}}
        >>> data(Results("so", explore=explore))["counts"]
        [('ä', 3, 1.0), ('a', 1, 0.333...)]
        >>> data(Results("so"))
        {}
    """
    explore, rows = results.explore, results.manifest.get("rows") or {}
    counts = sorted(_numbers(explore.get("class_counts")), key=lambda each: -each[1])
    lengths = explore.get("lengths") or {}
    notes = results.run.get("notes") or []
    parts = [(title, rows[part]) for part, title in PARTS.items() if part in rows]
    found = {
        "split": bars(_numbers(dict(reversed(parts)))),
        "counts": bars(counts[:MOST_BARS]),
        "more": sum(count for _, count in counts[MOST_BARS:]),
        "num_more": len(counts[MOST_BARS:]),
        "facts": _facts(explore, lengths),
        "bins": bars(_numbers(lengths.get("bins"))),
        "lengths": _histogram(lengths.get("histogram") or {}),
        "copies": [each for each in explore.get("most_frequent") or [] if each.get("text")],
        "telling": _telling(explore.get("telling") or {}),
        "notes": [note["message"] for note in notes if note.get("message")],
    }
    return found if any(found.values()) else {}


def numbers(examples: Mapping[str, Any]) -> dict[str, Any]:
    """Return rows before and after, a text as ids and back, labels as numbers and back, shapes.

    Example:
        >>> shapes = {"train": {"inputs": [11, 5], "inputs_type": "int32", "targets": [11],
        ...                     "targets_type": "int32"}}
        >>> numbers({"shapes": shapes})["shapes"]
        [('Training', '(11, 5) int32', '(11,) int32')]
        >>> numbers({})
        {}
    """
    text, target = examples.get("text") or {}, examples.get("target") or {}
    found = {
        "rows": examples.get("rows") or [],
        "text": text,
        "ids": _ids(text),
        "target": target,
        "shapes": [
            (title, _shape(shape, "inputs"), _shape(shape, "targets"))
            for part, title in reversed(PARTS.items())
            if (shape := (examples.get("shapes") or {}).get(part))
        ],
    }
    return found if any(found.values()) else {}


def bars(counts: Sequence[tuple[str, float]]) -> list[tuple[str, float, float]]:
    """Add to each count its share of the largest.

    Example:
        >>> bars([("ä", 2), ("b", 1)]), bars([])
        ([('ä', 2, 1.0), ('b', 1, 0.5)], [])
    """
    most = max((count for _, count in counts), default=0) or 1
    return [(name, count, count / most) for name, count in counts]


def _facts(explore: Mapping[str, Any], lengths: Mapping[str, Any]) -> list[tuple[str, Any]]:
    facts = [
        ("Texts", explore.get("rows")),
        ("Distinct words", explore.get("distinct_words")),
        ("Words of the shortest text", lengths.get("min")),
        ("Words on average", lengths.get("mean")),
        *(
            (f"{percentile} % of the texts have at most", words)
            for percentile, words in _numbers(lengths.get("percentiles"))
        ),
        ("Words of the longest text", lengths.get("max")),
        *(
            (f"Texts with more than {length} words", percent(cut["words"]))
            for length, cut in (explore.get("cuts") or {}).items()
            if cut and cut.get("words") is not None
        ),
    ]
    return [(name, value) for name, value in facts if value is not None]


def _histogram(histogram: Mapping[str, Any]) -> str:
    """Draw how many texts have so many words."""
    width, texts = histogram.get("width"), histogram.get("texts") or []
    if not (width and texts):
        return ""
    texts, longer = [count or 0 for count in texts], histogram.get("longer") or 0
    return columns(texts, width=width, longer=longer, title="Texts by their number of words")


def _telling(words: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return label and the words that tell it from the others, the most telling first."""
    return [
        (
            label,
            ", ".join(each["word"] for each in (found or [])[:MOST_TELLING] if each.get("word")),
        )
        for label, found in words.items()
        if found
    ]


def _ids(text: Mapping[str, Any]) -> list[tuple[Any, Any, Any]]:
    """Return (id, what it stands for, its weight or None), id by id."""
    ids, words = text.get("ids") or [], text.get("words") or []
    weights = text.get("weights") or [None] * len(ids)
    return list(zip(ids, words, weights, strict=False))


def _shape(shape: Mapping[str, Any], what: str) -> str:
    return f"{tuple(shape.get(what) or ())} {shape.get(f'{what}_type') or ''}".strip()


def _numbers(counted: Mapping[str, Any] | None) -> list[tuple[str, float]]:
    return [(name, number) for name, number in (counted or {}).items() if number is not None]

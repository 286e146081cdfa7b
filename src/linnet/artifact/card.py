"""The model card: what manifest and evaluation say, as Markdown for people.

Computes nothing; what is not there is left out.
"""

import math
from collections.abc import Mapping
from typing import Any

MOST_LABELS = 20
HEADLINES = (
    "accuracy", "macro_f1", "micro_f1", "weighted_f1", "precision", "recall", "f1", "roc_auc",
    "average_precision", "subset_accuracy", "precision_at_1", "precision_at_3", "loss",
)  # fmt: skip

BASELINES = {
    "majority": "majority", "all_zeros": "never any label", "most_frequent": "most frequent labels",
    "linear": "TF-IDF + logistic regression",
}  # fmt: skip

LOAD = """\
```python
import linnet

classifier = linnet.load("path/of/this/folder")
classifier.predict(["a text"])
classifier.top(["a text"], k=3)
```

{needs} `linnet verify path/of/this/folder` checks that every file is as it
was written and that the scores on this machine are the saved ones."""

LIMITS = """\
- It knows these labels only: every text gets scores, also one that fits none of them.
- It was measured on rows like those it was trained on. Measure it again on your own
  (`linnet evaluate`) before you rely on it.
- Words that the training texts do not hold tell it little or nothing.
- Scores are not probabilities of being right unless they were calibrated."""


def card(manifest: Mapping[str, Any], evaluation: Mapping[str, Any]) -> str:
    """Write the model card.

    Args:
        manifest: What manifest.json says.
        evaluation: What evaluation.json says; may be empty.

    Example:
        >>> text = card({"task": "binary", "labels": ["näin", "a|b"], "rows": {"train": 8}}, {})
        >>> print(text[text.index("# "):].split("## How")[0])
        # A binary text classifier
        <BLANKLINE>
        - Labels (2): `näin`, `a|b`
        - Training rows: 8
        <BLANKLINE>
    """
    parts = [
        "---\nlibrary_name: linnet\npipeline_tag: text-classification\n---",
        f"# A {manifest['task']} text classifier",
        "\n".join(_facts(manifest)),
        *_numbers(evaluation),
        f"## How to load it\n\n{LOAD.format(needs=_needs(manifest))}",
        f"## Limits\n\n{LIMITS}",
    ]
    return "\n\n".join(parts) + "\n"


def _needs(manifest: Mapping[str, Any]) -> str:
    if manifest.get("keras") is None:
        return "No Keras is needed to load it."
    return "Its layers are its author's own, so Keras is needed: `pip install 'linnet[train]'`."


def _facts(manifest: Mapping[str, Any]) -> list[str]:
    labels, rows = manifest["labels"], manifest["rows"]
    shown = ", ".join(_code(label) for label in labels[:MOST_LABELS])
    more = f" and {len(labels) - MOST_LABELS} more" if len(labels) > MOST_LABELS else ""
    facts = {
        f"Labels ({len(labels)})": shown + more,
        "Training rows": f"{rows['train']:,}",
        "Validation rows": f"{rows.get('validation', 0):,}",
        "Test rows": f"{rows.get('test', 0):,}",
        "Goes on from": _origin(manifest.get("from")),
        "Layers": ", ".join(each["layer"] for each in manifest.get("layers") or []),
        "Weights": f"{manifest.get('num_weights', 0):,}",
        "Written by": f"linnet {manifest['linnet']}" if "linnet" in manifest else "",
    }
    return [f"- {name}: {fact}" for name, fact in facts.items() if fact not in ("", "0")]


def _origin(saved: Mapping[str, Any] | None) -> str:
    """Tell which model training went on from."""
    if saved is None:
        return ""
    return f"a model of {saved['rows']['train']:,} training rows, `{saved['fingerprint'][:12]}…`"


def _numbers(evaluation: Mapping[str, Any]) -> list[str]:
    """Return the table of headline numbers on the test rows beside those of the baselines."""
    part = next((each for each in ("test", "validation") if evaluation.get(each)), None)
    if part is None:
        return []
    baselines = {
        name: numbers
        for name, numbers in evaluation.get("baselines", {}).items()
        if isinstance(numbers, Mapping)
    }
    columns = [evaluation[part], *baselines.values()]
    names = ["this model", *(BASELINES.get(name, name).replace("|", "/") for name in baselines)]
    rows = [["", *names], ["---"] * (1 + len(names))]
    for metric in HEADLINES:
        shown = [_shown(numbers, metric) for numbers in columns]
        rows += [[metric, *shown]] if shown[0] else []
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    said = [*_against(evaluation.get("against_linear")), *evaluation.get("baseline_notes", [])]
    parts = [f"## Numbers on the {part} rows", table, "\n".join(f"- {each}" for each in said)]
    return ["\n\n".join(each for each in parts if each)]


def _shown(numbers: Mapping[str, Any], metric: str) -> str:
    """Write a number to four digits, and its interval; nothing where there is none."""
    number = numbers.get(metric)
    if not _is_number(number):
        return ""
    ends = numbers.get("intervals", {}).get(metric) or []
    between = " to ".join(f"{end:.4f}" for end in ends if _is_number(end))
    return f"{number:.4f} ({between})" if between else f"{number:.4f}"


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value)


def _against(found: Mapping[str, Any] | None) -> list[str]:
    """Say how far the model is above TF-IDF with logistic regression."""
    if not found:
        return []
    points, *ends = (100 * each for each in (found["difference"], *found["interval"]))
    return [
        f"{found['metric']} against {BASELINES['linear']}: {points:+.2f} points (95 %: "
        f"{ends[0]:+.2f} to {ends[1]:+.2f}): {found['verdict']}"
    ]


def _code(label: str) -> str:
    """Write a label as code, whatever stands in it."""
    label = " ".join(label.split())
    longest = max((len(run) for run in _backticks(label)), default=0)
    fence = "`" * (longest + 1)
    space = " " if label.startswith("`") or label.endswith("`") else ""
    return f"{fence}{space}{label}{space}{fence}"


def _backticks(label: str) -> list[str]:
    return "".join(each if each == "`" else " " for each in label).split()

"""What the page shows of a model's answers: the result, each label, mistakes and samples.

Goes in: `evaluation.json`, `curves.json`, `mistakes.json`, `doubts.json`,
`samples.json`. Comes out: one value
per section, empty where there is nothing to show. Computes no metric.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from linnet.reporting.curves import shares
from linnet.reporting.names import BASELINES, METRICS, PARTS
from linnet.reporting.words import marked

MOST_LABELS_OF_TABLE = 30
MOST_LABELS_OF_ROWS = 300
NUM_COLORS = 10


def result(evaluation: Mapping[str, Any]) -> dict[str, Any]:
    """Return the headline, what it must beat, and the table of all metrics.

    Example:
        >>> baselines = {"majority": {"accuracy": 0.5}}
        >>> found = result({"test": {"accuracy": 0.9}, "baselines": baselines})
        >>> found["metric"], found["value"], found["beside"]
        ('Accuracy', 0.9, [('Always the most frequent label', 0.5, None)])
        >>> result({})
        {}
    """
    parts = [(title, evaluation[part]) for part, title in PARTS.items() if evaluation.get(part)]
    baselines = evaluation.get("baselines") or {}
    named = [(BASELINES.get(name, name), each) for name, each in baselines.items() if each]
    if not parts:
        return {}
    first = parts[0][1]
    shown = [parts[0], *named, *parts[1:]]
    metric = "accuracy" if "accuracy" in first else "micro_f1"
    return {
        "part": parts[0][0],
        "rows": first.get("rows"),
        "metric": METRICS[metric],
        "value": first.get(metric),
        "interval": interval(first, metric),
        "retraining": retraining(evaluation.get("retraining") or {}),
        "beside": [
            (title, each[metric], interval(each, metric))
            for title, each in named
            if each.get(metric) is not None
        ],
        "against": against(evaluation.get("against_linear") or {}),
        "notes": [
            f"{each[:1].upper()}{each[1:]}." for each in evaluation.get("baseline_notes") or []
        ],
        "columns": [title for title, _ in shown],
        "table": [
            (title, [(each.get(key), interval(each, key)) for _, each in shown])
            for key, title in METRICS.items()
            if any(key in metrics for _, metrics in parts)
        ],
    }


def retraining(found: Mapping[str, Any]) -> str:
    """Say what training again on training and validation rows changed.

    Example:
        >>> retraining({"metric": "accuracy", "difference": 0.0104, "interval": [-0.0063, 0.0292],
        ...             "verdict": "no difference that these rows could show"})
        'Training again on training and validation rows changed accuracy by +1.04 points \
(95 % interval -0.63 to +2.92): no difference that these rows could show.'
        >>> retraining({})
        ''
    """
    by = _points(found)
    name = METRICS.get(found.get("metric") or "", "the result")
    name = f"{name[0].lower()}{name[1:]}"
    return by and f"Training again on training and validation rows changed {name} by {by}."


def against(found: Mapping[str, Any]) -> str:
    """Say how far the model is above TF-IDF with logistic regression.

    Example:
        >>> against({"metric": "micro_f1", "difference": -0.0104, "interval": [-0.02, -0.0001],
        ...          "verdict": "worse"})
        'Micro-F1 against TF-IDF + logistic regression: -1.04 points \
(95 % interval -2.00 to -0.01): worse.'
        >>> against({})
        ''
    """
    by = _points(found)
    name = METRICS.get(found.get("metric") or "", "The result")
    return by and f"{name} against {BASELINES['linear']}: {by}."


def _points(found: Mapping[str, Any]) -> str:
    """Write a difference with its interval and what it means."""
    by, verdict = found.get("difference"), found.get("verdict")
    between = interval({"intervals": found}, "interval")
    if by is None or between is None or not verdict:
        return ""
    lowest, highest = (f"{100 * end:+.2f}" for end in between)
    return f"{100 * by:+.2f} points (95 % interval {lowest} to {highest}): {verdict}"


def interval(metrics: Mapping[str, Any], name: str) -> tuple[float, float] | None:
    """Return between which numbers a metric lies with 95 % confidence, where that is known.

    Example:
        >>> interval({"accuracy": 0.9, "intervals": {"accuracy": [0.88, 0.92]}}, "accuracy")
        (0.88, 0.92)
        >>> interval({"accuracy": 0.9}, "accuracy") is None
        True
    """
    found = (metrics.get("intervals") or {}).get(name)
    if not isinstance(found, Sequence) or len(found) != 2 or None in found:
        return None
    return found[0], found[1]


def first_part(evaluation: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the metrics of the test rows, or of the next part that has any.

    Example:
        >>> first_part({"test": {}, "validation": {"rows": 2}})
        {'rows': 2}
    """
    return next((evaluation[part] for part in PARTS if evaluation.get(part)), {})


def per_class(evaluation: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows of the table of labels: in class order, if many by number of texts.

    Example:
        >>> per_class({"per_class": [{"label": "ä"}]})
        {'rows': [{'label': 'ä'}], 'num_more': 0}
        >>> per_class({})
        {}
    """
    rows = list(evaluation.get("per_class") or [])
    if len(rows) > MOST_LABELS_OF_TABLE:
        rows.sort(key=lambda row: -(row.get("support") or 0))
    shown = rows[:MOST_LABELS_OF_ROWS]
    return {"rows": shown, "num_more": len(rows) - len(shown)} if rows else {}


def confusion(evaluation: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table of which label is taken for which, or if it is big the worst pairs.

    Example:
        >>> found = confusion({"per_class": [{"label": "a"}, {"label": "b"}],
        ...                    "confusion": [[3, 1], [0, 0]]})
        >>> found["rows"]
        [('a', [(3, 0.75), (1, 0.25)]), ('b', [(0, 0.0), (0, 0.0)])]
        >>> confusion({})
        {}
    """
    table = evaluation.get("confusion") or []
    labels = [row.get("label", "") for row in evaluation.get("per_class") or []]
    if 0 < len(table) == len(labels) <= MOST_LABELS_OF_TABLE:
        rows = [[(count, count / (sum(row) or 1)) for count in row] for row in table]
        return {"labels": labels, "rows": list(zip(labels, rows, strict=True))}
    pairs = evaluation.get("confused_pairs") or []
    return {"pairs": pairs} if pairs else {}


def scores(drawn: Mapping[str, Any], evaluation: Mapping[str, Any]) -> dict[str, Any]:
    """Return ROC and precision-recall curves with what each line is, calibration and abstention.

    Example:
        >>> line = {"label": "ä", "rows": 2, "area": 0.75, "x": [0, 1], "y": [0, 1]}
        >>> found = scores({"roc": [line]}, {})["panels"][0]
        >>> found["title"], found["key"]
        ('ROC', [('c0', 'ä', 0.75, 2)])
        >>> scores({}, {})
        {}
    """
    panels = [
        _panel(drawn.get("precision_recall"), "Precision and recall", "recall", "precision"),
        _panel(drawn.get("roc"), "ROC", "share of other texts taken for it", "share found"),
    ]
    found = {
        "panels": [each for each in panels if each["drawing"]],
        "calibration": _calibration(drawn.get("calibration") or {}),
        "silence": _silence(drawn.get("answered") or {}, evaluation.get("abstention") or []),
    }
    return found if any(found.values()) else {}


def answered(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return texts with their labels as a list, the words that decided, and scores by size.

    Example:
        >>> answered([{"text": "ä", "label": "a", "scores": [["b", 0.2], ["a", 0.8]]}])[0]["scores"]
        [('a', 0.8), ('b', 0.2)]
        >>> answered([])
        []
    """
    return [
        {
            "text": row.get("text") or "",
            "why": marked(row.get("text") or "", row.get("why")),
            "labels": _listed(row.get("label")),
            "given": _listed(row.get("given")),
            "row": row.get("row"),
            "scores": sorted(
                ((name, share) for name, share in row.get("scores") or []),
                key=lambda each: -each[1],
            ),
        }
        for row in rows
    ]


def doubted(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows whose label is worth checking, each with the name of its part.

    Example:
        >>> doubted([{"row": 3, "text": "ä", "label": ["a"], "part": "test"}])[0]["part"]
        'Test'
        >>> doubted([])
        []
    """
    return [
        {
            "row": row.get("row"),
            "part": PARTS.get(row.get("part") or "", row.get("part")),
            "text": row.get("text") or "",
            "labels": _listed(row.get("label")),
            "suggested": _listed(row.get("suggested")),
            "quality": row.get("quality"),
            "suggested_quality": row.get("suggested_quality"),
        }
        for row in rows
    ]


def _listed(labels: Any) -> list[str]:
    return [labels] if isinstance(labels, str) else list(labels or [])


def _panel(lines: Sequence[Mapping[str, Any]] | None, title: str, x: str, y: str) -> dict[str, Any]:
    """Return a drawing and its key; the line of all labels together lies above the others."""
    named = [line for line in lines or [] if line.get("label") is not None]
    together = [line for line in lines or [] if "label" in line and line["label"] is None]
    kinds = [(f"c{at % NUM_COLORS}", line) for at, line in enumerate(named)]
    kinds = [*(("all", line) for line in together[:1]), *kinds]
    series = [
        (kind, list(zip(line.get("x") or [], line.get("y") or [], strict=False)))
        for kind, line in reversed(kinds)
    ]
    return {
        "title": title,
        "drawing": shares(series, x=x, y=y, diagonal=title == "ROC"),
        "area": "area below" if title == "ROC" else "average precision",
        "key": [(kind, line["label"], line.get("area"), line.get("rows")) for kind, line in kinds],
    }


def _calibration(found: Mapping[str, Any]) -> dict[str, Any]:
    bins = [
        (each["score"], each["right"])
        for each in found.get("bins") or []
        if each.get("score") is not None and each.get("right") is not None
    ]
    if not bins:
        return {}
    return {
        "drawing": shares(
            [("calibrated", bins)], x="highest score", y="share of right texts", diagonal=True,
            dots=True,
        ),
        "error": found.get("error"),
        "bins": found["bins"],
    }  # fmt: skip


def _silence(curve: Mapping[str, Any], wanted: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what it is worth to answer only the texts that the model is sure of."""
    points = list(zip(curve.get("answered") or [], curve.get("precision") or [], strict=False))
    if not points:
        return {}
    drawing = shares([("calibrated", points)], x="share answered", y="share right")
    return {"drawing": drawing, "wanted": wanted}

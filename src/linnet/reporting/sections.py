"""From results to what each section of the page shows.

Goes in: the files' content. Comes out: one value per section, empty where there is nothing to
show. Orders, picks and names; computes no metric.
"""

from collections.abc import Mapping
from typing import Any

from linnet.reporting.curves import curves
from linnet.reporting.results import Results

PARTS = {"test": "Test", "validation": "Validation", "train": "Training"}

BASELINES = {
    "majority": "Always the most frequent label",
    "most_frequent": "Always the most frequent labels",
    "all_zeros": "Never any label",
}

METRICS = {
    "rows": "Rows",
    "accuracy": "Accuracy",
    "micro_f1": "Micro-F1",
    "macro_f1": "Macro-F1",
    "weighted_f1": "Weighted F1",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "roc_auc": "ROC AUC",
    "average_precision": "Average precision",
    "precision_at_1": "Precision at 1",
    "precision_at_3": "Precision at 3",
    "precision_at_5": "Precision at 5",
    "subset_accuracy": "Subset accuracy",
    "sample_f1": "F1 per text",
    "hamming_loss": "Hamming loss",
    "binary_accuracy": "Binary accuracy",
    "all_zeros_binary_accuracy": "… of never any label",
    "labels_per_row": "Labels per text",
    "loss": "Loss",
}

TITLES = {
    "result": "Result",
    "labels": "Labels",
    "confusion": "Confusion",
    "samples": "Sample predictions",
    "training": "Training",
    "data": "Data",
    "findings": "Findings",
    "model": "Model",
    "run": "Run",
    "settings": "Settings",
    "use": "Use it",
}

MOST_LABELS_OF_TABLE = 30
MOST_BARS = 30


def sections(results: Results) -> dict[str, Any]:
    """Return what the page shows, section by section, and the titles of those that are there.

    Example:
        >>> list(sections(Results("so", {}, [], {}, {}, {}, [], ""))["titles"])
        ['use']
    """
    shown: dict[str, Any] = {
        "task": results.manifest.get("task", ""),
        "labels_of_model": results.manifest.get("labels") or [],
        "result": result(results.evaluation),
        "labels": per_class(_first_part(results.evaluation)),
        "confusion": confusion(_first_part(results.evaluation)),
        "samples": samples(results.samples),
        "training": training(results),
        "data": data(results),
        "findings": results.explore.get("findings") or [],
        "model": model(results.manifest),
        "run": run({"versions": results.manifest.get("versions")} | results.run),
        "settings": results.config,
        "use": True,
    }
    return shown | {"titles": {key: title for key, title in TITLES.items() if shown[key]}}


def result(evaluation: Mapping[str, Any]) -> dict[str, Any]:
    """Return the headline, what it must beat, and the table of all metrics.

    Example:
        >>> baselines = {"majority": {"accuracy": 0.5}}
        >>> found = result({"test": {"accuracy": 0.9}, "baselines": baselines})
        >>> found["metric"], found["value"], found["beside"]
        ('Accuracy', 0.9, [('Always the most frequent label', 0.5)])
        >>> result({})
        {}
    """
    parts = [(title, evaluation[part]) for part, title in PARTS.items() if evaluation.get(part)]
    baselines = evaluation.get("baselines") or {}
    named = [(BASELINES.get(name, name), each) for name, each in baselines.items() if each]
    if not parts:
        return {}
    first = parts[0][1]
    metric = "accuracy" if "accuracy" in first else "micro_f1"
    return {
        "part": parts[0][0],
        "rows": first.get("rows"),
        "metric": METRICS[metric],
        "value": first.get(metric),
        "beside": [(title, each[metric]) for title, each in named if each.get(metric) is not None],
        "columns": [title for title, _ in [*parts, *named]],
        "table": [
            (title, [metrics.get(key) for _, metrics in [*parts, *named]])
            for key, title in METRICS.items()
            if any(key in metrics for _, metrics in parts)
        ],
    }


def per_class(evaluation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of the table of labels: in class order, if many by number of texts.

    Example:
        >>> per_class({"per_class": [{"label": "ä"}]})
        [{'label': 'ä'}]
        >>> per_class({})
        []
    """
    rows = list(evaluation.get("per_class") or [])
    if len(rows) > MOST_LABELS_OF_TABLE:
        rows.sort(key=lambda row: -(row.get("support") or 0))
    return rows


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


def training(results: Results) -> dict[str, Any]:
    """Return the curves of the loss and of the metric that was watched, and their numbers.

    Example:
        >>> training(Results("so", {}, [], {}, {}, {}, [], ""))
        {}
    """
    history, best = results.history, results.manifest.get("best_epoch")
    if not history:
        return {}
    watched = [name for name in ("loss", "accuracy", "micro_f1") if name in history[0]]
    drawings = [
        (METRICS[name], drawing)
        for name in watched
        if (drawing := _curves(history, name, best_epoch=best))
    ]
    validated = any(name.startswith("val_") for name in history[0])
    return {"best": best, "curves": drawings, "history": history, "validated": validated}


def data(results: Results) -> dict[str, Any]:
    """Return the parts of the split, texts per label, how long texts are, and the notes.

    Example:
        >>> explore = {"class_counts": {"a": 1, "ä": 3}}
        >>> data(Results("so", {}, [], {}, {}, explore, [], ""))["counts"]
        [('ä', 3, 1.0), ('a', 1, 0.333...)]
        >>> data(Results("so", {}, [], {}, {}, {}, [], ""))
        {}
    """
    explore, rows = results.explore, results.manifest.get("rows") or {}
    counts = sorted(_numbers(explore.get("class_counts")), key=lambda each: -each[1])
    lengths = explore.get("lengths") or {}
    notes = results.run.get("notes") or []
    parts = [(title, rows[part]) for part, title in PARTS.items() if part in rows]
    found = {
        "split": _bars(_numbers(dict(reversed(parts)))),
        "counts": _bars(counts[:MOST_BARS]),
        "more": sum(count for _, count in counts[MOST_BARS:]),
        "num_more": len(counts[MOST_BARS:]),
        "facts": _facts(explore, lengths),
        "bins": _bars(_numbers(lengths.get("bins"))),
        "notes": [note["message"] for note in notes if note.get("message")],
    }
    return found if any(found.values()) else {}


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
    ]
    return [(name, value) for name, value in facts if value is not None]


def _numbers(counted: Mapping[str, Any] | None) -> list[tuple[str, float]]:
    return [(name, number) for name, number in (counted or {}).items() if number is not None]


def _bars(counts: list[tuple[str, float]]) -> list[tuple[str, float, float]]:
    """Add to each count its share of the largest."""
    most = max((count for _, count in counts), default=0) or 1
    return [(name, count, count / most) for name, count in counts]


def model(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the layers with their options, the number of weights and the text settings.

    Example:
        >>> model({"layers": [{"layer": "dense", "units": 2}]})["layers"]
        [('dense', {'units': 2})]
        >>> model({})
        {}
    """
    layers = [
        (layer.get("layer", ""), {name: each for name, each in layer.items() if name != "layer"})
        for layer in manifest.get("layers") or []
    ]
    text = manifest.get("text") or {}
    num_weights = manifest.get("num_weights")
    if not (layers or text or num_weights):
        return {}
    return {"layers": layers, "num_weights": num_weights, "text": list(text.items())}


def run(log: Mapping[str, Any]) -> dict[str, Any]:
    """Return how long each step took, and on what.

    Example:
        >>> run({"seconds": {"fit": 12.5}})
        {'seconds': [('fit', 12.5)], 'versions': {}, 'machine': {}}
        >>> run({})
        {}
    """
    found = {
        "seconds": list((log.get("seconds") or {}).items()),
        "versions": log.get("versions") or {},
        "machine": log.get("machine") or {},
    }
    return found if any(found.values()) else {}


def samples(rows: list[Any]) -> list[dict[str, Any]]:
    """Return texts with their labels as a list, and scores, the highest first.

    Example:
        >>> samples([{"text": "ä", "label": "a", "scores": [["b", 0.2], ["a", 0.8]]}])
        [{'text': 'ä', 'labels': ['a'], 'scores': [('a', 0.8), ('b', 0.2)]}]
        >>> samples([])
        []
    """
    shown = []
    for row in rows:
        label = row.get("label")
        scores = [(name, share) for name, share in row.get("scores") or []]
        shown.append(
            {
                "text": row.get("text") or "",
                "labels": [label] if isinstance(label, str) else list(label or []),
                "scores": sorted(scores, key=lambda each: -each[1]),
            }
        )
    return shown


def _first_part(evaluation: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((evaluation[part] for part in PARTS if evaluation.get(part)), {})


def _curves(history: list[dict[str, float | None]], name: str, *, best_epoch: int | None) -> str:
    kinds = (("train", name), ("validation", f"val_{name}"))
    series = [
        (kind, [row.get(column) for row in history])
        for kind, column in kinds
        if column in history[0]
    ]
    return curves(series, title=f"{METRICS[name]} by epoch", best_epoch=best_epoch)

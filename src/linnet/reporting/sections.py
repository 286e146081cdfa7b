"""From results to what each section of the page shows.

Goes in: the files' content. Comes out: one value per section, empty where there is nothing to
show, and the titles of those that are there.
"""

from typing import Any

from linnet.reporting.answers import (
    answered,
    confusion,
    doubted,
    first_part,
    per_class,
    result,
    scores,
)
from linnet.reporting.data import data, numbers
from linnet.reporting.model import model, recipe, run
from linnet.reporting.results import Results
from linnet.reporting.training import training
from linnet.reporting.words import separations

TITLES = {
    "recipe": "Recipe",
    "result": "Result",
    "labels": "Labels",
    "confusion": "Confusion",
    "scores": "Scores",
    "mistakes": "Mistakes",
    "doubts": "Labels worth checking",
    "samples": "Sample predictions",
    "training": "Training",
    "data": "Data",
    "findings": "Findings",
    "numbers": "From text to numbers",
    "model": "Model",
    "run": "Run",
    "settings": "Settings",
    "use": "Use it",
}


def sections(results: Results) -> dict[str, Any]:
    """Return what the page shows, section by section, and the titles of those that are there.

    Example:
        >>> list(sections(Results("so"))["titles"])
        ['use']
    """
    shown: dict[str, Any] = {
        "task": results.manifest.get("task", ""),
        "labels_of_model": results.manifest.get("labels") or [],
        "recipe": recipe(results.run),
        "result": result(results.evaluation),
        "labels": per_class(first_part(results.evaluation)),
        "confusion": confusion(first_part(results.evaluation)),
        "separations": separations(results.confused),
        "scores": scores(results.curves, first_part(results.evaluation)),
        "mistakes": answered(results.mistakes),
        "doubts": doubted(results.doubts),
        "samples": answered(results.samples),
        "training": training(results),
        "data": data(results),
        "findings": results.explore.get("findings") or [],
        "numbers": numbers(results.examples),
        "model": model(results.manifest, results.examples),
        "run": run({"versions": results.manifest.get("versions")} | results.run),
        "settings": results.config,
        "use": True,
    }
    return shown | {"titles": {key: title for key, title in TITLES.items() if shown[key]}}

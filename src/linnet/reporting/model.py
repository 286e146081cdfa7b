"""What the page shows of the model, of the recipe it follows, and of the run.

Goes in: `manifest.json`, `examples.json`, `run.json`. Comes out: one value per section, empty
where there is nothing to show.
"""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

RECIPE = ("what", "published", "here", "interval", "majority", "linear")


def model(manifest: Mapping[str, Any], examples: Mapping[str, Any]) -> dict[str, Any]:
    """Return the layers with options, shapes and weights, the steps, and the text settings.

    Example:
        >>> layer = {"name": "dense_0", "input": [9], "output": [2], "weights": 20}
        >>> manifest = {"layers": [{"layer": "dense", "units": 2}]}
        >>> model(manifest, {"model": {"layers": [layer]}})["layers"]
        [('dense_0', {'units': 2}, '(9,)', '(2,)', 20)]
        >>> model({}, {})
        {}
    """
    told = examples.get("model") or {}
    layers = [
        _layer(described or {}, counted or {})
        for described, counted in zip_longest(
            manifest.get("layers") or [], told.get("layers") or []
        )
    ]
    text = manifest.get("text") or {}
    num_weights = manifest.get("num_weights")
    if not (layers or text or num_weights or told):
        return {}
    return {
        "layers": layers,
        "shown": bool(told.get("layers")),
        "num_weights": num_weights,
        "activation": told.get("activation"),
        "training": _steps(told),
        "warnings": told.get("warnings") or [],
        "text": list(text.items()),
    }


def recipe(run: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a recipe published and what it reached here.

    Example:
        >>> rows = [["test loss", 0.87, 0.88, [0.87, 0.89], 0.5, 0.8], ["time", None, "58 s"]]
        >>> for row in recipe({"recipe": {"title": "Ä", "rows": rows}})["rows"]: print(row)
        ['test loss', 0.87, 0.88, [0.87, 0.89], 0.5, 0.8]
        ['time', None, '58 s', None, None, None]
        >>> recipe({})
        {}
    """
    told = run.get("recipe") or {}
    if not isinstance(told, Mapping):
        return {}
    nothing = [None] * len(RECIPE)
    rows = [[*(row or []), *nothing][: len(RECIPE)] for row in told.get("rows") or []]
    found = {key: told.get(key) or "" for key in ("name", "title", "source", "form")}
    return found | {"rows": rows, "notes": told.get("notes") or []} if told else {}


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


def _layer(
    described: Mapping[str, Any], counted: Mapping[str, Any]
) -> tuple[str, dict[str, Any], str, str, int | None]:
    options = {name: each for name, each in described.items() if name != "layer"}
    name = counted.get("name") or described.get("layer") or ""
    return (
        name,
        options,
        _shape(counted.get("input")),
        _shape(counted.get("output")),
        counted.get("weights"),
    )


def _shape(sizes: list[int] | None) -> str:
    """Write the shape of one text; a size that is not fixed is None."""
    return "" if sizes is None else f"{tuple(sizes)}"


def _steps(told: Mapping[str, Any]) -> list[tuple[str, Any]]:
    again = told.get("again") or {}
    rows = [
        ("Optimizer", told.get("optimizer")),
        ("Loss", told.get("loss")),
        ("Texts per step", told.get("batch_size")),
        ("Steps per epoch", told.get("steps_per_epoch")),
        ("Epochs", told.get("epochs")),
        ("Steps in all", told.get("steps")),
        ("Steps per epoch, trained again on training and validation", again.get("steps_per_epoch")),
        ("Epochs, trained again", again.get("epochs")),
        ("Steps in all, trained again", again.get("steps")),
    ]
    return [(name, value) for name, value in rows if value is not None]

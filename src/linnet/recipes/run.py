"""Run a recipe: from its data to a run whose report shows the published numbers beside ours."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import linnet
from linnet.datasets import fetch
from linnet.errors import DataError
from linnet.recipes.definition import Recipe
from linnet.registry import resolve

RECIPES = {
    "stackoverflow-embedding": "linnet.recipes.stackoverflow_embedding:RECIPE",
    "stackoverflow-lstm": "linnet.recipes.stackoverflow_lstm:RECIPE",
    "news-lstm": "linnet.recipes.news_lstm:RECIPE",
    "imdb-mlp": "linnet.recipes.imdb_mlp:RECIPE",
    "reuters-mlp": "linnet.recipes.reuters_mlp:RECIPE",
    "arxiv-mlp": "linnet.recipes.arxiv_mlp:RECIPE",
    "imdb-lstm": "linnet.recipes.imdb_lstm:RECIPE",
}
FILES = {"reuters": "reuters46"}
"""Data set → another name that its file may have."""

SUFFIXES = (".parquet", ".csv", ".tsv", ".jsonl", ".csv.gz", ".tsv.gz")
ALWAYS_SHOWN: tuple[str, ...] = ("test accuracy", "test precision_at_1", "test loss")
LAST_EPOCH = "last epoch's "


CONSTANT, LINEAR = ("majority", "most_frequent"), ("linear",)
"""Baselines: what never reads a text, and TF-IDF with logistic regression."""


class Row(NamedTuple):
    """One number of a recipe.

    Attributes:
        what: A part and a metric of the evaluation, or another name.
        published: The tutorial's number; None: it publishes none.
        here: The run's.
        interval: Between which numbers the run's lies with 95 % confidence; None: not known.
        majority: What always the most frequent label reaches, or the most frequent labels.
        linear: What TF-IDF with logistic regression reaches.
    """

    what: str
    published: float | None
    here: float | None
    interval: tuple[float, float] | None = None
    majority: float | None = None
    linear: float | None = None


def recipe(
    name: str,
    data: str | Path | None = None,
    *,
    best: bool = False,
    out: str | Path | None = None,
    resume: bool = False,
    **options: Any,
) -> "linnet.Run":
    """Run a recipe.

    Args:
        name: A name of `RECIPES`.
        data: The data set's table, or a folder that holds it under the data set's name; None: it
            is fetched, and kept in the cache folder.
        best: Whether linnet's own way is taken instead of the tutorial's.
        out: Folder of the run, as for `linnet.train`.
        resume: Go on with what was interrupted in `out`, as for `linnet.train`.
        options: What `linnet.train` takes beside: report, say, and settings over the recipe's.

    Returns:
        The run; its `report.html` is the recipe's page.

    Raises:
        ConfigError: The recipe is unknown.
        DataError: The table is not there, or has other columns.

    Example:
        >>> recipe("imdb-lstn", "imdb.parquet")
        Traceback (most recent call last):
        linnet.errors.ConfigError: unknown recipe 'imdb-lstn': did you mean 'imdb-lstm'? ...
    """
    wanted = resolved(name)
    path = fetch(wanted.data) if data is None else table_in(data, wanted.data)
    settings = wanted.settings(best=best)
    if wanted.measure is not None:
        settings |= wanted.measure(path, settings)
    run = linnet.train(path, out=out, resume=resume, **(settings | options))
    linnet.report(run.path, recipe=_told(wanted, run, best=best))
    return run


def resolved(name: str) -> Recipe:
    """Return a recipe by its name.

    Example:
        >>> resolved("imdb-lstm").weights
        213301
    """
    found: Recipe = resolve(RECIPES, name, "recipe")
    return found


def known() -> list[Recipe]:
    """Return all recipes, in the order of the tutorials.

    Example:
        >>> len(known())
        7
    """
    return [resolved(name) for name in RECIPES]


def table_in(data: str | Path, name: str) -> Path:
    """Return the file of a data set: the path itself, or a file of its name in the folder.

    Example:
        >>> table_in("no such folder", "imdb")
        Traceback (most recent call last):
        linnet.errors.DataError: no such folder is not there: ...
    """
    path = Path(data)
    stem = FILES.get(name, name)
    if path.is_dir():
        found = [path / f"{each}{suffix}" for each in (stem, name) for suffix in SUFFIXES]
        path = next((each for each in found if each.is_file()), path / f"{name}.parquet")
    if not path.is_file():
        raise DataError(
            f"{path} is not there: name the table of the data set {name!r}, "
            f"or a folder that holds it; `linnet data fetch {name}` downloads it"
        )
    return path


def shown(wanted: Recipe, run: "linnet.Run") -> list[Row]:
    """Return what was published beside what the run and the baselines reached.

    Example:
        >>> run = linnet.train({"text": ["a", "é"] * 9, "label": ["x", "y"] * 9}, epochs=1,
        ...                    duplicates="keep")
        >>> shown(resolved("imdb-lstm"), run)[-1][:2]
        ('parameters', 213301)
    """
    also = ALWAYS_SHOWN
    if "accuracy" not in run.evaluation["test"]:
        also = ("test micro_f1", *also)
    names = [*wanted.published, *(each for each in also if each not in wanted.published)]
    rows = [
        Row(
            name, wanted.published.get(name), _reached(name, run), _interval(name, run),
            baseline(name, run, kinds=CONSTANT), baseline(name, run, kinds=LINEAR),
        )
        for name in names
    ]  # fmt: skip
    manifest = json.loads((run.path / "model" / "manifest.json").read_text("utf-8"))
    parameters = Row("parameters", wanted.weights, manifest["num_weights"])
    return [*(row for row in rows if row.here is not None), parameters]


def baseline(name: str, run: "linnet.Run", *, kinds: tuple[str, ...]) -> float | None:
    """Return what a baseline reaches of "test accuracy"; None where it answered other rows.

    Example:
        >>> run = linnet.train({"text": ["a", "é"] * 9, "label": ["x", "y"] * 9}, epochs=1,
        ...                    duplicates="keep")
        >>> [baseline(each, run, kinds=CONSTANT) for each in ("test accuracy", "train loss")]
        [0.5, None]
    """
    part, _, metric = name.partition(" ")
    if part != "test" or "test" not in run.evaluation:
        return None
    answers = run.evaluation["baselines"]
    found = [answers[kind].get(metric) for kind in kinds if kind in answers]
    return found[0] if found else None


def _interval(name: str, run: "linnet.Run") -> tuple[float, float] | None:
    part, _, metric = name.partition(" ")
    found = run.evaluation.get(part, {}).get("intervals", {}).get(metric)
    return (found[0], found[1]) if found else None


def _reached(name: str, run: "linnet.Run") -> float | None:
    """Look up "test accuracy" in the evaluation, "last epoch's loss" in the history."""
    if name.startswith(LAST_EPOCH):
        return run.history[-1].get(name.removeprefix(LAST_EPOCH))
    part, _, metric = name.partition(" ")
    value: float | None = run.evaluation.get(part, {}).get(metric)
    return value


def _told(wanted: Recipe, run: "linnet.Run", *, best: bool) -> dict[str, Any]:
    return {
        "name": wanted.name,
        "title": wanted.title,
        "source": wanted.source,
        "form": "best" if best else "faithful",
        "rows": [list(row) for row in shown(wanted, run)],
        "notes": list(wanted.notes),
    }

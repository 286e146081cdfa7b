"""Runs of recipes as a table: one line each, published numbers beside ours."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linnet.recipes.definition import Recipe
from linnet.recipes.run import CONSTANT, LINEAR, baseline

if TYPE_CHECKING:
    import linnet

HEADLINES = ("accuracy", "micro_f1")
COLUMNS = ("recipe", "form", "metric", "published", "here", "95 % interval", "majority", "linear",
           "parameters", "published parameters", "epochs", "seconds", "seed")  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One run.

    Attributes:
        recipe: The recipe's name.
        form: faithful or best.
        metric: What is measured on the test rows.
        published: The tutorial's number; None: it publishes none.
        ours: The run's.
        interval: In which the true value lies, with 95 % confidence.
        majority: What always the most frequent label reaches, or the most frequent labels.
        linear: What TF-IDF with logistic regression reaches; None: it was not trained.
        weights: Parameters of the run's model.
        published_weights: Parameters of the tutorial's, at its own vocabulary.
        epochs: How many epochs were watched.
        seconds: From the table to the report.
        seed: Of the run.
    """

    recipe: str
    form: str
    metric: str
    published: float | None
    ours: float
    interval: tuple[float, float] | None
    majority: float | None
    linear: float | None
    weights: int
    published_weights: int | None
    epochs: int
    seconds: float
    seed: int


def line_of(recipe: Recipe, run: "linnet.Run", *, best: bool) -> Line:
    """Return the line of a run.

    Example:
        >>> import linnet
        >>> from linnet.recipes.imdb_mlp import RECIPE
        >>> run = linnet.train({"text": ["a", "é"] * 20, "label": ["x", "y"] * 20}, epochs=1,
        ...                    duplicates="keep")
        >>> line_of(RECIPE, run, best=True).published
        0.8788
    """
    test = run.evaluation["test"]
    metric = next(name for name in HEADLINES if name in test)
    interval = test["intervals"].get(metric)
    told = json.loads((run.path / "run.json").read_text("utf-8"))
    manifest = json.loads((run.path / "model" / "manifest.json").read_text("utf-8"))
    return Line(
        recipe=recipe.name, form="best" if best else "faithful", metric=metric,
        published=recipe.published.get(f"test {metric}"), ours=test[metric],
        interval=None if interval is None else (interval[0], interval[1]),
        majority=baseline(f"test {metric}", run, kinds=CONSTANT),
        linear=baseline(f"test {metric}", run, kinds=LINEAR), weights=manifest["num_weights"],
        published_weights=recipe.weights, epochs=len(run.history),
        seconds=sum(told["seconds"].values()), seed=run.config.seed,
    )  # fmt: skip


def as_markdown(lines: Sequence[Line]) -> str:
    """Return a table in Markdown, numbers only.

    Example:
        >>> line = Line("imdb-mlp", "best", "accuracy", None, 0.9, None, 0.5, 0.8, 9, None, 2,
        ...             3.0, 0)
        >>> print(as_markdown([line]).splitlines()[2])
        | imdb-mlp | best | accuracy | – | 0.9000 | – | 0.5000 | 0.8000 | 9 | – | 2 | 3 | 0 |
        >>> as_markdown([]).count("|")
        28
    """
    rows = [COLUMNS, ["---"] * len(COLUMNS), *(_cells(line) for line in lines)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def _cells(line: Line) -> list[str]:
    interval = "–" if line.interval is None else " to ".join(map(number, line.interval))
    return [
        line.recipe, line.form, line.metric, number(line.published), number(line.ours),
        interval, number(line.majority), number(line.linear), number(line.weights),
        number(line.published_weights),
        number(line.epochs), f"{line.seconds:.0f}", str(line.seed),
    ]  # fmt: skip


def number(value: float | None) -> str:
    """Write a score with four decimals, a count with commas, and what is not known as a dash.

    Example:
        >>> number(0.5), number(213301), number(None)
        ('0.5000', '213,301', '–')
    """
    if value is None:
        return "–"
    return f"{value:.4f}" if isinstance(value, float) else f"{value:,}"

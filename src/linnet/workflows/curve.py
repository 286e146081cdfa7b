"""What a learning curve says, as data, in words, as a figure and as a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.errors import MissingExtraError
from linnet.files import write_bytes, write_json
from linnet.types import Note

if TYPE_CHECKING:
    import polars as pl

    from linnet.comparison.learning_curve import Point
    from linnet.evaluation.forecast import Forecast

MANY = {1: "all", 2: "twice as many texts", 4: "four times as many"}
FILE = "learning_curve"


@dataclass(frozen=True, eq=False)
class LearningCurve:
    """What models reach that are trained on more and more rows, and what more rows would give.

    Rows to learn from are training and validation rows together.

    Attributes:
        name: What the table is called.
        metric: What scores are: accuracy or micro_f1, of the test rows.
        num_rows: All rows to learn from.
        num_test_rows: Rows that every score was measured on.
        points: A dict per size, ascending: train_size, score (the mean of its draws), interval
            (95 %, over test rows), spread (standard deviation over draws, None: one draw), draws
            (their scores), seconds (of each training).
        forecasts: A dict per size that was not measured: times (how many times all rows),
            train_size, score, interval (95 %: of the score of a training), gain (over the largest
            size that was measured), gain_interval. Empty where nothing can be told.
        why_not: Why nothing can be told of more rows; None: it can.
        law: a, b and c of the error a + b * rows ** -c; None where nothing can be told.
        band: Points of the law: rows, score, and between which it lies.
        majority: What the most frequent answer of the training rows reaches.
        notes: What was left out of the data, or not tried, and why.
        ahead: What forecasts are made of.
    """

    name: str
    metric: str
    num_rows: int
    num_test_rows: int
    points: list[dict[str, Any]]
    forecasts: list[dict[str, Any]]
    why_not: str | None
    law: dict[str, float] | None
    band: list[list[float]]
    majority: float
    notes: tuple[Note, ...]
    ahead: "Forecast"

    def at(self, train_size: int) -> dict[str, Any] | None:
        """Return the forecast for a number of rows, as in `forecasts`; None: nothing can be told.

        Args:
            train_size: Rows to learn from, at least as many as the largest size.
        """
        guess = self.ahead.at(train_size)
        return None if guess is None else dict(vars(guess))

    @property
    def train_sizes(self) -> list[int]:
        """How many rows the models learned from."""
        return [point["train_size"] for point in self.points]

    @property
    def test_scores(self) -> list[list[float]]:
        """The score of each draw, size by size."""
        return [point["draws"] for point in self.points]

    @property
    def sentence(self) -> str:
        """What more rows would give, in words."""
        if self.why_not is not None:
            return f"what more texts would give cannot be told: {self.why_not}"
        last = self.points[-1]
        measured = f"{last['train_size']:,} texts: {percent(last['score'])}"
        return "; ".join([f"{measured}{between(last['interval'])}", *map(ahead, self.forecasts)])

    @property
    def table(self) -> "pl.DataFrame":
        """A row per size that was measured."""
        import polars as pl

        return pl.DataFrame([
            {
                "train_size": each["train_size"], "score": each["score"],
                "low": each["interval"][0], "high": each["interval"][1],
                "spread": each["spread"], "draws": len(each["draws"]),
                "seconds": sum(each["seconds"]) / len(each["seconds"]),
            }
            for each in self.points
        ], schema_overrides={"spread": pl.Float64})  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain values, notes as sentences."""
        notes = [note.message for note in self.notes]
        told = {name: value for name, value in vars(self).items() if name != "ahead"}
        return {**told, "notes": notes, "sentence": self.sentence}

    def plot(self) -> Any:
        """Return a matplotlib Figure: the points, the law through them, and its way ahead."""
        from linnet.reporting.figures import plot_learning_curve

        return plot_learning_curve(self.to_json())

    @property
    def page(self) -> str:
        """The page as HTML."""
        from linnet.reporting.learning_curve_page import learning_curve_page

        return learning_curve_page(self.to_json())

    def write(self, folder: Path) -> None:
        """Write `learning_curve.json`, `.csv` and `.html` into a folder."""
        from linnet.tables.write import write

        write_json(folder / f"{FILE}.json", self.to_json())
        write(self.table, folder / f"{FILE}.csv")
        write_bytes(folder / f"{FILE}.html", self.page.encode("utf-8", "replace"))

    def __repr__(self) -> str:
        last = self.points[-1]
        return (
            f"<LearningCurve {self.name!r}: {len(self.points)} sizes up to "
            f"{last['train_size']:,} rows, {self.metric} {last['score']:.4f}>"
        )

    def _repr_html_(self) -> str | None:
        """Show the page in a notebook, if jinja2 is there to make it."""
        from linnet.reporting.explore_page import framed

        try:
            return framed(self.page)
        except MissingExtraError:
            return None


def counted(point: "Point") -> dict[str, Any]:
    """Return a point as plain values.

    Example:
        >>> import numpy as np
        >>> from linnet.comparison.learning_curve import Point
        >>> from linnet.comparison.trial import Trial
        >>> trial = Trial("", 0, np.arange(4), np.array([[1, 1]] * 3 + [[0, 1]]), 0.75, 0.5)
        >>> counted(Point(16, (trial,), 1, 0.0))["interval"]
        [0.300..., 0.954...]
    """
    return {
        "train_size": point.train_size, "score": point.score,
        "interval": [*map(float, point.interval)],
        "spread": point.spread, "draws": [each.score for each in point.trials],
        "seconds": [each.seconds for each in point.trials],
    }  # fmt: skip


def line(point: "Point", width: int) -> str:
    """Return what is said of a point as soon as it is known.

    Args:
        point: The point.
        width: Characters of the largest size.

    Example:
        >>> import numpy as np
        >>> from linnet.comparison.learning_curve import Point
        >>> from linnet.comparison.trial import Trial
        >>> trial = Trial("", 0, np.arange(4), np.array([[1, 1]] * 3 + [[0, 1]]), 0.75, 0.5)
        >>> line(Point(16, (trial,), 1, 200.0), 5)
        '   16 texts  75.00 % (95 %: 30.06 to 95.44)  0.5 s  about 3 minutes left'
    """
    told = counted(point)
    parts = [f"{point.train_size:>{width},} texts  {percent(point.score)}{between(point.interval)}"]
    if point.spread is not None:
        parts.append(f"± {100 * point.spread:.2f} over {len(point.trials)} draws")
    parts.append(f"{sum(told['seconds']):.1f} s")
    if point.seconds_left:
        minutes = point.seconds_left / 60
        left = f"{minutes:.0f} minutes" if minutes >= 1.5 else f"{point.seconds_left:.0f} s"
        parts.append(f"about {left} left")
    return "  ".join(parts)


def ahead(guess: Mapping[str, Any]) -> str:
    """Return a forecast in words.

    Example:
        >>> ahead({"times": 2, "train_size": 3200, "score": 0.912, "interval": [0.906, 0.918],
        ...        "gain": 0.007, "gain_interval": [-0.001, 0.012]})
        'twice as many texts (3,200): 91.20 % (95 %: 90.60 to 91.80), +0.70 points (-0.10 to +1.20)'
    """
    low, high = guess["gain_interval"]
    return (
        f"{MANY[guess['times']]} ({guess['train_size']:,}): {percent(guess['score'])}"
        f"{between(guess['interval'])}, {100 * guess['gain']:+.2f} points "
        f"({100 * low:+.2f} to {100 * high:+.2f})"
    )


def percent(share: float) -> str:
    """Return a share as percent with two decimals.

    Example:
        >>> percent(0.5)
        '50.00 %'
    """
    return f"{100 * share:.2f} %"


def between(ends: Any) -> str:
    """Return what stands behind a share whose interval is known.

    Example:
        >>> between([0.8964, 0.9094])
        ' (95 %: 89.64 to 90.94)'
    """
    return f" (95 %: {100 * ends[0]:.2f} to {100 * ends[1]:.2f})"

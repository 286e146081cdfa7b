"""Models trained on growing shares of the training rows, measured on the same test rows.

Goes in: material, a split, and how many rows to train on. Comes out: a point for each size, as
soon as it is known. Every choice that a training makes is made anew from the rows it is given.
"""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linnet.comparison.nested import nested
from linnet.comparison.rounds import Round
from linnet.comparison.trial import Trial, run_trial
from linnet.config import Config
from linnet.evaluation.intervals import Interval, Pairs, bootstrap, ratio, ratio_interval
from linnet.splitting.pool import Pool
from linnet.training.train import Material
from linnet.types import Split


@dataclass(frozen=True)
class Plan:
    """What is to be measured.

    Attributes:
        sizes: Training and validation rows of each point, ascending.
        repeats: Draws of a small share of the rows; of a large one fewer, and all rows are drawn
            once.
        seconds: All that it may take; None: no limit.
    """

    sizes: Sequence[int]
    repeats: int = 3
    seconds: float | None = None

    def draws(self, size: int, num_rows: int) -> int:
        """Return how often a size is drawn: draws of most rows are nearly the same rows."""
        return max(1, math.ceil(self.repeats * (1 - size / num_rows)))


@dataclass(frozen=True, eq=False)
class Point:
    """What models that were trained on equally many rows are worth.

    Attributes:
        train_size: Training and validation rows, the mean of the draws.
        trials: What each draw reached, on the same test rows.
        planned: Draws that were wanted; there are fewer where the time was short.
        seconds_left: How long the rest will probably take.
    """

    train_size: int
    trials: tuple[Trial, ...]
    planned: int
    seconds_left: float

    @property
    def counts(self) -> list[Pairs]:
        """Of each draw two counts per test row, whose sums' ratio is the headline metric."""
        return [each.counts for each in self.trials]

    @property
    def score(self) -> float:
        """The headline metric, the mean of the draws."""
        return float(np.mean([each.score for each in self.trials]))

    @property
    def spread(self) -> float | None:
        """Standard deviation of the scores over draws; None where there is one draw."""
        scores = [each.score for each in self.trials]
        return float(np.std(scores, ddof=1)) if len(scores) > 1 else None

    @property
    def interval(self) -> Interval:
        """Between which numbers the mean score lies with 95 % confidence, for other test rows."""
        together: Pairs = np.sum(self.counts, axis=0)
        if len(self.trials) == 1 or (together[:, 1] == together[0, 1]).all():
            return ratio_interval(together)
        return bootstrap(np.concatenate(self.counts, axis=1), _mean_ratio)


def _mean_ratio(sums: Pairs) -> NDArray[np.float64]:
    """Return the mean over draws of what two columns of each say."""
    ratios = [ratio(sums[:, at : at + 2]) for at in range(0, sums.shape[1], 2)]
    return np.asarray(np.mean(ratios, axis=0))


def measure_curve(
    material: Material, split: Split, *, pool: Pool, plan: Plan, config: Config
) -> Iterator[Point]:
    """Train on growing shares of the rows, and measure each model on the test rows.

    The point of all rows is the model that a training without a curve gives. When time is short,
    second and third draws are left out first, then the largest sizes; the first training begins
    always, and none is broken off.

    Args:
        material: All rows.
        split: Which of them are for what; there are test rows.
        pool: All rows, with the groups that are drawn together.
        plan: What to measure.
        config: The settings; what is None is decided anew for each size.

    Example:
        >>> from linnet.config import configure
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> tokens = tokenize(as_texts(["hyvä", "bad", ""] * 10))
        >>> material = Material(tokens, np.array([1, 0, 0] * 10), "binary", ("-", "+"))
        >>> split = Split(np.arange(18), np.arange(18, 24), np.arange(24, 30))
        >>> plan, config = Plan([12, 24], repeats=2), configure(model="linear", epochs=2)
        >>> pool = Pool(material.targets, "binary")
        >>> points = list(measure_curve(material, split, pool=pool, plan=plan, config=config))
        >>> [(point.train_size, len(point.trials)) for point in points]
        [(12, 1), (24, 1)]
    """
    num_rows = len(split.train) + len(split.validation)
    wanted = [plan.draws(size, num_rows) for size in plan.sizes]
    drawn = [
        nested(split, pool, sizes=plan.sizes, seed=config.seed + draw)
        for draw in range(max(wanted))
    ]
    pace = Pace(plan.seconds)
    for place, (size, planned) in enumerate(zip(plan.sizes, wanted, strict=True)):
        later = plan.sizes[place + 1 :]
        parts, trials = list[Split](), list[Trial]()
        for draw in range(planned):
            if not pace.has_time([size, *(later if draw else [])]):
                break
            part = Round(draw, config.seed + draw, drawn[draw][place])
            trials.append(run_trial(f"{size}", material, part=part, config=config)[0])
            parts.append(part.split)
            pace.took(size)
        if not trials:
            return
        learned = np.mean([len(each.train) + len(each.validation) for each in parts])
        rest = zip(wanted[place + 1 :], later, strict=True)
        left = sum(draws * pace.expected(each) for draws, each in rest)
        yield Point(round(float(learned)), tuple(trials), planned, left)


class Pace:
    """How long trainings take, their measuring included, and whether there is time for more."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self.begun = self.last = time.monotonic()
        self.known: dict[int, list[float]] = {}

    def took(self, size: int) -> None:
        """Take note that a training on so many rows has just ended."""
        now = time.monotonic()
        self.known.setdefault(size, []).append(now - self.last)
        self.last = now

    def expected(self, size: int) -> float:
        """Return the seconds of a training on so many rows: on a line through those before."""
        known = [(rows, float(np.median(seconds))) for rows, seconds in self.known.items()]
        first, least = known[0] if len(known) > 1 else (0, 0.0)
        last, most = known[-1]
        return most + (size - last) * max(most - least, 0.0) / (last - first)

    def has_time(self, sizes: Sequence[int]) -> bool:
        """Say whether trainings on so many rows would end in time; the first always may begin."""
        if self.seconds is None or not self.known:
            return True
        return time.monotonic() - self.begun + sum(map(self.expected, sizes)) <= self.seconds

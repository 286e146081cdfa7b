"""What more training rows would give: a power law through the points of a learning curve.

Goes in: how many rows models were trained on, and two counts per test row for each. Comes out: the
law, and its values at more rows, with intervals. Knows nothing of models.

The error of a model falls with its training rows n as a + b * n ** -c (Cortes et al. 1993,
"Learning curves: asymptotic values and rate of convergence"; Hestness et al. 2017, "Deep learning
scaling is predictable, empirically"). The points of more rows weigh more in the fit (Figueroa et
al. 2012, "Predicting sample size required for classification performance").
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linnet.evaluation.intervals import LEVEL, Interval, Pairs, ratio

Floats = NDArray[np.float64]

SLOWEST, FASTEST, NUM_RATES = 0.05, 1.0, 96
NUM_RESAMPLES, AT_ONCE = 1_000, 100
LEAST_SIZES, LEAST_RANGE = 4, 4.0
BELOW = 0.3
"""How far below 0 a resampled law's `a` may lie, as a share of the last error.

With none below 0, those of points whose own law lies at 0 would all lie on one side of it.
"""
FIRST_SPREAD = 0.03
"""Standard deviation of log errors over draws, where no size has been drawn twice."""


@dataclass(frozen=True, eq=False)
class PowerLaw:
    """Errors that fall with the rows: a + b * rows ** -c, one law for each row of the arrays.

    Attributes:
        a: The error that no number of rows takes away, from 0; of resampled points a little less.
        b: How large the rest is, from 0.
        c: How fast it falls, 0.05 to 1.
    """

    a: Floats
    b: Floats
    c: Floats

    @property
    def first(self) -> dict[str, float]:
        """The first law as plain numbers."""
        return {"a": float(self.a[0]), "b": float(self.b[0]), "c": float(self.c[0])}

    def errors(self, sizes: ArrayLike) -> Floats:
        """Return the errors at some numbers of rows, shape (laws, sizes)."""
        n = np.asarray(sizes, np.float64)[None]
        found: Floats = self.a[:, None] + self.b[:, None] * n ** -self.c[:, None]
        return found


def fit_power_law(
    sizes: ArrayLike, errors: ArrayLike, *, weights: ArrayLike, least: float = 0.0
) -> PowerLaw:
    """Fit a law to each row of errors, by weighted least squares.

    Args:
        sizes: Training rows, shape (sizes,).
        errors: Shape (laws, sizes).
        weights: How much each size counts, shape (sizes,).
        least: What `a` may be at least.

    Example:
        >>> sizes = np.array([100, 200, 400, 800])
        >>> law = fit_power_law(sizes, [0.1 + 3 * sizes**-0.5], weights=np.ones(4))
        >>> law.a.round(3).tolist(), law.b.round(2).tolist(), law.c.round(2).tolist()
        ([0.1], [3.0], [0.5])
        >>> fit_power_law(sizes, [[0.1, 0.2, 0.3, 0.4]], weights=np.ones(4)).b.tolist()
        [0.0]
    """
    n, e, w = (np.asarray(each, np.float64) for each in (sizes, errors, weights))
    w = w / w.sum()
    rates = np.geomspace(SLOWEST, FASTEST, NUM_RATES)
    x = n[None] ** -rates[:, None]
    middle, mean = x @ w, e @ w
    square = ((x - middle[:, None]) ** 2) @ w
    b = (e - mean[:, None]) @ (w * (x - middle[:, None])).T / square
    a = mean[:, None] - b * middle
    through = ((e - least) @ (w * x).T) / ((x**2) @ w)  # where a would be too small
    b = np.maximum(np.where(a < least, through, b), 0)
    a = np.where(b == 0, mean[:, None], np.maximum(a, least))
    return _best(a, b, rates, (x, e, w))


def _best(a: Floats, b: Floats, rates: Floats, points: tuple[Floats, Floats, Floats]) -> PowerLaw:
    """Take of each law the rate that leaves least; `a` and `b` have a column for each rate."""
    x, e, w = points
    # The sum of squares, multiplied out: arrays of laws by rates, none by sizes.
    left = (
        (e**2 @ w)[:, None] - 2 * a * (e @ w)[:, None] - 2 * b * (e @ (w * x).T)
        + a**2 + 2 * a * b * (x @ w) + b**2 * (x**2 @ w)
    )  # fmt: skip
    best = left.argmin(axis=1)
    row = np.arange(len(e))
    return PowerLaw(a[row, best], b[row, best], rates[best])


@dataclass(frozen=True)
class Guess:
    """What a model trained on more rows would reach.

    Attributes:
        train_size: How many rows.
        score: The forecast.
        interval: Where the score of a training would be, with 95 % confidence.
        gain: The forecast less the score of the largest size that was measured.
        gain_interval: The same of the gain, on the same test rows.
    """

    train_size: int
    score: float
    interval: Interval
    gain: float
    gain_interval: Interval


@dataclass(frozen=True, eq=False)
class Forecast:
    """What is known of more rows.

    Attributes:
        why_not: Why nothing can be told; None: it can.
        law: The law of the measured points; None where nothing can be told.
        laws: Laws of points as they might have been.
        spread: Standard deviation of log errors over draws.
        now: The score at the largest size: as measured, and as it might have been.
        train_size: The largest size.
        seed: Of what is drawn.
    """

    why_not: str | None
    law: PowerLaw | None
    laws: PowerLaw | None
    spread: float
    now: tuple[float, Floats]
    train_size: int
    seed: int = 0

    def at(self, train_size: int) -> Guess | None:
        """Return the forecast for a number of rows; None where nothing can be told."""
        if self.law is None or self.laws is None:
            return None
        score = 1 - float(self.law.errors([train_size])[0, 0])
        random = np.random.default_rng([self.seed, train_size])
        noise = np.exp(self.spread * random.standard_normal(len(self.laws.a)))
        scores = 1 - np.clip(self.laws.errors([train_size])[:, 0] * noise, 0, 1)
        now, nows = self.now
        return Guess(train_size, score, _ends(scores), score - now, _ends(scores - nows))

    def band(self, sizes: ArrayLike) -> Floats:
        """Return the law's scores and between which they lie, shape (sizes, 3): score, low, high.

        Without the luck of a single draw, which `at` counts in.
        """
        if self.law is None or self.laws is None:
            return np.empty((0, 3))
        ends = np.quantile(1 - np.clip(self.laws.errors(sizes), 0, 1), _QUANTILES, axis=0)
        found: Floats = np.column_stack([1 - self.law.errors(sizes)[0], *ends])
        return found


_QUANTILES = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)


def _ends(values: Floats) -> Interval:
    low, high = np.quantile(values, _QUANTILES)
    return float(low), float(high)


def forecast(sizes: Sequence[int], counts: Sequence[Sequence[Pairs]], *, seed: int = 0) -> Forecast:
    """Fit a power law to a learning curve, and to curves as they might have been.

    Test rows are drawn again with replacement, the same for all sizes, 1,000 times; to each size
    comes the luck of its draws: log errors spread as they do between draws of one size, all sizes
    taken together.

    Args:
        sizes: Training rows, ascending.
        counts: For each size, and each of its draws, what `row_counts` returns: shape (test rows,
            2), always of the same test rows.
        seed: Of what is drawn.

    Example:
        >>> def counts(error):
        ...     right = np.arange(400) >= 400 * error
        ...     return np.column_stack([right, np.ones_like(right)]).astype(np.int64)
        >>> sizes = [100, 200, 400, 800]
        >>> found = forecast(sizes, [[counts(3 * size**-0.5)] for size in sizes])
        >>> round(found.at(1600).score, 2)
        0.92
        >>> forecast(sizes, [[counts(0.25)] for _ in sizes]).why_not
        'from 100 to 800 rows the score does not rise by more than chance would make it'
    """
    errors = [np.array([_errors(each.sum(axis=0)[None])[0] for each in draws]) for draws in counts]
    spread = _spread(errors, sizes)
    means = np.array([each.mean() for each in errors])
    resampled, nows = _resampled(counts, spread=spread, seed=seed)
    now = (1 - float(means[-1]), 1 - nows)
    why_not = _why_not(sizes, means, resampled)
    if why_not is not None:
        return Forecast(why_not, None, None, spread, now, sizes[-1], seed)
    weights = np.array([len(each) for each in errors]) * np.asarray(sizes) / means**2
    law = fit_power_law(sizes, means[None], weights=weights)
    below = -BELOW * float(means[-1])
    laws = fit_power_law(sizes, resampled, weights=weights, least=below)
    return Forecast(None, law, laws, spread, now, sizes[-1], seed)


def _errors(sums: Pairs) -> Floats:
    """Return the error, at least half of what one count would make: none is certain."""
    found: Floats = np.maximum(1 - ratio(sums), 0.5 / np.maximum(sums[:, 1], 1))
    return found


def _spread(errors: Sequence[Floats], sizes: Sequence[int]) -> float:
    """Return how much log errors differ between draws of one size, all sizes taken together.

    Larger sizes weigh more: small ones, with a few rows of each label, differ wildly.
    """
    weights = np.sqrt(sizes)
    free = weights @ [len(each) - 1 for each in errors]
    if not free:
        return FIRST_SPREAD
    squares = [((np.log(each) - np.log(each).mean()) ** 2).sum() for each in errors]
    return float(np.sqrt(weights @ squares / free))


def _resampled(
    counts: Sequence[Sequence[Pairs]], *, spread: float, seed: int
) -> tuple[Floats, Floats]:
    """Return errors as they might have been, shape (resamples, sizes); and the last as measured."""
    random = np.random.default_rng(seed)
    columns = np.concatenate([each for draws in counts for each in draws], axis=1)
    kinds, frequency = np.unique(columns, axis=0, return_counts=True)
    num_rows = int(frequency.sum())
    sums = np.concatenate([
        random.multinomial(num_rows, frequency / num_rows, size=AT_ONCE) @ kinds
        for _ in range(NUM_RESAMPLES // AT_ONCE)
    ])  # fmt: skip
    found = np.empty((len(sums), len(counts)))
    first = 0
    for place, draws in enumerate(counts):
        last = first + 2 * len(draws)
        found[:, place] = np.mean(
            [_errors(sums[:, at : at + 2]) for at in range(first, last, 2)], axis=0
        )
        first = last
    luck = random.standard_normal(found.shape) / np.sqrt([len(draws) for draws in counts])
    return found * np.exp(spread * luck), found[:, -1]


def _why_not(sizes: Sequence[int], errors: Floats, resampled: Floats) -> str | None:
    """Say why these points tell nothing of more rows; None: they do."""
    if len(sizes) < LEAST_SIZES:
        return f"a forecast needs at least {LEAST_SIZES} sizes, and {len(sizes)} were measured"
    first, last = sizes[0], sizes[-1]
    if last < LEAST_RANGE * first:
        return (
            f"the largest size, {last:,} rows, is less than {LEAST_RANGE:g} times the smallest, "
            f"{first:,}"
        )
    if np.mean(resampled[:, 0] <= resampled[:, -1]) > (1 - LEVEL) / 2:
        return (
            f"from {first:,} to {last:,} rows the score does not rise by more than chance would "
            "make it"
        )
    return None

"""Forecasts: laws that are known are found, intervals hold, and silence where nothing is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.evaluation.forecast import fit_power_law, forecast

SIZES = np.array([250, 500, 1000, 2000, 4000])
DRAWS = (3, 3, 3, 2, 1)


def law(n, a=0.05, b=2.0, c=0.4):
    return a + b * np.asarray(n, float) ** -c


def counts(error, random, rows=4000, hard=None):
    """A model with about this error: rows that are hard for one are hard for the others."""
    hard = random.random(rows) if hard is None else hard
    right = hard >= error
    return np.column_stack([right, np.ones(rows)]).astype(np.int64)


def curve(seed, *, spread=0.03, rows=4000, errors=law, sizes=SIZES):
    """Counts as trainings would give them: the luck of a draw moves its error."""
    random = np.random.default_rng(seed)
    hard = random.random(rows)
    return hard, [
        [
            counts(errors(n) * np.exp(spread * random.standard_normal()), random, rows, hard)
            for _ in range(draws)
        ]
        for n, draws in zip(sizes, DRAWS, strict=False)
    ]


@pytest.mark.parametrize(("a", "b", "c"), [(0.0, 3.0, 0.3), (0.1, 5.0, 0.5), (0.02, 9.0, 0.9)])
def test_a_law_without_noise_is_found(a, b, c):
    found = fit_power_law(SIZES, [law(SIZES, a, b, c)], weights=np.ones(5))
    assert found.errors([16_000])[0] == pytest.approx(law([16_000], a, b, c), rel=0.02)
    assert found.c[0] == pytest.approx(c, rel=0.05)


def test_laws_are_fitted_row_by_row():
    rows = np.array([law(SIZES), law(SIZES, b=4.0)])
    both = fit_power_law(SIZES, rows, weights=SIZES)
    for place, row in enumerate(rows):
        alone = fit_power_law(SIZES, [row], weights=SIZES)
        assert both.errors([8000])[place] == pytest.approx(alone.errors([8000])[0])


def test_weights_decide_which_points_are_met():
    bent = law(SIZES)
    bent[0] += 0.1
    weighted = fit_power_law(SIZES, [bent], weights=[1e-6, 1, 1, 1, 1])
    assert weighted.errors(SIZES)[0][1:] == pytest.approx(law(SIZES)[1:], abs=1e-4)


@given(
    st.lists(st.floats(0.001, 1.0), min_size=5, max_size=5),
    st.sampled_from([np.ones(5), SIZES.astype(float)]),
)
def test_errors_never_rise_and_never_fall_below_zero(errors, weights):
    found = fit_power_law(SIZES, [errors], weights=weights)
    ahead = found.errors(np.geomspace(10, 10**9, 30))[0]
    assert (np.diff(ahead) <= 1e-12).all()
    assert ahead[-1] >= 0
    assert found.errors(SIZES)[0].max() <= 3 * max(errors)


def test_what_comes_is_foretold():
    _, points = curve(0, spread=0.01)
    found = forecast(SIZES.tolist(), points)
    guess = found.at(8000)
    assert found.why_not is None
    assert guess.score == pytest.approx(1 - law(8000), abs=0.015)
    assert guess.gain == pytest.approx(guess.score - found.now[0])


def test_intervals_hold_what_a_training_on_more_rows_gives():
    """Of 60 curves the 95 % intervals at two and four times the rows hold nearly all."""
    held, widths = {"score": [], "gain": []}, []
    for seed in range(60):
        hard, points = curve(seed, rows=2000)
        found = forecast(SIZES.tolist(), points, seed=seed)
        luck = np.random.default_rng(10_000 + seed)
        for size in (8000, 16_000):
            guess = found.at(size)
            error = law(size) * np.exp(0.03 * luck.standard_normal())
            measured = float((hard >= error).mean())
            held["gain"].append(
                guess.gain_interval[0] <= measured - found.now[0] <= guess.gain_interval[1]
            )
            held["score"].append(guess.interval[0] <= 1 - error <= guess.interval[1])
            widths.append(guess.gain_interval[1] - guess.gain_interval[0])
    assert np.mean(held["score"]) >= 0.90
    assert np.mean(held["gain"]) >= 0.90
    assert np.mean(widths) < 0.06


def test_more_luck_makes_wider_intervals():
    width = {}
    for spread in (0.01, 0.1):
        low, high = forecast(SIZES.tolist(), curve(3, spread=spread)[1]).at(8000).gain_interval
        width[spread] = high - low
    assert width[0.1] > 2 * width[0.01]


def test_the_luck_of_draws_is_found():
    spreads = [forecast(SIZES.tolist(), curve(seed, spread=0.1)[1]).spread for seed in range(20)]
    assert np.mean(spreads) == pytest.approx(0.1, rel=0.15)


def test_the_band_holds_the_law_and_widens_ahead():
    found = forecast(SIZES.tolist(), curve(1)[1])
    score, low, high = found.band([2000, 64_000]).T
    assert (low < score).all()
    assert (score < high).all()
    assert (high - low)[1] / (1 - score[1]) > (high - low)[0] / (1 - score[0])
    assert found.band([]).shape == (0, 3)


def test_the_same_seed_gives_the_same_forecast():
    points = curve(1)[1]
    once, again, other = (forecast(SIZES.tolist(), points, seed=seed) for seed in (0, 0, 1))
    assert once.at(8000) == again.at(8000)
    assert once.at(8000).score == other.at(8000).score
    assert once.at(8000).interval != other.at(8000).interval


@pytest.mark.parametrize(
    ("sizes", "errors", "why"),
    [
        (SIZES[:3], law, "at least 4 sizes, and 3 were measured"),
        ([1000, 1100, 1200, 1300, 1400], law, "less than 4 times the smallest, 1,000"),
        (SIZES, lambda n: 0.2, "the score does not rise by more than chance would make it"),
        (SIZES, lambda n: 0.1 + n / 40_000, "the score does not rise"),
    ],
)
def test_what_cannot_be_told_is_not_told(sizes, errors, why):
    sizes = np.asarray(sizes)
    found = forecast(sizes.tolist(), curve(0, errors=errors, sizes=sizes)[1])
    assert why in found.why_not
    assert found.at(8000) is None
    assert found.band([100]).shape == (0, 3)


def test_a_model_that_is_always_right_has_still_an_interval():
    random = np.random.default_rng(0)
    points = [[counts(error, random, 200)] for error in (0.3, 0.1, 0.02, 0.0, 0.0)]
    guess = forecast(SIZES.tolist(), points).at(8000)
    assert 0.9 < guess.interval[0] <= guess.score <= guess.interval[1] <= 1.0


def test_sets_of_labels_are_counted_by_the_ratio_of_sums():
    """Rows with more labels weigh more, as in micro-F1."""
    random = np.random.default_rng(0)
    weight = random.integers(0, 6, 3000)
    points = []
    for n in SIZES:
        right = random.random(3000) >= law(n)
        points.append([np.column_stack([2 * weight * right, 2 * weight])])
    assert forecast(SIZES.tolist(), points).at(8000).score == pytest.approx(1 - law(8000), abs=0.02)

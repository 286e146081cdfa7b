"""The points of a curve: which draws, how sure, and what is left out when time is short."""

import numpy as np
import pytest

from linnet.comparison import learning_curve as module
from linnet.comparison.learning_curve import Pace, Plan, Point, measure_curve
from linnet.comparison.trial import Trial
from linnet.splitting.pool import Pool
from linnet.types import Split

SPLIT = Split(np.arange(128), np.arange(128, 160), np.arange(160, 260))
POOL = Pool(np.arange(260) % 2, "binary")
SIZES = (10, 20, 40, 80, 160)


def trial(right, rows=100, seconds=0.0):
    counts = np.column_stack([np.arange(rows) < right, np.ones(rows)]).astype(np.int64)
    return Trial("", 0, SPLIT.test, counts, right / rows, seconds)


class Clock:
    """A clock that only trainings move: a second for ten rows."""

    def __init__(self):
        self.now, self.trained = 0.0, []

    def monotonic(self):
        return self.now

    def run_trial(self, candidate, material, *, part, config):
        size = len(part.split.train) + len(part.split.validation)
        self.now += size / 10
        self.trained.append((size, part.seed))
        return trial(90 - 400 // size, seconds=size / 10), None


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(module, "time", made)
    monkeypatch.setattr(module, "run_trial", made.run_trial)
    return made


def measured(seconds=None, repeats=3):
    from linnet.config import Config

    plan = Plan(SIZES, repeats, seconds)
    return list(measure_curve(None, SPLIT, pool=POOL, plan=plan, config=Config(seed=5)))


def draws(points):
    return [len(point.trials) for point in points]


def test_small_shares_are_drawn_more_often(clock):
    points = measured()
    assert draws(points) == [3, 3, 3, 2, 1]
    assert [point.train_size for point in points] == [*SIZES]
    assert clock.trained[:4] == [(10, 5), (10, 6), (10, 7), (20, 5)]


def test_time_that_is_left_is_known_where_it_grows_with_the_rows(clock):
    assert [point.seconds_left for point in measured()] == pytest.approx([50, 44, 32, 16, 0])


@pytest.mark.parametrize(
    ("seconds", "found"),
    [(1000, [3, 3, 3, 2, 1]), (45, [3, 3, 3, 1, 1]), (31, [1, 1, 1, 1, 1]), (16, [1, 1, 1, 1])],
)
def test_draws_are_left_out_before_sizes(clock, seconds, found):
    assert draws(measured(seconds)) == found
    assert clock.now <= seconds


def test_the_first_training_begins_always(clock):
    assert draws(measured(0.001)) == [1]


def test_one_repeat_is_one_draw_of_each_size(clock):
    assert draws(measured(repeats=1)) == [1, 1, 1, 1, 1]


def test_pace_is_a_line_through_the_first_and_the_last_size(monkeypatch):
    made = Clock()
    monkeypatch.setattr(module, "time", made)
    pace = Pace(None)
    for size, seconds in ((10, 3.0), (10, 5.0), (10, 4.0), (20, 6.0)):
        made.now += seconds
        pace.took(size)
    assert pace.expected(40) == pytest.approx(10.0)
    assert pace.has_time([10**9])


def test_the_score_is_the_mean_and_its_interval_wilsons_where_there_is_one_draw():
    one = Point(10, (trial(90),), 1, 0.0)
    assert (one.score, one.spread) == (0.9, None)
    assert one.interval == pytest.approx((0.8256, 0.9448), abs=1e-4)


def one_of(right):
    return pytest.approx(Point(10, (trial(right),), 1, 0.0).interval)


def test_draws_have_a_spread_and_a_common_interval():
    two = Point(10, (trial(88), trial(92)), 2, 0.0)
    assert two.score == pytest.approx(0.9)
    assert two.spread == pytest.approx(0.0283, abs=1e-4)
    low, high = two.interval
    assert (low, high) == one_of(90)


def test_the_score_of_sets_of_labels_is_the_mean_of_micro_f1():
    few = np.array([[2, 2], [0, 0]] * 10)
    many = np.array([[2, 8], [0, 0]] * 10)
    trials = Trial("", 0, SPLIT.test, few, 1.0, 0.0), Trial("", 1, SPLIT.test, many, 0.25, 0.0)
    point = Point(10, trials, 2, 0.0)
    low, high = point.interval
    assert low <= point.score == 0.625 <= high

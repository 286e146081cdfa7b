"""The race: who leaves, who stays, and what time does."""

import time

import numpy as np
import pytest

from linnet.comparison.race import Deadline, OutOfTimeError, race
from linnet.comparison.rounds import Round
from linnet.comparison.trial import Trial
from linnet.errors import DivergedError
from linnet.types import Split

ROWS = np.arange(500)
ROUNDS = [Round(each, each, Split(ROWS[:0], ROWS[:0], ROWS + 500 * each)) for each in range(3)]
RIGHT = {"best": 450, "near": 445, "far": 300}


def run(name, part, limit):
    seed = [part.number, list(RIGHT).index(name)]
    right = np.random.default_rng(seed).permutation(500) < RIGHT[name]
    counts = np.column_stack([right, np.ones(500)]).astype(np.int64)
    return Trial(name, part.number, part.split.test, counts, RIGHT[name] / 500, 0.1)


def names(raced):
    return [(each.candidate, each.number) for each in raced.trials]


def test_who_is_far_behind_leaves_and_who_is_near_stays():
    raced = race(["far", "near", "best"], ROUNDS, run=run, deadline=Deadline.after(60))
    assert raced.left == {"far": 0}
    assert [name for name, number in names(raced) if number == 2] == ["best", "near"]


def test_baselines_stay():
    raced = race(["far", "best"], ROUNDS, run=run, deadline=Deadline.after(60), always=["far"])
    assert names(raced).count(("far", 2)) == 1
    assert not raced.left


def test_a_candidate_that_takes_too_long_leaves_and_is_named():
    def slow(name, part, limit):
        if name == "near":
            while True:
                limit.check()
                time.sleep(0.01)
        return run(name, part, limit)

    raced = race(["near", "best"], ROUNDS[:1], run=slow, deadline=Deadline.after(0.9))
    assert list(raced.unfinished) == ["near"]
    assert raced.unfinished["near"] == pytest.approx(0.3, abs=0.05)
    assert names(raced) == [("best", 0)]


def test_no_trial_starts_when_time_is_up():
    assert race(["best"], ROUNDS, run=run, deadline=Deadline.after(0)).trials == []
    with pytest.raises(OutOfTimeError, match="time of the comparison is up"):
        Deadline.after(-1).check()


def test_trials_that_are_done_are_not_run_again():
    whole = race(["near", "best"], ROUNDS, run=run, deadline=Deadline.after(60))
    ran = []

    def watched(name, part, limit):
        ran.append((name, part.number))
        return run(name, part, limit)

    again = race(
        ["near", "best"], ROUNDS, run=watched, deadline=Deadline.after(60), done=whole.trials[:3]
    )
    assert sorted(ran) == sorted(names(whole)[3:])
    assert sorted(names(again)) == sorted(names(whole))


def test_an_error_of_a_candidate_ends_the_race():
    def broken(name, part, limit):
        raise ValueError(name)

    with pytest.raises(ValueError, match="best"):
        race(["best"], ROUNDS, run=broken, deadline=Deadline.after(60))


def test_a_training_that_comes_to_nothing_leaves_and_says_why():
    def broken(name, part, limit):
        if name == "far":
            raise DivergedError("loss became inf in epoch 1: lower learning_rate")
        return run(name, part, limit)

    raced = race(["far", "best"], ROUNDS, run=broken, deadline=Deadline.after(60))
    assert raced.failed == {"far": "loss became inf in epoch 1: lower learning_rate"}
    assert {each.candidate for each in raced.trials} == {"best"}

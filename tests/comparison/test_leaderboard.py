"""From counts to a leaderboard: order, intervals, and who is compared on what."""

import numpy as np
import pytest

from linnet.comparison.leaderboard import compared, leaderboard, ranked
from linnet.comparison.trial import Trial


def trial(name, number, right, *, rows=None, of=100, seconds=1.0, told=None):
    """A trial of which so many rows are right."""
    rows = np.arange(of) + of * number if rows is None else rows
    counts = np.column_stack([np.arange(of) < right, np.ones(of)]).astype(np.int64)
    return Trial(name, number, rows, counts, right / of, seconds, told or {})


def test_rounds_of_different_rows_are_one_sample():
    (line,) = leaderboard([trial("a", 0, 80), trial("a", 1, 90)])
    assert line["score"] == pytest.approx(0.85)
    assert line["rows"] == 200
    assert line["spread"] == pytest.approx(np.std([0.8, 0.9], ddof=1))
    low, high = line["interval"]
    assert 0.79 < low < 0.82
    assert 0.88 < high < 0.91


def test_seeds_on_the_same_rows_do_not_narrow_the_interval():
    rows = np.arange(100)
    (once,) = leaderboard([trial("a", 0, 80, rows=rows)])
    (often,) = leaderboard([trial("a", each, 80, rows=rows) for each in range(10)])
    assert often["rows"] == 100
    assert often["interval"] == pytest.approx(once["interval"])


def test_candidates_are_compared_on_the_rounds_that_both_were_in():
    trials = [trial("easy", 0, 90), trial("both", 0, 95), trial("both", 1, 50)]
    first, second = leaderboard(trials)
    assert (first["candidate"], second["candidate"]) == ("both", "easy")
    assert second["difference"]["rows"] == 100
    assert second["difference"]["difference"] == pytest.approx(-0.05)
    assert first["difference"] is None


def test_one_lucky_round_leads_nobody():
    trials = [trial("lucky", 0, 99), *(trial("steady", each, 90) for each in range(3))]
    assert ranked(trials) == ["steady", "lucky"]


def test_a_baseline_that_was_in_every_round_does_not_lead_for_that():
    rounds = [0.8, 0.9, 0.7, 0.8, 0.8]
    base = [trial("base", number, int(100 * score)) for number, score in enumerate(rounds)]
    good = [trial("good", number, int(100 * rounds[number]) + 5) for number in range(4)]
    assert ranked([*base, *good]) == ["good", "base"]


def test_hard_rounds_do_not_count_against_who_was_in_them():
    trials = [trial("a", 0, 90), trial("b", 0, 92), trial("a", 1, 50), trial("c", 1, 49)]
    trials += [trial("c", 2, 49), trial("b", 2, 52)]
    assert ranked(trials)[0] == "b"


def test_a_small_difference_says_that_rows_could_not_show_it():
    trials = [trial("a", 0, 90), trial("b", 0, 89)]
    assert compared(trials, "b", best="a")["verdict"] == "no difference that these rows could show"
    trials = [trial("a", 0, 900, of=1000), trial("b", 0, 800, of=1000)]
    assert compared(trials, "b", best="a")["verdict"] == "worse"


def test_what_was_told_of_the_first_round_stands_in_the_line():
    (line,) = leaderboard([trial("a", 0, 80, told={"megabytes": 2.0}), trial("a", 1, 80)])
    assert line["megabytes"] == 2.0

"""The script that counts how often intervals hold the truth."""

import intervals
import numpy as np
import pytest

NUMBERS = {
    False: ["accuracy", "macro-F1", "difference of accuracy", "difference of macro-F1"],
    True: ["micro-F1", "macro-F1", "difference of micro-F1", "difference of macro-F1"],
}


@pytest.mark.parametrize("number", [2, 6], ids=["one label", "several"])
def test_each_number_is_held_nearly_always(number, monkeypatch):
    monkeypatch.setattr(intervals, "POPULATION", 20_000)
    situation = intervals.SITUATIONS[number]
    found = intervals.coverage(situation, rows=300, resamples=40)
    assert [each["metric"] for each in found] == NUMBERS[situation.several]
    for each in found:
        assert each["held"] >= 0.8, each
        assert each["held"] + each["above"] + each["below"] == pytest.approx(1)
        assert each["width"] > 0


def test_what_is_missed_is_counted_by_side():
    ends = [(0.1, 0.3), (0.3, 0.4), (0.0, 0.1), (0.05, 0.15)]
    found = intervals._held("accuracy", 0.2, ends)
    assert (found["held"], found["above"], found["below"]) == (0.25, 0.5, 0.25)
    assert found["width"] == pytest.approx(0.125)


def test_the_same_seed_draws_the_same_rows(monkeypatch):
    monkeypatch.setattr(intervals, "POPULATION", 2_000)
    first, again = (intervals.population(intervals.SITUATIONS[0]) for _ in range(2))
    assert (first.targets == again.targets).all()
    assert (first.after == again.after).all()
    assert np.mean(first.before == first.targets) == pytest.approx(0.95, abs=0.02)

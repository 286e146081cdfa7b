"""The page of benchmarks/learning_curve.py: what held, what missed, what was not told."""

from learning_curve import page

ROW = {
    "set": "imdb", "seed": 0, "from": 6000, "now": 0.8, "why_not": None, "times": 2,
    "train_size": 12_000, "score": 0.84, "interval": (0.82, 0.86), "gain": 0.04,
    "gain_interval": (0.03, 0.05), "measured": 0.83, "measured_gain": 0.03, "held": True,
    "gain_held": True,
}  # fmt: skip
MISSED = ROW | {"measured": 0.81, "measured_gain": 0.01, "held": False, "gain_held": False}


def test_the_page_of_nothing_has_no_rows():
    assert "| 2 × | 0 | – | – | – | – | – |" in page([])


def test_means_and_misses_are_counted():
    shown = page([ROW, MISSED])
    assert "| 2 × | 2 | 2.00 | +2.00 | 2.00 | 1 | 1 |" in shown
    assert "| 84.00 (82.00 to 86.00) | 83.00 | +1.00 | +4.00 (+3.00 to +5.00) | +3.00 | held |" in (
        shown
    )
    assert shown.count("**missed**") == 1
    assert "Every curve led to a forecast." in shown


def test_curves_that_tell_nothing_are_named():
    silent = {"set": "news", "seed": 1, "from": 10, "now": 0.5, "why_not": "too few rows"}
    assert "None for news, seed 1: too few rows." in page([ROW, silent])

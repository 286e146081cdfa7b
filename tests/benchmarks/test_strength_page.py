"""The page of benchmarks/strength.py: means, what is missed, and what is not there yet."""

import pytest
from strength_page import (
    abstention_rows,
    bar_rows,
    calibration_rows,
    mean_rows,
    page,
    score,
    score_rows,
)


def line(side, accuracy, *, name="imdb", size=0, seed=0, **more):
    return {
        "set": name, "size": size, "seed": seed, "side": side, "accuracy": accuracy,
        "commit": "abc", "machine": "2 cores",
    } | more  # fmt: skip


def test_the_page_of_nothing_has_no_rows():
    assert "| imdb" not in page([])


def test_sizes_come_in_order_and_all_is_last():
    lines = [line("linnet", 0.9), line("linnet", 0.7, size=1_000), line("linnet", 0.6, size=200)]
    assert [row.split("|")[2].strip() for row in score_rows(lines, ["imdb"])] == [
        "200", "1,000", "all",
    ]  # fmt: skip


def test_scores_are_means_of_seeds_beside_their_peers():
    lines = [line("linnet", 0.9), line("linnet", 0.8, seed=1), line("fastText", 0.80)]
    (row,) = score_rows(lines, ["imdb"])
    assert "0.8500 ± 0.071" in row
    assert "| 0.8000 | – | +5.0 |" in row
    assert mean_rows(lines) == ["| fastText | 1 | +5.0 | +5.0 | 0 |"]


def test_a_measurement_made_again_counts_alone():
    assert "0.9000" in page([line("linnet", 0.1), line("linnet", 0.9)])


@pytest.mark.parametrize(("reached", "said"), [(0.907, "reached"), (0.9069, "**missed**")])
def test_bars(reached, said):
    assert bar_rows([line("linnet", reached)]) == [f"| imdb | 0.907 | {reached:.4f} | {said} |"]


@pytest.mark.parametrize(
    ("error", "chance", "said"),
    [(0.03, 0.01, "reached"), (0.04, 0.05, "reached"), (0.04, 0.01, "**missed**")],
)
def test_calibration_may_miss_by_what_chance_makes(error, chance, said):
    errors = {
        "calibration_error": error, "calibration_error_before": 0.2,
        "calibration_error_if_perfect": chance,
    }  # fmt: skip
    (row,) = calibration_rows([line("linnet", 0.9, **errors)], ["imdb"])
    assert row == f"| imdb | 0.2000 | {error:.4f} | {chance:.4f} | {said} |"


def test_a_precision_that_cannot_be_promised_has_no_numbers():
    lines = [
        line("linnet", 0.9, abstention=[
            {"wanted": 0.8, "score": 0.0, "answered": 0.9, "precision": 0.85},
            {"wanted": 0.99, "score": None},
        ]),
    ]  # fmt: skip
    assert abstention_rows(lines, ["imdb"]) == ["| imdb | 90.0 %, 85.0 % | – |"]


def test_sets_of_labels_are_scored_by_micro_f1():
    assert score({"micro_f1": 0.5, "macro_f1": 0.1}) == 0.5

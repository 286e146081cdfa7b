"""The page of benchmarks/speed.py: medians, ratios, bars, and which run counts."""

import doctest

import pytest
import speed_page
from speed_page import (
    Measured,
    compressed_section,
    latest,
    measured,
    missed,
    page,
    ratios,
    row,
    times,
)
from speed_works import WORKS, Bar, Side, Work

WORK = Work(
    "short",
    "Group",
    (Side("linnet", "a"), Side("peer", "b"), Side("other", "c", optional="jax")),
    {"peer": Bar(4, 8, 1 / 6)},
)


def line(side, seconds, run="2026-01-01", **more):
    return {
        "work": "short", "side": side, "run": run, "seconds": seconds, "cpu_seconds": seconds,
        "megabytes": 100.0, "score": 0.5, "date": f"{run}T00:00:00", "commit": "abc",
        "machine": "2 cores",
    } | more  # fmt: skip


def side(seconds=1.0, megabytes=1.0, score=0.5):
    return Measured(seconds, seconds, megabytes, score, (seconds,), 0)


def test_the_page_of_nothing_has_no_table():
    written = page(WORKS, [])
    assert written.startswith("# Speed\n")
    assert "|" not in written
    assert "no machine" in written


def test_seconds_are_medians_and_scores_means():
    found = measured([line("peer", each, score=each) for each in (1.0, 9.0, 2.0)])
    assert found.seconds == 2.0
    assert found.every == (1.0, 9.0, 2.0)
    assert found.score == 4.0


def test_a_score_that_no_repeat_has_is_none():
    assert measured([line("peer", 1.0, score=None)]).score is None


def test_the_fewest_steps_of_the_repeats_are_named():
    assert measured([line("peer", 1.0, steps=20), line("peer", 1.0, steps=10)]).steps == 10
    assert measured([line("peer", 1.0)]).steps == 0


def test_ratios_above_one_mean_that_linnet_is_faster():
    found = ratios(side(2.0, 50.0, 0.9), side(8.0, 200.0, 0.8))
    assert (found.faster, found.cpu, found.memory) == (4.0, 4.0, 0.25)
    assert found.score == pytest.approx(0.1)


def test_no_time_at_all_divides_nothing_by_zero():
    assert ratios(side(0.0), side(1.0)).faster == 1e6


def test_a_score_is_compared_only_where_both_have_one():
    assert ratios(side(), side(score=None)).score is None
    assert ratios(side(score=None), side()).score is None


@pytest.mark.parametrize(
    ("ours", "wrong"),
    [
        (side(1.0, 10.0, 0.5), []),
        (side(1.1, 10.0, 0.5), ["speed"]),
        (side(1.0, 11.0, 0.5), ["memory"]),
        (side(1.0, 10.0, 0.4999), ["score"]),
        (side(9.0, 90.0, 0.1), ["speed", "memory", "score"]),
    ],
)
def test_each_bar_is_missed_on_its_own(ours, wrong):
    assert missed(ratios(ours, side(4.0, 60.0, 0.5)), Bar(4, 8, 1 / 6)) == wrong


def test_memory_is_not_asked_where_the_bar_says_nothing_of_it():
    assert missed(ratios(side(1.0, 100.0), side(4.0, 1.0)), Bar(4, 8)) == []


def test_the_last_run_with_both_sides_counts():
    lines = [
        line("linnet", 1.0), line("peer", 2.0), line("other", 3.0),
        line("linnet", 10.0, run="2026-01-02"), line("peer", 20.0, run="2026-01-02"),
        line("linnet", 100.0, run="2026-01-03"),
    ]  # fmt: skip
    found = latest(lines, WORK)
    assert [[each["seconds"] for each in part] for part in found["peer"]] == [[10.0], [20.0]]
    assert [[each["seconds"] for each in part] for part in found["other"]] == [[1.0], [3.0]]


def test_lines_of_other_works_do_not_count():
    assert latest([line("linnet", 1.0) | {"work": "long"}, line("peer", 1.0)], WORK) == {}


def test_a_row_tells_what_was_missed_and_what_was_extrapolated():
    written = row(WORK, "peer", ([line("linnet", 2.0)], [line("peer", 4.0, steps=60)]))
    assert "4 extrapolated from 60 steps" in written
    assert "**2×**" in written
    assert "**missed: speed, memory**" in written
    assert "2026-01-01 abc" in written


def test_a_row_without_a_bar_has_no_verdict():
    written = row(WORK, "other", ([line("linnet", 2.0)], [line("other", 1.0)]))
    assert "missed" not in written
    assert "reached" not in written


def test_the_page_has_a_row_for_each_peer_that_was_measured():
    lines = [line("linnet", 1.0), line("peer", 8.0), line("peer", 6.0)]
    written = page([WORK], lines, ["## More\n"])
    table = [each for each in written.splitlines() if each.startswith("|")]
    assert len(table) == 3
    assert {each.count("|") for each in table} == {len(speed_page.COLUMNS) + 1}
    assert "7 (6–8)" in table[2]
    assert written.index("## Group") < written.index("## More")


def test_ratios_below_one_keep_two_places():
    assert [times(each) for each in (0.0, 0.5, 1.0, 9.99)] == ["0×", "0.5×", "1×", "9.99×"]


def test_the_examples_of_the_page():
    assert doctest.testmod(speed_page).failed == 0


def test_works_have_names_of_their_own_and_bars_for_peers_they_have():
    names = [work.name for work in WORKS]
    assert len(set(names)) == len(names)
    for work in WORKS:
        ours, *peers = (each.name for each in work.sides)
        assert ours == "linnet"
        assert set(work.bars) <= set(peers)
        assert all(bar.faster <= bar.aim for bar in work.bars.values())


def compressed(megabytes, after):
    said = {
        "megabytes_before": 30.0, "megabytes_after": megabytes, "accuracy_before": 0.95,
        "accuracy_after": after,
    }  # fmt: skip
    return {**line("linnet", 1.0), "work": "compressed", "said": said}


def test_nothing_compressed_is_no_section():
    assert compressed_section([]) == ""


@pytest.mark.parametrize(
    ("megabytes", "after", "verdict"),
    [(3.9, 0.946, "reached"), (4.1, 0.95, "**missed**"), (1.0, 0.94, "**missed**")],
)
def test_a_compressed_model_is_judged_by_size_and_score(megabytes, after, verdict):
    assert f"| {verdict} |" in compressed_section([compressed(megabytes, after)])

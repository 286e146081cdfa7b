"""The curves of benchmarks/scale.py: slopes, and the section of the page."""

import doctest

import pytest
import scale_page
from scale_page import last_of_each_size, scale_section, slope


def line(rows, seconds, date="2026-01-01"):
    cost = {"seconds": seconds, "megabytes": 100.0}
    return {
        "rows": rows, "vectorise": cost, "epoch": cost, "predict": cost, "date": date,
        "commit": "abc",
    }  # fmt: skip


def test_nothing_measured_is_no_section():
    assert scale_section([]) == ""
    assert scale_section([line(10, 1.0)]) == ""


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0, 2.0])
def test_the_slope_is_the_power(power):
    sizes = [10, 100, 1_000, 4_000]
    assert slope(sizes, [7 * size**power for size in sizes]) == pytest.approx(power)


def test_the_slope_of_one_size_is_refused():
    with pytest.raises(ValueError, match=r"two sizes or more, not \[5, 5\]"):
        slope([5, 5], [1.0, 2.0])


def test_the_newest_measurement_of_a_size_counts_and_sizes_are_in_order():
    found = last_of_each_size([line(100, 1.0), line(10, 1.0), line(100, 2.0)])
    assert list(found) == [10, 100]
    assert found[100]["epoch"]["seconds"] == 2.0


def test_the_section_has_time_and_memory_of_each_phase_with_its_slope():
    written = scale_section([line(10, 1.0), line(1_000, 100.0)])
    table = [each for each in written.splitlines() if each.startswith("|")]
    assert len(table) == 2 + 6
    assert {each.count("|") for each in table} == {5}
    assert "| one epoch, s | 1 | 100 | **1.00** |" in written
    assert "| predict, MB | 100 | 100 | **0.00** |" in written
    assert "2026-01-01 abc" in written


def test_the_examples_of_the_section():
    assert doctest.testmod(scale_page).failed == 0

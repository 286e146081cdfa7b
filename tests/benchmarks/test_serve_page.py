"""The page of benchmarks/serve.py: what was asked, what was reached, where the time goes."""

import doctest
from dataclasses import replace

import pytest
import serve_page
from serve_page import HUNDRED, HUNDRED_ONE, LSTM, LSTM_ALONE, MANY, ONE, Measured, Memory, Start

GOOD = Measured("", 64, 1, rate=800.0, p50=4.0, p99=150.0, most=200.0, cpu=500.0, errors=0)
ROWS = {name: replace(GOOD, what=name) for name in (ONE, MANY, LSTM)}
ROWS |= {name: replace(GOOD, what=name, num_texts=100) for name in (HUNDRED, HUNDRED_ONE)}
ROWS[LSTM_ALONE] = replace(GOOD, what=LSTM_ALONE, rate=400.0)
START, MEMORY = Start(2.0, 1.1), Memory(200.0, 220.0, 200_000)


def missed(rows=ROWS, start=START, memory=MEMORY):
    return [what for what, *_, said in serve_page.verdicts(rows, start, memory) if "missed" in said]


def test_what_is_just_reached_is_reached():
    assert missed() == []
    assert len([*serve_page.verdicts(ROWS, START, MEMORY)]) == 10


@pytest.mark.parametrize(
    ("name", "change", "figure"),
    [
        (MANY, {"rate": 799.0}, "requests/s"),
        (MANY, {"p50": 60.1}, "ms, median"),
        (MANY, {"p99": 150.1}, "ms, 99 %"),
        (ONE, {"p50": 4.1}, "one caller"),
        (HUNDRED, {"rate": 199.0}, "texts/s"),
        (LSTM_ALONE, {"rate": 401.0}, "without batching"),
        (HUNDRED_ONE, {"errors": 1}, "other than 200"),
    ],
)
def test_each_figure_can_be_missed(name, change, figure):
    (what,) = missed({**ROWS, name: replace(ROWS[name], **change)})
    assert figure in what


def test_start_and_memory_can_be_missed():
    assert missed(start=Start(2.01, 1.0)) == ["start to first answer, s"]
    for after in (179.0, 221.0):
        assert len(missed(memory=Memory(200.0, after, 200_000))) == 1
    *_, last = serve_page.verdicts(ROWS, START, Memory(200.0, 200.0, 5))
    assert last[-1] == "reached, asked for 200,000"


def test_the_page_has_all_tables():
    written = serve_page.page(
        [*ROWS.values()], start=START, memory=MEMORY, parts={"read": 100.0}, load=0.5
    )
    lines = [each for each in written.splitlines() if each.startswith("|")]
    assert len(lines) == 2 + 6 + 2 + 10 + 2 + 2
    assert "| default | 64 | 800 | 800 | 4.0 | 150.0 | 200 | 500 | 0 |" in lines
    assert "200 MB after the first seconds and 220 MB 200,000 requests later" in written
    assert "2.00 s, with 1.10 s of processor time" in written


def test_the_examples_of_the_page():
    assert doctest.testmod(serve_page).failed == 0

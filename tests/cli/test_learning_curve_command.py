"""linnet learning-curve: a line per size, and in the end what more texts would give."""

import json
import re

import pytest

FAST = ("--epochs", "2", "--model", "linear", "--ngrams", "1", "--near-duplicates", "ignore")
POINT = re.compile(r"\s*[\d,]+ texts  \d+\.\d\d % \(95 %: [\d.]+ to [\d.]+\)(  ± [\d.]+ over \d "
                   r"draws)?  [\d.]+ s(  about \d+ (s|minutes) left)?")  # fmt: skip


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A table in which more texts teach more: a label is told by one of forty words."""
    lines = [f"sign{row * 7 % 80} n{row},{'ab'[row * 7 % 80 % 2]}" for row in range(900)]
    path = tmp_path_factory.mktemp("many") / "many.csv"
    path.write_text("\n".join(["text,label", *lines]) + "\n", encoding="utf-8")
    return path


def test_points_come_line_by_line_and_the_forecast_last(linnet, many, tmp_path):
    out = tmp_path / "c"
    shown = linnet("learning-curve", many, *FAST, "--train-sizes", "0.05,0.1,0.2,1", "--out", out)
    assert (shown.code, shown.err) == (0, "")
    lines = shown.out.splitlines()
    assert lines[0].endswith("4 sizes, 10 trainings")
    assert all(POINT.fullmatch(line) for line in lines[1:5]), lines[1:5]
    assert "baseline majority  accuracy 50." in shown.out
    assert any(line.startswith("twice as many texts (1,620): ") for line in lines)
    assert any(line.startswith("four times as many (3,240): ") for line in lines)
    assert lines[-1] == f"saved {out}/learning_curve.json  page {out}/learning_curve.html"
    told = json.loads((out / "learning_curve.json").read_text("utf-8"))
    assert [point["train_size"] for point in told["points"]] == [40, 81, 162, 810]


def test_numbers_of_rows_and_a_curve_that_tells_nothing(linnet, many):
    sizes = ("--train-sizes", "100,400", "--repeats", "1")
    shown = linnet("learning-curve", many, *FAST, *sizes)
    assert shown.code == 0
    assert shown.out.splitlines()[0].endswith("2 sizes, 2 trainings")
    assert shown.out.splitlines()[-1] == (
        "what more texts would give cannot be told: a forecast needs at least 4 sizes, and 2 were "
        "measured"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--train-sizes", "a,b"), "train_sizes is 'a,b': numbers of rows were expected"),
        (("--train-sizes", ""), "train_sizes is '': numbers of rows were expected"),
        (("--train-sizes", "0.5,2"), "train_sizes has 2.0: a share above 0 and up to 1"),
        (("--minutes", "-1"), "minutes must be above 0, not -1"),
        (("--test-fraction", "0"), "there are none: set test_fraction, split or test"),
    ],
)
def test_mistakes_are_one_line(linnet, many, options, message):
    shown = linnet("learning-curve", many, *FAST, *options)
    assert (shown.code, shown.out) == (2, "")
    assert message in shown.err
    assert shown.err.count("\n") == 1

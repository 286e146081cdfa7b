import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.reporting.axes import epoch_ticks, ticks
from linnet.reporting.curves import curves, shares

VALUES = st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 6))


@pytest.mark.parametrize("series", [[], [("train", [])], [("train", [None, None])]])
def test_nothing_to_draw(series):
    assert curves(series, title="loss") == ""


def test_the_curve_falls_where_the_loss_falls_and_the_best_epoch_is_marked():
    drawing = curves([("train", [0.9, 0.5, None, 0.1])], title="loss", marks={"best": 2})
    points = re.search('points="(.*?)"', drawing)[1].split()
    xs, ys = zip(*(map(float, point.split(",")) for point in points), strict=True)
    assert len(points) == 3
    assert list(xs) == sorted(xs)
    assert list(ys) == sorted(ys)
    assert float(re.search('class="best" x1="(.*?)"', drawing)[1]) == xs[1]


def test_a_best_epoch_outside_is_not_drawn():
    assert 'class="best"' not in curves([("train", [0.9])], title="loss", marks={"best": 2})


@given(st.lists(st.none() | VALUES, max_size=60), st.lists(st.none() | VALUES, max_size=60))
def test_all_points_are_inside(train, validation):
    drawing = curves([("train", train), ("validation", validation)], title="<loss>")
    if not drawing:
        assert set(train + validation) <= {None}
        return
    root = ElementTree.fromstring(drawing)
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    for line in root.iter("polyline"):
        for point in line.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height
    levels = [each.text for each in root.iter("text") if each.attrib["text-anchor"] == "end"]
    assert [each.text for each in root.iter("text")][-2:] == ["epoch", "<loss>"]
    assert len(set(levels)) == len(levels)


@given(VALUES, VALUES, st.integers(3, 8))
def test_ticks_enclose_the_range(one, other, num):
    lowest, highest = min(one, other), max(one, other)
    levels = ticks(lowest, highest, num=num)
    slack = 1e-6 * max(1, highest - lowest)
    assert levels[0] <= lowest + slack
    assert levels[-1] >= highest - slack
    assert 2 <= len(levels) <= num + 3


@given(st.integers(1, 100_000))
def test_epoch_ticks(epochs):
    found = epoch_ticks(epochs)
    assert found[0] == 1
    assert found == sorted(set(found))
    assert found[-1] <= epochs
    assert len(found) <= 10


SHARE = st.floats(0, 1)


@given(st.lists(st.tuples(SHARE, SHARE), max_size=60))
def test_shares_lie_in_the_square(points):
    drawing = shares([("c0", points)], x="<x>", y="y", diagonal=True, dots=True)
    if not points:
        assert drawing == ""
        return
    root = ElementTree.fromstring(drawing)
    even, line = root.iter("polyline")
    (left, low), (right, high) = (
        map(float, each.split(",")) for each in even.get("points").split()
    )
    for point in line.get("points").split():
        x, y = map(float, point.split(","))
        assert left <= x <= right
        assert high <= y <= low

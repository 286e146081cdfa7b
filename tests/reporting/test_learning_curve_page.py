"""The page and the figure of a learning curve: what they show, whatever the curve holds."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linnet.reporting.axes import thousands
from linnet.reporting.learning_curve_page import curve, learning_curve_page

POINTS = [
    {"train_size": 500 * 2**step, "score": 0.7 + 0.05 * step, "spread": 0.01 if step < 2 else None,
     "interval": [0.68 + 0.05 * step, 0.72 + 0.05 * step], "seconds": [1.0],
     "draws": [0.69 + 0.05 * step, 0.71 + 0.05 * step] if step < 2 else [0.7 + 0.05 * step]}
    for step in range(4)
]  # fmt: skip
FORECASTS = [
    {"times": 2, "train_size": 8000, "score": 0.88, "interval": [0.85, 0.91], "gain": 0.03,
     "gain_interval": [-0.01, 0.05]},
]  # fmt: skip
FOUND = {
    "name": "<posts> & é.csv", "metric": "accuracy", "num_rows": 4000, "num_test_rows": 900,
    "points": POINTS, "forecasts": FORECASTS, "why_not": None, "majority": 0.5,
    "law": {"a": 0.01, "b": 3.0, "c": 0.3}, "notes": ["<b>14 rows</b> dropped"],
    "band": [[size, 0.8, 0.7, 0.9] for size in (500, 1000, 4000, 8000, 16_000)],
}  # fmt: skip
NOTHING = FOUND | {"forecasts": [], "band": [], "law": None, "why_not": "three <sizes> alone"}


def test_the_page_says_what_was_measured_and_what_comes():
    page = learning_curve_page(FOUND)
    assert "85.00 %" in page
    assert "Twice as many texts, 8,000" in page
    assert "+3.00 points" in page
    assert "-1.00 to +5.00" in page
    assert "error = 0.0100 + 3 × texts" in page
    assert "cannot be told" not in page


def test_texts_of_the_data_are_escaped():
    page = learning_curve_page(FOUND)
    assert "&lt;posts&gt; &amp; é.csv" in page
    assert "&lt;b&gt;14 rows" in page
    assert "<b>14" not in page and "<posts>" not in page


def test_nothing_is_fetched_from_elsewhere():
    page = learning_curve_page(FOUND)
    assert "http://" not in page and "https://" not in page
    assert "<script" not in page


def test_where_nothing_can_be_told_the_page_says_why():
    page = learning_curve_page(NOTHING)
    assert "What more texts would give cannot be told." in page
    assert "three &lt;sizes&gt; alone" in page
    assert "forecast</span>" not in page


def test_the_drawing_has_a_mark_for_each_size_and_each_of_several_draws():
    drawn = curve(FOUND)
    assert drawn.count('class="draw"') == 4
    assert drawn.count("<circle") == 4 + len(POINTS) + len(FORECASTS)
    assert drawn.count("<polyline") == 2
    assert 'aria-label="Accuracy by texts to learn from"' in drawn
    assert "8k</text>" in drawn
    assert curve(NOTHING).count("<poly") == 0


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(2, 10**7), st.floats(0, 1)), min_size=1, max_size=6,
             unique_by=lambda each: each[0])
)  # fmt: skip
def test_any_curve_can_be_drawn(pairs):
    points = [
        {"train_size": size, "score": score, "interval": [score / 2, (1 + score) / 2],
         "draws": [0.0, score], "seconds": [], "spread": None}
        for size, score in sorted(pairs)
    ]  # fmt: skip
    assert "nan" not in curve(FOUND | {"points": points, "forecasts": []})


def test_the_figure_shows_points_law_and_forecast():
    pytest.importorskip("matplotlib")
    from linnet.reporting.figures import plot_learning_curve

    figure = plot_learning_curve(FOUND)
    figure.savefig(io.BytesIO(), format="png", dpi=40)
    (axes,) = figure.axes
    ticks = [label.get_text() for label in axes.get_xticklabels()]
    assert ticks == ["500", "1k", "2k", "4k", "8k"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["measured", "forecast"]
    plain = plot_learning_curve(NOTHING).axes[0]
    assert [text.get_text() for text in plain.get_legend().get_texts()] == ["measured"]
    assert plain.get_lines()[0].get_linestyle() != "--"


@given(st.integers(0, 10**12))
def test_numbers_of_texts_are_short_and_near(number):
    shown = thousands(number)
    unit = {"k": 1e3, "M": 1e6}.get(shown[-1], 1)
    assert float(shown.rstrip("kM").replace(",", "")) * unit == pytest.approx(number, rel=0.006)
    assert number >= 10**9 or len(shown) <= 5

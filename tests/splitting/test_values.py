"""Groups and times out of columns: what is missing, and what is not of the kind."""

import polars as pl
import pytest

from linnet.errors import DataError
from linnet.splitting.values import groups_of, times_of


def test_blank_cells_and_nan_are_no_group():
    assert groups_of(pl.Series(["a", "", " ", None, "a"])).tolist() == [0, -1, -1, -1, 0]
    assert groups_of(pl.Series([1.0, float("nan"), float("nan"), 1.0])).tolist() == [0, -1, -1, 0]


@pytest.mark.parametrize(
    ("values", "odd"),
    [
        ([*map(str, range(1, 60)), "2026-01-31"], "2026-01-31"),
        (["2026-01-31", "2026-02-01", "soon"], "soon"),
        (["2026-01-31", "7", "2026-02-01"], "7"),
    ],
)
def test_the_message_names_the_value_that_is_unlike_the_others(values, odd):
    with pytest.raises(DataError, match=f"the time column 'day' holds '{odd}': numbers or dates"):
        times_of(pl.Series("day", values))

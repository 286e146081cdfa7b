from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.errors import ConfigError
from linnet.exploration.clean import POLICIES, drop_duplicates

DATA = Path(__file__).parents[3] / "shared" / "data"


def series(texts):
    return pl.Series("text", texts, dtype=pl.String)


@pytest.mark.parametrize("policy", POLICIES)
def test_no_rows(policy):
    kept, notes = drop_duplicates(series([]), np.empty(0, np.int64), policy=policy)
    assert kept.tolist() == []
    assert notes == ()


def kept_rows(rows, policy):
    """Say slowly what each policy keeps."""
    count = Counter(text for text, _ in rows)
    labels = {text: {label for same, label in rows if same == text} for text, _ in rows}
    texts = [text for text, _ in rows]
    return [
        row
        for row, text in enumerate(texts)
        if policy == "keep"
        or (policy == "all" and count[text] == 1)
        or (policy == "first" and text not in texts[:row])
        or (policy == "conflicts" and len(labels[text]) == 1)
    ]


@given(
    rows=st.lists(st.tuples(st.sampled_from(["", " ", "a", "ä", "a\u0308"]), st.integers(0, 3))),
    policy=st.sampled_from(POLICIES),
    multilabel=st.booleans(),
)
def test_policies(rows, policy, multilabel):
    numbers = np.array([label for _, label in rows], np.int64)
    targets = np.eye(4, dtype=np.uint8)[numbers] if multilabel else numbers
    kept, notes = drop_duplicates(series([text for text, _ in rows]), targets, policy=policy)
    assert kept.tolist() == kept_rows(rows, policy)
    assert sum(note.count for note in notes) == len(rows) - kept.size
    assert sorted([*kept, *(row for note in notes for row in note.rows)]) == list(range(len(rows)))


def test_unknown_policy():
    with pytest.raises(ConfigError, match="unknown duplicates 'frist': did you mean 'first'"):
        drop_duplicates(series(["a"]), np.array([0]), policy="frist")


def test_headlines():
    path = DATA / "news.parquet"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    table = pl.read_parquet(path, columns=["TITLE", "CATEGORY"])
    targets = table["CATEGORY"].cast(pl.String).rank("dense").to_numpy()
    sizes = {
        policy: drop_duplicates(table["TITLE"], targets, policy=policy)[0].size
        for policy in POLICIES
    }
    assert sizes == {"all": 393867, "first": 406944, "conflicts": 420080, "keep": 422937}

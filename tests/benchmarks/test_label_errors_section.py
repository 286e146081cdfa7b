"""benchmarks/label_errors.py: what it flips, and what it writes."""

import polars as pl
from label_errors import as_section, flipped

ROW = {
    "data": "posts", "rows": 1000, "labels": 3, "flipped": 50, "recall": 0.9, "suspected": 60,
    "precision": 0.75, "mended": 0.8, "noise": 0.06, "seconds": 12.3,
}  # fmt: skip


def test_a_twentieth_gets_another_label():
    table = pl.DataFrame({"text": [""] * 200, "label": ["a", "b", "b", "ä"] * 50})
    changed, which = flipped(table)
    differs = (changed["label"] != table["label"]).to_numpy()
    assert which.sum() == 10
    assert (differs == which).all()
    assert set(changed["label"]) == {"a", "b", "ä"}


def test_section_has_a_row_per_set():
    section = as_section([ROW])
    assert "| posts | 1,000 | 3 | 50 | 90.0 % | 60 | 75.0 % | 6.0 % | 80.0 % | 12 |" in section
    widths = {line.count("|") for line in section.splitlines() if line.startswith("|")}
    assert widths == {11}

"""The page of suspicious labels: what it shows, escaped, whatever is missing."""

import pytest

from linnet.reporting.label_errors_page import FEW, label_errors_page

EVIL = "<script>alert(1)</script>"


def suspect(number, text="so it goes"):
    return {
        "row": number, "text": text, "label": ["neg"], "suggested": [], "quality": 0.0123,
        "suggested_quality": 0.9,
    }  # fmt: skip


FOUND = {
    "task": "multilabel",
    "model": "mlp",
    "rows": 4000,
    "num_suspected": 50,
    "counts": {
        "neg": {"rows": 1000, "wrong": 5, "missing": 45},
        "pos": {"rows": 3000, "wrong": 45, "missing": 6},
    },
    "suspected": [suspect(1234), *(suspect(number) for number in range(FEW))],
    "notes": ["3 rows left out"],
}


def test_what_is_shown():
    page = label_errors_page(FOUND, name="posts.csv")
    for shown in ("1.25 %", "50 of 4,000", "row 1,234 of the table", "1.23 %", "no label", "1 more",
                  "3 rows left out", "These are the first 21 of 50"):  # fmt: skip
        assert shown in page
    assert page.index(">pos<") < page.index(">neg<")  # the most doubtful label first


@pytest.mark.parametrize("key", FOUND)
def test_anything_may_be_missing(key):
    found = {name: value for name, value in FOUND.items() if name != key}
    assert "None" not in label_errors_page(found, name="posts.csv")


def test_no_text_becomes_markup():
    found = FOUND | {
        "task": EVIL, "model": EVIL, "notes": [EVIL], "suspected": [suspect(1, EVIL) | {
            "label": [EVIL], "suggested": [EVIL]}],
        "counts": {EVIL: {"rows": 1, "wrong": 1, "missing": 0}},
    }  # fmt: skip
    page = label_errors_page(found, name=EVIL)
    assert "<script" not in page
    assert "&lt;script&gt;" in page

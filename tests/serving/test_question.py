"""What callers send, checked: what is taken, and what each mistake is told."""

import json
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linnet.serving.problem import Problem
from linnet.serving.question import Question, Row, read_question, read_row
from linnet.serving.settings import ServeSettings

SMALL = ServeSettings(texts_per_request=3, characters_per_text=10, explained_texts=1)
NESTED = b'{"texts":' + b"[" * 100_000 + b"]" * 100_000 + b"}"

TAKEN = [
    ({"texts": [""]}, Question(("",))),
    ({"texts": ["ä🐦"], "k": 10_000}, Question(("ä🐦",), k=10_000)),
    ({"texts": ["a"] * 3, "k": 2.0, "threshold": 1}, Question(("a",) * 3, 2, 1.0)),
    ({"texts": ["a"], "explain": True}, Question(("a",), explain=True)),
]

REFUSED = [
    (b"", 400, "not JSON: Expecting value"),
    (b"{", 400, "not JSON: Expecting property name"),
    (b'{"texts": ["a"]} {', 400, "Extra data"),
    (b'\xef\xbb\xbf{"texts": ["a"]}', 400, "Expecting value"),
    (b'{"texts": ["\xff"]}', 400, "not UTF-8: invalid start byte at byte 12"),
    ('{"texts": ["a"]}'.encode("utf-16"), 400, "not UTF-8"),
    (b'{"texts": ["a\tb"]}', 400, "Invalid control character"),
    (b'{"texts": ["a"], "threshold": NaN}', 400, "NaN is no JSON"),
    (b'{"texts": ["a"], "k": ' + b"9" * 5000 + b"}", 400, "not JSON: Exceeds the limit"),
    (NESTED, 400, "nested too deeply"),
    (b"[]", 422, r'the body is a list, expected an object such as \{"texts"'),
    (b"null", 422, "the body is null"),
    (b"{}", 422, "texts is missing"),
    (b'{"text": ["a"]}', 422, "unknown key 'text': did you mean texts"),
    (b'{"texts": ["a"], "' + b"x" * 99 + b'": 1}', 422, r"unknown key 'x{37}\.\.\.': Known: expl"),
    (b'{"texts": "a"}', 422, "texts is a string, expected a list of strings, even for a single"),
    (b'{"texts": null}', 422, "texts is null, expected a list of strings$"),
    (b'{"texts": {"0": "a"}}', 422, "texts is an object"),
    (b'{"texts": []}', 422, "texts has 0 texts, expected 1 to 3$"),
    (b'{"texts": ["a","b","c","d"]}', 422, "texts has 4 texts, expected 1 to 3$"),
    (b'{"texts": ["a","b"],"explain":true}', 422, "expected 1 to 1 where they are explained"),
    (b'{"texts": ["a"],"explain":1}', 422, "explain is a number, expected true or false"),
    (b'{"texts": ["a", 1]}', 422, "text 1 is a number, expected a string"),
    (b'{"texts": [true]}', 422, "text 0 is true or false"),
    (b'{"texts": ["12345678901"]}', 422, "text 0 has 11 characters, at most 10 are read"),
    (rb'{"texts": ["a\u0000"]}', 422, "text 0 holds a NUL"),
    (rb'{"texts": ["ab\ud800"]}', 422, "text 0 is not valid Unicode at character 2"),
    (b'{"texts": ["a"], "k": 0}', 422, "k is 0, expected a whole number, 1 to 10,000"),
    (b'{"texts": ["a"], "k": true}', 422, "k is true"),
    (b'{"texts": ["a"], "k": 1.5}', 422, "k is 1.5"),
    (b'{"texts": ["a"], "k": 1e400}', 422, "k is a number"),
    (b'{"texts": ["a"], "k": "3"}', 422, "k is a string"),
    (b'{"texts": ["a"], "k": null}', 422, "k is null"),
    (b'{"texts": ["a"], "k": ' + b"9" * 4000 + b"}", 422, "k is a number"),
    (b'{"texts": ["a"], "threshold": 0}', 422, "threshold is 0, expected a number above 0"),
    (b'{"texts": ["a"], "threshold": 1.01}', 422, "threshold is 1.01"),
    (b'{"texts": ["a"], "threshold": -1e999}', 422, "threshold is a number"),
    (b'{"texts": ["a"], "threshold": null}', 422, "threshold is null"),
    (b'{"texts": ["a"], "threshold": false}', 422, "threshold is true or false"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), TAKEN)
def test_taken(said, expected):
    assert read_question(json.dumps(said).encode(), SMALL) == expected


@pytest.mark.parametrize(("body", "status", "detail"), REFUSED)
def test_refused(body, status, detail):
    with pytest.raises(Problem, match=detail) as refused:
        read_question(body, SMALL)
    assert refused.value.status == status
    assert len(refused.value.body()) < 400


def test_long_texts_take_more_places():
    assert Question(("a", "")).cost == 2
    assert Question(("a" * 2500, "b")).cost == 4


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda each: st.lists(each, max_size=4) | st.dictionaries(st.text(), each, max_size=4),
    max_leaves=8,
)
BODIES = st.binary() | st.builds(
    lambda said: json.dumps(said).encode(),
    JSON
    | st.fixed_dictionaries({}, optional=dict.fromkeys(("texts", "k", "threshold"), JSON))
    | st.fixed_dictionaries({"text": JSON}, optional={"label": JSON, "labels": JSON}),
)  # fmt: skip


@given(BODIES)
@example(b'{"texts": [""]}')
def test_any_body_is_read_or_refused(body):
    for read in (
        lambda: read_question(body, SMALL),
        lambda: read_row(body, SMALL, labels=["a"], several=False),
        lambda: read_row(body, SMALL, labels=["a"], several=True),
    ):
        try:
            found = read()
        except Problem as refused:
            assert refused.status in (400, 422)
            assert json.loads(refused.body())["detail"]
        else:
            texts = found.texts if isinstance(found, Question) else (found.text,)
            assert all("\0" not in each and each.encode() is not None for each in texts)


ROWS = [
    ({"text": " x\n", "label": "a"}, False, Row(" x\n", "a")),
    ({"text": "x", "labels": ["ä", "a"]}, True, Row("x", ("ä", "a"))),
    ({"text": "x", "labels": []}, True, Row("x", ())),
]
BAD_ROWS = [
    ({"text": "", "label": "a"}, False, "text is blank: nothing can be learned from it"),
    ({"text": " \n\t\u2003", "labels": ["a"]}, True, "text is blank"),
    ({"text": "x"}, False, "label is missing: give the right one"),
    ({"text": "x", "labels": ["a"]}, False, "unknown key 'labels': did you mean label"),
    ({"text": "x", "label": None}, False, "a label is null, expected a string"),
    ({"text": "x", "label": "A"}, False, "no label 'A': did you mean 'a'"),
    ({"text": "x", "label": "zzz"}, False, "no label 'zzz': GET labels has the known ones"),
    ({"text": "x", "label": "\ud800"}, False, "no label"),
    ({"text": 1, "label": "a"}, False, "text is a number, expected a string"),
    ({"text": "x", "labels": "a"}, True, "labels is a string, expected a list"),
    ({"text": "x", "labels": ["a", "a"]}, True, "labels names a label twice"),
    ({"text": "x", "labels": ["a", ["a"]]}, True, "a label is a list"),
]


@pytest.mark.parametrize(("said", "several", "expected"), ROWS)
def test_rows_taken(said, several, expected):
    body = json.dumps(said).encode()
    assert read_row(body, SMALL, labels=["a", "ä"], several=several) == expected


def test_labels_without_end_cost_no_time():
    labels = [f"label {number}" for number in range(1000)]
    body = json.dumps({"text": "x", "labels": labels[-1:] * 500_000}).encode()
    started = time.perf_counter()
    with pytest.raises(Problem, match="labels names a label twice"):
        read_row(body, ServeSettings(), labels=labels, several=True)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(("said", "several", "detail"), BAD_ROWS)
def test_rows_refused(said, several, detail):
    with pytest.raises(Problem, match=detail) as refused:
        read_row(json.dumps(said).encode(), SMALL, labels=["a", "ä"], several=several)
    assert refused.value.status == 422
    json.loads(refused.value.body())

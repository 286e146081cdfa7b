import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.artifact.strict_json import strict_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(
        st.characters(codec="utf-8"), max_size=3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(VALUES, st.booleans())
def test_what_python_writes_is_read(value, escaped):
    if "Infinity" in (text := json.dumps(value, ensure_ascii=escaped)):
        return
    assert strict_json(text.encode()) == value


REFUSED = [
    (b"", "Expecting value"), (b"{", "Expecting property"), (b"\xff", "can't decode byte"),
    (b"NaN", "NaN is not a number"), (b"[-Infinity]", "-Infinity is not a number"),
    (b"1e999", "1e999 is larger than any float64"), (b"[-1E400]", "-1E400 is larger"),
    (b"9" * 21, "is an integer of 21 digits"), (b"9" * 5000, "is an integer of 5000 digits"),
    (b"[" * 100_000, "nested too deep"), (b'{"a":' * 100_000, "nested too deep"),
    (b'{"a": 1, "b": 2, "a": 1}', "'a' is there twice"),
    (b'{"a": {"": 1, "": 2}}', "'' is there twice"), (b'"\\ud800"', "surrogates not allowed"),
    (b'{"\\uDFFF": 1}', "surrogates not allowed"), (b'"\xed\xa0\x80"', "can't decode byte"),
    ("\ufeff{}".encode(), "BOM"), ('"a"'.encode("utf-16"), "can't decode byte"), (b"1 2", "Extra"),
    (b"'a'", "Expecting value"), (b"[1,]", "."), (b'"\x00"', "control character"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "message"), REFUSED, ids=lambda each: str(each)[:12])
def test_what_readers_may_read_differently_is_refused(content, message):
    with pytest.raises(ValueError, match=message):
        strict_json(content)


@pytest.mark.timeout(20)
def test_a_name_that_comes_again_after_many_is_found_at_once():
    names = ",".join(f'"{number}":1' for number in range(300_000))
    with pytest.raises(ValueError, match="'299999' is there twice"):
        strict_json(f'{{{names},"299999":1}}'.encode())


def test_pairs_of_surrogates_are_one_character():
    assert strict_json(rb'"\ud83d\udc26 \\ud800"') == "🐦 \\ud800"

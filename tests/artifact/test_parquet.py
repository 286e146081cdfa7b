"""What Parquet files claim, those of linnet and those of somebody who claims too much."""

import contextlib
import io

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.artifact import parquet
from linnet.artifact.parquet import check_parquet

ROWS = 3000
TABLE = pl.DataFrame({
    "token": ["näin", *(f"w{number}" for number in range(ROWS - 1))], "count": np.arange(ROWS),
    "prefix": np.zeros(ROWS, np.int32), "idf": np.linspace(0, 1, ROWS).astype(np.float32),
})  # fmt: skip


def written(table=TABLE, **options):
    content = io.BytesIO()
    table.write_parquet(content, **{"compression": "zstd", "statistics": False} | options)
    return content.getvalue()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "vocabulary.parquet"


FORMS = [
    {}, {"compression_level": 19}, {"statistics": True}, {"row_group_size": 700},
    {"data_page_size": 500}, {"compression": "uncompressed"},
]  # fmt: skip


@pytest.mark.parametrize("options", FORMS, ids=str)
def test_what_polars_writes_passes(path, options):
    path.write_bytes(written(**options))
    check_parquet(path, num_rows=ROWS)
    nothing = TABLE.with_columns(token=pl.lit(None, pl.String))
    path.write_bytes(written(nothing, **options))
    check_parquet(path, num_rows=ROWS)


@pytest.mark.parametrize("num_rows", [0, ROWS - 1, 2**31])
def test_another_number_of_rows_is_refused(path, num_rows):
    path.write_bytes(written())
    with pytest.raises(ValueError, match=f"it has 3000 rows, expected {num_rows}"):
        check_parquet(path, num_rows=num_rows)


@pytest.mark.parametrize("compression", ["snappy", "gzip", "lz4", "brotli"])
def test_other_compression_is_refused(path, compression):
    path.write_bytes(written(compression=compression))
    with pytest.raises(ValueError, match="is packed in the unknown way"):
        check_parquet(path, num_rows=ROWS)


def test_a_bomb_is_refused_and_not_unpacked(path):
    """Kilobytes that would be 300 MB of words."""
    table = pl.DataFrame({"token": [f"{number:03}" + "a" * 1_000_000 for number in range(300)]})
    path.write_bytes(written(table))
    assert path.stat().st_size < 1_000_000
    with pytest.raises(ValueError, match="bytes that claim to unpack to far more"):
        check_parquet(path, num_rows=300)


def test_countless_pages_are_refused(path, monkeypatch):
    path.write_bytes(written(data_page_size=500))
    monkeypatch.setattr(parquet, "MOST_PAGES", 10)
    with pytest.raises(ValueError, match="claim to unpack to far more"):
        check_parquet(path, num_rows=ROWS)


@pytest.mark.parametrize(
    "content",
    [b"", b"PAR1", b"PAR1" * 2, b"PAR1" + bytes(4) + b"PARE", b"PAR1\xff\xff\xff\xffPAR1"],
)
def test_what_is_none_is_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"it is no Parquet file|it ends inside a message"):
        check_parquet(path, num_rows=0)


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def with_footer(footer, pages=b""):
    return b"PAR1" + pages + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def message(*fields):
    """Write a Thrift message: (number, kind, bytes of the value)."""
    out, before = b"", 0
    for number, kind, value in fields:
        out += bytes([(number - before) << 4 | kind]) + value
        before = number
    return out + b"\0"


def integer(number, value):
    return (
        number,
        6,
        varint(value << 1 ^ value >> 63 & 2**64 - 1 if value >= 0 else (-value << 1) - 1),
    )


def inner(number, *fields):
    return number, 12, message(*fields)


def listed(number, *messages):
    return number, 9, bytes([len(messages) << 4 | 12]) + b"".join(messages)


def file_of(pages, *, codec=0, rows=1, start=4, size=None, values=None):
    size = len(pages) if size is None else size
    column = message(
        integer(4, codec), integer(5, rows if values is None else values), integer(7, size),
        integer(9, start),
    )  # fmt: skip
    group = message(listed(1, message((3, 12, column))), integer(3, rows))
    return with_footer(message(integer(3, rows), listed(4, group)), pages)


def page(kind=0, unpacked=1, packed=1, *, rows=1, encoding=0, head=5):
    inside = inner(head, integer(1, rows), integer(2, encoding))
    return message(integer(1, kind), integer(2, unpacked), integer(3, packed), inside) + b"x"


def test_a_file_made_by_hand_passes(path):
    path.write_bytes(file_of(page()))
    check_parquet(path, num_rows=1)
    path.write_bytes(file_of(page(2, 8, rows=2, head=7) + page(encoding=8)))
    check_parquet(path, num_rows=1)


PAGES = {
    "a claim": (file_of(page(unpacked=2**31 - 1)), "claim to unpack"),
    "a negative claim": (file_of(page(unpacked=-1)), "-1 in the place of a number"),
    "a page that goes back": (file_of(page(packed=-3)), "-3 in the place of a number"),
    "a page that is longer": (file_of(page(packed=9)), "a page does not lie in its column"),
    "another kind": (file_of(page(3)), "a page of an unknown kind"),
    "a claim of 33 bits": (file_of(page(unpacked=2**32 + 1)), "4294967297 in the place of"),
    "another encoding": (file_of(page(encoding=5)), "a page of an unknown kind"),
    "fewer than none": (file_of(page(rows=-1)), "-1 in the place of a number"),
    "too many rows": (file_of(page(rows=2**30)), "a column has 1073741824 values, expected 1"),
    "no page": (file_of(b""), "a column has 0 values, expected 1"),
    "an odd list": (file_of(page(2, head=7, encoding=8)), "lists values in an unknown way"),
    "a list of nothing": (file_of(page(2, head=7, rows=2)), "lists values in an unknown way"),
    "another codec": (file_of(page(), codec=1), "packed in the unknown way 1"),
    "other rows": (file_of(page(), values=2), "a column does not lie in the file"),
    "before the file": (file_of(page(), start=-4), "-4 in the place of a number"),
    "behind the file": (file_of(page(), start=10**9), "a column does not lie in the file"),
    "a size below 0": (file_of(page(), size=-1), "-1 in the place of a number"),
    "no rows": (with_footer(message(integer(1, 1))), "KeyError"),
    "a group without rows": (with_footer(message(integer(3, 1), listed(4, b"\0"))), "KeyError"),
    "rows that are text": (with_footer(message((3, 8, b"\0"), listed(4))), "b'' in the place of"),
    "groups that are a number": (with_footer(message(integer(3, 1), integer(4, 1))), "TypeError"),
    "rows that are a byte": (with_footer(message((3, 3, b"\1"), listed(4))), "place of a num"),
    "rows that are true": (with_footer(message((3, 1, b""), listed(4))), "None in the place of a"),
    "rows twice": (with_footer(bytes([0x36, 2, 0x06, 6, 4, 0])), "field 3 of .* behind field 3"),
    "groups of numbers": (with_footer(message(integer(3, 1), (4, 9, b"\x16\2"))), "place of mes"),
    "a column that is text": (
        with_footer(message(integer(3, 1), listed(4, message(
            listed(1, message((3, 8, b"\4abcd"))), integer(3, 1))))),
        "in the place of a message",
    ),
    "a page that is text": (
        file_of(message(integer(1, 0), integer(2, 1), integer(3, 1), (5, 8, b"\3\0\1\0")) + b"x"),
        "in the place of a message",
    ),
    "a huge footer": (with_footer(bytes(200_001)), "its footer has 200001 bytes"),
    "deep messages": (with_footer(b"\x1c" * 5000), "nested too deep"),
    "deep lists": (with_footer(b"\x19" + b"\x19" * 5000), "nested too deep"),
    "a long list": (with_footer(b"\x19\xf8" + varint(2**60)), "a list is longer"),
    "a long text": (with_footer(b"\x18" + varint(2**60)), "a text is longer"),
    "an endless number": (with_footer(b"\x16" + b"\xff" * 20), "a number that does not end"),
    "an unknown kind": (with_footer(b"\x1e"), "unknown kind 14"),
    "a footer that ends": (with_footer(b"\x16"), "it ends inside a message"),
    "all kinds": (
        with_footer(message((1, 1, b""), (2, 2, b""), integer(3, 1), listed(4), (5, 3, b"\1"),
                            (6, 9, b"\x21\1\2"), (7, 7, bytes(8)), (8, 4, b"\2"))),
        "it has 1 rows, expected 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PAGES)
def test_claims_are_refused(path, case):
    content, expected = PAGES[case]
    path.write_bytes(content)
    with pytest.raises(ValueError, match=expected):
        check_parquet(path, num_rows=2 if case == "all kinds" else 1)


def test_field_numbers_may_be_far_apart(path):
    far = b"\x06" + varint(2 * 3) + varint(2)  # no step: the number stands in full
    path.write_bytes(with_footer(far + b"\x19\x0c\0"))
    with pytest.raises(ValueError, match="it has 1 rows, expected 7"):
        check_parquet(path, num_rows=7)


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_bytes_are_refused_or_read(tmp_path_factory, pages, footer):
    path = tmp_path_factory.mktemp("any") / "v.parquet"
    path.write_bytes(with_footer(footer, pages))
    with contextlib.suppress(ValueError):
        check_parquet(path, num_rows=1)

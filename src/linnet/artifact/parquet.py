"""What a Parquet file says it holds, read before anything opens it: rows, columns, bytes unpacked.

A file of kilobytes may claim columns of gigabytes, and who unpacks it believes that. This walks
over the footer and the head of each page, and lets through what linnet's own files are made of.
It reads no values. Both are Thrift messages in the compact form: numbered fields, some of them
messages again.
"""

import mmap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

Message: TypeAlias = Mapping[int, Any]

MAGIC = b"PAR1"
MOST_BYTES = 128_000_000
"""Of all columns, unpacked, for a small file; a bigger one may unpack to more."""
MOST_PACKED = 64
"""How many bytes of a big file may come out of one."""
LARGEST_FOOTER = 200_000
MOST_PAGES = 20_000
LARGEST_HEAD = 10_000
DEEPEST = 10
UNPACKED, ZSTD = 0, 6
PLAIN, PLAIN_DICTIONARY, RLE, RLE_DICTIONARY = 0, 2, 3, 8
DATA_PAGE, DICTIONARY_PAGE = 0, 2


def check_parquet(path: Path, *, num_rows: int) -> None:
    """Refuse a Parquet file that would unpack to something else than it should.

    Args:
        path: The file.
        num_rows: How many rows it must have.

    Raises:
        ValueError: It is no such file, or has other rows, or claims more than it can hold.
        OSError: It cannot be read.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     check_parquet(Path(file.name), num_rows=2)
        Traceback (most recent call last):
        ValueError: it is no Parquet file
    """
    if not path.stat().st_size:
        raise ValueError("it is no Parquet file")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        try:
            _check(content, num_rows)
        except (KeyError, TypeError) as error:
            raise ValueError(f"a message lacks what it needs ({error!r})") from error


def _check(content: mmap.mmap, num_rows: int) -> None:
    footer = _footer(content)
    groups = _messages(footer, 4)
    found = _number(footer, 3)
    if found != num_rows or sum(_number(each, 3) for each in groups) != num_rows:
        raise ValueError(f"it has {found} rows, expected {num_rows}")
    most, pages = max(MOST_BYTES, MOST_PACKED * len(content)), 0
    for group in groups:
        for column in _messages(group, 1):
            for claimed in _pages(content, _message(column, 3), _number(group, 3)):
                most, pages = most - claimed, pages + 1
                if most < 0 or pages > MOST_PAGES:
                    raise ValueError(f"{len(content)} bytes that claim to unpack to far more")


def _footer(content: mmap.mmap) -> Message:
    size = int.from_bytes(content[-8:-4], "little")
    start = len(content) - 8 - size
    if start < len(MAGIC) or content[:4] != MAGIC or content[-4:] != MAGIC:
        raise ValueError("it is no Parquet file")
    if size > LARGEST_FOOTER:
        raise ValueError(f"its footer has {size} bytes")
    return _Reader(content[start:-8]).message()


def _pages(content: mmap.mmap, column: Message, num_rows: int) -> Iterator[int]:
    """Yield how many bytes each page of a column claims, having checked what it is."""
    if column.get(4) not in (UNPACKED, ZSTD):
        raise ValueError(f"a column is packed in the unknown way {column.get(4)}")
    at = _number(column, 11 if 11 in column else 9)
    end = at + _number(column, 7)
    if end > len(content) or _number(column, 5) != num_rows:
        raise ValueError("a column does not lie in the file")
    rows = 0
    while at < end:
        reader = _Reader(content[at : min(end, at + LARGEST_HEAD)])
        head = reader.message()
        at += reader.at + _number(head, 3)
        if at > end:
            raise ValueError("a page does not lie in its column")
        rows += _rows(head)
        yield _number(head, 2)
    if rows != num_rows:
        raise ValueError(f"a column has {rows} values, expected {num_rows}")


def _rows(head: Message) -> int:
    """Return how many rows a page holds, none for one that only lists what stands in others."""
    kind = _number(head, 1)
    inner = _message(head, 7 if kind == DICTIONARY_PAGE else 5)
    count, encoding = _number(inner, 1), _number(inner, 2)
    if kind == DICTIONARY_PAGE:
        if encoding not in (PLAIN, PLAIN_DICTIONARY) or count > _number(head, 2):
            raise ValueError("a page lists values in an unknown way")
        return 0
    if kind != DATA_PAGE or encoding not in (PLAIN, PLAIN_DICTIONARY, RLE, RLE_DICTIONARY):
        raise ValueError("a page of an unknown kind")
    return count


def _number(message: Message, field: int) -> int:
    """Return a number that is no less than 0, and that 32 bits hold: longer ones may be cut off."""
    value = message[field]
    if type(value) is not int or not 0 <= value < 2**31:
        raise ValueError(f"{str(value)[:20]} in the place of a number")
    return value


def _message(message: Message, field: int) -> Message:
    if not isinstance(value := message[field], dict):
        raise TypeError(f"{str(value)[:20]} in the place of a message")
    return value


def _messages(message: Message, field: int) -> list[Message]:
    if not isinstance(value := message[field], list) or not all(isinstance(e, dict) for e in value):
        raise TypeError(f"{str(value)[:20]} in the place of messages")
    return value


class _Reader:
    """Reads one Thrift message from bytes; what it makes is never larger than they are."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at, self.depth = content, 0, 0

    def message(self) -> Message:
        """Read fields up to the stop."""
        try:
            return dict(self._fields())
        except IndexError as error:
            raise ValueError("it ends inside a message") from error

    def _fields(self) -> Iterator[tuple[int, Any]]:
        number = 0
        while head := self._byte():
            before, kind = number, head & 15
            number = number + (head >> 4) if head >> 4 else self._signed()
            if number <= before:
                raise ValueError(f"field {number} of a message behind field {before}")
            yield number, None if kind in (1, 2) else self._value(kind)

    def _value(self, kind: int) -> Any:
        read = self.kinds.get(kind)
        if read is None or self.depth > DEEPEST:
            raise ValueError(f"its messages are nested too deep, or of the unknown kind {kind}")
        self.depth += 1
        value = read(self)
        self.depth -= 1
        return value

    def _list(self) -> list[Any]:
        head = self._byte()
        size = head >> 4 if head >> 4 < 15 else self._unsigned()
        if size > len(self.content) - self.at:
            raise ValueError("a list is longer than the file")
        return [self._value(head & 15) for _ in range(size)]

    def _byte(self) -> int:
        self.at += 1
        return self.content[self.at - 1]

    def _bytes(self) -> bytes:
        size = self._unsigned()
        if size > len(self.content) - self.at:
            raise ValueError("a text is longer than the file")
        self.at += size
        return self.content[self.at - size : self.at]

    def _signed(self) -> int:
        number = self._unsigned()
        return number >> 1 ^ -(number & 1)

    def _unsigned(self) -> int:
        number = 0
        for place in range(0, 70, 7):
            byte = self._byte()
            number |= (byte & 127) << place
            if byte < 128:
                return number
        raise ValueError("a number that does not end")

    def _inner(self) -> Message:
        return dict(self._fields())

    def _single(self) -> bytes:
        """A byte is no number here: where one is expected, other readers take it for another."""
        return bytes([self._byte()])

    def _double(self) -> bytes:
        return bytes(self._byte() for _ in range(8))

    kinds: ClassVar[Mapping[int, Callable[["_Reader"], Any]]] = {
        1: _single, 2: _single, 3: _single, 4: _signed, 5: _signed, 6: _signed, 7: _double,
        8: _bytes, 9: _list, 10: _list, 12: _inner,
    }  # fmt: skip

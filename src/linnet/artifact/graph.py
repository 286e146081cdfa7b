"""Where the weights of an ONNX graph lie, read from its bytes without the onnx package.

A graph is a protobuf message: numbered fields, some of them messages again. Only the fields and
operators that linnet's layers write are let through, so a graph from elsewhere cannot bring
branches, loops, functions, another library's operators, or weights from other files. Whether the
operators fit each other is for ONNX Runtime to say.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

Field: TypeAlias = tuple[int, int | bytes]

# Message -> field number -> what stands there: a message by its name, or "" for a value that is
# passed over; numbers from onnx.proto. Every other field is refused.
MESSAGES: Mapping[str, Mapping[int, str]] = {
    "model": {1: "", 2: "", 7: "graph", 8: "operator set"},
    "operator set": {1: "domain", 2: ""},
    "graph": {1: "node", 2: "", 5: "tensor", 11: "", 12: ""},
    "node": {1: "", 2: "", 3: "", 4: "operator", 5: "attribute"},
    "attribute": {1: "", 2: "", 3: "", 4: "", 8: "", 20: ""},
    "tensor": {1: "", 2: "", 8: "", 9: "", 13: "", 14: ""},
}
OPERATORS = {
    "Add", "Cast", "Concat", "Constant", "Conv", "Div", "Flatten", "GRU", "Gather", "Gemm",
    "Identity", "LSTM", "LayerNormalization", "MatMul", "Max", "Min", "Mul", "Neg", "Range",
    "ReduceMax", "ReduceSum", "Relu", "Reshape", "Shape", "Sigmoid", "Sign", "Softmax", "Sqrt",
    "Squeeze", "Sub", "Tanh", "Transpose", "Unsqueeze",
}  # fmt: skip
"""What the layers of linnet are made of; a test holds it to what they write."""

DIMS, DATA_TYPE, NAME, RAW_DATA, EXTERNAL_DATA, DATA_LOCATION = 1, 2, 8, 9, 13, 14
KEY, VALUE = 1, 2
FLOAT, INT8, INT64, FLOAT16 = 1, 3, 7, 10
TYPES = {FLOAT: np.float32, INT8: np.int8, FLOAT16: np.float16}
"""What weights may be; other tensors are integers, for shapes and axes."""
PLACE = ["length", "location", "offset"]
LARGEST_INTEGER = 10_000_000
MOST_DIGITS = 18


@dataclass(frozen=True)
class External:
    """One tensor outside the graph.

    Attributes:
        tensor: Its name.
        dtype: What its numbers are.
        shape: Its shape.
        location: The file, as the graph names it.
        offset: First byte.
        length: Number of bytes.
    """

    tensor: str
    dtype: np.dtype[np.generic]
    shape: tuple[int, ...]
    location: str
    offset: int
    length: int


def external_tensors(graph: bytes) -> list[External]:
    """Check a graph and list its tensors whose numbers lie in another file.

    Args:
        graph: A serialised ONNX model.

    Raises:
        ValueError: The bytes are not such a message, or hold what linnet never writes.

    Example:
        >>> external_tensors(b"")
        []
        >>> external_tensors("né".encode())
        Traceback (most recent call last):
        ValueError: not an ONNX graph: ...
    """
    found = []
    waiting = [("model", graph)]
    while waiting:
        kind, message = waiting.pop()
        if kind == "operator":
            _check_operator(_text(message))
        elif kind == "domain":
            _check_domain(_text(message))
        else:
            fields = list(_known_fields(kind, message))
            waiting += [(MESSAGES[kind][n], _bytes(v)) for n, v in fields if MESSAGES[kind][n]]
            found += [_tensor(fields)] if kind == "tensor" else []
    return [each for each in found if each]


def _known_fields(kind: str, message: bytes) -> Iterator[Field]:
    for number, value in _fields(message):
        if number not in MESSAGES[kind]:
            raise ValueError(f"not a graph that linnet writes: field {number} of a {kind}")
        yield number, value


def _check_operator(name: str) -> None:
    if name not in OPERATORS:
        raise ValueError(f"the operator {name[:40]!r} is none of those of linnet's layers")


def _check_domain(name: str) -> None:
    if name:
        raise ValueError(f"operators of {name[:40]!r} are none of those of linnet's layers")


def _tensor(fields: Sequence[Field]) -> External | None:
    """Return the place of a tensor outside the graph, None for integers within it."""
    said = dict(fields)
    name = _text(said.get(NAME, b""))
    shape = tuple(_integers(fields, DIMS))
    if said.get(DATA_LOCATION, 0) != 1:
        _check_inside(name, shape, said)
        return None
    if RAW_DATA in said:
        raise ValueError(f"{name[:60]!r} lies inside the graph and outside")
    return _external(name, shape, fields)


def _external(name: str, shape: tuple[int, ...], fields: Sequence[Field]) -> External:
    kind = dict(fields).get(DATA_TYPE)
    if not isinstance(kind, int) or kind not in TYPES:
        raise ValueError(f"{name[:60]!r} holds numbers of the unknown kind {kind!r}")
    entries = [dict(_fields(_bytes(value))) for number, value in fields if number == EXTERNAL_DATA]
    place = [(_text(entry.get(KEY, b"")), _text(entry.get(VALUE, b""))) for entry in entries]
    if sorted(key for key, _ in place) != PLACE:
        raise ValueError(f"the place of {name[:60]!r} is not {', '.join(PLACE)}: {str(place)[:90]}")
    where = dict(place)
    return External(
        name, np.dtype(TYPES[kind]), shape, where["location"],
        _whole(where["offset"]), _whole(where["length"]),
    )  # fmt: skip


def _check_inside(name: str, shape: tuple[int, ...], said: Mapping[int, int | bytes]) -> None:
    content = _bytes(said.get(RAW_DATA, b""))
    if said.get(DATA_TYPE) != INT64 or EXTERNAL_DATA in said:
        raise ValueError(f"{name[:60]!r} lies inside the graph, which holds no weights")
    if shape != (len(content) / 8,):
        raise ValueError(f"{name[:60]!r} has {len(content)} bytes for the shape {shape[:9]}")
    integers = np.frombuffer(content, "<i8")
    if len(integers) and not -LARGEST_INTEGER < integers.min() <= integers.max() < LARGEST_INTEGER:
        raise ValueError(f"{name[:60]!r} holds an integer beyond {LARGEST_INTEGER:,}")


def _integers(fields: Sequence[Field], wanted: int) -> Iterator[int]:
    """Yield the integers of a repeated field, packed or one by one; none is below 0."""
    for number, value in fields:
        if number == wanted and isinstance(value, int):
            yield value
        elif number == wanted:
            at, packed = 0, _bytes(value)
            while at < len(packed):
                integer, at = _varint(packed, at)
                yield integer


def _whole(digits: str) -> int:
    """Read what every reader reads alike: digits, and nothing beside them."""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS):
        raise ValueError(f"{digits[:40]!r} is no number of bytes")
    return int(digits)


def _fields(message: bytes) -> Iterator[Field]:
    """Yield each field's number and value: an integer, or bytes."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(message, at)
            yield number, value
        else:
            size, at = _size(message, at, wire)
            if at + size > len(message):
                raise ValueError("not an ONNX graph: it ends inside a field")
            yield number, message[at : at + size]
            at += size


def _size(message: bytes, at: int, wire: int) -> tuple[int, int]:
    if wire == 2:
        return _varint(message, at)
    if wire not in (1, 5):
        raise ValueError(f"not an ONNX graph: a field of the unknown kind {wire}")
    return (8 if wire == 1 else 4), at


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """Read a number of 7 bits a byte, lowest first, and return it with the place behind it."""
    number = 0
    for place, byte in enumerate(message[at : at + 10]):
        number |= (byte & 127) << 7 * place
        if byte < 128:
            return number, at + place + 1
    raise ValueError("not an ONNX graph: a number that does not end")


def _bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise ValueError("not an ONNX graph: a number where a message was expected")
    return value


def _text(value: int | bytes) -> str:
    return _bytes(value).decode("utf-8")

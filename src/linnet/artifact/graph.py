"""Where the weights of an ONNX graph lie, read from its bytes without the onnx package.

A graph is a protobuf message: numbered fields, some of them messages again. This walks from the
model to every tensor in it (initialisers, attributes, subgraphs, functions) and reads the fields
that say which bytes of which file it takes. It knows nothing of operators.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Field: TypeAlias = tuple[int, int | bytes]

# Message -> field number -> the message that stands there; numbers from onnx.proto.
INSIDE: Mapping[str, Mapping[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 11: "attribute"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
}
TENSOR_NAME, EXTERNAL_DATA = 8, 13
KEY, VALUE = 1, 2


@dataclass(frozen=True)
class External:
    """The place of one tensor outside the graph.

    Attributes:
        tensor: Its name.
        location: The file, as the graph names it.
        offset: First byte; 0 where the graph does not say.
        length: Number of bytes; 0 where the graph does not say.
    """

    tensor: str
    location: str
    offset: int
    length: int


def external_tensors(graph: bytes) -> list[External]:
    """List the tensors of a graph whose numbers lie in another file.

    Args:
        graph: A serialised ONNX model.

    Raises:
        ValueError: The bytes are not such a message.

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
        if kind == "tensor":
            found += _external(message)
        else:
            inside = INSIDE[kind]
            waiting += [
                (inside[number], _bytes(value))
                for number, value in _fields(message)
                if number in inside
            ]
    return found


def _external(tensor: bytes) -> list[External]:
    """Return the place of a tensor if it has one outside."""
    fields = list(_fields(tensor))
    entries = [dict(_fields(_bytes(value))) for number, value in fields if number == EXTERNAL_DATA]
    if not entries:
        return []
    said = {_text(entry.get(KEY, b"")): _text(entry.get(VALUE, b"")) for entry in entries}
    return [
        External(
            tensor=_text(dict(fields).get(TENSOR_NAME, b"")),
            location=said.get("location", ""),
            offset=int(said.get("offset", "0")),
            length=int(said.get("length", "0")),
        )
    ]


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

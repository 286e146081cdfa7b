"""Named arrays as safetensors: to bytes, back from a file, and where each stands.

The file is a length, a JSON header and the arrays one after the other. Knows nothing of layers:
a name is any string.
"""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from linnet.artifact.int8 import SCALE, from_int8
from linnet.artifact.strict_json import strict_json
from linnet.errors import ArtifactError

LONGEST_HEADER = 2_000_000
MOST_AXES = 8
MOST_NUMBERS = 2**48
TYPES = {
    "F64": np.float64, "F32": np.float32, "F16": np.float16, "BOOL": np.bool_,
    "I64": np.int64, "I32": np.int32, "I16": np.int16, "I8": np.int8,
    "U64": np.uint64, "U32": np.uint32, "U16": np.uint16, "U8": np.uint8,
}  # fmt: skip


@dataclass(frozen=True)
class Tensor:
    """What the header of a file says of one array.

    Attributes:
        dtype: What its numbers are.
        shape: Its shape.
        offset: Its first byte, from the file's start.
        length: Number of bytes.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    offset: int
    length: int


def to_bytes(weights: Mapping[str, NDArray[Any]]) -> bytes:
    """Write named arrays; the same arrays give the same bytes, in whatever order they come.

    Args:
        weights: Name → array of numbers or booleans, of any shape.

    Example:
        >>> ones = np.ones(2, np.float32)
        >>> to_bytes({"a": ones, "ä": ones}) == to_bytes({"ä": ones, "a": ones})
        True
    """
    arrays = {name: np.asarray(weights[name], order="C") for name in sorted(weights)}
    for name, array in arrays.items():
        if array.dtype not in TYPES.values():
            raise ArtifactError(f"cannot save {name!r}: {array.dtype} is not among the types kept")
    content: bytes = save(arrays)
    return content


def byte_ranges(content: bytes) -> dict[str, tuple[int, int]]:
    """Return where each array stands: offset from the start and length, both in bytes.

    Args:
        content: What `to_bytes` returned.

    Example:
        >>> content = to_bytes({"a": np.arange(3, dtype=np.int32), "none": np.ones(0)})
        >>> offset, length = byte_ranges(content)["a"]
        >>> np.frombuffer(content[offset:offset + length], np.int32).tolist()
        [0, 1, 2]
    """
    header = _header(BytesIO(content), len(content))
    return {name: (each.offset, each.length) for name, each in header.items()}


def described(path: Path) -> dict[str, Tensor]:
    """Return what a file says of its arrays, without reading them.

    Raises:
        ArtifactError: The file is not what its header says.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "weights.safetensors"
        ...     _ = path.write_bytes(to_bytes({"ä": np.float32([[1, 2]]), "none": np.ones(0)}))
        ...     {name: (each.shape, each.length) for name, each in described(path).items()}
        {'none': ((0,), 0), 'ä': ((1, 2), 8)}
    """
    try:
        with path.open("rb") as file:
            return _header(file, os.fstat(file.fileno()).st_size)
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{path}: cannot be read: {error}; fetch the model again") from error


def shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the arrays that `read` would return, without reading them.

    Raises:
        ArtifactError: The file is not what its header says.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "weights.safetensors"
        ...     _ = path.write_bytes(to_bytes({"ä": np.ones((3, 0)), "ä:scale": np.ones(0)}))
        ...     shapes(path)
        {'ä': (3, 0)}
    """
    return {name: each.shape for name, each in described(path).items() if not name.endswith(SCALE)}


def read(path: Path) -> dict[str, NDArray[Any]]:
    """Read the arrays of a file; tables that are stored as int8 come as float32.

    Raises:
        ArtifactError: The file is not what its header says, or holds another kind of numbers.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "weights.safetensors"
        ...     _ = path.write_bytes(to_bytes({"ä": np.float32([[1, 2]])}))
        ...     read(path)
        {'ä': array([[1., 2.]], dtype=float32)}
    """
    header = described(path)
    try:
        return from_int8({name: _array(path, each) for name, each in header.items()})
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{path}: cannot be read: {error}; fetch the model again") from error


def mapped(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file as they stand in it, read only where they are looked at.

    Tables that are stored as int8 stay so, with their scales beside them.

    Raises:
        ArtifactError: The file is not what its header says.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "weights.safetensors"
        ...     _ = path.write_bytes(to_bytes({"ä": np.float32([[1, 2]]), "none": np.ones(0)}))
        ...     {name: each.tolist() for name, each in mapped(path).items()}
        {'none': [], 'ä': [[1.0, 2.0]]}
    """
    header = described(path)
    try:
        raw = np.memmap(path, np.uint8, "r")
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{path}: cannot be read: {error}; fetch the model again") from error
    return {
        name: np.ndarray(each.shape, each.dtype, raw, each.offset) for name, each in header.items()
    }


def _array(path: Path, tensor: Tensor) -> NDArray[Any]:
    count = math.prod(tensor.shape)
    array = np.fromfile(path, tensor.dtype, count, offset=tensor.offset)
    return array.reshape(tensor.shape)


def _header(file: IO[bytes], size: int) -> dict[str, Tensor]:
    """Read the header and check that the arrays fill the file, before any is made."""
    start = 8 + int.from_bytes(file.read(8), "little")
    if not 8 < start <= min(size, LONGEST_HEADER):
        raise ValueError(f"a header of {start - 8} bytes in a file of {size}")
    try:
        header = strict_json(file.read(start - 8))
        header.pop("__metadata__", None)
        tensors = {name: _tensor(said, start) for name, said in header.items()}
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"its header is not one of safetensors ({error!r})") from error
    end = start
    for name, tensor in sorted(tensors.items(), key=lambda item: (item[1].offset, item[1].length)):
        if tensor.offset != end:
            raise ValueError(f"{name!r} starts at byte {tensor.offset}, expected {end}")
        end += tensor.length
    if end != size:
        raise ValueError(f"the arrays end at byte {end}, the file at {size}")
    return tensors


def _tensor(said: Mapping[str, Any], start: int) -> Tensor:
    dtype = np.dtype(TYPES[said["dtype"]]).newbyteorder("<")
    shape, (first, end) = tuple(said["shape"]), said["data_offsets"]
    if not all(type(number) is int and number >= 0 for number in (*shape, first, end)):
        raise TypeError(f"sizes must be integers from 0, not {(*shape, first, end)}")
    if len(shape) > MOST_AXES or math.prod(max(1, each) for each in shape) > MOST_NUMBERS:
        raise ValueError(f"no array has the shape {str(shape)[:60]}")
    if end - first != math.prod(shape) * dtype.itemsize:
        raise ValueError(f"{end - first} bytes for {dtype} of shape {shape}")
    return Tensor(dtype, shape, start + first, end - first)

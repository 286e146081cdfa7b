"""Tables of numbers in a byte each, with a scale per row, and back.

Knows arrays and their names, not what a row stands for.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

SCALE = ":scale"
"""What the name of a table's scales has behind the table's own."""

LARGEST = 127


def to_int8(name: str, table: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """Return a table as int8 and a float16 scale per row, under their names.

    A number is off by at most half its row's scale, which is the row's largest number / 127. One
    scale for a whole table would lose the rows whose numbers are small.

    Args:
        name: The table's name.
        table: Shape (rows, columns).

    Returns:
        `name`, int8, and `name` with `SCALE` behind, float16 of shape (rows, 1); the table as it
        is, where a number is too large for that.

    Example:
        >>> to_int8("a", np.float32([[0, 0], [-1.27, 0.02]]))["a"].tolist()
        [[0, 0], [-127, 2]]
        >>> to_int8("a", np.float32([[1e30]]))
        {'a': array([[1.e+30]], dtype=float32)}
    """
    with np.errstate(over="ignore"):
        scales = (np.abs(table).max(axis=1, keepdims=True, initial=0) / LARGEST).astype(np.float16)
    if not np.isfinite(scales).all():
        return {name: table}
    steps = np.where(scales == 0, 1, scales).astype(np.float32)
    rows = np.clip(np.rint(table / steps), -LARGEST, LARGEST).astype(np.int8)
    return {name: rows, name + SCALE: scales}


def from_int8(weights: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return weights with the tables that have scales as float32, and the others unchanged.

    Raises:
        ValueError: Scales do not fit their table.

    Example:
        >>> packed = to_int8("ä", np.float32([[0.5, 1.0]])) | {"b": np.ones(1)}
        >>> [(name, weight.shape) for name, weight in from_int8(packed).items()]
        [('ä', (1, 2)), ('b', (1,))]
    """
    return {
        name: _unpacked(name, weight, weights[name + SCALE]) if name + SCALE in weights else weight
        for name, weight in weights.items()
        if not name.endswith(SCALE)
    }


def _unpacked(
    name: str, table: NDArray[np.int8], scales: NDArray[np.float16]
) -> NDArray[np.float32]:
    if table.ndim != 2 or scales.shape != (len(table), 1):
        raise ValueError(f"scales of shape {scales.shape} for {name!r} of shape {table.shape}")
    return np.multiply(table, scales, dtype=np.float32)

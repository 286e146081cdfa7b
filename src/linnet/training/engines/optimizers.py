"""The optimizers of the sparse engine, step for step those of Keras.

`lazy_adam` is Adam that moves only the rows of a table that a batch touches; what it remembers of
the other rows stays as it is. It is another method than Adam, and never takes its place silently.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from linnet.models.layers.layer import Array, RowGradient

Slots: TypeAlias = dict[str, Array]
Step: TypeAlias = Callable[[Array, Array | RowGradient, Slots, int, float], None]

BETA_1, BETA_2 = 0.9, 0.999
RHO = 0.9
EPSILON = 1e-7
BLOCK = 16_384  # numbers worked on at once, so that they stay in the processor's cache


def adam(
    weight: Array, gradient: Array | RowGradient, slots: Slots, step: int, learning_rate: float
) -> None:
    """Take one step of Adam in place (Kingma and Ba 2015).

    Args:
        weight: What is moved, any shape.
        gradient: Of the same shape, or of the rows that have one.
        slots: The running means `m` and `v`, each of the weight's shape.
        step: Number of this step, from 1.
        learning_rate: Size of a step.
    """
    rate = np.float32(learning_rate * np.sqrt(1 - BETA_2**step) / (1 - BETA_1**step))
    m, v = slots["m"], slots["v"]
    if isinstance(gradient, RowGradient):
        m *= np.float32(BETA_1)
        v *= np.float32(BETA_2)
        m[gradient.rows] += np.float32(1 - BETA_1) * gradient.values
        v[gradient.rows] += np.float32(1 - BETA_2) * gradient.values**2
    else:
        m += (gradient - m) * np.float32(1 - BETA_1)
        v += (gradient**2 - v) * np.float32(1 - BETA_2)
    for w_part, m_part, v_part in _blocks(weight, m, v):
        w_part -= rate * m_part / (np.sqrt(v_part) + np.float32(EPSILON))


def rmsprop(
    weight: Array, gradient: Array | RowGradient, slots: Slots, step: int, learning_rate: float
) -> None:
    """Take one step of RMSprop in place (Hinton 2012); arguments as `adam`, slot `v` only."""
    v = slots["v"]
    v *= np.float32(RHO)
    rate = np.float32(learning_rate)
    if isinstance(gradient, RowGradient):
        rows, values = gradient.rows, gradient.values
        v[rows] += np.float32(1 - RHO) * values**2
        weight[rows] -= rate * values / np.sqrt(v[rows] + np.float32(EPSILON))
    else:
        v += np.float32(1 - RHO) * gradient**2
        weight -= rate * gradient / np.sqrt(v + np.float32(EPSILON))


def sgd(
    weight: Array, gradient: Array | RowGradient, slots: Slots, step: int, learning_rate: float
) -> None:
    """Take one plain gradient step in place; arguments as `adam`, no slots."""
    if isinstance(gradient, RowGradient):
        weight[gradient.rows] -= np.float32(learning_rate) * gradient.values
    else:
        weight -= np.float32(learning_rate) * gradient


def lazy_adam(
    weight: Array, gradient: Array | RowGradient, slots: Slots, step: int, learning_rate: float
) -> None:
    """Take one step of Adam on the rows that have a gradient; arguments as `adam`."""
    if not isinstance(gradient, RowGradient):
        adam(weight, gradient, slots, step, learning_rate)
        return
    rows = gradient.rows
    touched = {name: slot[rows] for name, slot in slots.items()}
    moved = weight[rows]
    adam(moved, gradient.values, touched, step, learning_rate)
    weight[rows] = moved
    for name, slot in touched.items():
        slots[name][rows] = slot


def _blocks(*arrays: Array) -> list[tuple[NDArray[np.float32], ...]]:
    """Cut arrays of one shape into views that fit the cache."""
    flat = [array.reshape(-1) for array in arrays]
    return [
        tuple(array[start : start + BLOCK] for array in flat)
        for start in range(0, flat[0].size, BLOCK)
    ]


OPTIMIZERS: dict[str, tuple[Step, tuple[str, ...]]] = {
    "adam": (adam, ("m", "v")),
    "rmsprop": (rmsprop, ("v",)),
    "sgd": (sgd, ()),
    "lazy_adam": (lazy_adam, ("m", "v")),
}
"""Name → the step, and the slots it needs for each weight."""

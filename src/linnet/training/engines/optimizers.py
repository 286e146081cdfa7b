"""The optimizers of the sparse engine, step for step those of Keras.

`lazy_adam` is Adam that moves only the rows of a table that a batch touches; what it remembers of
the other rows stays as it is. It is another method than Adam, and never takes its place silently.
"""

from collections.abc import Iterator
from typing import Protocol, TypeAlias

import numpy as np

from linnet.models.layers.layer import Array, RowGradient

Slots: TypeAlias = dict[str, Array]

BETA_1, BETA_2 = 0.9, 0.999
RHO = 0.9
EPSILON = np.float32(1e-7)
BLOCK = 16_384  # numbers worked on at once, so that they stay in the processor's cache


class Step(Protocol):
    """One step of an optimizer, in place."""

    def __call__(
        self,
        weight: Array,
        gradient: Array | RowGradient,
        *,
        slots: Slots,
        number: int,
        learning_rate: float,
    ) -> None:
        """Move `weight` and what `slots` hold; `number` counts steps from 1."""


def adam(
    weight: Array,
    gradient: Array | RowGradient,
    *,
    slots: Slots,
    number: int,
    learning_rate: float,
) -> None:
    """Take one step of Adam in place (Kingma and Ba 2015).

    Args:
        weight: What is moved, any shape, rows one after the other in memory.
        gradient: Of the same shape, or of the rows that have one.
        slots: The running means `m` and `v`, each like the weight.
        number: Of this step, from 1.
        learning_rate: Size of a step.

    Example:
        >>> weight, slots = np.zeros(2, np.float32), slots_of("adam", np.zeros(2, np.float32))
        >>> gradient = np.array([3.0, 0.0], np.float32)
        >>> adam(weight, gradient, slots=slots, number=1, learning_rate=0.1)
        >>> weight.round(4).tolist() == [-0.10000000149011612, 0.0]
        True
    """
    rate = _adam_rate(number, learning_rate)
    if isinstance(gradient, RowGradient):
        slots["m"] *= np.float32(BETA_1)
        slots["v"] *= np.float32(BETA_2)
        slots["m"][gradient.rows] += np.float32(1 - BETA_1) * gradient.values
        slots["v"][gradient.rows] += np.float32(1 - BETA_2) * gradient.values**2
        for part, m, v in _blocks(weight, slots["m"], slots["v"]):
            _adam_move(part, m, v, rate)
    else:
        for part, mine, m, v in _blocks(weight, gradient, slots["m"], slots["v"]):
            _adam_remember(mine, m, v)
            _adam_move(part, m, v, rate)


def rmsprop(
    weight: Array,
    gradient: Array | RowGradient,
    *,
    slots: Slots,
    number: int,
    learning_rate: float,
) -> None:
    """Take one step of RMSprop in place (Hinton 2012); arguments as `adam`, slot `v` only.

    Example:
        >>> weight, slots = np.zeros(1, np.float32), slots_of("rmsprop", np.zeros(1, np.float32))
        >>> rmsprop(weight, np.ones(1, np.float32), slots=slots, number=1, learning_rate=0.1)
        >>> weight.round(4).tolist() == [np.float32(-0.3162)]
        True
    """
    v = slots["v"]
    v *= np.float32(RHO)
    rate = np.float32(learning_rate)
    if isinstance(gradient, RowGradient):
        rows, values = gradient.rows, gradient.values
        v[rows] += np.float32(1 - RHO) * values**2
        weight[rows] -= rate * values / np.sqrt(v[rows] + EPSILON)
    else:
        v += np.float32(1 - RHO) * gradient**2
        weight -= rate * gradient / np.sqrt(v + EPSILON)


def sgd(
    weight: Array,
    gradient: Array | RowGradient,
    *,
    slots: Slots,
    number: int,
    learning_rate: float,
) -> None:
    """Take one plain gradient step in place; arguments as `adam`, no slots.

    Example:
        >>> weight = np.zeros((2, 1), np.float32)
        >>> gradient = RowGradient(np.array([1]), np.ones((1, 1), np.float32))
        >>> sgd(weight, gradient, slots={}, number=1, learning_rate=0.5)
        >>> weight.tolist()
        [[0.0], [-0.5]]
    """
    if isinstance(gradient, RowGradient):
        weight[gradient.rows] -= np.float32(learning_rate) * gradient.values
    else:
        weight -= np.float32(learning_rate) * gradient


def lazy_adam(
    weight: Array,
    gradient: Array | RowGradient,
    *,
    slots: Slots,
    number: int,
    learning_rate: float,
) -> None:
    """Take one step of Adam on the rows that have a gradient; arguments as `adam`.

    Example:
        >>> weight = np.zeros((2, 1), np.float32)
        >>> nothing = RowGradient(np.empty(0, np.int64), np.empty((0, 1), np.float32))
        >>> slots = slots_of("lazy_adam", weight)
        >>> lazy_adam(weight, nothing, slots=slots, number=1, learning_rate=0.5)
        >>> weight.tolist()
        [[0.0], [0.0]]
    """
    if not isinstance(gradient, RowGradient):
        adam(weight, gradient, slots=slots, number=number, learning_rate=learning_rate)
        return
    rate = _adam_rate(number, learning_rate)
    step = max(1, BLOCK * len(gradient.rows) // max(1, gradient.values.size))
    for start in range(0, len(gradient.rows), step):
        rows = gradient.rows[start : start + step]
        part, m, v = (each.take(rows, 0) for each in (weight, slots["m"], slots["v"]))
        _adam_remember(gradient.values[start : start + step], m, v)
        _adam_move(part, m, v, rate)
        weight[rows], slots["m"][rows], slots["v"][rows] = part, m, v


def _adam_rate(number: int, learning_rate: float) -> np.float32:
    """Return the size of a step, the running means' start from 0 made up for."""
    return np.float32(learning_rate * np.sqrt(1 - BETA_2**number) / (1 - BETA_1**number))


def _adam_remember(gradient: Array, m: Array, v: Array) -> None:
    m += (gradient - m) * np.float32(1 - BETA_1)
    v += (gradient**2 - v) * np.float32(1 - BETA_2)


def _adam_move(weight: Array, m: Array, v: Array, rate: np.float32) -> None:
    weight -= rate * m / (np.sqrt(v) + EPSILON)


def _blocks(*arrays: Array) -> Iterator[tuple[Array, ...]]:
    """Cut arrays of one shape into views that fit the cache."""
    flat = [array.reshape(-1) for array in arrays]
    for start in range(0, flat[0].size, BLOCK):
        yield tuple(array[start : start + BLOCK] for array in flat)


OPTIMIZERS: dict[str, tuple[Step, tuple[str, ...]]] = {
    "adam": (adam, ("m", "v")),
    "rmsprop": (rmsprop, ("v",)),
    "sgd": (sgd, ()),
    "lazy_adam": (lazy_adam, ("m", "v")),
}
"""Name → the step, and the slots it needs for each weight."""


def slots_of(optimizer: str, weight: Array) -> Slots:
    """Return what an optimizer remembers of a weight before the first step.

    Example:
        >>> slots_of("sgd", np.ones(3, np.float32)), list(slots_of("adam", np.ones(0, np.float32)))
        ({}, ['m', 'v'])
    """
    return {slot: np.zeros(weight.shape, np.float32) for slot in OPTIMIZERS[optimizer][1]}

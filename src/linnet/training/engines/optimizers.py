"""The optimizers of the sparse engine, step for step those of Keras.

`lazy_adam` is Adam that moves only the rows of a table that a batch touches; what it remembers of
the other rows stays as it is. It is another method than Adam, and never takes its place silently.
`rowwise_adagrad` remembers one number per row.
"""

import math
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from linnet.models.layers.layer import Array, RowGradient
from linnet.models.layers.parallel import share

Slots: TypeAlias = dict[str, Array]

BETA_1, BETA_2 = 0.9, 0.999
RHO = 0.9
EPSILON = np.float32(1e-7)
BLOCK = 65_536  # numbers worked on at once, so that they stay in the processor's cache


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

    def move(block: slice, mine: Array | RowGradient) -> None:
        part, m, v = weight[block], slots["m"][block], slots["v"][block]
        if isinstance(mine, RowGradient):
            m *= np.float32(BETA_1)
            v *= np.float32(BETA_2)
            m[mine.rows] += np.float32(1 - BETA_1) * mine.values
            v[mine.rows] += np.float32(1 - BETA_2) * mine.values**2
        else:
            _adam_remember(mine, m, v)
        part -= _adam_step(m, v, rate)

    _each_block(move, gradient, weight.shape)


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
    rate = np.float32(learning_rate)

    def move(block: slice, mine: Array | RowGradient) -> None:
        part, v = weight[block], slots["v"][block]
        v *= np.float32(RHO)
        if isinstance(mine, RowGradient):
            squares = v[mine.rows] + np.float32(1 - RHO) * mine.values**2
            v[mine.rows] = squares
            part[mine.rows] -= rate * mine.values / np.sqrt(squares + EPSILON)
        else:
            v += np.float32(1 - RHO) * mine**2
            part -= rate * mine / np.sqrt(v + EPSILON)

    _each_block(move, gradient, weight.shape)


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
    rows, values = gradient.rows, gradient.values
    step = _block_rows(values.shape)

    def move(first: int, last: int) -> None:
        for start in range(first, last, step):
            block = slice(start, min(start + step, last))
            at = rows[block]
            part, m, v = (each.take(at, 0) for each in (weight, slots["m"], slots["v"]))
            _adam_remember(values[block], m, v)
            part -= _adam_step(m, v, rate)
            for table, moved in ((weight, part), (slots["m"], m), (slots["v"], v)):
                _as_items(table)[at] = _as_items(moved)

    share(move, len(rows), numbers=values.size)


def rowwise_adagrad(
    weight: Array,
    gradient: Array | RowGradient,
    *,
    slots: Slots,
    number: int,
    learning_rate: float,
) -> None:
    """Take one step of Adagrad in place, with one number per row of a table to remember.

    A row's steps shrink with the root of the sum, over all steps, of its gradient's mean square
    (Duchi et al. 2011; per row as in Facebook's DLRM, Mudigere et al. 2022): a rare word moves
    far at its first occurrences, a frequent one settles. Arguments as `adam`, slot `sums` only.

    Example:
        >>> weight = np.zeros((2, 2), np.float32)
        >>> slots = slots_of("rowwise_adagrad", weight)
        >>> gradient = RowGradient(np.array([1]), np.array([[3.0, 4.0]], np.float32))
        >>> rowwise_adagrad(weight, gradient, slots=slots, number=1, learning_rate=0.5)
        >>> weight.round(3).tolist() == np.float32([[0, 0], [-0.424, -0.566]]).tolist()
        True
    """
    rate = np.float32(learning_rate)
    if not isinstance(gradient, RowGradient):
        mine = gradient.reshape(len(gradient), math.prod(gradient.shape[1:]))
        sums = slots["sums"]
        sums += _mean_squares(mine)
        steps = rate / (np.sqrt(sums) + EPSILON)
        weight -= (steps[:, None] * mine).reshape(weight.shape)
        return
    rows, values = gradient.rows, gradient.values
    step = _block_rows(values.shape)

    def move(first: int, last: int) -> None:
        for start in range(first, last, step):
            block = slice(start, min(start + step, last))
            at = rows[block]
            sums, part = slots["sums"].take(at), weight.take(at, 0)
            sums += _mean_squares(values[block])
            slots["sums"][at] = sums
            part -= (rate / (np.sqrt(sums) + EPSILON))[:, None] * values[block]
            _as_items(weight)[at] = _as_items(part)

    share(move, len(rows), numbers=values.size)


def _mean_squares(rows: Array) -> Array:
    """Return the mean square of each row; 0 where rows hold no numbers.

    `einsum` would add up a long row in parts that depend on the rows beside it.
    """
    squares: Array = np.vecdot(rows, rows)
    return squares / np.float32(max(1, rows.shape[1]))


def _adam_rate(number: int, learning_rate: float) -> np.float32:
    """Return the size of a step, the running means' start from 0 made up for."""
    return np.float32(learning_rate * np.sqrt(1 - BETA_2**number) / (1 - BETA_1**number))


def _adam_remember(gradient: Array, m: Array, v: Array) -> None:
    """Move the running means."""
    change = gradient - m
    change *= np.float32(1 - BETA_1)
    m += change
    np.square(gradient, out=change)
    change -= v
    change *= np.float32(1 - BETA_2)
    v += change


def _adam_step(m: Array, v: Array, rate: np.float32) -> Array:
    """Return what is taken from the weights."""
    root = np.sqrt(v)
    root += EPSILON
    step = rate * m
    step /= root
    return step


def _each_block(
    move: Callable[[slice, Array | RowGradient], None],
    gradient: Array | RowGradient,
    shape: tuple[int, ...],
) -> None:
    """Call `move` for rows that fit the cache, with their part of the gradient."""
    step = _block_rows(shape)

    def move_rows(first: int, last: int) -> None:
        for start in range(first, last, step):
            block = slice(start, min(start + step, last))
            if isinstance(gradient, RowGradient):
                here = slice(*np.searchsorted(gradient.rows, (block.start, block.stop)))
                move(block, RowGradient(gradient.rows[here] - start, gradient.values[here]))
            else:
                move(block, gradient[block])

    share(move_rows, shape[0], numbers=math.prod(shape))


def _block_rows(shape: tuple[int, ...]) -> int:
    """Return how many rows fit the processor's cache together with their slots."""
    return max(1, BLOCK // max(1, math.prod(shape[1:])))


def _as_items(table: Array) -> NDArray[Any]:
    """View each row as one item: NumPy moves it whole, in half the time."""
    if not table.shape[1]:
        return table
    items: NDArray[Any] = table.view(np.dtype((np.void, table.itemsize * table.shape[1])))[:, 0]
    return items


OPTIMIZERS: dict[str, tuple[Step, tuple[str, ...]]] = {
    "adam": (adam, ("m", "v")),
    "rmsprop": (rmsprop, ("v",)),
    "sgd": (sgd, ()),
    "lazy_adam": (lazy_adam, ("m", "v")),
    "rowwise_adagrad": (rowwise_adagrad, ("sums",)),
}
"""Name → the step, and the slots it needs for each weight."""

PER_ROW = ("sums",)
"""Slots that hold one number per row."""


def slots_of(optimizer: str, weight: Array) -> Slots:
    """Return what an optimizer remembers of a weight before the first step.

    Example:
        >>> slots_of("sgd", np.ones(3, np.float32)), list(slots_of("adam", np.ones(0, np.float32)))
        ({}, ['m', 'v'])
    """
    return {
        slot: np.zeros(weight.shape[:1] if slot in PER_ROW else weight.shape, np.float32)
        for slot in OPTIMIZERS[optimizer][1]
    }

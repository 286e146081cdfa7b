"""Trains bags on a CPU with SciPy's sparse products; no Keras is imported."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from linnet.models.layers.layer import Array, Random, RowGradient, SparseLayer
from linnet.models.model import initial_weights, walk
from linnet.text.vectorize import Inputs
from linnet.training.data import Data, lengths_of, shuffled_batches
from linnet.training.engines.engine import Plan, draws
from linnet.training.engines.optimizers import OPTIMIZERS, slots_of
from linnet.types import Rows, Weights

MANY_ROWS = 4096


class SparseEngine:
    """Forward and backward through layers that can, and one optimizer step per batch."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.keras_config = plan, None
        layers = list(walk(plan.layers, plan.sizes))
        self.layers = [(name, cast(SparseLayer, layer)) for name, layer, _ in layers]
        self.weights = initial_weights(plan.layers, plan.sizes, seed=plan.seed)
        self.own = {
            name: {short: self.weights[f"{name}.{short}"] for short in layer.weights(shape)}
            for name, layer, shape in layers
        }
        self.take_step, _ = OPTIMIZERS[plan.optimizer]
        self.forget()

    def batches(self, inputs: Inputs, random: np.random.Generator) -> list[Rows]:
        """Return batches in random order: bags need no padding, so lengths do not matter."""
        return shuffled_batches(len(lengths_of(inputs)), self.plan.batch_size, random=random)

    def epoch(
        self,
        data: Data,
        batches: Sequence[Rows],
        *,
        number: int,
        tick: Callable[[int], None],
        window: int = 0,
    ) -> dict[str, float]:
        """Step once per batch."""
        with _one_thread():
            return self._epoch(data, batches, draws(self.plan, number, window=window), tick)

    def _epoch(
        self, data: Data, batches: Sequence[Rows], random: Random, tick: Callable[[int], None]
    ) -> dict[str, float]:
        head = self.plan.head
        ordered = data.select(np.concatenate(batches))
        expected = head.expected(ordered.targets)
        loss = right = 0.0
        start = 0
        for batch in batches:
            end = start + len(batch)
            weights = None if ordered.weights is None else ordered.weights[start:end, None]
            logits, losses = self._step(
                _cut(ordered.inputs, start, end), expected[start:end], weights, random
            )
            loss += float(losses.sum())
            right += head.accuracy(logits, ordered.targets[start:end]) * len(batch)
            start = end
            tick(len(batch))
        return {"loss": loss / len(ordered), "accuracy": right / len(ordered)}

    def logits(self, inputs: Inputs) -> NDArray[np.float32]:
        """Return the logits of all rows, a few thousand rows at a time."""
        num_rows = len(lengths_of(inputs))
        # OpenBLAS now and then says "invalid" of finite numbers; of others the loss tells.
        with _one_thread(), np.errstate(invalid="ignore"):
            parts = [
                self._forward(_cut(inputs, start, min(start + MANY_ROWS, num_rows)), None)[-1]
                for start in range(0, num_rows, MANY_ROWS)
            ]
        nothing = np.empty((0, self.plan.head.outputs), np.float32)
        return np.concatenate([nothing, *parts])

    def get_weights(self) -> Weights:
        """Return copies of the weights by name."""
        return {name: weight.copy() for name, weight in self.weights.items()}

    def set_weights(self, weights: Weights) -> None:
        """Replace the weights."""
        for name, weight in self.weights.items():
            weight[:] = weights[name]

    def get_state(self) -> Weights:
        """Return the optimizer's slots and the number of steps."""
        slots = {
            f"{name}/{slot}": values.copy()
            for name, each in self.slots.items()
            for slot, values in each.items()
        }
        return {**slots, "steps": np.array([self.steps], np.int64)}

    def set_state(self, state: Weights) -> None:
        """Replace the optimizer's slots and the number of steps."""
        self.steps = int(state["steps"][0])
        for name, each in self.slots.items():
            for slot, values in each.items():
                values[:] = state[f"{name}/{slot}"]

    def forget(self) -> Weights:
        """Empty the optimizer's slots; zeros take no memory until they are written."""
        self.slots = {
            name: slots_of(self.plan.optimizer, weight) for name, weight in self.weights.items()
        }
        self.steps = 0
        return self.weights

    def _forward(self, x: Any, random: Random | None) -> list[Any]:
        """Return the input and the output of every layer."""
        values = [x]
        for name, layer in self.layers:
            values.append(layer.forward(self.own[name], values[-1], random))
        return values

    def _step(
        self, x: Any, expected: NDArray[Any], weights: Array | None, random: Random
    ) -> tuple[Array, Array]:
        """Take one optimizer step; return the logits and losses from before it."""
        values = self._forward(x, random)
        losses, gradient = self.plan.head.loss_and_gradient(values[-1], expected)
        if weights is not None:
            losses, gradient = losses * weights[:, 0], gradient * weights
        gradient = gradient / np.float32(len(losses))
        self.steps += 1
        gradients: dict[str, Array | RowGradient] = {}
        for number, (name, layer) in reversed(list(enumerate(self.layers))):
            gradient, mine = layer.backward(
                self.own[name], values[number], values[number + 1], gradient
            )
            gradients |= {f"{name}.{weight}": each for weight, each in mine.items()}
        for name, each in gradients.items():
            self.take_step(
                self.weights[name],
                each,
                slots=self.slots[name],
                number=self.steps,
                learning_rate=self.plan.learning_rate,
            )
        return values[-1], losses


def _one_thread() -> AbstractContextManager[Any]:
    """Keep the linear algebra of NumPy on one core.

    The products are small, and its threads wait for each other by spinning: where another process
    has the second core, a product of 0.1 ms takes 20.
    """
    limits: AbstractContextManager[Any] = _libraries().limit(limits=1, user_api="blas")
    return limits


@cache
def _libraries() -> Any:
    """Return the libraries of linear algebra; to look for them takes milliseconds."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _cut(bags: Any, start: int, end: int) -> Any:
    """Return some rows that stand together; slicing does the same in twice the time."""
    first, last = bags.indptr[start], bags.indptr[end]
    offsets = bags.indptr[start : end + 1] - first
    parts = (bags.data[first:last], bags.indices[first:last], offsets)
    return type(bags)(parts, shape=(end - start, bags.shape[1]))

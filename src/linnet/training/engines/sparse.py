"""Trains bags on a CPU with SciPy's sparse products; no Keras is imported."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from linnet.models.layers.layer import Array, Random, RowGradient, SparseLayer
from linnet.models.model import initial_weights, walk
from linnet.text.vectorize import Inputs
from linnet.training.data import Data, shuffled_batches
from linnet.training.engines.engine import Plan
from linnet.training.engines.optimizers import OPTIMIZERS
from linnet.types import Rows, Weights

MANY_ROWS = 4096


class SparseEngine:
    """Forward and backward through layers that can, and one optimizer step per batch."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        layers = walk(plan.layers, plan.sizes)
        self.layers = [(name, cast(SparseLayer, layer)) for name, layer, _ in layers]
        self.weights = dict(initial_weights(plan.layers, plan.sizes, seed=plan.seed))
        self.take_step, slots = OPTIMIZERS[plan.optimizer]
        self.slots = {
            name: {slot: np.zeros_like(weight) for slot in slots}
            for name, weight in self.weights.items()
        }
        self.steps = 0

    def batches(self, inputs: Inputs, random: np.random.Generator) -> list[Rows]:
        """Return batches in random order: bags need no padding, so lengths do not matter."""
        return shuffled_batches(inputs.shape[0], self.plan.batch_size, random)

    def epoch(
        self, data: Data, batches: Sequence[Rows], number: int, tick: Callable[[int], None]
    ) -> dict[str, float]:
        """Step once per batch."""
        head = self.plan.head
        order = np.concatenate(batches)
        ordered = data.select(order)
        expected = head.expected(ordered.targets)
        random = np.random.default_rng([self.plan.seed, number, 1])
        loss = right = 0.0
        start = 0
        for batch in batches:
            end = start + len(batch)
            weights = None if ordered.weights is None else ordered.weights[start:end, None]
            logits, losses = self._step(
                ordered.inputs[start:end], expected[start:end], weights, random
            )
            loss += float(losses.sum())
            right += head.accuracy(logits, ordered.targets[start:end]) * len(batch)
            start = end
            tick(len(batch))
        return {"loss": loss / len(order), "accuracy": right / len(order)}

    def logits(self, inputs: Inputs) -> NDArray[np.float32]:
        """Return the logits of all rows, a few thousand rows at a time."""
        parts = [
            self._forward(inputs[start : start + MANY_ROWS], None)[-1]
            for start in range(0, inputs.shape[0], MANY_ROWS)
        ]
        nothing = np.empty((0, self.plan.head.outputs), np.float32)
        return np.concatenate([nothing, *parts])

    def get_weights(self) -> Weights:
        """Return copies of the weights by name."""
        return {name: weight.copy() for name, weight in self.weights.items()}

    def set_weights(self, weights: Weights) -> None:
        """Replace the weights."""
        self.weights = {name: np.array(weights[name]) for name in self.weights}

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
            for slot in each:
                each[slot] = np.array(state[f"{name}/{slot}"])

    def _own(self, layer: str) -> dict[str, Array]:
        """Return the weights of one layer by their short names."""
        start = f"{layer}."
        return {
            name.removeprefix(start): weight
            for name, weight in self.weights.items()
            if name.startswith(start)
        }

    def _forward(self, x: Any, random: Random | None) -> list[Any]:
        """Return the input and the output of every layer."""
        values = [x]
        for name, layer in self.layers:
            values.append(layer.forward(self._own(name), values[-1], random))
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
                self._own(name), values[number], values[number + 1], gradient
            )
            gradients |= {f"{name}.{weight}": each for weight, each in mine.items()}
        for name, each in gradients.items():
            self.take_step(
                self.weights[name], each, self.slots[name], self.steps, self.plan.learning_rate
            )
        return values[-1], losses

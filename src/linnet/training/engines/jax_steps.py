"""Compiled steps of linnet's layers on JAX, each batch shared between devices.

Does what `keras.Model.fit` does with these models, step for step, and less between the steps: the
next batch is made while the devices still compute, and nothing is read back before the epoch's end.
Devices compute the gradients of their texts on their own and the first one moves the weights; they
never wait for each other inside a computation, which on a processor can block for good.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import cycle, pairwise
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

Batch: TypeAlias = tuple[Any, Any, Any]
"""Inputs, targets, and row weights or None; the first axis is that of the texts."""

SEED_STATE = "seed_generator_state"


class Steps:
    """Steps a compiled keras.Model whose loss and accuracy are those of a head.

    Args:
        model: The model, its optimizer built.
        loss: Targets, logits and `sample_weight` → the mean loss.
        accuracy: Targets and logits → what is right of each text.
        devices: What shares the work.
    """

    def __init__(
        self,
        model: Any,
        loss: Any,
        *,
        accuracy: Callable[[Any, Any], Any],
        devices: Sequence[Any],
    ) -> None:
        self.model, self.loss, self.accuracy = model, loss, accuracy
        self.devices = list(devices)
        self.learn = jax.jit(self._learn, donate_argnums=1)
        self.move = jax.jit(self._move, donate_argnums=(0, 1))
        self.forward = jax.jit(self._forward)

    def epoch(self, batches: Iterable[Batch], tick: Callable[[int], None]) -> dict[str, float]:
        """Step once per batch; return the mean loss and accuracy of the rows."""
        model = self.model
        weights = self._copies(_values(model.trainable_variables))
        fixed = [self._fixed(number) for number in range(len(self.devices))]
        slots = jax.device_put(_values(model.optimizer.variables), self.devices[0])
        seen, sizes = [], []
        for batch in batches:
            parts = _parts(batch, len(self.devices))
            found = []
            for number, part in enumerate(parts):
                gradients, fixed[number], each = self.learn(weights[number], fixed[number], part)
                found.append(gradients)
                seen.append(each)
                sizes.append(len(part[1]))
            found = jax.device_put(found, self.devices[0])
            shares = np.array(sizes[-len(parts) :], np.float32) / len(batch[1])
            moved, slots = self.move(weights[0], slots, found, shares)
            weights = self._copies(moved)
            tick(len(batch[1]))
        _assign(model.trainable_variables, weights[0])
        _assign(model.non_trainable_variables, fixed[0])
        _assign(model.optimizer.variables, slots)
        loss, accuracy = np.average(np.array(jax.device_get(seen)), axis=0, weights=sizes)
        return {"loss": float(loss), "accuracy": float(accuracy)}

    def logits(self, batches: Iterable[Any]) -> Iterator[Any]:
        """Return what the model gives for each batch of inputs, dropping nothing."""
        state = _values(self.model.trainable_variables), _values(self.model.non_trainable_variables)
        copies = cycle(self._copies(state))
        given = [self.forward(*next(copies), inputs) for inputs in batches]
        return map(np.asarray, given)

    def _copies(self, values: Any) -> list[Any]:
        return [jax.device_put(values, device) for device in self.devices]

    def _fixed(self, number: int) -> Any:
        """Return what is not trained; each device drops something else."""
        values = [
            variable.value + number * variable.path.endswith(SEED_STATE)
            for variable in self.model.non_trainable_variables
        ]
        return jax.device_put(values, self.devices[number])

    def _forward(self, weights: Any, fixed: Any, inputs: Any) -> Any:
        return self.model.stateless_call(weights, fixed, inputs, training=False)[0]

    def _learn(self, weights: Any, fixed: Any, batch: Batch) -> tuple[Any, Any, Any]:
        """Return gradients, what is not trained, and the loss and accuracy of some texts."""
        inputs, expected, row_weights = batch

        def loss(weights: Any) -> Any:
            logits, changed = self.model.stateless_call(weights, fixed, inputs, training=True)
            return self.loss(expected, logits, sample_weight=row_weights), (logits, changed)

        (value, (logits, fixed)), gradients = jax.value_and_grad(loss, has_aux=True)(weights)
        return gradients, fixed, jnp.stack([value, jnp.mean(self.accuracy(expected, logits))])

    def _move(self, weights: Any, slots: Any, found: Any, shares: Any) -> tuple[Any, Any]:
        """Take one step of the optimizer along the mean gradient of all texts."""
        gradients = [
            sum(share * each for share, each in zip(shares, parts, strict=True))
            for parts in zip(*found, strict=True)
        ]
        moved: tuple[Any, Any] = self.model.optimizer.stateless_apply(slots, gradients, weights)
        return moved


def _values(variables: Any) -> list[Any]:
    return [variable.value for variable in variables]


def _assign(variables: Any, values: Any) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _parts(batch: Batch, most: int) -> list[Batch]:
    """Cut a batch into parts of about one size, none of them empty."""
    bounds = np.linspace(0, len(batch[1]), min(most, len(batch[1])) + 1).astype(int)
    return [
        jax.tree.map(lambda each, start=start, end=end: each[start:end], batch)
        for start, end in pairwise(bounds)
    ]

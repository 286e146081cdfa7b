"""One compiled step of a linnet model on JAX, its work shared among the devices.

Does what `keras.Model.fit` does with these models, step for step, and less between the steps: the
next batch is made while the devices still compute, and nothing is read back before the epoch's end.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P

Batch: TypeAlias = tuple[Any, Any, Any]
"""Inputs, targets, and row weights or None; the first axis is that of the texts."""

SHARED = "shared"
LARGE = 1_000_000  # weights of a table whose rows are shared; a copy of others is on each device


def mesh() -> Mesh:
    """Return all devices in a row.

    Example:
        >>> mesh().axis_names
        ('shared',)
    """
    return Mesh(np.array(jax.devices()), (SHARED,))


class Steps:
    """Steps a compiled keras.Model whose loss and accuracy are those of a head."""

    def __init__(self, model: Any, loss: Any, accuracy: Callable[[Any, Any], Any]) -> None:
        self.model, self.loss, self.accuracy = model, loss, accuracy
        self.step = jax.jit(self._step, donate_argnums=0)
        self.forward = jax.jit(self._forward)

    def epoch(self, batches: Iterable[Batch], tick: Callable[[int], None]) -> dict[str, float]:
        """Step once per batch; return the mean loss and accuracy of the rows."""
        groups = (
            self.model.trainable_variables,
            self.model.non_trainable_variables,
            self.model.optimizer.variables,
        )
        state = [[_place(variable.value) for variable in group] for group in groups]
        seen, sizes = [], []
        for batch in batches:
            state, each = self.step(state, jax.tree.map(_place_rows, batch))
            seen.append(each)
            sizes.append(len(batch[1]))
            tick(sizes[-1])
        for group, values in zip(groups, state, strict=True):
            for variable, value in zip(group, values, strict=True):
                variable.assign(value)
        loss, accuracy = np.average(np.array(jax.device_get(seen)), axis=0, weights=sizes)
        return {"loss": float(loss), "accuracy": float(accuracy)}

    def logits(self, x: Any) -> Any:
        """Return what the model gives for one batch, dropping nothing."""
        weights = [variable.value for variable in self.model.trainable_variables]
        fixed = [variable.value for variable in self.model.non_trainable_variables]
        return self.forward(weights, fixed, jax.tree.map(_place_rows, x))

    def _forward(self, trainable: Any, fixed: Any, x: Any) -> Any:
        return self.model.stateless_call(trainable, fixed, x, training=False)[0]

    def _step(self, state: Any, batch: Batch) -> tuple[Any, Any]:
        trainable, fixed, slots = state
        x, expected, weights = batch

        def loss(trainable: Any) -> Any:
            logits, changed = self.model.stateless_call(trainable, fixed, x, training=True)
            return self.loss(expected, logits, sample_weight=weights), (logits, changed)

        (value, (logits, fixed)), gradients = jax.value_and_grad(loss, has_aux=True)(trainable)
        trainable, slots = self.model.optimizer.stateless_apply(slots, gradients, trainable)
        right = jnp.mean(self.accuracy(expected, logits))
        return [trainable, fixed, slots], jnp.stack([value, right])


def _place(value: Any) -> Any:
    """Put a copy on each device, or a part of the rows of a large table."""
    devices = mesh()
    even = value.ndim and len(value) % devices.size == 0
    spec = P(SHARED) if even and value.size >= LARGE else P()
    return jax.device_put(value, NamedSharding(devices, spec))


def _place_rows(value: Any) -> Any:
    """Put a part of the texts on each device, or all on each where they cannot be divided."""
    devices = mesh()
    spec = P(SHARED) if len(value) % devices.size == 0 else P()
    return jax.device_put(value, NamedSharding(devices, spec))

"""Compiled steps of linnet's layers on JAX, each batch shared between devices by Keras.

`keras.distribution.DataParallel` says where numbers lie: a copy of the weights on every device, of
a batch an equal part. A batch that cannot be cut so is filled up with rows that weigh nothing, so
that a step is the one that a single device takes. Devices may be those of several machines: each
process makes the same batches and puts its own part of them on its own devices.
"""

import math
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax._src import xla_bridge
from numpy.typing import NDArray

from linnet.errors import ConfigError
from linnet.registry import import_keras

keras = import_keras()

Batch: TypeAlias = tuple[Any, Any, Any]
"""Inputs, targets, and row weights or None; the first axis is that of the texts."""

THREADS_PER_DEVICE = 4
CLUSTER = "KERAS_DISTRIBUTION_NUM_PROCESSES"


def all_devices(devices: str) -> Any:
    """Return Keras's distribution over all devices, or None where one is enough.

    Where the environment names a cluster (`KERAS_DISTRIBUTION_JOB_ADDRESSES` and its like), this
    process joins it first, and waits for the others.

    Args:
        devices: all; one; or auto: all that are no processors.

    Raises:
        ConfigError: JAX runs in this process already and cannot be set up for it any more.

    Example:
        >>> all_devices("one") is None
        True
    """
    if devices == "one":
        return None
    if devices == "all" or CLUSTER in os.environ:
        _prepare_threads()
    if CLUSTER in os.environ and not jax.distributed.is_initialized():
        keras.distribution.initialize()
    alone = jax.process_count() == 1
    if devices == "auto" and alone and (jax.default_backend() == "cpu" or jax.device_count() == 1):
        return None
    return keras.distribution.DataParallel()


def _prepare_threads() -> None:
    """Give JAX enough threads on a processor before it starts.

    A thread that waits for the other devices holds on to its place in JAX's pool; where the pool
    has only as many as there are devices, they can wait for each other for good.
    """
    if xla_bridge.backends_are_initialized():
        enough = int(os.environ.get("NPROC", "0")) >= THREADS_PER_DEVICE * jax.local_device_count()
        if jax.default_backend() == "cpu" and jax.device_count() > 1 and not enough:
            raise ConfigError(
                "devices = all: JAX was used in this process already, with too few threads to "
                "share steps between devices: train in a new process, or set NPROC=64 before"
            )
        return
    flags = os.environ.get("XLA_FLAGS", "")
    given = [each.partition("=")[2] for each in flags.split() if "device_count" in each]
    threads = THREADS_PER_DEVICE * max(map(int, given), default=1)
    os.environ["NPROC"] = str(max(threads, int(os.environ.get("NPROC", "0")), os.cpu_count() or 1))


def filled_up(batch: Batch, multiple: int) -> tuple[Batch, NDArray[np.float32]]:
    """Add rows that weigh nothing until the batch can be cut evenly.

    Args:
        batch: At least one row.
        multiple: What the number of rows becomes a multiple of.

    Returns:
        The batch, whose mean loss is that of the rows it had; and 1 for each of these, 0 for the
        others.

    Example:
        >>> batch = (np.array([[7], [8], [9]]), np.array([0, 1, 1]), None)
        >>> (inputs, expected, weights), counted = filled_up(batch, 2)
        >>> inputs.ravel().tolist(), expected.tolist(), counted.tolist()
        ([7, 8, 9, 7], [0, 1, 1, 0], [1.0, 1.0, 1.0, 0.0])
        >>> round(float((weights * [3, 6, 9, 100]).mean()), 3)
        6.0
    """
    inputs, expected, weights = batch
    rows = len(expected)
    full = math.ceil(rows / multiple) * multiple
    at = np.arange(full) % rows
    counted = np.zeros(full, np.float32)
    counted[:rows] = 1
    mine = counted if weights is None else counted * weights[at]
    made = jax.tree.map(lambda each: each[at], (inputs, expected))
    return (*made, mine * np.float32(full / rows)), counted


class ParallelSteps:
    """Steps a compiled keras.Model, made in the scope of a distribution.

    Args:
        model: The model, its optimizer built.
        loss: Targets, logits and `sample_weight` → the mean loss.
        accuracy: Targets and logits → what is right of each text.
        distribution: What shares the work.
    """

    def __init__(
        self,
        model: Any,
        loss: Any,
        *,
        accuracy: Callable[[Any, Any], Any],
        distribution: Any,
    ) -> None:
        self.model, self.loss, self.accuracy = model, loss, accuracy
        self.distribution = distribution
        self.num_devices = distribution.device_mesh.devices.size
        mesh = distribution.device_mesh.backend_mesh
        everywhere = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec())
        self.step = jax.jit(self._step, donate_argnums=0, out_shardings=everywhere)
        self.forward = jax.jit(self._forward, out_shardings=everywhere)

    def epoch(self, batches: Iterable[Batch], tick: Callable[[int], None]) -> dict[str, float]:
        """Step once per batch; return the mean loss and accuracy of the rows."""
        variables = (
            self.model.trainable_variables,
            self.model.non_trainable_variables,
            self.model.optimizer.variables,
        )
        state = tuple([each.value for each in part] for part in variables)
        seen, sizes = [], []
        for batch in batches:
            state, each = self.step(state, *self._spread(filled_up(batch, self.num_devices)))
            if jax.default_backend() == "cpu":
                jax.block_until_ready(each)  # two steps at once could wait for each other
            seen.append(each)
            sizes.append(len(batch[1]))
            tick(len(batch[1]))
        for part, values in zip(variables, state, strict=True):
            for variable, value in zip(part, values, strict=True):
                variable.assign(value)
        loss, accuracy = np.average(np.array(jax.device_get(seen)), axis=0, weights=sizes)
        return {"loss": float(loss), "accuracy": float(accuracy)}

    def logits(self, batches: Iterable[Any]) -> Iterator[Any]:
        """Return what the model gives for each batch of inputs, dropping nothing."""
        weights, fixed = (
            [each.value for each in part]
            for part in (self.model.trainable_variables, self.model.non_trainable_variables)
        )
        for inputs in batches:
            rows = len(jax.tree.leaves(inputs)[0])
            at = np.arange(math.ceil(rows / self.num_devices) * self.num_devices) % rows
            given = self._spread(jax.tree.map(lambda each, at=at: each[at], inputs))
            yield np.asarray(self.forward(weights, fixed, given))[:rows]

    def _spread(self, arrays: Any) -> Any:
        """Put each device's rows on it; a process has only those of its own devices."""

        def spread(array: NDArray[Any]) -> Any:
            layout = self.distribution.get_data_layout(array.shape).backend_layout
            return jax.make_array_from_callback(array.shape, layout, lambda part: array[part])

        return jax.tree.map(spread, arrays)

    def _forward(self, weights: Any, fixed: Any, inputs: Any) -> Any:
        return self.model.stateless_call(weights, fixed, inputs, training=False)[0]

    def _step(self, state: Any, batch: Batch, counted: Any) -> tuple[Any, Any]:
        """Take one step of the optimizer; return the loss and accuracy from before it."""
        weights, fixed, slots = state
        inputs, expected, row_weights = batch

        def loss(weights: Any) -> Any:
            logits, changed = self.model.stateless_call(weights, fixed, inputs, training=True)
            return self.loss(expected, logits, sample_weight=row_weights), (logits, changed)

        (value, (logits, fixed)), gradients = jax.value_and_grad(loss, has_aux=True)(weights)
        weights, slots = self.model.optimizer.stateless_apply(slots, gradients, weights)
        right = jnp.sum(self.accuracy(expected, logits) * counted) / jnp.sum(counted)
        return (weights, fixed, slots), jnp.stack([value, right])

"""Trains any Keras model, on any backend; loaded on demand, because it imports keras."""

import json
import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from linnet.errors import ConfigError
from linnet.models.heads import BINARY, INTEGER
from linnet.models.model import fixed_length, initial_weights
from linnet.models.to_keras import get_weights, set_weights, to_keras
from linnet.registry import import_keras
from linnet.text.ids import Ids, padded_bags
from linnet.text.vectorize import Inputs
from linnet.training.data import (
    Data,
    batches_by_length,
    lengths_of,
    round_up,
    select,
    shuffled_batches,
)
from linnet.training.engines.engine import Plan, draws
from linnet.types import Rows, Weights

keras = import_keras()

OPTIMIZERS = {
    "adam": keras.optimizers.Adam,
    "rmsprop": keras.optimizers.RMSprop,
    "sgd": keras.optimizers.SGD,
}
LEAST_ROWS = 256  # run together where nothing is learnt
LARGE = 4_000_000  # weights that take longer to copy between devices than sharing a step saves
SEED_STATE = "seed_generator_state"


class KerasEngine:
    """Steps a keras.Model with Keras's own training step, a batch of like lengths at a time."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.fixed = plan.build is not None or fixed_length(plan.layers)
        self.distribution = _distribution(plan)
        with self._scope():
            self._make()

    def _make(self) -> None:
        """Make the model, its optimizer and what steps it."""
        plan = self.plan
        self.model = self._build()
        # Before compiling: who serves the model needs no optimizer and no loss.
        self.keras_config = json.loads(self.model.to_json()) if plan.build else None
        right = [keras.metrics.MeanMetricWrapper(_right(self.plan), name="accuracy")]
        # Rows that only fill up a batch count for nothing.
        kind = "metrics" if self.distribution is None else "weighted_metrics"
        self.model.compile(
            OPTIMIZERS[plan.optimizer](plan.learning_rate),
            loss=self.plan.head.keras_loss(from_logits=plan.build is None),
            **{kind: right},
        )
        self.model.optimizer.build(self.model.trainable_variables)
        self.steps = self._make_steps()

    def _build(self) -> Any:
        if self.plan.build is not None:
            return _seeded(self.plan.build, self.plan.seed)
        model = to_keras(self.plan.layers, self.plan.sizes)
        weights = initial_weights(self.plan.layers, self.plan.sizes, seed=self.plan.seed)
        set_weights(model, weights, layers=self.plan.layers, sizes=self.plan.sizes)
        return model

    def _make_steps(self) -> Any:
        """Return what steps linnet's layers on JAX; Keras itself steps all else."""
        if self.plan.build is not None or keras.backend.backend() != "jax":
            return None
        import jax

        from linnet.training.engines.jax_steps import Steps

        devices, quick = jax.devices()[:1], False
        if jax.default_backend() == "cpu":
            from linnet.training.engines.recurrence import quicken

            quick = quicken(self.model)
        loss, accuracy = self.plan.head.keras_loss(), _right(self.plan)
        if self.distribution is not None:
            from linnet.training.engines.data_parallel import ParallelSteps

            return ParallelSteps(
                self.model, loss, accuracy=accuracy, distribution=self.distribution
            )
        if quick and self.plan.devices == "auto" and self.model.count_params() < LARGE:
            devices = jax.devices()
        return Steps(self.model, loss, accuracy=accuracy, devices=devices)

    def _scope(self) -> AbstractContextManager[Any]:
        """Return within what Keras puts numbers on every device."""
        scope: AbstractContextManager[Any] = (
            nullcontext() if self.distribution is None else self.distribution.scope()
        )
        return scope

    def batches(self, inputs: Inputs, random: np.random.Generator) -> list[Rows]:
        """Return batches of like lengths, or of any rows where all have one length."""
        size = self.plan.batch_size
        if self.fixed:
            return shuffled_batches(len(lengths_of(inputs)), size, random=random)
        return batches_by_length(lengths_of(inputs), size, random=random)

    def epoch(
        self,
        data: Data,
        batches: Sequence[Rows],
        *,
        number: int,
        tick: Callable[[int], None],
        window: int = 0,
    ) -> dict[str, float]:
        """Let Keras step once per batch."""
        self._seed(draws(self.plan, number, window=window))
        expected = self.plan.head.expected(data.targets)
        if self.steps:
            made = (self._batch(data, expected, rows) for rows in batches)
            seen: dict[str, float] = self.steps.epoch(made, tick)
            return seen
        with self._scope():
            history = self.model.fit(
                _Batches(lambda rows: self._filled_up(self._batch(data, expected, rows)), batches),
                epochs=1,
                shuffle=False,
                verbose=0,
                callbacks=[_Ticker(tick, batches)],
            ).history
        return {"loss": history["loss"][-1], "accuracy": history["accuracy"][-1]}

    def logits(self, inputs: Inputs) -> NDArray[np.float32]:
        """Return the logits of all rows; rows of like length are run together."""
        lengths = lengths_of(inputs)
        out = np.zeros((len(lengths), self.plan.head.outputs), np.float32)
        size = max(self.plan.batch_size, LEAST_ROWS)
        order = np.argsort(lengths, kind="stable")
        batches = [order[start : start + size] for start in range(0, len(order), size)]
        padded = (self._inputs(inputs, np.resize(rows, size)) for rows in batches)  # one shape
        for rows, logits in zip(batches, self._run(padded), strict=True):
            out[rows] = logits[: len(rows)]
        return out if self.plan.build is None else self.plan.head.logits(out)

    def _run(self, batches: Iterable[Any]) -> Iterable[Any]:
        """Return what the model gives for each batch of inputs."""
        if self.steps:
            return cast("Iterable[Any]", self.steps.logits(batches))
        return (self._predict(batch) for batch in batches)

    def _predict(self, inputs: Any) -> NDArray[Any]:
        """Return what a user's own model gives for a batch of inputs."""
        num_rows = len(inputs[0] if isinstance(inputs, list) else inputs)
        given, *_ = self._filled_up((inputs, np.empty(num_rows), None))
        with self._scope():
            return np.asarray(self.model.predict_on_batch(given))[:num_rows]

    def _filled_up(self, batch: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return a batch that all devices can have an equal part of."""
        if self.distribution is None:
            return batch
        from linnet.training.engines.data_parallel import filled_up

        made, _ = filled_up(batch, self.distribution.device_mesh.devices.size)
        return made

    def get_weights(self) -> Weights:
        """Return copies of the weights by name."""
        if self.plan.build is not None:
            return {str(at): _array(each) for at, each in enumerate(self.model.weights)}
        return get_weights(self.model, self.plan.layers, sizes=self.plan.sizes)

    def set_weights(self, weights: Weights) -> None:
        """Replace the weights."""
        if self.plan.build is not None:
            self.model.set_weights([weights[str(at)] for at in range(len(self.model.weights))])
        else:
            set_weights(self.model, weights, layers=self.plan.layers, sizes=self.plan.sizes)

    def get_state(self) -> Weights:
        """Return the optimizer's variables by number."""
        variables = self.model.optimizer.variables
        return {str(at): _array(each) for at, each in enumerate(variables)}

    def set_state(self, state: Weights) -> None:
        """Replace the optimizer's variables."""
        for at, each in enumerate(self.model.optimizer.variables):
            each.assign(state[str(at)])

    def _seed(self, generator: np.random.Generator) -> None:
        """Make dropout depend on the seed and the epoch only, so that training can resume."""
        for variable in self.model.variables:
            if variable.path.endswith(SEED_STATE):
                variable.assign(generator.integers(0, 2**31, variable.shape))

    def _batch(self, data: Data, expected: NDArray[Any], rows: Rows) -> tuple[Any, ...]:
        weights = None if data.weights is None else data.weights[rows]
        return self._inputs(data.inputs, rows), expected[rows], weights

    def _inputs(self, inputs: Inputs, rows: Rows) -> Any:
        """Return what the Keras model takes for these rows."""
        chosen = select(inputs, rows)
        longest = int(lengths_of(chosen).max(initial=0))
        if not isinstance(chosen, Ids):
            return list(padded_bags(chosen, round_up(longest, chosen.shape[1])))
        if self.fixed:
            return chosen.padded(self.plan.sizes.length, self.plan.pad)
        return chosen.padded(round_up(longest, self.plan.sizes.length))


def _distribution(plan: Plan) -> Any:
    """Return what shares the work between devices; None: there is one, or JAX is not there."""
    if keras.backend.backend() != "jax":
        if plan.devices == "all":
            raise ConfigError(
                "devices = all needs Keras on JAX: unset KERAS_BACKEND, or leave devices out"
            )
        return None
    from linnet.training.engines.data_parallel import all_devices

    found = all_devices(plan.devices)
    if plan.build is not None and found is not None and found.num_processes > 1:
        raise ConfigError(
            "a model of your own is trained on the devices of one machine: start one process"
        )
    return found


class _Batches(keras.utils.PyDataset):  # type: ignore[misc, name-defined]
    """The batches of one epoch, made when they are asked for."""

    def __init__(self, make: Callable[[Rows], Any], batches: Sequence[Rows]) -> None:
        super().__init__()
        self.make, self.rows = make, batches

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, at: int) -> Any:
        return self.make(self.rows[at])


class _Ticker(keras.callbacks.Callback):  # type: ignore[misc, name-defined]
    """Says after each batch how many rows it had."""

    def __init__(self, tick: Callable[[int], None], batches: Sequence[Rows]) -> None:
        super().__init__()
        self.tick, self.rows = tick, batches

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.tick(len(self.rows[batch]))


def _seeded(build: Callable[[], Any], seed: int) -> Any:
    """Call a user's function with every random state set, and put Python's and NumPy's back."""
    states = random.getstate(), np.random.get_state()  # noqa: NPY002 - a user's code may use it
    keras.utils.set_random_seed(seed % 2**32)
    try:
        return build()
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002


def _array(variable: Any) -> NDArray[Any]:
    """Copy a variable of Keras."""
    return np.array(keras.ops.convert_to_numpy(variable.value))


def _right(plan: Plan) -> Any:
    """Return Keras's accuracy of each text for what the model gives, as `Head.accuracy`."""
    logits = plan.build is None
    if plan.head.task == "multilabel":
        scores = getattr(keras.activations, plan.head.activation) if logits else lambda each: each

        def right_labels(expected: Any, given: Any) -> Any:
            right = keras.ops.equal(expected > 0, scores(given) >= 0.5)
            return keras.ops.mean(keras.ops.cast(right, "float32"), axis=-1)

        return right_labels
    if plan.head.loss == INTEGER:
        return keras.metrics.sparse_categorical_accuracy
    if plan.head.loss == BINARY:
        return partial(keras.metrics.binary_accuracy, threshold=0.0 if logits else 0.5)
    return keras.metrics.categorical_accuracy

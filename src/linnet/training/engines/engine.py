"""What an engine is, and which one a model gets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from linnet.errors import ConfigError
from linnet.models.heads import Head
from linnet.models.layers.layer import Layer
from linnet.models.model import Sizes, takes_bags
from linnet.registry import resolve
from linnet.text.vectorize import Inputs
from linnet.training.data import Data
from linnet.types import Rows, Weights

Devices = Literal["auto", "all", "one"]

ENGINES = {
    "keras": "linnet.training.engines.keras:KerasEngine",
    "sparse": "linnet.training.engines.sparse:SparseEngine",
}

OF_SPARSE = ("lazy_adam", "rowwise_adagrad")
"""Optimizers that only the sparse engine has."""


@dataclass(frozen=True)
class Plan:
    """What an engine has to know of a training.

    Attributes:
        layers: The architecture.
        sizes: What it is built for.
        head: Task and loss.
        optimizer: adam, rmsprop, sgd, lazy_adam or rowwise_adagrad.
        learning_rate: Size of a step.
        batch_size: Texts per step.
        seed: Of every random choice.
        pad: Where a fixed-length model sees padding.
        build: Makes a user's own Keras model; then `layers` is empty.
        devices: What the keras engine shares a step between.
    """

    layers: tuple[Layer, ...]
    sizes: Sizes
    head: Head
    optimizer: str
    learning_rate: float
    batch_size: int
    seed: int = 0
    pad: Literal["pre", "post"] = "pre"
    build: Callable[[], Any] | None = None
    devices: Devices = "auto"


class Engine(Protocol):
    """Steps one model; the loop decides how often and what is kept."""

    plan: Plan
    keras_config: dict[str, Any] | None
    """What Keras rebuilds a user's own model from; None for layers of linnet's."""

    def epoch(
        self,
        data: Data,
        batches: Sequence[Rows],
        *,
        number: int,
        tick: Callable[[int], None],
        window: int = 0,
    ) -> dict[str, float]:
        """Step once per batch; return the mean loss and accuracy as training saw them.

        Args:
            data: The training rows, or those of them that are in memory.
            batches: Which rows go into each step.
            number: The epoch's number; with the plan's seed and the window it decides all that
                is drawn.
            tick: Is told after each batch how many rows it had.
            window: Which part of the epoch's rows these are, from 0.
        """

    def batches(self, inputs: Inputs, random: np.random.Generator) -> list[Rows]:
        """Return the batches of one epoch."""

    def logits(self, inputs: Inputs) -> NDArray[np.float32]:
        """Return shape (rows, outputs), in the order of the rows."""

    def get_weights(self) -> Weights:
        """Return copies of the weights by name."""

    def set_weights(self, weights: Weights) -> None:
        """Replace the weights."""

    def get_state(self) -> Weights:
        """Return all that the optimizer remembers."""

    def set_state(self, state: Weights) -> None:
        """Replace what the optimizer remembers."""


def draws(plan: Plan, number: int, *, window: int = 0) -> np.random.Generator:
    """Return what decides all that is drawn in a part of an epoch but the order of rows.

    Example:
        >>> from types import SimpleNamespace
        >>> plan = SimpleNamespace(seed=3)
        >>> int(draws(plan, 1).integers(100)) == int(draws(plan, 1, window=1).integers(100))
        False
    """
    return np.random.default_rng([plan.seed, number, 1, *([window] if window else [])])


@runtime_checkable
class Forgets(Protocol):
    """An engine that can let go of what only training needs."""

    def forget(self) -> Weights:
        """Remember nothing of the steps that were taken; return the weights themselves."""


def make_engine(name: str, plan: Plan) -> Engine:
    """Make the engine that trains a model.

    Args:
        name: keras, sparse, or auto: sparse for bags, keras for the rest.
        plan: The model and how it is trained.

    Raises:
        ConfigError: The engine cannot train this model, or not with this optimizer.

    Example:
        >>> from linnet.models.heads import head
        >>> from linnet.models.model import layers_for
        >>> sizes = Sizes(num_ids=9, length=1, outputs=3)
        >>> plan = Plan(layers_for("linear", sizes), sizes, head("multiclass", 3), "sgd", 1.0, 32)
        >>> type(make_engine("auto", plan)).__name__
        'SparseEngine'
        >>> make_engine("numpy", plan)
        Traceback (most recent call last):
        linnet.errors.ConfigError: unknown engine 'numpy': Known: keras, sparse
    """
    bags = plan.build is None and takes_bags(plan.layers)
    if name == "auto":
        name = "sparse" if bags else "keras"
    if name == "sparse" and not bags:
        kinds = ", ".join(layer.kind for layer in plan.layers) or "Keras models"
        raise ConfigError(f"the sparse engine trains bags only, not {kinds}: set engine to keras")
    if name == "sparse" and plan.devices == "all":
        raise ConfigError(
            "devices = all is for the keras engine, the sparse one works on the processor: set "
            "engine to keras, or leave devices out"
        )
    if name == "keras" and plan.optimizer in OF_SPARSE:
        raise ConfigError(
            f"{plan.optimizer} is an optimizer of the sparse engine: "
            "set optimizer to adam, rmsprop or sgd"
        )
    engine: Engine = resolve(ENGINES, name, "engine")(plan)
    return engine

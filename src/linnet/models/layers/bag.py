# ruff: noqa: D102 - layer.py says what each method is for
"""The first layer over bags: a weighted sum of one row per id.

It equals `Dense` on the dense matrix of the bags, and a sum of embeddings; the dense matrix is
never made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Literal, cast

import numpy as np

from linnet.models.layers.activation import ACTIVATIONS
from linnet.models.layers.layer import (
    Array,
    Graph,
    Initialiser,
    Random,
    RowGradient,
    Shape,
    Weight,
    glorot_uniform,
    uniform,
    zeros,
)
from linnet.models.layers.parallel import MUCH, share

INITIALISERS: dict[str, Initialiser] = {
    "glorot_uniform": glorot_uniform,
    "uniform": uniform,
    "zeros": zeros,
}


@dataclass(frozen=True)
class Bag:
    """activation(Σ weight × row + bias) over the ids of a bag.

    Attributes:
        units: Length of each id's row.
        activation: A name of `ACTIVATIONS`.
        initial: How rows start: glorot_uniform as `Dense`, uniform as an embedding, zeros.
        bias: Whether a bias is added.
    """

    kind: ClassVar[str] = "bag"
    units: int
    activation: str = "linear"
    initial: Literal["glorot_uniform", "uniform", "zeros"] = "glorot_uniform"
    bias: bool = True

    def output_shape(self, shape: Shape) -> Shape:
        return (self.units,)

    def weights(self, shape: Shape) -> dict[str, Weight]:
        kernel = {"kernel": Weight((shape[0], self.units), INITIALISERS[self.initial])}
        return kernel | ({"bias": Weight((self.units,), zeros)} if self.bias else {})

    def to_keras(self, name: str) -> Any:
        return keras_bag()(self.units, self.activation, self.bias, name=name)

    def to_onnx(self, graph: Graph, x: str) -> str:
        rows = graph.node("Gather", graph.weight("kernel"), graph.input("ids"))
        weights = graph.node("Unsqueeze", graph.input("weights"), graph.constant(1))
        y = graph.node("Squeeze", graph.node("MatMul", weights, rows), graph.constant(1))
        if self.bias:
            y = graph.node("Add", y, graph.weight("bias"))
        return ACTIVATIONS[self.activation].to_onnx(graph, y)

    def forward(self, weights: Mapping[str, Array], x: Any, random: Random | None) -> Array:
        y = _product(x, weights["kernel"])
        if self.bias:
            y += weights["bias"]
        return ACTIVATIONS[self.activation].forward(y)

    def backward(
        self, weights: Mapping[str, Array], x: Any, y: Array, gradient: Array
    ) -> tuple[None, dict[str, Any]]:
        gradient = gradient * ACTIVATIONS[self.activation].slope(y)
        rows, columns = _distinct(x.indices, x.shape[1])
        few = type(x)((x.data, columns, x.indptr), shape=(x.shape[0], len(rows)))
        mine: dict[str, Any] = {"kernel": RowGradient(rows, few.T @ gradient)}
        if self.bias:
            mine["bias"] = gradient.sum(0)
        return None, mine


def _product(bags: Any, table: Array) -> Array:
    """Return bags @ table, rows of bags on several cores if there are many numbers."""
    numbers = bags.nnz * table.shape[1]
    if numbers < MUCH:
        return cast(Array, bags @ table)
    product = np.empty((bags.shape[0], table.shape[1]), table.dtype)

    def multiply(start: int, end: int) -> None:
        product[start:end] = bags[start:end] @ table

    share(multiply, bags.shape[0], numbers=numbers)
    return product


def _distinct(ids: Any, num_ids: int) -> tuple[Any, Any]:
    """Return the distinct ids, ascending, and where each id stands among them, without sorting."""
    occurs = np.zeros(num_ids, bool)
    occurs[ids] = True
    distinct = np.flatnonzero(occurs)
    place = np.empty(num_ids, np.int32)
    place[distinct] = np.arange(len(distinct), dtype=np.int32)
    return distinct, place.take(ids)


@cache
def keras_bag() -> Any:
    """Return the Keras layer class; made on demand, because it needs keras.

    Example:
        >>> from linnet.registry import import_keras
        >>> keras = import_keras()
        >>> keras_bag()(units=8, num_ids=3).get_config()["num_ids"]
        3
    """
    import keras
    from keras import ops

    @keras.saving.register_keras_serializable("linnet")
    class Bag(keras.layers.Layer):  # type: ignore[misc]
        """Weighted sum of rows: (ids, weights), both (batch, length), → (batch, units)."""

        def __init__(
            self,
            units: int,
            activation: str = "linear",
            bias: bool = True,
            num_ids: int | None = None,
            **base: Any,
        ) -> None:
            super().__init__(**base)
            self.units, self.bias, self.num_ids = units, bias, num_ids
            self.activation = keras.activations.get(activation)

        def build(self, shapes: Any) -> None:
            if self.num_ids is None:
                raise ValueError("set num_ids before the layer is called")
            self.kernel = self.add_weight((self.num_ids, self.units), name="kernel")
            if self.bias:
                self.bias_weight = self.add_weight((self.units,), "zeros", name="bias")

        def call(self, inputs: Any) -> Any:
            ids, weights = inputs
            y = ops.einsum("bl,blu->bu", weights, ops.take(self.kernel, ids, axis=0))
            return self.activation(y + self.bias_weight if self.bias else y)

        def get_config(self) -> dict[str, Any]:
            mine: dict[str, Any] = {"units": self.units, "bias": self.bias, "num_ids": self.num_ids}
            mine["activation"] = keras.activations.serialize(self.activation)
            mine |= super().get_config()
            return mine

    return Bag

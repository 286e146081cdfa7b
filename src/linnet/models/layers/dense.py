# ruff: noqa: D102 - layer.py says what each method is for
"""A fully connected layer: every input to every unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from linnet.models.layers.activation import ACTIVATIONS
from linnet.models.layers.layer import Array, Graph, Random, Shape, Weight, glorot_uniform, zeros


@dataclass(frozen=True)
class Dense:
    """activation(x · kernel + bias)."""

    kind: ClassVar[str] = "dense"
    units: int
    activation: str = "linear"

    def output_shape(self, shape: Shape) -> Shape:
        return (self.units,)

    def weights(self, shape: Shape) -> dict[str, Weight]:
        kernel = Weight((shape[0], self.units), glorot_uniform)
        return {"kernel": kernel, "bias": Weight((self.units,), zeros)}

    def to_keras(self, name: str) -> Any:
        import keras

        return keras.layers.Dense(self.units, self.activation, name=name)

    def to_onnx(self, graph: Graph, x: str) -> str:
        y = graph.node("Gemm", x, graph.weight("kernel"), graph.weight("bias"))
        return ACTIVATIONS[self.activation].to_onnx(graph, y)

    def forward(self, weights: Mapping[str, Array], x: Array, random: Random | None) -> Array:
        return ACTIVATIONS[self.activation].forward(x @ weights["kernel"] + weights["bias"])

    def backward(
        self, weights: Mapping[str, Array], x: Array, y: Array, gradient: Array
    ) -> tuple[Array, dict[str, Array]]:
        gradient = gradient * ACTIVATIONS[self.activation].slope(y)
        mine = {"kernel": x.T @ gradient, "bias": gradient.sum(0)}
        return gradient @ weights["kernel"].T, mine

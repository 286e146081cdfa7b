# ruff: noqa: D102 - layer.py says what each method is for
"""Gated recurrent unit over a sequence, its last output (Cho et al. 2014).

The reset gate acts behind the product with the state, as in Keras's default and in cuDNN.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from linnet.models.layers.layer import Graph, Shape, Weight, glorot_uniform, orthogonal, zeros
from linnet.models.layers.recurrence import Recurrence, last_output


@dataclass(frozen=True)
class GRU(Recurrence):
    """The gates z r h, as Keras orders them."""

    kind: ClassVar[str] = "gru"

    def weights(self, shape: Shape) -> dict[str, Weight]:
        return self.both_ways(
            {
                "kernel": Weight((shape[-1], 3 * self.units), glorot_uniform),
                "recurrent": Weight((self.units, 3 * self.units), orthogonal),
                "bias": Weight((2, 3 * self.units), zeros),
            }
        )

    def to_keras(self, name: str) -> Any:
        import keras

        return self.in_keras(keras.layers.GRU, name, reset_after=True)

    def to_onnx(self, graph: Graph, x: str) -> str:
        sides = [_one_direction(graph, way) for way in self.ways]
        return last_output(
            graph, x, operator="GRU", sides=sides, hidden_size=self.units, linear_before_reset=1
        )


def _one_direction(graph: Graph, way: str) -> tuple[str, str, str]:
    """Turn Keras's weights into ONNX's, whose gates z r h stand in the same order."""
    kernel, recurrent = (
        graph.node("Unsqueeze", graph.node("Transpose", graph.weight(name)), graph.constant(0))
        for name in (f"{way}kernel", f"{way}recurrent")
    )
    return (
        kernel,
        recurrent,
        graph.node("Reshape", graph.weight(f"{way}bias"), graph.constant(1, -1)),
    )

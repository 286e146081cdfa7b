# ruff: noqa: D102 - layer.py says what each method is for
"""Gated recurrent unit over a sequence, its last output (Cho et al. 2014).

The reset gate acts behind the product with the state, as in Keras's default and in cuDNN.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from linnet.models.layers.layer import SEED, Graph, Shape, Weight, glorot_uniform, orthogonal, zeros
from linnet.models.layers.lstm import DIRECTIONS, last_output


@dataclass(frozen=True)
class GRU:
    """(length, features) → (units,), or (2 × units,) when read in both directions.

    Attributes:
        units: Size of the state of each direction.
        dropout: Share of the inputs dropped, the same at every place of a text.
        recurrent_dropout: Share of the state dropped, likewise.
        bidirectional: Whether a second one reads from the end.
    """

    kind: ClassVar[str] = "gru"
    units: int
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    bidirectional: bool = False

    def output_shape(self, shape: Shape) -> Shape:
        return (self.units * (1 + self.bidirectional),)

    def weights(self, shape: Shape) -> dict[str, Weight]:
        one = {
            "kernel": Weight((shape[-1], 3 * self.units), glorot_uniform),
            "recurrent": Weight((self.units, 3 * self.units), orthogonal),
            "bias": Weight((2, 3 * self.units), zeros),
        }
        if not self.bidirectional:
            return one
        return {f"{way}_{name}": weight for way in DIRECTIONS for name, weight in one.items()}

    def to_keras(self, name: str) -> Any:
        import keras

        one = keras.layers.GRU(
            self.units,
            dropout=self.dropout,
            recurrent_dropout=self.recurrent_dropout,
            reset_after=True,
            seed=SEED,
            name=f"{name}_one" if self.bidirectional else name,
        )
        return keras.layers.Bidirectional(one, name=name) if self.bidirectional else one

    def to_onnx(self, graph: Graph, x: str) -> str:
        ways = [f"{way}_" for way in DIRECTIONS] if self.bidirectional else [""]
        sides = [_one_direction(graph, way) for way in ways]
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

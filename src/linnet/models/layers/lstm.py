# ruff: noqa: D102 - layer.py says what each method is for
"""Long short-term memory over a sequence, its last output (Hochreiter and Schmidhuber 1997)."""

from dataclasses import dataclass
from typing import Any, ClassVar

from linnet.models.layers.layer import (
    Array,
    Graph,
    Random,
    Shape,
    Weight,
    glorot_uniform,
    orthogonal,
    zeros,
)
from linnet.models.layers.recurrence import Recurrence, last_output


@dataclass(frozen=True)
class LSTM(Recurrence):
    """The gates i f c o, as Keras orders them."""

    kind: ClassVar[str] = "lstm"

    def weights(self, shape: Shape) -> dict[str, Weight]:
        return self.both_ways(
            {
                "kernel": Weight((shape[-1], 4 * self.units), glorot_uniform),
                "recurrent": Weight((self.units, 4 * self.units), orthogonal),
                "bias": Weight((4 * self.units,), remember),
            }
        )

    def to_keras(self, name: str) -> Any:
        import keras

        return self.in_keras(keras.layers.LSTM, name)

    def to_onnx(self, graph: Graph, x: str) -> str:
        sides = [_one_direction(graph, way, self.units) for way in self.ways]
        return last_output(graph, x, operator="LSTM", sides=sides, hidden_size=self.units)


def remember(random: Random, shape: Shape) -> Array:
    """Return zeros, but 1 for the forget gate (Jozefowicz et al. 2015).

    Example:
        >>> import numpy as np
        >>> remember(np.random.default_rng(0), (8,)).tolist()
        [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    """
    bias = zeros(random, shape)
    bias[shape[0] // 4 : shape[0] // 2] = 1
    return bias


def _one_direction(graph: Graph, way: str, units: int) -> tuple[str, str, str]:
    """Turn Keras's weights into ONNX's: (1, 4 units, inputs), and a second, empty bias."""
    kernel, recurrent = (
        graph.node("Unsqueeze", graph.node("Transpose", part), graph.constant(0))
        for part in (_gates(graph, f"{way}kernel", units), _gates(graph, f"{way}recurrent", units))
    )
    bias = _gates(graph, f"{way}bias", units)
    return kernel, recurrent, graph.node("Concat", bias, graph.node("Sub", bias, bias), axis=1)


def _gates(graph: Graph, weight: str, units: int) -> str:
    """Reorder gates from Keras's i f c o to ONNX's i o f c; a bias becomes one row."""
    split = graph.node("Reshape", graph.weight(weight), graph.constant(-1, 4, units))
    ordered = graph.node("Gather", split, graph.constant(0, 3, 1, 2), axis=1)
    return graph.node("Reshape", ordered, graph.constant(-1, 4 * units))

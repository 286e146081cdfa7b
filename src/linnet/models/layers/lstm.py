# ruff: noqa: D102 - layer.py says what each method is for
"""Long short-term memory over a sequence, its last output (Hochreiter and Schmidhuber 1997)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from linnet.models.layers.layer import (
    SEED,
    Array,
    Graph,
    Random,
    Shape,
    Weight,
    glorot_uniform,
    orthogonal,
    zeros,
)

DIRECTIONS = ("forward", "backward")


@dataclass(frozen=True)
class LSTM:
    """(length, features) → (units,), or (2 × units,) when read in both directions.

    Attributes:
        units: Size of the state of each direction.
        dropout: Share of the inputs dropped, the same at every place of a text.
        recurrent_dropout: Share of the state dropped, likewise.
        bidirectional: Whether a second one reads from the end.
    """

    kind: ClassVar[str] = "lstm"
    units: int
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    bidirectional: bool = False

    def output_shape(self, shape: Shape) -> Shape:
        return (self.units * (1 + self.bidirectional),)

    def weights(self, shape: Shape) -> dict[str, Weight]:
        one = {
            "kernel": Weight((shape[-1], 4 * self.units), glorot_uniform),
            "recurrent": Weight((self.units, 4 * self.units), orthogonal),
            "bias": Weight((4 * self.units,), remember),
        }
        if not self.bidirectional:
            return one
        return {f"{way}_{name}": weight for way in DIRECTIONS for name, weight in one.items()}

    def to_keras(self, name: str) -> Any:
        import keras

        one = keras.layers.LSTM(
            self.units,
            dropout=self.dropout,
            recurrent_dropout=self.recurrent_dropout,
            seed=SEED,
            name=f"{name}_one" if self.bidirectional else name,
        )
        return keras.layers.Bidirectional(one, name=name) if self.bidirectional else one

    def to_onnx(self, graph: Graph, x: str) -> str:
        ways = [f"{way}_" for way in DIRECTIONS] if self.bidirectional else [""]
        sides = [_one_direction(graph, way, self.units) for way in ways]
        return last_output(graph, x, operator="LSTM", sides=sides, hidden_size=self.units)


def last_output(
    graph: Graph, x: str, *, operator: str, sides: Sequence[tuple[str, str, str]], **attributes: Any
) -> str:
    """Add a recurrence over the ids of each text and return its last output, (texts, features).

    Args:
        graph: What it is added to.
        x: Shape (texts, length, features).
        operator: The recurrence's name in ONNX.
        sides: Kernel, recurrent kernel and bias of each direction, the first axis 1.
        attributes: The operator's own.

    Example:
        >>> from types import SimpleNamespace
        >>> graph = SimpleNamespace(
        ...     input=lambda name: name, constant=lambda at: str(at),
        ...     node=lambda operator, *inputs, **options: f"{operator}({', '.join(inputs)})")
        >>> last_output(graph, "x", operator="GRU", sides=[("W", "R", "B")])
        'Flatten(Transpose(GRU(Transpose(x), W, R, B, ReduceSum(Sign(ids), 1))))'
    """
    weights = (
        graph.node("Concat", *parts, axis=0) if len(parts) > 1 else parts[0]
        for parts in zip(*sides, strict=True)
    )
    used = graph.node("Sign", graph.input("ids"))
    lengths = graph.node("ReduceSum", used, graph.constant(1), keepdims=0)
    by_place = graph.node("Transpose", x, perm=[1, 0, 2])
    direction = "bidirectional" if len(sides) > 1 else "forward"
    state = graph.node(
        operator, by_place, *weights, lengths, output=1, direction=direction, **attributes
    )
    return graph.node("Flatten", graph.node("Transpose", state, perm=[1, 0, 2]))


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

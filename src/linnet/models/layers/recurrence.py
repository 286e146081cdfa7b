# ruff: noqa: D102 - layer.py says what each method is for
"""What recurrences over a sequence share: options, both directions, the way to Keras and ONNX."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from linnet.models.layers.layer import SEED, Graph, Shape, Weight

DIRECTIONS = ("forward", "backward")


@dataclass(frozen=True)
class Recurrence:
    """(length, features) → (units,), or (2 × units,) when read in both directions.

    Attributes:
        units: Size of the state of each direction.
        dropout: Share of the inputs dropped, the same at every place of a text.
        recurrent_dropout: Share of the state dropped, likewise.
        bidirectional: Whether a second one reads from the end.
    """

    units: int
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    bidirectional: bool = False

    def output_shape(self, shape: Shape) -> Shape:
        return (self.units * (1 + self.bidirectional),)

    @property
    def ways(self) -> list[str]:
        """What the names of each direction's weights begin with."""
        return [f"{way}_" for way in DIRECTIONS] if self.bidirectional else [""]

    def both_ways(self, one: dict[str, Weight]) -> dict[str, Weight]:
        """Return the weights of every direction, from those of one."""
        return {f"{way}{name}": weight for way in self.ways for name, weight in one.items()}

    def in_keras(self, kind: Any, name: str, **options: Any) -> Any:
        """Return the Keras layer of a kind, or two that read from both ends."""
        import keras

        one = kind(
            self.units,
            dropout=self.dropout,
            recurrent_dropout=self.recurrent_dropout,
            seed=SEED,
            name=f"{name}_one" if self.bidirectional else name,
            **options,
        )
        return keras.layers.Bidirectional(one, name=name) if self.bidirectional else one


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

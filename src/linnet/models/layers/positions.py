# ruff: noqa: D102 - layer.py says what each method is for
"""A learnt row for each place of a text, added to what stands there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from linnet.models.layers.layer import Graph, Shape, Weight, uniform
from linnet.models.layers.own import Drop, keras_own


@dataclass(frozen=True)
class Positions:
    """(length, features) → the same shape.

    Attributes:
        length: Rows of the table; what stands further back, padding, has the last one.
    """

    kind: ClassVar[str] = "positions"
    length: int

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def weights(self, shape: Shape) -> dict[str, Weight]:
        return {"table": Weight((self.length, shape[-1]), uniform)}

    def to_keras(self, name: str) -> Any:
        return keras_own()(self, name=name)

    def call(self, own: Mapping[str, Any], x: Any, mask: Any, drop: Drop) -> Any:
        from keras import ops

        places = ops.minimum(ops.arange(ops.shape(x)[1]), self.length - 1)
        return x + ops.take(own["table"], places, axis=0)

    def to_onnx(self, graph: Graph, x: str) -> str:
        zero, one = (graph.node("Squeeze", graph.constant(each)) for each in (0, 1))
        length = graph.node("Squeeze", graph.node("Shape", x, start=1, end=2))
        places = graph.node("Range", zero, length, one)
        places = graph.node("Min", places, graph.constant(self.length - 1))
        return graph.node("Add", x, graph.node("Gather", graph.weight("table"), places))

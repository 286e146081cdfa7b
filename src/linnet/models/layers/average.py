# ruff: noqa: D102 - layer.py says what each method is for
"""The mean of a sequence, padding left out; zeros for an empty text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from linnet.models.layers.layer import Graph, Shape, Weight
from linnet.models.layers.own import Drop, keras_own, own_mask


@dataclass(frozen=True)
class Average:
    """(length, features) → (features,)."""

    kind: ClassVar[str] = "average"

    def output_shape(self, shape: Shape) -> Shape:
        return shape[1:]

    def weights(self, shape: Shape) -> dict[str, Weight]:
        return {}

    def to_keras(self, name: str) -> Any:
        return keras_own()(self, name=name)

    def call(self, own: Mapping[str, Any], x: Any, mask: Any, drop: Drop) -> Any:
        from keras import ops

        return ops.sum(x * mask, axis=1) / ops.maximum(ops.sum(mask, axis=1), 1.0)

    def to_onnx(self, graph: Graph, x: str) -> str:
        mask, places = own_mask(graph), graph.constant(1)
        total = graph.node("ReduceSum", graph.node("Mul", x, mask), places, keepdims=0)
        count = graph.node("ReduceSum", mask, places, keepdims=0)
        one = graph.node("Constant", value_float=1.0)
        return graph.node("Div", total, graph.node("Max", count, one))

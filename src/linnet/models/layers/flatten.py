# ruff: noqa: D102 - layer.py says what each method is for
"""A sequence laid out as one row; the only layer that needs a fixed length."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

from linnet.models.layers.layer import Graph, Shape, Weight


@dataclass(frozen=True)
class Flatten:
    """(length, features) → (length × features,)."""

    kind: ClassVar[str] = "flatten"

    def output_shape(self, shape: Shape) -> Shape:
        return (math.prod(shape),)

    def weights(self, shape: Shape) -> dict[str, Weight]:
        return {}

    def to_keras(self, name: str) -> Any:
        import keras

        return keras.layers.Flatten(name=name)

    def to_onnx(self, graph: Graph, x: str) -> str:
        return graph.node("Flatten", x)

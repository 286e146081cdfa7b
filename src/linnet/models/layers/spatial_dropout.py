# ruff: noqa: D102 - layer.py says what each method is for
"""Spatial dropout: whole features of a sequence are dropped (Tompson et al. 2015)."""

from dataclasses import dataclass
from typing import Any, ClassVar

from linnet.models.layers.layer import SEED, Graph, Shape, Weight


@dataclass(frozen=True)
class SpatialDropout:
    """Drop each feature at all places of a text at once, with probability `rate`."""

    kind: ClassVar[str] = "spatial_dropout"
    rate: float

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def weights(self, shape: Shape) -> dict[str, Weight]:
        return {}

    def to_keras(self, name: str) -> Any:
        import keras

        return keras.layers.SpatialDropout1D(self.rate, seed=SEED, name=name)

    def to_onnx(self, graph: Graph, x: str) -> str:
        return x

# ruff: noqa: D102 - layer.py says what each method is for
"""Dropout: in training a share of the values is set to 0 (Srivastava et al. 2014)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from linnet.models.layers.layer import SEED, Array, Graph, Random, Shape, Weight


@dataclass(frozen=True)
class Dropout:
    """Drop each value with probability `rate` and scale the rest by 1 / (1 - rate)."""

    kind: ClassVar[str] = "dropout"
    rate: float

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def weights(self, shape: Shape) -> dict[str, Weight]:
        return {}

    def to_keras(self, name: str) -> Any:
        import keras

        return keras.layers.Dropout(self.rate, seed=SEED, name=name)

    def to_onnx(self, graph: Graph, x: str) -> str:
        return x

    def forward(self, weights: Mapping[str, Array], x: Array, random: Random | None) -> Array:
        if random is None:
            return x
        kept = (random.random(x.shape, np.float32) >= self.rate).astype(np.float32)
        return x * (kept * np.float32(1 / (1 - self.rate)))

    def backward(
        self, weights: Mapping[str, Array], x: Array, y: Array, gradient: Array
    ) -> tuple[Array, dict[str, Array]]:
        kept = (y != 0) | (x == 0)  # a value that was 0 before passes nothing on either way
        return np.where(kept, gradient / np.float32(1 - self.rate), 0), {}

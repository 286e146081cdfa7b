"""Activation functions: NumPy forward, slope from the output, ONNX operator."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from linnet.models.layers.layer import Array, Graph


@dataclass(frozen=True)
class Activation:
    """One activation function; Keras knows it by the same name.

    Attributes:
        forward: Values → output.
        slope: Output → derivative at that place.
        operator: The ONNX operator; None for the identity.
    """

    forward: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    operator: str | None

    def to_onnx(self, graph: Graph, x: str) -> str:
        """Add the function to a graph after `x` and return its output."""
        return graph.node(self.operator, x) if self.operator else x


ACTIVATIONS = {
    "linear": Activation(lambda x: x, np.ones_like, None),
    "relu": Activation(lambda x: np.maximum(x, 0), lambda y: (y > 0).astype(np.float32), "Relu"),
    "tanh": Activation(np.tanh, lambda y: 1 - y * y, "Tanh"),
}

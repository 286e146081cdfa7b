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


ACTIVATIONS = {
    "linear": Activation(lambda x: x, np.ones_like, None),
    "relu": Activation(lambda x: np.maximum(x, 0), lambda y: (y > 0).astype(np.float32), "Relu"),
    "tanh": Activation(np.tanh, lambda y: 1 - y * y, "Tanh"),
}


def add_activation(graph: Graph, name: str, x: str) -> str:
    """Add the activation to an ONNX graph after `x`."""
    operator = ACTIVATIONS[name].operator
    return graph.node(operator, x) if operator else x

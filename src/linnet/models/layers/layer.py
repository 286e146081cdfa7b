"""What every layer has: options, named weights, a Keras form and an ONNX form.

Shapes are those of one text, without the batch: a bag is (ids,), ids are (length,), a sequence is
(length, features), anything else (features,).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Shape: TypeAlias = tuple[int, ...]
Array: TypeAlias = NDArray[np.float32]
Random: TypeAlias = np.random.Generator
Initialiser: TypeAlias = Callable[[Random, Shape], Array]


SEED = 0
"""For Keras's layers that draw numbers: without one, torch would draw from its global state. The
engine sets what they draw in each epoch."""


@dataclass(frozen=True)
class Weight:
    """One named array of a layer before training."""

    shape: Shape
    initialiser: Initialiser


class Graph(Protocol):
    """What a layer needs of the ONNX graph it adds itself to."""

    def node(self, operator: str, *inputs: str, output: int = 0, **attributes: Any) -> str:
        """Add a node and return the name of its output with that number."""

    def weight(self, name: str) -> str:
        """Return the input that holds a weight of the layer being added."""

    def constant(self, *values: int) -> str:
        """Return an input that holds these integers."""

    def input(self, name: str) -> str:
        """Return the name of an input of the whole model: ids or weights."""


class Layer(Protocol):
    """A layer: a frozen dataclass of options; the weights live elsewhere."""

    kind: ClassVar[str]

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape that comes out when `shape` goes in."""

    def weights(self, shape: Shape) -> dict[str, Weight]:
        """Return the weights, in the order of the Keras layer's own, for an input shape."""

    def to_keras(self, name: str) -> Any:
        """Return the Keras layer."""

    def to_onnx(self, graph: Graph, x: str) -> str:
        """Add the layer to a graph after `x` and return its output."""


class SparseLayer(Layer, Protocol):
    """A layer that the sparse engine can step without Keras."""

    def forward(self, weights: Mapping[str, Array], x: Any, random: Random | None) -> Any:
        """Return the output; `random` is None outside training."""

    def backward(self, weights: Mapping[str, Array], x: Any, y: Array, gradient: Array) -> Any:
        """Return the gradients of the input and of each weight, by name."""


@dataclass(frozen=True)
class RowGradient:
    """The gradient of a table of which a batch touches a few rows: each once, ascending."""

    rows: NDArray[np.int64]
    values: Array


def zeros(random: Random, shape: Shape) -> Array:
    """Return zeros.

    Example:
        >>> zeros(np.random.default_rng(0), (2,)).tolist()
        [0.0, 0.0]
    """
    return np.zeros(shape, np.float32)


def glorot_uniform(random: Random, shape: Shape) -> Array:
    """Draw evenly within ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010).

    Example:
        >>> bool(np.abs(glorot_uniform(np.random.default_rng(0), (1, 5))).max() < 1)
        True
    """
    limit = np.sqrt(6 / (shape[0] + shape[-1]))
    return uniform(random, shape, limit=limit)


def uniform(random: Random, shape: Shape, *, limit: float = 0.05) -> Array:
    """Draw evenly within ±`limit`, Keras's default for embeddings.

    Example:
        >>> uniform(np.random.default_rng(0), (0, 3)).shape
        (0, 3)
    """
    drawn = random.random(shape, np.float32)
    drawn *= np.float32(2 * limit)
    drawn -= np.float32(limit)
    return drawn


def orthogonal(random: Random, shape: Shape) -> Array:
    """Draw a matrix with orthonormal rows or columns (Saxe et al. 2013).

    Example:
        >>> rows = orthogonal(np.random.default_rng(0), (2, 8))
        >>> np.allclose(rows @ rows.T, np.eye(2), atol=1e-6)
        True
    """
    tall = (max(shape), min(shape))
    q, r = np.linalg.qr(random.standard_normal(tall))
    q *= np.sign(np.diag(r))
    return np.ascontiguousarray(q if shape[0] >= shape[1] else q.T, np.float32)

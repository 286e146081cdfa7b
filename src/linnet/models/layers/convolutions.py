# ruff: noqa: D102 - layer.py says what each method is for
"""Convolutions of several widths side by side, the largest of each filter over a text (Kim 2014).

Each place of a text is the middle of one window of each width; what hangs over the text's ends is
zeros. So there are as many windows as words, in texts shorter than a window too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from linnet.models.layers.layer import Array, Graph, Random, Shape, Weight, uniform, zeros
from linnet.models.layers.own import Drop, keras_own, own_mask


@dataclass(frozen=True)
class Convolutions:
    """(length, features) → (filters × widths,); zeros for an empty text.

    Attributes:
        filters: How many of each width.
        widths: Words that a filter sees at once.
    """

    kind: ClassVar[str] = "convolutions"
    filters: int
    widths: tuple[int, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "widths", tuple(self.widths))  # JSON has lists

    def output_shape(self, shape: Shape) -> Shape:
        return (self.filters * len(self.widths),)

    def weights(self, shape: Shape) -> dict[str, Weight]:
        found = {}
        for number, width in enumerate(self.widths):
            kernel = (width, shape[-1], self.filters)
            found[f"kernel_{number}"] = Weight(kernel, glorot_of_windows)
            found[f"bias_{number}"] = Weight((self.filters,), zeros)
        return found

    def to_keras(self, name: str) -> Any:
        return keras_own()(self, name=name)

    def call(self, own: Mapping[str, Any], x: Any, mask: Any, drop: Drop) -> Any:
        from keras import ops

        found, x = [], x * mask
        for number, width in enumerate(self.widths):
            wider = ops.pad(x, ((0, 0), _over(width), (0, 0)))
            y = ops.conv(wider, own[f"kernel_{number}"], padding="valid")
            found.append(y + own[f"bias_{number}"])
        # What is left of relu is never below 0, which padding and an empty text then are.
        return ops.max(ops.relu(ops.concatenate(found, axis=-1)) * mask, axis=1)

    def to_onnx(self, graph: Graph, x: str) -> str:
        mask, found = own_mask(graph), []
        x = graph.node("Transpose", graph.node("Mul", x, mask), perm=[0, 2, 1])
        for number, width in enumerate(self.widths):
            kernel = graph.node("Transpose", graph.weight(f"kernel_{number}"), perm=[2, 1, 0])
            bias = graph.weight(f"bias_{number}")
            found.append(graph.node("Conv", x, kernel, bias, pads=[*_over(width)]))
        y = graph.node("Relu", graph.node("Concat", *found, axis=1))
        y = graph.node("Mul", y, graph.node("Transpose", mask, perm=[0, 2, 1]))
        return graph.node("ReduceMax", y, graph.constant(2), keepdims=0)


def glorot_of_windows(random: Random, shape: Shape) -> Array:
    """Draw kernels, shape (width, features, filters), as Glorot and Bengio (2010) for a window.

    Example:
        >>> kernels = glorot_of_windows(np.random.default_rng(0), (3, 1, 1))
        >>> kernels.shape, bool(np.abs(kernels).max() <= 1)
        ((3, 1, 1), True)
    """
    width, features, filters = shape
    return uniform(random, shape, limit=np.sqrt(6 / (width * (features + filters))))


def _over(width: int) -> tuple[int, int]:
    """Return how far the first and the last window hang over a text."""
    return (width - 1) // 2, width // 2

# ruff: noqa: D102 - layer.py says what each method is for
"""A transformer's encoder block: every word looks at every other (Vaswani et al. 2017)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from linnet.models.layers.layer import (
    Array,
    Graph,
    Random,
    Shape,
    Weight,
    glorot_uniform,
    zeros,
)
from linnet.models.layers.own import Drop, keras_own, own_mask

EPSILON = 1e-6
FAR = 1e9
"""Padding is so much less like a word than any word: its share of the attention is 0."""


@dataclass(frozen=True)
class Encoder:
    """(length, features) → the same shape.

    Self-attention, then two dense layers; each is added to its input and normalised. As in the
    layer of Keras's tutorial each head has as many numbers per word as go in.

    Attributes:
        heads: Attentions side by side.
        units: Of the dense layer in between.
        dropout: Share of both outputs dropped before they are added.
    """

    kind: ClassVar[str] = "encoder"
    heads: int
    units: int
    dropout: float = 0.0

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def weights(self, shape: Shape) -> dict[str, Weight]:
        size, wide = shape[-1], self.heads * shape[-1]
        kernels = dict.fromkeys(("query", "key", "value"), (size, wide))
        kernels |= {
            "joined": (wide, size),
            "inner": (size, self.units),
            "outer": (self.units, size),
        }
        found = {}
        for name, kernel in kernels.items():
            found[name] = Weight(kernel, glorot_uniform)
            found[f"{name}_bias"] = Weight(kernel[1:], zeros)
        for name in ("attended", "ended"):
            found[f"{name}_scale"] = Weight((size,), ones)
            found[f"{name}_bias"] = Weight((size,), zeros)
        return found

    def to_keras(self, name: str) -> Any:
        return keras_own()(self, name=name)

    def call(self, own: Mapping[str, Any], x: Any, mask: Any, drop: Drop) -> Any:
        from keras import ops

        def dense(x: Any, name: str) -> Any:
            return ops.matmul(x, own[name]) + own[f"{name}_bias"]

        def normal(x: Any, name: str) -> Any:
            apart = x - ops.mean(x, axis=-1, keepdims=True)
            spread = ops.mean(ops.square(apart), axis=-1, keepdims=True)
            scaled = apart * ops.rsqrt(spread + EPSILON)
            return scaled * own[f"{name}_scale"] + own[f"{name}_bias"]

        size = x.shape[-1]
        by_head = (-1, ops.shape(x)[1], self.heads, size)
        query, key, value = (ops.reshape(dense(x, n), by_head) for n in ("query", "key", "value"))
        like = ops.einsum("bqhf,bkhf->bhqk", query, key) / np.float32(size**0.5)
        shares = ops.softmax(like + (mask[:, None, None, :, 0] - 1) * FAR)
        seen = ops.einsum("bhqk,bkhf->bqhf", shares, value)
        seen = ops.reshape(seen, (-1, ops.shape(x)[1], self.heads * size))
        x = normal(x + drop(dense(seen, "joined")), "attended")
        return normal(x + drop(dense(ops.relu(dense(x, "inner")), "outer")), "ended")

    def to_onnx(self, graph: Graph, x: str) -> str:
        def dense(x: str, name: str) -> str:
            product = graph.node("MatMul", x, graph.weight(name))
            return graph.node("Add", product, graph.weight(f"{name}_bias"))

        def normal(x: str, name: str) -> str:
            by = (graph.weight(f"{name}_scale"), graph.weight(f"{name}_bias"))
            return graph.node("LayerNormalization", x, *by, axis=-1, epsilon=EPSILON)

        seen = dense(self._attention(graph, x, dense), "joined")
        x = normal(graph.node("Add", x, seen), "attended")
        inner = graph.node("Relu", dense(x, "inner"))
        return normal(graph.node("Add", x, dense(inner, "outer")), "ended")

    def _attention(self, graph: Graph, x: str, dense: Any) -> str:
        """Add what each word sees, (texts, length, heads × features)."""
        by_head = graph.constant(0, 0, self.heads, -1)
        query, key, value = (
            graph.node("Transpose", graph.node("Reshape", dense(x, name), by_head), perm=order)
            for name, order in (
                ("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3]),
            )
        )  # fmt: skip
        size = graph.node("Cast", graph.node("Shape", query, start=3), to=1)
        like = graph.node("Div", graph.node("MatMul", query, key), graph.node("Sqrt", size))
        used = graph.node("Transpose", own_mask(graph), perm=[0, 2, 1])
        used = graph.node("Unsqueeze", used, graph.constant(1))
        one, far = (graph.node("Constant", value_float=each) for each in (1.0, FAR))
        away = graph.node("Mul", graph.node("Sub", used, one), far)
        shares = graph.node("Softmax", graph.node("Add", like, away), axis=-1)
        seen = graph.node("Transpose", graph.node("MatMul", shares, value), perm=[0, 2, 1, 3])
        return graph.node("Reshape", seen, graph.constant(0, 0, -1))


def ones(random: Random, shape: Shape) -> Array:
    """Return ones.

    Example:
        >>> ones(np.random.default_rng(0), (2,)).tolist()
        [1.0, 1.0]
    """
    return np.ones(shape, np.float32)

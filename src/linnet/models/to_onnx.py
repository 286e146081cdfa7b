"""A tuple of layers to an ONNX graph that holds no weights of its own.

The weights stay in a safetensors file beside the graph; the graph names the byte range of each.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from linnet.models.heads import Head
from linnet.models.layers.layer import Layer
from linnet.models.model import Sizes, fixed_length, named_weights, takes_bags, walk
from linnet.registry import require

OPSET = 18
IR_VERSION = 10
SCALE = ":scale"  # of a table stored as int8: linnet.artifact.int8


def to_onnx(
    layers: Sequence[Layer],
    sizes: Sizes,
    *,
    head: Head,
    ranges: Mapping[str, tuple[int, int]],
    weights_file: str = "weights.safetensors",
) -> bytes:
    """Write a model as an ONNX graph.

    Args:
        layers: The architecture.
        sizes: What it was built for.
        head: What turns its logits into scores.
        ranges: Full name of each weight → offset and length in bytes in the weights file. A weight
            is float32; one with the name of its scales beside it is int8, the scales float16.
        weights_file: The name of the file that holds the weights, beside the graph.

    Returns:
        The serialised graph. Inputs: `ids`, int32 (texts, length), 0 is padding, behind the ids
        unless the length is fixed; for bags also `weights`, float32 (texts, length). Output:
        `scores`, float32 (texts, labels).

    Example:
        >>> from linnet.models.heads import head
        >>> from linnet.models.model import layers_for
        >>> sizes = Sizes(num_ids=9, length=1, outputs=1)
        >>> ranges = {"bag_0.kernel": (64, 36), "bag_0.bias": (100, 4)}
        >>> layers = layers_for("linear", sizes)
        >>> graph = to_onnx(layers, sizes, head=head("binary", 2), ranges=ranges)
        >>> b"weights.safetensors" in graph and len(graph) < 1500
        True
    """
    onnx = require("onnx", extra="train")
    graph = _Graph(onnx, ranges, weights_file, layers, sizes)
    x = "ids"
    for name, layer, _ in walk(layers, sizes):
        graph.layer = name
        x = layer.to_onnx(graph, x)
    graph.nodes.append(onnx.helper.make_node("Identity", [head.to_onnx(graph, x)], ["scores"]))
    model: bytes = graph.model(head.num_labels).SerializeToString(deterministic=True)
    return model


class _Graph:
    """The graph while layers add themselves to it."""

    def __init__(
        self,
        onnx: Any,
        ranges: Mapping[str, tuple[int, int]],
        weights_file: str,
        layers: Sequence[Layer],
        sizes: Sizes,
    ) -> None:
        self.onnx, self.ranges, self.weights_file = onnx, ranges, weights_file
        self.shapes = {name: each.shape for name, each in named_weights(layers, sizes).items()}
        self.length = sizes.length if fixed_length(layers) else "length"
        self.inputs = ["ids", "weights"] if takes_bags(layers) else ["ids"]
        self.layer = ""
        self.nodes: list[Any] = []
        self.initialisers: dict[str, Any] = {}

    def node(self, operator: str, *inputs: str, output: int = 0, **attributes: Any) -> str:
        """Add a node; outputs before the named one are left out."""
        name = f"{self.layer}/{len(self.nodes)}"
        names = [""] * output + [name]
        self.nodes.append(self.onnx.helper.make_node(operator, inputs, names, **attributes))
        return name

    def weight(self, name: str) -> str:
        full = f"{self.layer}.{name}"
        kinds = self.onnx.TensorProto
        if full + SCALE not in self.ranges:
            return self._outside(full, kinds.FLOAT, self.shapes[full])
        rows = self._outside(full, kinds.INT8, self.shapes[full])
        scales = self._outside(full + SCALE, kinds.FLOAT16, (self.shapes[full][0], 1))
        rows, scales = (self.node("Cast", each, to=kinds.FLOAT) for each in (rows, scales))
        return self.node("Mul", rows, scales)

    def _outside(self, full: str, kind: int, shape: tuple[int, ...]) -> str:
        tensor = self.onnx.TensorProto(name=full, data_type=kind, dims=shape)
        tensor.data_location = self.onnx.TensorProto.EXTERNAL
        offset, length = self.ranges[full]
        where = {"location": self.weights_file, "offset": offset, "length": length}
        for key, value in where.items():
            tensor.external_data.add(key=key, value=str(value))
        self.initialisers[full] = tensor
        return full

    def constant(self, *values: int) -> str:
        name = f"integers/{','.join(map(str, values))}"
        array = np.array(values, np.int64)
        self.initialisers[name] = self.onnx.numpy_helper.from_array(array, name)
        return name

    def input(self, name: str) -> str:
        return name

    def model(self, num_labels: int) -> Any:
        """Return the finished model."""
        helper, proto = self.onnx.helper, self.onnx.TensorProto
        types = {"ids": proto.INT32, "weights": proto.FLOAT}
        graph = helper.make_graph(
            self.nodes,
            "linnet",
            [
                helper.make_tensor_value_info(name, types[name], ["texts", self.length])
                for name in self.inputs
            ],
            [helper.make_tensor_value_info("scores", proto.FLOAT, ["texts", num_labels])],
            list(self.initialisers.values()),
        )
        return helper.make_model(
            graph,
            ir_version=IR_VERSION,
            producer_name="linnet",
            opset_imports=[helper.make_opsetid("", OPSET)],
        )

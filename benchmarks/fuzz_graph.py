"""Changes of an ONNX graph by somebody who knows the format."""

import random
from typing import Any

import numpy as np
import onnx
from fuzz_files import Files, content_of

OTHERS = [
    "Loop", "If", "Scan", "ConstantOfShape", "Expand", "Tile", "Gemm", "Range", "Sign", "Max",
    "Concat", "GRU", "LSTM", "Conv", "Reshape", "Flatten", "Squeeze", "Shape", "Identity",
]  # fmt: skip
ATTRIBUTES = (
    "axis", "axes", "perm", "hidden_size", "to", "pads", "clip", "keepdims", "group", "strides",
    "dilations", "activations",
)  # fmt: skip


def graph(draw: random.Random, files: Files) -> Files:
    """Change the ONNX graph as somebody would who knows the format."""
    try:
        model = onnx.load_model_from_string(content_of(files, "model.onnx"))
    except Exception:  # whatever protobuf says of a graph that was changed before
        return files
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        try:
            draw.choice(GRAPH)(draw, model)
        except (IndexError, ValueError):
            continue
    return files | {"model.onnx": model.SerializeToString()}


def _operator(draw: random.Random, model: Any) -> None:
    known = [each.op_type for each in model.graph.node]
    draw.choice(model.graph.node).op_type = draw.choice(known + OTHERS)


def _attribute(draw: random.Random, model: Any) -> None:
    node = draw.choice(model.graph.node)
    if node.attribute and draw.random() < 0.8:
        one = draw.choice(node.attribute)
        number = draw.choice((0, 1, -1, 2, 3, 5, 100, 2**31, 2**60, -(2**63)))
        if one.ints:
            one.ints[draw.randrange(len(one.ints))] = number
        elif one.type == onnx.AttributeProto.STRING:
            one.s = draw.choice((b"reverse", b"bidirectional", b"", b"\xff"))
        else:
            one.i, one.f = number, draw.choice((float("nan"), 1e30, -1.0))
    else:
        name = draw.choice(ATTRIBUTES)
        value: Any = draw.choice(([0], [1, 0], [-1] * 9, 1, -7, 2**40, ["Tanh"], [2**60]))
        node.attribute.append(onnx.helper.make_attribute(name, value))


def _wires(draw: random.Random, model: Any) -> None:
    node, values = draw.choice(model.graph.node), [
        *(name for each in model.graph.node for name in (*each.input, *each.output)), "", "nothing",
        "ids", *(each.name for each in model.graph.initializer),
    ]  # fmt: skip
    puts = draw.choice((node.input, node.input, node.output))
    if puts and draw.random() < 0.7:
        puts[draw.randrange(len(puts))] = draw.choice(values)
    elif puts and draw.random() < 0.5:
        del puts[draw.randrange(len(puts))]
    else:
        puts.append(draw.choice(values))


def _nodes(draw: random.Random, model: Any) -> None:
    nodes = model.graph.node
    at = draw.randrange(len(nodes))
    if draw.random() < 0.5:
        del nodes[at]
    else:
        nodes.insert(draw.randrange(len(nodes)), nodes[at])


def _tensor(draw: random.Random, model: Any) -> None:
    tensor = draw.choice(model.graph.initializer)
    how = draw.randrange(6)
    if how == 0:
        tensor.dims[draw.randrange(len(tensor.dims))] = draw.choice((0, 1, -1, 2, 2**31, 2**60))
    elif how == 1:
        tensor.data_type = draw.choice((1, 3, 6, 7, 8, 10, 11, 99))
    elif how == 2 and tensor.external_data:
        one = draw.choice(tensor.external_data)
        one.value = draw.choice(("0", "1", "-1", "8", "../x", "/etc/passwd", "*/_ORT_MEM_ADDR_/*",
                                 str(2**60), "weights.safetensors", " 8", "1e3", "٨"))  # fmt: skip
    elif how == 3:
        tensor.raw_data = draw.randbytes(draw.choice((0, 8, 16, 800)))
    elif how == 4:
        count = draw.choice((1, 2, 3))
        numbers = [draw.choice((0, 1, -1, 2, 3, 4, 7, 100, 9_999_999, 2**40)) for _ in range(count)]
        changed = onnx.numpy_helper.from_array(np.array(numbers, np.int64), tensor.name)
        tensor.CopyFrom(changed)
    else:
        model.graph.initializer.remove(tensor)


def _ends(draw: random.Random, model: Any) -> None:
    """Change the inputs and outputs that the graph names."""
    one = draw.choice([*model.graph.input, *model.graph.output])
    how = draw.randrange(5)
    tensor = one.type.tensor_type
    if how == 0:
        one.name = draw.choice(("ids", "weights", "scores", "x", ""))
    elif how == 1:
        tensor.elem_type = draw.choice((1, 6, 7, 8, 10, 11, 0, 99))
    elif how == 2:
        tensor.shape.dim[draw.randrange(len(tensor.shape.dim))].dim_value = draw.choice(
            (0, 1, -1, 3, 4, 2**31, 2**60)
        )
    elif how == 3:
        del tensor.shape.dim[-1]
    else:
        draw.choice((model.graph.input, model.graph.output)).append(one)


def _frame(draw: random.Random, model: Any) -> None:
    how = draw.randrange(5)
    if how == 0:
        model.ir_version = draw.choice((0, 1, 3, 99, 2**40))
    elif how == 1:
        model.opset_import[0].version = draw.choice((0, 1, 7, 11, 13, 99, -1, 2**40))
    elif how == 2:
        model.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))
    elif how == 3:
        model.graph.sparse_initializer.add()
    else:
        model.functions.add(name="f", domain="my")


GRAPH = (_operator, _attribute, _attribute, _wires, _wires, _nodes, _tensor, _tensor, _ends, _frame)

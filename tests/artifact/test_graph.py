import contextlib

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.artifact.graph import External, external_tensors

WHERE = {"location": "w", "offset": 8, "length": 16}


def test_an_empty_graph_has_none(graph):
    assert external_tensors(b"") == []
    assert external_tensors(graph()) == []


def test_initialisers_are_found(graph, external_tensor):
    inline = onnx.numpy_helper.from_array(np.ones(3), "inline")
    tensors = [external_tensor("ä", WHERE), inline, external_tensor("b", {"location": "../x"})]
    found = sorted(external_tensors(graph(*tensors)), key=lambda each: each.tensor)
    assert found == [External("b", "../x", 0, 0), External("ä", "w", 8, 16)]


def hidden_places(tensor):
    """Every place of a model where a tensor may stand."""
    helper = onnx.helper
    sparse = onnx.SparseTensorProto(values=tensor, dims=[2])
    inner = helper.make_graph([], "inner", [], [], [tensor])

    def model(*nodes, **graph):
        outer = helper.make_graph(list(nodes), "outer", [], [])
        outer.MergeFrom(onnx.GraphProto(**graph))
        return helper.make_model(outer)

    def node(**attribute):
        made = onnx.NodeProto(op_type="Any")
        made.attribute.add(name="a", **attribute)
        return made

    function = onnx.FunctionProto(name="f", node=[node(t=tensor)])
    function.attribute_proto.add(name="a", t=tensor)
    training = onnx.TrainingInfoProto(initialization=inner, algorithm=inner)
    return {
        "sparse initialiser": (model(sparse_initializer=[sparse]), 1),
        "indices": (model(sparse_initializer=[onnx.SparseTensorProto(indices=tensor)]), 1),
        "attribute": (model(node(t=tensor)), 1),
        "attributes": (model(node(tensors=[tensor, tensor])), 2),
        "sparse attribute": (model(node(sparse_tensor=sparse)), 1),
        "sparse attributes": (model(node(sparse_tensors=[sparse])), 1),
        "subgraph": (model(node(g=inner)), 1),
        "subgraphs": (model(node(graphs=[inner, inner])), 2),
        "function": (onnx.ModelProto(functions=[function]), 2),
        "training": (onnx.ModelProto(training_info=[training]), 2),
    }


PLACES = [
    "sparse initialiser", "indices", "attribute", "attributes", "sparse attribute",
    "sparse attributes", "subgraph", "subgraphs", "function", "training",
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_tensors_are_found_wherever_they_stand(external_tensor, place):
    model, count = hidden_places(external_tensor("t", WHERE))[place]
    assert external_tensors(model.SerializeToString()) == [External("t", "w", 8, 16)] * count


def test_deep_nesting_is_no_danger(external_tensor):
    graph = onnx.helper.make_graph([], "g", [], [], [external_tensor("t", WHERE)])
    message = graph.SerializeToString()
    for _ in range(2000):  # graph <- attribute.g <- node.attribute <- graph.node
        for field in (6, 5, 1):
            message = bytes([field << 3 | 2]) + varint(len(message)) + message
    assert external_tensors(b"\x3a" + varint(len(message)) + message) == [External("t", "w", 8, 16)]


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


DAMAGED = {
    "ends inside a field": (b"\x3a\x05abc", "ends inside a field"),
    "ends inside a number": (b"\x08\x80", "a number that does not end"),
    "an endless number": (b"\x08" + b"\x80" * 20, "a number that does not end"),
    "an unknown kind": (b"\x0b", "a field of the unknown kind 3"),
    "a number for the graph": (b"\x38\x01", "a number where a message was expected"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_damaged_graphs_are_refused(case):
    graph, message = DAMAGED[case]
    with pytest.raises(ValueError, match=message):
        external_tensors(graph)


def test_fields_of_fixed_width_are_passed_over():
    assert external_tensors(b"\x0d" + bytes(4) + b"\x09" + bytes(8)) == []
    with pytest.raises(ValueError, match="ends inside a field"):
        external_tensors(b"\x09" + bytes(4))


@pytest.mark.parametrize(
    "said", [{"location": "w", "offset": "x"}, {"location": "w", "length": ""}]
)
def test_a_place_that_is_no_number_is_refused(graph, external_tensor, said):
    with pytest.raises(ValueError, match="invalid literal"):
        external_tensors(graph(external_tensor("t", said)))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content):
    with contextlib.suppress(ValueError):
        assert isinstance(external_tensors(content), list)

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


def test_weights_are_found_and_integers_passed_over(graph, external_tensor):
    inline = onnx.numpy_helper.from_array(np.array([0, -1]), "inline")
    elsewhere = external_tensor("b", WHERE | {"location": "../x"}, kind=onnx.TensorProto.INT8)
    tensors = [external_tensor("ä", WHERE), inline, elsewhere]
    found = sorted(external_tensors(graph(*tensors)), key=lambda each: each.tensor)
    assert found == [
        External("b", np.dtype(np.int8), (2, 2), "../x", 8, 16),
        External("ä", np.dtype(np.float32), (2, 2), "w", 8, 16),
    ]


INSIDE = {
    "fractions": onnx.numpy_helper.from_array(np.ones(3), "t"),
    "weights": onnx.numpy_helper.from_array(np.ones(3, np.float32), "t"),
    "a table": onnx.numpy_helper.from_array(np.ones((1, 2), np.int64), "t"),
    "no shape": onnx.numpy_helper.from_array(np.array(1), "t"),
    "a huge integer": onnx.numpy_helper.from_array(np.array([1, 2**40]), "t"),
    "a hugely negative one": onnx.numpy_helper.from_array(np.array([-(2**63)]), "t"),
    "too few bytes": onnx.TensorProto(name="t", data_type=7, dims=[2**60], raw_data=bytes(8)),
    "no bytes": onnx.TensorProto(name="t", data_type=7, dims=[0, 2**60]),
    "in another field": onnx.TensorProto(name="t", data_type=7, dims=[1], int64_data=[1]),
}


@pytest.mark.parametrize("case", INSIDE)
def test_only_small_integers_lie_inside(graph, case):
    with pytest.raises(ValueError, match=r"'t' |not a graph that linnet writes: field 7 of a tens"):
        external_tensors(graph(INSIDE[case]))


def test_a_tensor_inside_and_outside_is_refused(graph, external_tensor):
    tensor = external_tensor("t", WHERE)
    tensor.raw_data = bytes(16)
    with pytest.raises(ValueError, match="'t' lies inside the graph and outside"):
        external_tensors(graph(tensor))


def test_weights_of_another_kind_are_refused(graph, external_tensor):
    with pytest.raises(ValueError, match="'t' holds numbers of the unknown kind 8"):
        external_tensors(graph(external_tensor("t", WHERE, kind=onnx.TensorProto.STRING)))


@pytest.mark.parametrize("operator", ["Loop", "If", "Scan", "Identity\0", "", "ConstantOfShape"])
def test_operators_of_others_are_refused(operator):
    node = onnx.helper.make_node(operator, [], ["y"])
    model = onnx.helper.make_model(onnx.helper.make_graph([node], "g", [], []))
    with pytest.raises(ValueError, match="is none of those of linnet's layers"):
        external_tensors(model.SerializeToString())


def test_operators_of_another_library_are_refused():
    graph = onnx.helper.make_graph([], "g", [], [])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("my", 1)])
    with pytest.raises(ValueError, match="operators of 'my' are none"):
        external_tensors(model.SerializeToString())
    node = onnx.helper.make_node("Identity", ["x"], ["y"], domain="com.microsoft")
    model = onnx.helper.make_model(onnx.helper.make_graph([node], "g", [], []))
    with pytest.raises(ValueError, match="not a graph that linnet writes: field 7 of a node"):
        external_tensors(model.SerializeToString())


def hidden_places(tensor):
    """Every place of a model where a tensor may stand, but for where linnet puts it."""
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
        "sparse initialiser": model(sparse_initializer=[sparse]),
        "indices": model(sparse_initializer=[onnx.SparseTensorProto(indices=tensor)]),
        "attribute": model(node(t=tensor)),
        "attributes": model(node(tensors=[tensor, tensor])),
        "sparse attribute": model(node(sparse_tensor=sparse)),
        "sparse attributes": model(node(sparse_tensors=[sparse])),
        "subgraph": model(node(g=inner)),
        "subgraphs": model(node(graphs=[inner, inner])),
        "function": onnx.ModelProto(functions=[function]),
        "training": onnx.ModelProto(training_info=[training]),
    }


PLACES = [
    "sparse initialiser", "indices", "attribute", "attributes", "sparse attribute",
    "sparse attributes", "subgraph", "subgraphs", "function", "training",
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_tensors_in_other_places_are_refused(external_tensor, place):
    model = hidden_places(external_tensor("t", WHERE))[place]
    with pytest.raises(ValueError, match=r"field \d+ of a|the operator 'Any'"):
        external_tensors(model.SerializeToString())


def test_deep_nesting_is_no_danger(external_tensor):
    graph = onnx.helper.make_graph([], "g", [], [], [external_tensor("t", WHERE)])
    message = graph.SerializeToString()
    for _ in range(2000):  # graph <- attribute.g <- node.attribute <- graph.node
        for field in (6, 5, 1):
            message = bytes([field << 3 | 2]) + varint(len(message)) + message
    with pytest.raises(ValueError, match="field 6 of a attribute"):
        external_tensors(b"\x3a" + varint(len(message)) + message)


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
    node = onnx.helper.make_node("Constant", [], ["y"], value_float=1.5)
    graph = onnx.helper.make_graph([node], "g", [], [])
    assert external_tensors(onnx.helper.make_model(graph).SerializeToString()) == []
    with pytest.raises(ValueError, match="ends inside a field"):
        external_tensors(b"\x09" + bytes(4))


PLACES_OF_NOTHING = [
    {"location": "w", "offset": "x", "length": 1}, {"location": "w", "offset": 0, "length": ""},
    {"location": "w", "offset": -1, "length": 1}, {"location": "w", "offset": " 8", "length": 1},
    {"location": "w", "offset": "1_0", "length": 1}, {"location": "w", "offset": "٨", "length": 1},
    {"location": "w", "offset": "9" * 19, "length": 1}, {"location": "w"}, {"offset": 8}, {},
    WHERE | {"checksum": "0"},
]  # fmt: skip


@pytest.mark.parametrize("said", PLACES_OF_NOTHING, ids=str)
def test_a_place_that_is_none_is_refused(graph, external_tensor, said):
    with pytest.raises(ValueError, match=r"is no number of bytes|is not length, location, offset"):
        external_tensors(graph(external_tensor("t", said)))


def test_a_place_said_twice_is_refused(graph, external_tensor):
    tensor = external_tensor("t", WHERE)
    tensor.external_data.add(key="location", value="../x")
    with pytest.raises(ValueError, match="the place of 't' is not length, location, offset"):
        external_tensors(graph(tensor))


def test_packed_and_single_sizes_are_the_same(graph, external_tensor):
    message = external_tensor("t", WHERE, shape=()).SerializeToString() + b"\x0a\x03\x02\x80\x01"
    packed = b"\x2a" + varint(len(message)) + message
    found = external_tensors(b"\x3a" + varint(len(packed)) + packed)
    assert [each.shape for each in found] == [(2, 128)]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content):
    with contextlib.suppress(ValueError):
        assert isinstance(external_tensors(content), list)

"""What every architecture promises, for every task; the cases come from its table.

A new name in ARCHITECTURES is covered by its defaults. The laws know no backend of Keras; only the
last test asks JAX for gradients, and is skipped elsewhere.
"""

import inspect
import json
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import scipy.sparse as sp

from linnet.artifact.graph import OPERATORS, external_tensors
from linnet.models.heads import LOSSES, head
from linnet.models.layers.activation import ACTIVATIONS
from linnet.models.model import (
    ARCHITECTURES,
    Sizes,
    architecture,
    fixed_length,
    initial_weights,
    layers_for,
    layers_from_json,
    layers_to_json,
    named_weights,
    num_weights,
    takes_bags,
    walk,
)
from linnet.models.to_keras import get_weights, import_keras, set_weights, to_keras
from linnet.models.to_onnx import to_onnx
from linnet.text.ids import Ids, padded_bags

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

SMALL = {"embedding_size": 5, "units": 4, "hidden": (6, 3)}
VARIANTS = {
    "lstm": [{"bidirectional": True, "hidden": (3,), "spatial_dropout": 0.0}],
    "gru": [{"bidirectional": True, "hidden": (3,), "spatial_dropout": 0.0}],
    "cnn": [{"widths": (1, 2, 9), "hidden": (), "dropout": 0.0}],
    "transformer": [{"heads": 1, "hidden": (), "dropout": 0.0}],
    "mlp": [{"hidden": (4,), "dropout": 0.5}],
    "embedding": [{"hidden": ()}],
}
NUM_IDS, LENGTH = 11, 6
TEXTS = [[], [1], [2, 3, 4, 5, 6, 7], [10, 2], [9, 9, 9], [3, 1, 8, 10, 4]]


@dataclass(frozen=True)
class Case:
    """One architecture with options, one task, one loss; weights far from where they start."""

    name: str
    options: tuple
    task: str
    loss: str

    @cached_property
    def head(self):
        return head(self.task, 2 if self.task == "binary" else 3, loss=self.loss)

    @cached_property
    def sizes(self):
        return Sizes(NUM_IDS, LENGTH, self.head.outputs)

    @cached_property
    def layers(self):
        known = inspect.signature(architecture(self.name).layers).parameters
        small = {option: value for option, value in SMALL.items() if option in known}
        return layers_for(self.name, self.sizes, options=small | dict(self.options))

    @cached_property
    def weights(self):
        random = np.random.default_rng(3)
        return {
            name: random.normal(0, 0.7, each.shape).astype(np.float32)
            for name, each in named_weights(self.layers, self.sizes).items()
        }

    @cached_property
    def keras(self):
        model = to_keras(self.layers, self.sizes, head=self.head)
        set_weights(model, self.weights, layers=self.layers, sizes=self.sizes)
        return model

    @cached_property
    def graph(self):
        return to_onnx(self.layers, self.sizes, head=self.head, ranges=self.ranges)

    @cached_property
    def ranges(self):
        ends = np.cumsum([each.nbytes for each in self.weights.values()])
        return {
            name: (int(end) - each.nbytes, each.nbytes)
            for (name, each), end in zip(self.weights.items(), ends, strict=True)
        }

    @cached_property
    def onnx(self):
        with TemporaryDirectory() as folder:
            content = b"".join(each.tobytes() for each in self.weights.values())
            (Path(folder) / "weights.safetensors").write_bytes(content)
            (Path(folder) / "model.onnx").write_bytes(self.graph)
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            path = str(Path(folder) / "model.onnx")
            return onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])

    def bags(self, texts=TEXTS):
        """Texts as CSR, every weight a little different."""
        dense = np.zeros((len(texts), NUM_IDS), np.float32)
        for row, text in enumerate(texts):
            np.add.at(dense[row], text, 0.3 + 0.1 * np.array(text, np.float32))
        return sp.csr_array(dense)

    def inputs(self, texts=TEXTS, extra=0):
        """The arrays that a batch of texts becomes; `extra` columns of padding."""
        if takes_bags(self.layers):
            return padded_bags(self.bags(texts), LENGTH + extra)
        end = "pre" if fixed_length(self.layers) else "post"
        return (Ids.from_lists(texts).padded(LENGTH + extra, end),)

    def by_keras(self, texts=TEXTS, extra=0):
        inputs = self.inputs(texts, extra)
        outputs = self.keras.predict_on_batch(list(inputs) if len(inputs) > 1 else inputs[0])
        return self.head.widen(outputs)

    def by_onnx(self, texts=TEXTS, extra=0):
        names = ("ids", "weights")
        inputs = self.inputs(texts, extra)
        return self.onnx.run(["scores"], dict(zip(names, inputs, strict=False)))[0]

    def forward(self, weights, x, random=None):
        """The inputs of every layer and the logits, as the sparse engine sees them."""
        outputs = [x]
        for name, layer, shape in walk(self.layers, self.sizes):
            mine = {each: weights[f"{name}.{each}"] for each in layer.weights(shape)}
            outputs.append(layer.forward(mine, outputs[-1], random))
        return outputs


HEADS = [(task, losses[0]) for task, losses in LOSSES.items()]
HEADS.append(("binary", "categorical_crossentropy"))
CASES = {
    f"{name}-{task}-{loss.removesuffix('_crossentropy')}": Case(name, (), task, loss)
    for name in ARCHITECTURES
    for task, loss in HEADS
} | {
    f"{name}-variant-{number}": Case(name, tuple(options.items()), *HEADS[1])
    for name, variants in VARIANTS.items()
    for number, options in enumerate(variants)
}


@cache
def case_of(name):
    """The same object for every law, so that each model is built once."""
    return CASES[name]


@pytest.fixture(params=CASES)
def case(request):
    return case_of(request.param)


@pytest.fixture(params=["keras", "onnx"])
def scores_by(request, case):
    return case.by_keras if request.param == "keras" else case.by_onnx


def test_every_variant_is_of_a_known_architecture():
    assert set(VARIANTS) <= set(ARCHITECTURES)
    assert {case.name for case in CASES.values()} == set(ARCHITECTURES)


def test_the_empty_text_has_scores(scores_by):
    scores = scores_by([[]])
    assert np.isfinite(scores).all()
    np.testing.assert_allclose(scores_by()[:1], scores, atol=1e-6)


def test_scores_are_probabilities(case, scores_by):
    scores = scores_by()
    assert scores.dtype == np.float32
    assert scores.shape == (len(TEXTS), case.head.num_labels)
    assert (scores >= 0).all()
    assert (scores <= 1).all()
    if case.task != "multilabel":
        np.testing.assert_allclose(scores.sum(1), 1, atol=1e-6)
    assert np.ptp(scores, axis=0).min() > 1e-3  # the texts are told apart


def test_a_batch_gives_what_each_text_gives_alone(scores_by):
    alone = np.concatenate([scores_by([text]) for text in TEXTS])
    np.testing.assert_allclose(scores_by(), alone, atol=1e-6)


def test_the_order_of_texts_is_the_order_of_scores(scores_by):
    order = [3, 0, 5, 1, 4, 2]
    shuffled = scores_by([TEXTS[at] for at in order])
    np.testing.assert_allclose(shuffled, scores_by()[order], atol=1e-6)


def test_more_padding_changes_nothing(case, scores_by):
    if fixed_length(case.layers):
        pytest.skip("this architecture computes padding, at a fixed length")
    np.testing.assert_allclose(scores_by(extra=3), scores_by(), atol=1e-6)


def test_onnx_gives_what_keras_gives(case):
    np.testing.assert_allclose(case.by_onnx(), case.by_keras(), atol=1e-5)


def test_weights_come_back_from_keras(case):
    back = get_weights(case.keras, case.layers, sizes=case.sizes)
    assert list(back) == list(case.weights)
    for name, weight in case.weights.items():
        np.testing.assert_array_equal(back[name], weight)
    assert num_weights(case.layers, case.sizes) == case.keras.count_params()


def test_training_starts_from_the_same_weights_for_a_seed(case):
    first, again, other = (initial_weights(case.layers, case.sizes, seed=s) for s in (0, 0, 1))
    shapes = {name: each.shape for name, each in named_weights(case.layers, case.sizes).items()}
    assert {name: each.shape for name, each in first.items()} == shapes
    for name, weight in first.items():
        assert weight.dtype == np.float32
        np.testing.assert_array_equal(weight, again[name])
        assert np.ptp(weight) == 0 or name.endswith("bias") or (weight != other[name]).any()


def test_layers_come_back_from_json(case):
    stored = json.loads(json.dumps(layers_to_json(case.layers)))
    assert layers_from_json(stored) == case.layers


def test_the_graph_is_small_and_holds_no_weights(case):
    assert len(case.graph) < 8_000
    assert case.graph == to_onnx(case.layers, case.sizes, head=case.head, ranges=case.ranges)
    graph = onnx.load_model_from_string(case.graph).graph
    floats = [each for each in graph.initializer if each.data_type == onnx.TensorProto.FLOAT]
    assert {each.name for each in floats} == set(case.weights)
    for each in floats:
        where = {entry.key: entry.value for entry in each.external_data}
        offset, length = case.ranges[each.name]
        assert where == {
            "location": "weights.safetensors", "offset": str(offset), "length": str(length),
        }  # fmt: skip
        assert not each.raw_data
        assert not each.float_data


def test_saved_graphs_are_those_that_are_let_through(case):
    found = {each.tensor: each for each in external_tensors(case.graph)}
    assert {name: each.shape for name, each in found.items()} == {
        name: each.shape for name, each in case.weights.items()
    }
    for name, each in found.items():
        assert (each.offset, each.length) == case.ranges[name]


def test_no_operator_is_let_through_that_no_layer_writes():
    graphs = [onnx.load_model_from_string(case.graph).graph for case in CASES.values()]
    written = {node.op_type for graph in graphs for node in graph.node}
    able = {each.operator for each in ACTIVATIONS.values() if each.operator}
    assert written | able == OPERATORS


def test_settings_are_settings(case):
    from linnet.config import configure

    settings = architecture(case.name).SETTINGS
    configure(**settings)
    assert (settings["vectorizer"] != "ids") == takes_bags(case.layers)


SPARSE = {name: case for name, case in CASES.items() if takes_bags(case.layers)}


@pytest.fixture(params=SPARSE)
def sparse(request):
    return case_of(request.param)


def test_the_sparse_engine_gives_what_keras_gives(sparse):
    logits = sparse.forward(sparse.weights, sparse.bags())[-1]
    np.testing.assert_allclose(sparse.head.scores(logits), sparse.by_keras(), atol=1e-5)


def expected_of(case):
    classes = np.arange(len(TEXTS)) % case.head.num_labels
    multi = (np.arange(len(TEXTS))[:, None] >> np.arange(3)) & 1
    return case.head.expected(multi if case.task == "multilabel" else classes)


def backward(case, weights, x, random):
    """The gradient of the mean loss by the layers' own steps."""
    outputs = case.forward(weights, x, random)
    _, gradient = case.head.loss_and_gradient(outputs[-1], expected_of(case))
    gradient, found = gradient / len(TEXTS), {}
    for at, (name, layer, shape) in reversed([*enumerate(walk(case.layers, case.sizes))]):
        mine = {each: weights[f"{name}.{each}"] for each in layer.weights(shape)}
        gradient, own = layer.backward(mine, outputs[at], outputs[at + 1], gradient)
        found |= {f"{name}.{each}": dense(own[each], weights[f"{name}.{each}"]) for each in own}
    return found


def dense(gradient, weight):
    if isinstance(gradient, np.ndarray):
        return gradient
    assert len(set(gradient.rows.tolist())) == len(gradient.rows)
    whole = np.zeros(weight.shape)
    whole[gradient.rows] = gradient.values
    return whole


def test_the_sparse_gradient_is_the_slope_of_the_loss(sparse):
    weights = {name: each.astype(np.float64) for name, each in sparse.weights.items()}
    x = sparse.bags().astype(np.float64)

    def loss():
        logits = sparse.forward(weights, x, np.random.default_rng(5))[-1]
        return sparse.head.loss_and_gradient(logits, expected_of(sparse))[0].mean()

    found = backward(sparse, weights, x, np.random.default_rng(5))
    assert set(found) == set(weights)
    for name, weight in weights.items():
        slopes = np.zeros(weight.shape)
        for at in np.ndindex(weight.shape):
            middle = weight[at]
            sides = []
            for step in (1e-5, -1e-5):
                weight[at] = middle + step
                sides.append(loss())
            weight[at] = middle
            slopes[at] = (sides[0] - sides[1]) / 2e-5
        np.testing.assert_allclose(found[name], slopes, atol=1e-6, err_msg=name)


def test_the_sparse_gradient_is_that_of_keras(sparse):
    keras = import_keras()
    if keras.backend.backend() != "jax":
        pytest.skip("gradients are compared under JAX only")
    if any(layer.kind == "dropout" for layer in sparse.layers):
        pytest.skip("what is dropped is drawn differently")
    import jax

    model = to_keras(sparse.layers, sparse.sizes)
    set_weights(model, sparse.weights, layers=sparse.layers, sizes=sparse.sizes)
    loss = sparse.head.keras_loss()
    inputs, expected = list(sparse.inputs()), expected_of(sparse)

    def total(variables):
        logits, _ = model.stateless_call(variables, [], inputs)
        return loss(expected, logits)

    theirs = jax.jit(jax.grad(total))([each.value for each in model.trainable_variables])
    ours = backward(sparse, sparse.weights, sparse.bags(), None)
    for name, their in zip(sparse.weights, theirs, strict=True):
        np.testing.assert_allclose(ours[name], np.asarray(their), atol=1e-5, err_msg=name)

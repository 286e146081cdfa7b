"""Layers one by one: the bag against Keras's Dense, dropout, activations, LSTM gates."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from linnet.models.layers.activation import ACTIVATIONS
from linnet.models.layers.bag import Bag, keras_bag
from linnet.models.layers.dense import Dense
from linnet.models.layers.dropout import Dropout
from linnet.models.layers.layer import RowGradient
from linnet.registry import import_keras
from linnet.text.ids import padded_bags

NUM_IDS, UNITS = 7, 3


def dense_bags(num_texts=5):
    random = np.random.default_rng(2)
    dense = random.normal(0, 1, (num_texts, NUM_IDS)) * (random.random((num_texts, NUM_IDS)) < 0.5)
    dense[:1] = 0
    dense[:, 0] = 0
    return dense.astype(np.float32)


def kernel_and_bias():
    random = np.random.default_rng(4)
    return random.normal(0, 1, (NUM_IDS, UNITS)).astype(np.float32), np.float32([0.5, -1, 0])


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("bias", [True, False])
def test_the_bag_is_dense_on_the_dense_matrix(activation, bias):
    keras, x = import_keras(), dense_bags()
    kernel, own_bias = kernel_and_bias()
    mine = {"kernel": kernel} | ({"bias": own_bias} if bias else {})
    theirs = keras.layers.Dense(UNITS, activation, use_bias=bias)
    theirs.build(x.shape)
    theirs.set_weights([*mine.values()])
    expected = keras.ops.convert_to_numpy(theirs(x))

    layer = keras_bag()(UNITS, activation, bias, num_ids=NUM_IDS)
    ids, weights = padded_bags(sp.csr_array(x), NUM_IDS)
    layer([ids, weights])
    layer.set_weights([*mine.values()])
    by_keras = keras.ops.convert_to_numpy(layer([ids, weights]))
    np.testing.assert_allclose(by_keras, expected, atol=1e-5)

    by_numpy = Bag(UNITS, activation, bias=bias).forward(mine, sp.csr_array(x), None)
    np.testing.assert_allclose(by_numpy, expected, atol=1e-5)


def test_the_gradient_of_the_bag_is_that_of_dense():
    keras = import_keras()
    if keras.backend.backend() != "jax":
        pytest.skip("gradients are compared under JAX only")
    import jax

    x, (kernel, bias) = dense_bags(), kernel_and_bias()
    outer = np.random.default_rng(5).normal(0, 1, (len(x), UNITS)).astype(np.float32)
    ids, weights = padded_bags(sp.csr_array(x), NUM_IDS)
    bag = keras_bag()(UNITS, "tanh", num_ids=NUM_IDS)
    dense = keras.layers.Dense(UNITS, "tanh")
    found = []
    for layer, inputs in ((bag, [ids, weights]), (dense, x)):
        layer(inputs)

        def loss(values, layer=layer, inputs=inputs):
            return (layer.stateless_call(values, [], inputs)[0] * outer).sum()

        found.append(jax.grad(loss)([kernel, bias]))
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_the_bag_gradient_names_each_row_once():
    x = sp.csr_array(dense_bags())
    kernel, bias = kernel_and_bias()
    weights = {"kernel": kernel, "bias": bias}
    y = Bag(UNITS).forward(weights, x, None)
    nothing, mine = Bag(UNITS).backward(weights, x, y, np.ones_like(y))
    assert nothing is None
    assert isinstance(mine["kernel"], RowGradient)
    assert sorted(mine["kernel"].rows.tolist()) == sorted(set(x.indices.tolist()))
    np.testing.assert_allclose(mine["bias"], len(dense_bags()))


def test_bags_without_ids_have_no_rows():
    weights = {"kernel": kernel_and_bias()[0]}
    x = sp.csr_array((2, NUM_IDS), dtype=np.float32)
    layer = Bag(UNITS, bias=False)
    y = layer.forward(weights, x, None)
    np.testing.assert_array_equal(y, 0)
    rows = layer.backward(weights, x, y, np.ones_like(y))[1]["kernel"]
    assert (rows.rows.shape, rows.values.shape) == ((0,), (0, UNITS))


def test_the_forward_step_leaves_its_weights_alone():
    kernel, bias = kernel_and_bias()
    weights = {"kernel": kernel, "bias": bias}
    before = {name: each.copy() for name, each in weights.items()}
    Bag(UNITS).forward(weights, sp.csr_array(dense_bags()), None)
    Dense(UNITS).forward(weights, dense_bags(), None)
    for name, each in before.items():
        np.testing.assert_array_equal(weights[name], each)


def test_the_keras_bag_must_know_its_number_of_ids():
    import_keras()
    with pytest.raises(ValueError, match="set num_ids before the layer is called"):
        keras_bag()(2).build([(None, 3), (None, 3)])


@given(st.floats(0, 0.95), st.integers(0, 2**32))
def test_dropout_drops_a_share_and_keeps_the_sum(rate, seed):
    x = np.ones((50, 40), np.float32)
    layer = Dropout(rate)
    y = layer.forward({}, x, np.random.default_rng(seed))
    assert y.dtype == np.float32
    np.testing.assert_allclose(y[y != 0], 1 / (1 - rate), rtol=1e-5)
    assert abs((y == 0).mean() - rate) < 0.08
    gradient, mine = layer.backward({}, x, y, 2 * x)
    np.testing.assert_allclose(gradient, 2 * y, rtol=1e-5)
    assert mine == {}


def test_dropout_is_for_training_only():
    x = dense_bags()
    assert Dropout(0.9).forward({}, x, None) is x


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_slope_of_an_activation(name):
    x = np.array([-3.0, -0.5, 0.25, 2.0])
    activation = ACTIVATIONS[name]
    slopes = (activation.forward(x + 1e-6) - activation.forward(x - 1e-6)) / 2e-6
    np.testing.assert_allclose(activation.slope(activation.forward(x)), slopes, atol=1e-6)

"""The optimizers of the sparse engine against Keras's, and rows against whole tables."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.models.layers.layer import RowGradient
from linnet.registry import import_keras
from linnet.training.engines.optimizers import BLOCK, OPTIMIZERS, adam, slots_of

KERAS = {"adam": "Adam", "rmsprop": "RMSprop", "sgd": "SGD"}
SHAPES = [(0,), (1,), (3, 4), (BLOCK // 8 + 1, 8)]


def steps(optimizer, weight, gradients, learning_rate=0.01):
    """Take one step per gradient, from a copy of the weight."""
    weight, slots = weight.copy(), slots_of(optimizer, weight)
    for number, gradient in enumerate(gradients, start=1):
        OPTIMIZERS[optimizer][0](
            weight, gradient, slots=slots, number=number, learning_rate=learning_rate
        )
    return weight, slots


def drawn(shape, seed=0, *, sizes=(1.0, 1e-4, 0.0, 30.0, 1e-9)):
    """A weight, and gradients of very different sizes."""
    random = np.random.default_rng(seed)
    draw = lambda size: (size * random.standard_normal(shape)).astype(np.float32)  # noqa: E731
    return draw(1.0), [draw(size) for size in sizes]


@pytest.mark.parametrize("name", KERAS)
@pytest.mark.parametrize("shape", SHAPES[1:])
def test_steps_are_those_of_keras(name, shape):
    keras = import_keras()
    weight, gradients = drawn(shape)
    theirs = keras.Variable(weight)
    optimizer = getattr(keras.optimizers, KERAS[name])(0.01)
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [theirs])
    ours, _ = steps(name, weight, gradients)
    np.testing.assert_allclose(ours, keras.ops.convert_to_numpy(theirs.value), atol=1e-6)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_step_moves_every_number_once_and_in_place(name, shape):
    weight, gradients = drawn(shape, sizes=(1.0,))
    slots, before = slots_of(name, weight), weight.copy()
    given = gradients[0].copy()
    OPTIMIZERS[name][0](weight, gradients[0], slots=slots, number=1, learning_rate=0.01)
    np.testing.assert_array_equal(gradients[0], given)
    assert ((weight - before) * given <= 0).all()
    assert (weight != before)[abs(given) > 1e-3].all()
    assert weight.dtype == np.float32
    assert {slot.dtype for slot in slots.values()} <= {np.dtype(np.float32)}
    if name in ("adam", "lazy_adam"):
        np.testing.assert_allclose(abs(weight - before), 0.01, rtol=0.2)


def sparse_and_dense(seed, num_rows=7, units=3, num_steps=4):
    """Gradients of some rows, and the same as whole tables."""
    random = np.random.default_rng(seed)
    weight = random.standard_normal((num_rows, units)).astype(np.float32)
    rows, wholes = [], []
    for _ in range(num_steps):
        chosen = np.sort(random.permutation(num_rows)[: random.integers(0, num_rows + 1)])
        values = random.standard_normal((len(chosen), units)).astype(np.float32)
        rows.append(RowGradient(chosen, values))
        wholes.append(np.zeros((num_rows, units), np.float32))
        wholes[-1][chosen] = values
    return weight, rows, wholes


@pytest.mark.parametrize("name", [*KERAS, "rowwise_adagrad"])
@given(seed=st.integers(0, 2**32))
def test_gradients_of_rows_are_gradients_of_the_table(name, seed):
    weight, rows, wholes = sparse_and_dense(seed)
    by_rows, slots = steps(name, weight, rows)
    whole, whole_slots = steps(name, weight, wholes)
    np.testing.assert_allclose(by_rows, whole, atol=1e-5)
    for slot, values in whole_slots.items():
        np.testing.assert_allclose(slots[slot], values, atol=1e-6)


@given(seed=st.integers(0, 2**32), units=st.sampled_from([1, 3, BLOCK // 2, BLOCK + 1]))
def test_lazy_adam_is_adam_on_each_row_that_occurs(seed, units):
    weight, rows, _ = sparse_and_dense(seed, units=units, num_steps=2)
    moved, slots = steps("lazy_adam", weight, rows)
    expected, m, v = weight.astype(np.float64), np.zeros(weight.shape), np.zeros(weight.shape)
    for number, gradient in enumerate(rows, start=1):
        for row, values in zip(gradient.rows, gradient.values.astype(np.float64), strict=True):
            m[row] = 0.9 * m[row] + 0.1 * values
            v[row] = 0.999 * v[row] + 0.001 * values**2
            rate = 0.01 * np.sqrt(1 - 0.999**number) / (1 - 0.9**number)
            expected[row] -= rate * m[row] / (np.sqrt(v[row]) + 1e-7)
    np.testing.assert_allclose(moved, expected, atol=2e-5)
    np.testing.assert_allclose(slots["m"], m, atol=1e-6)
    np.testing.assert_allclose(slots["v"], v, atol=1e-6)
    never = np.setdiff1d(np.arange(len(weight)), np.concatenate([each.rows for each in rows]))
    np.testing.assert_array_equal(moved[never], weight[never])


def test_lazy_adam_is_adam_where_every_number_has_a_gradient():
    weight, gradients = drawn((5, 2))
    np.testing.assert_array_equal(
        steps("lazy_adam", weight, gradients)[0], steps("adam", weight, gradients)[0]
    )
    everything = [RowGradient(np.arange(5), gradient) for gradient in gradients]
    np.testing.assert_array_equal(
        steps("lazy_adam", weight, everything)[0], steps("adam", weight, gradients)[0]
    )


def one_by_one(weight, gradients, learning_rate):
    """Rowwise Adagrad as its papers write it, a row at a time."""
    weight, sums = weight.astype(np.float64), np.zeros(len(weight))
    for gradient in gradients:
        if isinstance(gradient, RowGradient):
            rows, each = gradient.rows, gradient.values
        else:
            rows, each = np.arange(len(gradient)), gradient
        for row, values in zip(rows, each.astype(np.float64), strict=True):
            sums[row] += np.mean(values**2)
            weight[row] -= learning_rate * values / (np.sqrt(sums[row]) + 1e-7)
    return weight, sums


def assert_one_by_one(weight, gradients, learning_rate):
    moved, slots = steps("rowwise_adagrad", weight, gradients, learning_rate)
    expected, sums = one_by_one(weight, gradients, learning_rate)
    np.testing.assert_allclose(moved, expected, atol=1e-4 * learning_rate + 1e-6)
    np.testing.assert_allclose(slots["sums"], sums, rtol=1e-5)
    return moved


@given(
    seed=st.integers(0, 2**32),
    units=st.sampled_from([1, 3, BLOCK // 2, BLOCK + 1]),
    learning_rate=st.sampled_from([0.02, 1.0]),
)
def test_rowwise_adagrad_is_adagrad_on_each_row_that_occurs(seed, units, learning_rate):
    weight, rows, wholes = sparse_and_dense(seed, units=units, num_steps=3)
    moved = assert_one_by_one(weight, rows, learning_rate)
    assert_one_by_one(weight, wholes, learning_rate)
    never = np.setdiff1d(np.arange(len(weight)), np.concatenate([each.rows for each in rows]))
    np.testing.assert_array_equal(moved[never], weight[never])


def test_rowwise_adagrad_steps_through_all_blocks():
    weight, gradients = drawn((3 * BLOCK // 8 + 3, 8), sizes=(1.0, 1e-4, 30.0))
    assert_one_by_one(weight, gradients, 0.05)
    two_of_three = np.flatnonzero(np.arange(len(weight)) % 3)  # two blocks and two rows
    rows = [RowGradient(two_of_three, each[two_of_three]) for each in gradients]
    assert_one_by_one(weight, rows, 0.05)


def test_rowwise_adagrad_is_keras_adagrad_where_a_row_is_one_number():
    keras = import_keras()
    weight, gradients = drawn((9,))
    theirs = keras.Variable(weight)
    optimizer = keras.optimizers.Adagrad(0.01, initial_accumulator_value=0.0)
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [theirs])
    ours, _ = steps("rowwise_adagrad", weight, gradients)
    np.testing.assert_allclose(ours, keras.ops.convert_to_numpy(theirs.value), atol=1e-6)


def test_rowwise_adagrad_moves_a_rare_row_far_and_a_frequent_one_less_each_time():
    both = np.ones((2, 3), np.float32)
    frequent = RowGradient(np.array([0]), both[:1])
    weight, found = np.zeros((2, 3), np.float32), []
    for gradients in ([frequent] * 8, [frequent] * 9, [*[frequent] * 8, both]):
        found.append(-steps("rowwise_adagrad", weight, gradients, 0.5)[0][:, 0])
    eight, nine, rare = found
    assert nine[0] - eight[0] == pytest.approx(0.5 / 3, abs=1e-6)
    assert rare[1] == pytest.approx(0.5)
    assert rare[0] == nine[0]


def test_adam_moves_rows_that_lazy_adam_leaves():
    weight = np.zeros((2, 1), np.float32)
    both = np.ones((2, 1), np.float32)
    first = RowGradient(np.array([0]), both[:1])
    assert steps("lazy_adam", weight, [both, first])[0][1] == steps("adam", weight, [both])[0][1]
    assert steps("adam", weight, [both, first])[0][1] < steps("adam", weight, [both])[0][1]


def test_two_numbers_by_hand():
    weight = np.array([1.0, -1.0], np.float32)
    gradient = np.array([2.0, -4.0], np.float32)
    assert steps("sgd", weight, [gradient], 0.5)[0].tolist() == [0.0, 1.0]
    slots = slots_of("adam", weight)
    adam(weight, gradient, slots=slots, number=1, learning_rate=0.5)
    np.testing.assert_allclose(weight, [0.5, -0.5], atol=1e-6)
    np.testing.assert_allclose(slots["m"], [0.2, -0.4], atol=1e-6)
    np.testing.assert_allclose(slots["v"], [0.004, 0.016], atol=1e-6)

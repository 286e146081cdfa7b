"""Layers over sequences one by one: short and empty texts, against plain NumPy."""

import re

import numpy as np
import pytest

from linnet.errors import ConfigError
from linnet.models.layers.average import Average
from linnet.models.layers.convolutions import Convolutions
from linnet.models.layers.encoder import Encoder
from linnet.models.layers.own import keras_own
from linnet.models.layers.positions import Positions
from linnet.models.model import Sizes, layers_for
from linnet.registry import import_keras

LENGTH, SIZE = 5, 3


def sequences(seed=0):
    """Three texts of 5, 2 and no words."""
    x = np.random.default_rng(seed).normal(size=(3, LENGTH, SIZE)).astype(np.float32)
    return x, np.arange(LENGTH) < np.array([[5], [2], [0]])


def by_keras(layer, x, mask, seed=1):
    keras = import_keras()
    made = layer.to_keras("layer")
    made.build(x.shape)
    random = np.random.default_rng(seed)
    shapes = layer.weights(x.shape[1:])
    own = {name: random.normal(size=w.shape).astype(np.float32) for name, w in shapes.items()}
    made.set_weights([*own.values()])
    return keras.ops.convert_to_numpy(made(x, mask=mask)), own


def test_the_average_of_the_words():
    x, mask = sequences()
    found, _ = by_keras(Average(), x, mask)
    expected = [x[0].mean(0), x[1, :2].mean(0), np.zeros(SIZE)]
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("widths", [(1,), (2, 3), (4, 9)])
def test_the_largest_value_of_each_filter_over_the_windows(widths):
    x, mask = sequences()
    layer = Convolutions(4, widths)
    found, own = by_keras(layer, x, mask)
    for text, length in enumerate((5, 2, 0)):
        expected = []
        for number, width in enumerate(widths):
            words = np.pad(x[text, :length], (((width - 1) // 2, width // 2), (0, 0)))
            kernel, bias = own[f"kernel_{number}"], own[f"bias_{number}"]
            windows = [(words[at : at + width, :, None] * kernel).sum((0, 1)) + bias
                       for at in range(length)]  # fmt: skip
            expected.append(np.max([np.zeros(4), *windows], axis=0))
        np.testing.assert_allclose(found[text], np.concatenate(expected), atol=1e-5)


def test_places_beyond_the_table_have_its_last_row():
    x, mask = sequences()
    found, own = by_keras(Positions(2), x, mask)
    table = own["table"]
    rows = table[[0, 1, 1, 1, 1]]
    np.testing.assert_allclose(found, x + rows, atol=1e-6)


def test_an_encoder_sees_words_wherever_they_stand_and_no_padding():
    x, mask = sequences()
    layer = Encoder(heads=2, units=4)
    found, _ = by_keras(layer, x, mask)
    noise = np.where(mask[..., None], x, 100)
    again, _ = by_keras(layer, noise, mask)
    np.testing.assert_allclose(found[mask], again[mask], atol=1e-5)
    order = [3, 1, 4, 0, 2]
    turned, _ = by_keras(layer, x[:1, order], mask[:1])
    np.testing.assert_allclose(turned, found[:1, order], atol=1e-5)
    assert np.isfinite(found).all()


def test_dropout_is_for_training_only():
    import_keras()
    x, mask = sequences()
    layer = Encoder(heads=1, units=4, dropout=0.5).to_keras("layer")
    plain, again = (np.asarray(layer(x, mask=mask)) for _ in range(2))
    np.testing.assert_array_equal(plain, again)
    dropped = [np.asarray(layer(x, mask=mask, training=True)) for _ in range(2)]
    assert (dropped[0] != dropped[1]).any()
    assert (dropped[0] != plain).any()


def test_masks_go_on_where_the_length_does():
    import_keras()
    x, mask = sequences()
    assert keras_own()(Positions(3)).compute_mask(x, mask) is mask
    assert keras_own()(Average()).compute_mask(x, mask) is None


def test_without_a_mask_all_places_count():
    import_keras()
    x, _ = sequences()
    found = np.asarray(Average().to_keras("layer")(x))
    np.testing.assert_allclose(found, x.mean(1), atol=1e-6)


def test_a_cnn_needs_a_width():
    with pytest.raises(ConfigError, match=re.escape("set widths, such as 3,4,5")):
        layers_for("cnn", Sizes(9, 4, 3), options={"widths": ()})


DROPPED = {"dropout": 0.4, "spatial_dropout": 0.4}


def test_bilstm_is_lstm_from_both_ends_with_more_dropout():
    sizes = Sizes(9, 4, 3)
    both = layers_for("lstm", sizes, options={"bidirectional": True, "units": 3} | DROPPED)
    assert layers_for("bilstm", sizes, options={"units": 3}) == both
    assert layers_for("gru", sizes, options={"bidirectional": True})[2].bidirectional

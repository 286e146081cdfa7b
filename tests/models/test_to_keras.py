"""Keras models of ours: weights in and out, masks, and files that Keras itself can read."""

import os
import re

import numpy as np
import pytest

from linnet.errors import ConfigError, MissingExtraError
from linnet.models.heads import head
from linnet.models.model import (
    ARCHITECTURES,
    Sizes,
    fixed_length,
    initial_weights,
    layers_for,
    takes_bags,
)
from linnet.models.to_keras import get_weights, set_weights, to_keras
from linnet.registry import import_keras

SIZES = Sizes(num_ids=9, length=4, outputs=3)


def test_import_keras_keeps_a_backend_that_was_chosen(monkeypatch):
    chosen = import_keras().backend.backend()
    assert os.environ["KERAS_BACKEND"] == chosen
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: True)
    imported = []
    monkeypatch.setattr("linnet.registry.require", lambda name, extra: imported.append(name))
    import_keras()
    assert imported == ["torch", "keras"]
    assert os.environ["KERAS_BACKEND"] == "torch"


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_inputs_and_outputs(name):
    layers = layers_for(name, SIZES)
    model = to_keras(layers, SIZES)
    width = SIZES.length if fixed_length(layers) else None
    names = ["ids", "weights"] if takes_bags(layers) else ["ids"]
    assert [each.name for each in model.inputs] == names
    assert {each.shape for each in model.inputs} == {(None, width)}
    assert model.output_shape == (None, 3)


def test_the_head_is_the_activation_of_the_last_layer():
    layers = layers_for("mlp", SIZES)
    assert to_keras(layers, SIZES).layers[-1].activation.__name__ == "linear"
    for task, activation in (("multiclass", "softmax"), ("multilabel", "sigmoid")):
        model = to_keras(layers, SIZES, head=head(task, 3))
        assert model.layers[-1].activation.__name__ == activation
    assert layers[-1].activation == "linear"


def test_weights_out_are_copies():
    layers = layers_for("linear", SIZES)
    model = to_keras(layers, SIZES)
    weights = get_weights(model, layers, sizes=SIZES)
    weights["bag_0.kernel"][:] = 7
    np.testing.assert_array_equal(
        get_weights(model, layers, sizes=SIZES)["bag_0.kernel"] == 7, False
    )


def test_a_weight_that_is_missing():
    layers = layers_for("linear", SIZES)
    with pytest.raises(KeyError, match=r"bag_0\.kernel"):
        set_weights(to_keras(layers, SIZES), {}, layers=layers, sizes=SIZES)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_keras_can_save_the_model_and_load_it(name, tmp_path):
    layers = layers_for(name, SIZES)
    model = to_keras(layers, SIZES, head=head("multiclass", 3))
    set_weights(model, initial_weights(layers, SIZES, seed=1), layers=layers, sizes=SIZES)
    model.save(tmp_path / "model.keras")
    again = import_keras().saving.load_model(tmp_path / "model.keras")
    ids = np.array([[0, 0, 0, 0], [3, 2, 1, 8]], np.int32)
    inputs = [ids, ids.astype(np.float32)] if takes_bags(layers) else ids
    np.testing.assert_array_equal(again.predict_on_batch(inputs), model.predict_on_batch(inputs))


@pytest.mark.parametrize(
    ("backend", "error", "message"),
    [
        ("jacks", ConfigError, "unknown backend in KERAS_BACKEND 'jacks': Known: jax"),
        ("torch", MissingExtraError, "torch is not installed, and KERAS_BACKEND names it"),
    ],
)
def test_a_backend_that_cannot_be_had_is_named(monkeypatch, backend, error, message):
    monkeypatch.setenv("KERAS_BACKEND", backend)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(error, match=re.escape(message)):
        import_keras()

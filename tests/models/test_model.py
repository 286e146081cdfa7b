"""Architectures: sizes of the tutorials' models, options, stored layers, first weights."""

from dataclasses import asdict

import numpy as np
import pytest

from linnet.errors import ArtifactError, ConfigError
from linnet.models.layers.layer import glorot_uniform, orthogonal, uniform
from linnet.models.model import (
    ARCHITECTURES,
    LAYERS,
    Sizes,
    architecture,
    initial_weights,
    layers_for,
    layers_from_json,
    num_weights,
    walk,
)
from linnet.models.to_keras import to_keras
from linnet.registry import resolve

# recipe -> model, rows of the vocabulary, length, outputs, options, published number of weights
TUTORIALS = {
    "stackoverflow-embedding": ("embedding", 45_850, 500, 4, {}, 7_916_964),
    "stackoverflow-lstm": ("lstm", 45_850, 500, 4, {"hidden": (32,)}, 5_920_420),
    "news-lstm": ("lstm", 8_000, 130, 4, {}, 1_073_668),
    "imdb-mlp": ("mlp", 10_000, 1, 1, {"hidden": (16, 16)}, 160_305),
    "reuters-mlp": ("mlp", 10_000, 1, 46, {"hidden": (64, 64)}, 647_214),
    "imdb-lstm": ("lstm", 5_000, 500, 1, {"embedding_size": 32, "units": 100}, 213_301),
}


@pytest.mark.parametrize("recipe", TUTORIALS)
def test_the_models_of_the_tutorials_have_their_number_of_weights(recipe):
    name, num_ids, length, outputs, options, published = TUTORIALS[recipe]
    sizes = Sizes(num_ids, length, outputs)
    layers = layers_for(name, sizes, options=options)
    assert num_weights(layers, sizes) == published
    assert to_keras(layers, sizes).count_params() == published


@pytest.mark.parametrize("kind", LAYERS)
def test_a_layer_is_known_by_its_kind(kind):
    layer = resolve(LAYERS, kind)
    assert layer.kind == kind
    assert layer.__dataclass_params__.frozen


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_architectures_are_made_of_known_layers_and_end_in_the_outputs(name):
    sizes = Sizes(num_ids=9, length=4, outputs=3)
    layers = layers_for(name, sizes)
    assert {layer.kind for layer in layers} <= set(LAYERS)
    *_, (_, last, shape) = walk(layers, sizes)
    assert last.output_shape(shape) == (3,)
    assert asdict(last)["activation"] == "linear"


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("", {}, "unknown model '': Known: linear, mlp"),
        ("ltsm", {}, "unknown model 'ltsm': did you mean 'lstm'"),
        ("lstm", {"unit": 3}, "model 'lstm' has no option 'unit': it has embedding_size, units"),
        ("linear", {"sizes": 3}, "model 'linear' has no option 'sizes': it has none"),
        (
            "mlp",
            {"hidden": ()},
            "an mlp needs a hidden layer: set hidden, or take the model linear",
        ),
    ],
)
def test_options_that_do_not_fit(name, options, message):
    with pytest.raises(ConfigError, match=message):
        layers_for(name, Sizes(9, 4, 3), options=options)


def test_unknown_architecture():
    with pytest.raises(ConfigError, match="unknown model 'bert'"):
        architecture("bert")


@pytest.mark.parametrize(
    "stored",
    [
        [{}],
        [{"layer": "denze", "units": 2}],
        [{"layer": None}],
        [{"layer": ["dense"], "units": 2}],
        [{"layer": "dense"}],
        [{"layer": "dense", "units": 2, "colour": "red"}],
        ["dense"],
        [None],
    ],
)
def test_stored_layers_that_cannot_be_read(stored):
    with pytest.raises(ArtifactError, match="the saved model has a layer that cannot be read"):
        layers_from_json(stored)


def weights_of(seed=0, **options):
    sizes = Sizes(9, 4, 3)
    return initial_weights(layers_for("mlp", sizes, options=options), sizes, seed=seed)


def test_first_weights_do_not_depend_on_other_layers():
    narrow, wide = (weights_of(hidden=(units, 5), dropout=0.0) for units in (4, 8))
    np.testing.assert_array_equal(narrow["bag_0.bias"], 0)
    lstm, both = (
        initial_weights(layers_for("lstm", sizes, options={"units": 4}), sizes, seed=0)
        for sizes in (Sizes(9, 4, 2), Sizes(9, 4, 3))
    )
    for name in ("embedding_0.table", "lstm_2.kernel", "lstm_2.recurrent"):
        np.testing.assert_array_equal(lstm[name], both[name])
    np.testing.assert_array_equal(wide["dense_2.kernel"], narrow["dense_2.kernel"])


def test_first_weights_do_not_depend_on_dropout():
    plain, dropped = (weights_of(hidden=(4, 5), dropout=dropout) for dropout in (0.0, 0.5))
    for ours, theirs in zip(plain.values(), dropped.values(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_layers_start_from_different_weights():
    kernels = weights_of(hidden=(9, 9), dropout=0.0)
    assert (kernels["bag_0.kernel"] != kernels["dense_1.kernel"]).any()


@pytest.mark.parametrize("shape", [(2, 8), (8, 2), (4, 4), (1, 4)])
def test_orthogonal(shape):
    drawn = orthogonal(np.random.default_rng(0), shape)
    product = drawn @ drawn.T if shape[0] <= shape[1] else drawn.T @ drawn
    np.testing.assert_allclose(product, np.eye(min(shape)), atol=1e-6)
    assert (drawn.shape, drawn.dtype) == (shape, np.float32)


def test_uniform_fills_its_range():
    for draw, limit in ((uniform, 0.05), (glorot_uniform, np.sqrt(6 / 300))):
        drawn = draw(np.random.default_rng(0), (200, 100))
        assert 0.99 * limit < np.abs(drawn).max() <= limit * 1.000001
        assert abs(drawn.mean()) < limit / 50

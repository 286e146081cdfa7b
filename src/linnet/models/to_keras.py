"""A tuple of layers to a keras.Model, and named weights into it and out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from linnet.models.heads import Head
from linnet.models.layers.layer import Array, Layer
from linnet.models.model import Sizes, fixed_length, takes_bags, walk
from linnet.registry import import_keras


def to_keras(layers: Sequence[Layer], sizes: Sizes, *, head: Head | None = None) -> Any:
    """Build the Keras model that the layers describe.

    Args:
        layers: The architecture.
        sizes: What it is built for.
        head: Whose activation ends the model; None: it ends in logits.

    Returns:
        A functional `keras.Model` with fresh weights. It takes ids, int32 (batch, length), or for
        bags a list of ids and weights, int32 and float32 (batch, length), 0 where there are none.

    Example:
        >>> from linnet.models.model import layers_for
        >>> sizes = Sizes(num_ids=9, length=5, outputs=3)
        >>> to_keras(layers_for("embedding", sizes), sizes).output_shape
        (None, 3)
    """
    keras = import_keras()
    length = sizes.length if fixed_length(layers) else None
    ids = keras.Input((length,), dtype="int32", name="ids")
    inputs = [ids, keras.Input((None,), name="weights")] if takes_bags(layers) else ids
    if head is not None:
        layers = [*layers[:-1], replace(layers[-1], activation=head.activation)]  # type: ignore[type-var]
    x = inputs
    for name, layer, shape in walk(layers, sizes):
        keras_layer = layer.to_keras(name)
        if takes_bags([layer]):
            keras_layer.num_ids = shape[0]
        x = keras_layer(x)
    return keras.Model(inputs, x, name="linnet")


def get_weights(model: Any, layers: Sequence[Layer], *, sizes: Sizes) -> dict[str, Array]:
    """Return the weights of a model that `to_keras` built, by their full names.

    Example:
        >>> from linnet.models.model import layers_for
        >>> sizes = Sizes(num_ids=9, length=1, outputs=3)
        >>> layers = layers_for("linear", sizes)
        >>> get_weights(to_keras(layers, sizes), layers, sizes=sizes)["bag_0.bias"].tolist()
        [0.0, 0.0, 0.0]
    """
    to_numpy = import_keras().ops.convert_to_numpy  # model.get_weights() warns with numpy 2
    return {
        f"{name}.{weight}": np.array(to_numpy(variable.value))
        for name, layer, shape in walk(layers, sizes)
        for weight, variable in zip(
            layer.weights(shape), model.get_layer(name).weights, strict=True
        )
    }


def set_weights(
    model: Any, weights: Mapping[str, Array], *, layers: Sequence[Layer], sizes: Sizes
) -> None:
    """Put named weights into a model that `to_keras` built.

    Example:
        >>> from linnet.models.model import initial_weights, layers_for
        >>> sizes = Sizes(num_ids=9, length=1, outputs=3)
        >>> layers = layers_for("linear", sizes)
        >>> model = to_keras(layers, sizes)
        >>> weights = initial_weights(layers, sizes, seed=0)
        >>> set_weights(model, weights, layers=layers, sizes=sizes)
    """
    for name, layer, shape in walk(layers, sizes):
        model.get_layer(name).set_weights(
            [weights[f"{name}.{weight}"] for weight in layer.weights(shape)]
        )

"""Architectures: a name and options in, a tuple of layers out; nothing is computed here.

An architecture is a file with one function `layers(sizes, *, options) -> tuple of layers`, and
`SETTINGS`: what it wants of the text and the training where the user says nothing.
"""

import importlib
import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from linnet.errors import ArtifactError, ConfigError
from linnet.models.layers.layer import Array, Layer, Shape, Weight
from linnet.registry import resolve, unknown

ARCHITECTURES = {
    "linear": "linnet.models.linear",
    "mlp": "linnet.models.mlp",
    "embedding": "linnet.models.embedding",
    "fasttext": "linnet.models.fasttext",
    "lstm": "linnet.models.lstm",
    "bilstm": "linnet.models.bilstm",
    "gru": "linnet.models.gru",
    "cnn": "linnet.models.cnn",
    "transformer": "linnet.models.transformer",
}

LAYERS = {
    "average": "linnet.models.layers.average:Average",
    "bag": "linnet.models.layers.bag:Bag",
    "convolutions": "linnet.models.layers.convolutions:Convolutions",
    "dense": "linnet.models.layers.dense:Dense",
    "dropout": "linnet.models.layers.dropout:Dropout",
    "embedding": "linnet.models.layers.embedding:Embedding",
    "encoder": "linnet.models.layers.encoder:Encoder",
    "flatten": "linnet.models.layers.flatten:Flatten",
    "gru": "linnet.models.layers.gru:GRU",
    "lstm": "linnet.models.layers.lstm:LSTM",
    "positions": "linnet.models.layers.positions:Positions",
    "spatial_dropout": "linnet.models.layers.spatial_dropout:SpatialDropout",
}


@dataclass(frozen=True)
class Sizes:
    """What a model is built for.

    Attributes:
        num_ids: Rows of the vocabulary, padding and unknown included.
        length: Ids of a text for models that need a fixed length; the longest for the others.
        outputs: Numbers that come out: one per label, a single one for binary.
    """

    num_ids: int
    length: int
    outputs: int


def layers_for(
    name: str, sizes: Sizes, *, options: Mapping[str, Any] | None = None
) -> tuple[Layer, ...]:
    """Return the layers of an architecture.

    Args:
        name: A name of `ARCHITECTURES`.
        sizes: What the model is built for.
        options: The options that the user set; the rest, or None, are the architecture's own.

    Raises:
        ConfigError: The name, or an option, is unknown to the architecture.

    Example:
        >>> layers_for("linear", Sizes(num_ids=9, length=1, outputs=3))
        (Bag(units=3, activation='linear', initial='zeros', bias=True),)
        >>> layers_for("linear", Sizes(9, 1, 3), options={"units": 8})
        Traceback (most recent call last):
        linnet.errors.ConfigError: model 'linear' has no option 'units': it has none
    """
    build = architecture(name).layers
    known = list(inspect.signature(build).parameters)[1:]
    for option in options or {}:
        if option not in known:
            listed = ", ".join(known) or "none"
            raise ConfigError(f"model {name!r} has no option {option!r}: it has {listed}")
    layers: tuple[Layer, ...] = build(sizes, **(options or {}))
    return layers


def architecture(name: str) -> Any:
    """Return the module of an architecture: its `layers` and its `SETTINGS`.

    Example:
        >>> architecture("lstm").SETTINGS["vectorizer"]
        'ids'
    """
    if name not in ARCHITECTURES:
        raise ConfigError(unknown("model", name, ARCHITECTURES))
    return importlib.import_module(ARCHITECTURES[name])


def input_shape(layers: Sequence[Layer], sizes: Sizes) -> Shape:
    """Return the shape of one text: (ids,) for bags, (length,) for ids.

    Example:
        >>> sizes = Sizes(num_ids=9, length=5, outputs=3)
        >>> [input_shape(layers_for(name, sizes), sizes) for name in ("mlp", "lstm")]
        [(9,), (5,)]
    """
    return (sizes.num_ids,) if takes_bags(layers) else (sizes.length,)


def takes_bags(layers: Sequence[Layer]) -> bool:
    """Return whether the first layer takes bags rather than ids.

    Example:
        >>> [takes_bags(layers_for(name, Sizes(9, 5, 3))) for name in ("mlp", "lstm")]
        [True, False]
    """
    return layers[0].kind == "bag"


def fixed_length(layers: Sequence[Layer]) -> bool:
    """Return whether every text must have the same length, padding computed.

    Example:
        >>> [fixed_length(layers_for(name, Sizes(9, 5, 3))) for name in ("embedding", "lstm")]
        [True, False]
    """
    return any(layer.kind == "flatten" for layer in layers)


def walk(layers: Sequence[Layer], sizes: Sizes) -> Iterator[tuple[str, Layer, Shape]]:
    """Yield each layer with its name and the shape that goes into it.

    Example:
        >>> layers = layers_for("mlp", Sizes(9, 1, 3), options={"hidden": (2,)})
        >>> [(name, shape) for name, _, shape in walk(layers, Sizes(9, 1, 3))]
        [('bag_0', (9,)), ('dropout_1', (2,)), ('dense_2', (2,))]
    """
    shape = input_shape(layers, sizes)
    for number, layer in enumerate(layers):
        yield f"{layer.kind}_{number}", layer, shape
        shape = layer.output_shape(shape)


def named_weights(layers: Sequence[Layer], sizes: Sizes) -> dict[str, Weight]:
    """Return every weight of a model under its full name, layer.weight.

    Example:
        >>> sizes = Sizes(num_ids=9, length=1, outputs=3)
        >>> list(named_weights(layers_for("fasttext", sizes), sizes))
        ['bag_0.kernel', 'dense_1.kernel', 'dense_1.bias']
    """
    return {
        f"{name}.{weight}": how
        for name, layer, shape in walk(layers, sizes)
        for weight, how in layer.weights(shape).items()
    }


def row_table(layers: Sequence[Layer], sizes: Sizes) -> str:
    """Return the full name of the weight that has a row per id.

    Example:
        >>> sizes = Sizes(num_ids=9, length=1, outputs=3)
        >>> [row_table(layers_for(name, sizes), sizes) for name in ("mlp", "lstm")]
        ['bag_0.kernel', 'embedding_0.table']
    """
    return next(iter(named_weights(layers[:1], sizes)))


def initial_weights(layers: Sequence[Layer], sizes: Sizes, *, seed: int) -> dict[str, Array]:
    """Draw the weights that training starts from; every engine starts from the same.

    Example:
        >>> sizes = Sizes(num_ids=9, length=1, outputs=3)
        >>> weights = initial_weights(layers_for("linear", sizes), sizes, seed=0)
        >>> {name: weight.shape for name, weight in weights.items()}
        {'bag_0.kernel': (9, 3), 'bag_0.bias': (3,)}
    """
    return {
        name: weight.initialiser(np.random.default_rng([seed, number]), weight.shape)
        for number, (name, weight) in enumerate(named_weights(layers, sizes).items())
    }


def num_weights(layers: Sequence[Layer], sizes: Sizes) -> int:
    """Count the numbers that training changes.

    Example:
        >>> sizes = Sizes(num_ids=10_000, length=1, outputs=1)
        >>> num_weights(layers_for("mlp", sizes, options={"hidden": (16, 16)}), sizes)
        160305
    """
    return sum(int(np.prod(weight.shape)) for weight in named_weights(layers, sizes).values())


def layers_to_json(layers: Sequence[Layer]) -> list[dict[str, Any]]:
    """Return the layers as plain data, every option written out.

    Example:
        >>> layers_to_json(layers_for("linear", Sizes(9, 1, 3)))
        [{'layer': 'bag', 'units': 3, 'activation': 'linear', 'initial': 'zeros', 'bias': True}]
    """
    return [{"layer": layer.kind} | asdict(layer) for layer in layers]  # type: ignore[call-overload]


def layers_from_json(data: Sequence[Mapping[str, Any]]) -> tuple[Layer, ...]:
    """Rebuild layers from plain data.

    Raises:
        ArtifactError: A layer or one of its options is unknown.

    Example:
        >>> layers_from_json([{"layer": "dense", "units": 2}])
        (Dense(units=2, activation='linear'),)
        >>> layers_from_json([])
        ()
    """
    layers = []
    for each in data:
        try:
            options = {key: value for key, value in each.items() if key != "layer"}
            layers.append(resolve(LAYERS, each["layer"], "layer")(**options))
        except (AttributeError, ConfigError, KeyError, TypeError) as error:
            raise ArtifactError(
                f"the saved model has a layer that cannot be read: {error}"
            ) from error
    return tuple(layers)

"""Two layers as one, where nothing but a sum stands between them.

A model goes in, one with the same scores comes out.
"""

from dataclasses import replace
from typing import Any

from linnet.compression.model import Model, named
from linnet.models.layers.bag import Bag
from linnet.models.layers.dense import Dense


def folded(model: Model) -> Model:
    """Multiply the rows of a bag with the layer that follows, where that makes them shorter.

    A sum of rows, times a matrix, is the sum of the rows times the matrix: 16 numbers per word
    before 4 labels are 4 numbers per word. Dropout does nothing after training.

    Args:
        model: Any model; it is returned as it is where its first layers are others.

    Example:
        >>> import numpy as np
        >>> from linnet.models.heads import head
        >>> from linnet.models.model import Sizes, initial_weights, layers_for
        >>> sizes = Sizes(num_ids=9, length=1, outputs=3)
        >>> layers = layers_for("fasttext", sizes)
        >>> model = Model(None, layers, sizes, head("multiclass", 3),
        ...               initial_weights(layers, sizes, seed=0))
        >>> folded(model).layers[0].units, folded(model).weights["bag_0.kernel"].shape
        (3, (9, 3))
        >>> folded(folded(model)).layers == folded(model).layers
        True
    """
    first, *rest = model.layers
    while rest and rest[0].kind == "dropout":
        rest = rest[1:]
    if not isinstance(first, Bag) or first.activation != "linear" or not rest:
        return model
    dense, *after = rest
    if not isinstance(dense, Dense) or dense.units > first.units:
        return model
    behind = len(model.layers) - len(after)
    mine, its = _own(model, 0), _own(model, behind - 1)
    bias = its["bias"] + (mine["bias"] @ its["kernel"] if first.bias else 0)
    one = replace(first, units=dense.units, activation=dense.activation, bias=True)
    weights = [{"kernel": mine["kernel"] @ its["kernel"], "bias": bias}]
    weights += [_own(model, behind + number) for number in range(len(after))]
    layers = (one, *after)
    return replace(model, layers=layers, weights=named(layers, weights))


def _own(model: Model, number: int) -> dict[str, Any]:
    """Return the weights of one layer by their short names."""
    start = f"{model.layers[number].kind}_{number}."
    return {
        name.removeprefix(start): weight
        for name, weight in model.weights.items()
        if name.startswith(start)
    }

"""Several trainings of one architecture as one model that answers with their mean.

Goes in: models of the same layers with weights of their own. Comes out: layers and weights whose
logits are the mean of theirs (Hansen and Salamon 1990: an ensemble of networks that differ by
their random numbers). A hidden layer holds all units of the members side by side, so that the
mean needs no layer of its own, and whatever serves one model serves it.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from linnet.errors import ConfigError
from linnet.models.layers.bag import Bag
from linnet.models.layers.dense import Dense
from linnet.models.layers.dropout import Dropout
from linnet.models.layers.layer import Layer
from linnet.models.model import Sizes, walk
from linnet.types import Weights


def side_by_side(
    layers: Sequence[Layer], sizes: Sizes, *, members: Sequence[Weights]
) -> tuple[tuple[Layer, ...], Weights]:
    """Return one model of several.

    Args:
        layers: Of each: a bag, and at most one layer of units behind it.
        sizes: What they were built for.
        members: Weights of each by name, at least one.

    Returns:
        The layers, and their weights by name.

    Raises:
        ConfigError: The layers are others.

    Example:
        >>> sizes = Sizes(num_ids=2, length=1, outputs=1)
        >>> one = {"bag_0.kernel": np.float32([[1], [2]]), "bag_0.bias": np.float32([0])}
        >>> two = {"bag_0.kernel": np.float32([[3], [2]]), "bag_0.bias": np.float32([1])}
        >>> layers, weights = side_by_side((Bag(1),), sizes, members=[one, two])
        >>> weights["bag_0.kernel"].tolist(), weights["bag_0.bias"].tolist()
        ([[2.0], [2.0]], [0.5])
    """
    bag = bag_of_member(layers)
    names = [name for name, _, _ in walk(layers, sizes)]
    first, last = names[0], names[-1]
    mean: dict[str, NDArray[np.float32]] = {
        f"{last}.{weight}": np.mean([each[f"{last}.{weight}"] for each in members], axis=0)
        for weight in ("kernel", "bias")
    }
    if first == last:
        return tuple(layers), mean
    units = sum(each[f"{first}.kernel"].shape[1] for each in members)
    beside = {
        name: np.concatenate([each[name] for each in members], axis=-1)
        for name in (f"{first}.kernel", f"{first}.bias")
        if name in members[0]
    }
    kernel = np.concatenate([each[f"{last}.kernel"] for each in members]) / np.float32(len(members))
    return (replace(bag, units=units), *layers[1:]), {**beside, **mean, f"{last}.kernel": kernel}


def bag_of_member(layers: Sequence[Layer]) -> Bag:
    """Return the first layer of a member, or refuse layers whose mean is no such model.

    Raises:
        ConfigError: They are not a bag, and at most one layer of units behind it.

    Example:
        >>> bag_of_member((Bag(2), Dense(1))).units
        2
        >>> bag_of_member((Bag(2), Dense(2), Dense(1)))
        Traceback (most recent call last):
        linnet.errors.ConfigError: members are for fasttext, linear and mlp with one hidden ...
    """
    kinds = [layer.kind for layer in layers if not isinstance(layer, Dropout)]
    bag = next(iter(layers), None)
    if not isinstance(bag, Bag) or kinds[1:] not in ([], [Dense.kind]):
        raise ConfigError(
            "members are for fasttext, linear and mlp with one hidden layer, not for "
            f"{', '.join(kinds)}: leave members at 1"
        )
    return bag

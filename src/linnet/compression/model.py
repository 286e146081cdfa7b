"""What of a saved model is made small; knows nothing of files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.models.heads import Head
from linnet.models.layers.layer import Layer
from linnet.models.model import Sizes, row_table
from linnet.text.vectorize import Vectorizer


@dataclass(frozen=True, eq=False)
class Model:
    """A trained model of linnet's own layers.

    Attributes:
        vectorizer: Texts → its inputs.
        layers: The architecture; the first one has a row per id.
        sizes: What it is built for.
        head: Task and loss.
        weights: Full name → float32 array.
    """

    vectorizer: Vectorizer
    layers: tuple[Layer, ...]
    sizes: Sizes
    head: Head
    weights: Mapping[str, NDArray[np.float32]]

    @property
    def table(self) -> str:
        """The name of the weight that has a row per id."""
        return row_table(self.layers, self.sizes)

    @property
    def num_weights(self) -> int:
        """How many numbers the weights are."""
        return sum(each.size for each in self.weights.values())


def named(layers: tuple[Any, ...], weights: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the weights of each layer under their full names.

    Example:
        >>> from linnet.models.layers.dense import Dense
        >>> named((Dense(1), Dense(2)), [{}, {"bias": 0.5}])
        {'dense_1.bias': 0.5}
    """
    return {
        f"{layer.kind}_{number}.{name}": weight
        for number, (layer, own) in enumerate(zip(layers, weights, strict=True))
        for name, weight in own.items()
    }

"""A saved model as what training starts from, grown where there are more ids or labels.

Goes in: the parts of a saved model. Comes out: the vectoriser, layers and weights of the next
one, in which everything the saved model knew has its old numbers. Knows nothing of files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.errors import ConfigError
from linnet.models.heads import Head
from linnet.models.layers.layer import Layer
from linnet.models.model import Sizes
from linnet.text.grow import grow
from linnet.text.tokenize import Tokens
from linnet.text.vectorize import TextSettings, Vectorizer
from linnet.types import Targets, Weights


@dataclass(frozen=True, eq=False)
class Start:
    """What training goes on from.

    Attributes:
        vectorizer: Texts → the saved model's inputs.
        layers: The architecture; empty for a user's own Keras model.
        head: Task and loss.
        weights: The trained weights by name.
        origin: What the next model's manifest says of this one.
    """

    vectorizer: Vectorizer
    layers: tuple[Layer, ...]
    head: Head
    weights: Weights
    origin: Mapping[str, Any]


def next_vectorizer(
    start: Start,
    tokens: Tokens,
    *,
    settings: TextSettings,
    extend: bool,
    targets: Targets | None = None,
) -> Vectorizer:
    """Return the saved vectoriser, or one that has ids for new words too.

    Args:
        start: What training goes on from.
        tokens: The new training texts.
        settings: How many ids there may be, and how rare a token; the rest is as saved.
        extend: Whether tokens without id get one.
        targets: What a model should answer, for log_odds only.

    Example:
        >>> import polars as pl
        >>> from linnet.models.heads import head
        >>> from linnet.text.tokenize import tokenize
        >>> from linnet.text.vectorize import fit
        >>> saved = fit(tokenize(pl.Series(["a"])), TextSettings(max_length=1))
        >>> start = Start(saved, (), head("binary", 2), {}, {})
        >>> new = tokenize(pl.Series(["", "ä a"]))
        >>> [next_vectorizer(start, new, settings=saved.settings, extend=each).num_ids
        ...  for each in (False, True)]
        [3, 4]
    """
    if not extend:
        return start.vectorizer
    return grow(replace(start.vectorizer, settings=settings), tokens, targets=targets)


def next_layers(start: Start, sizes: Sizes) -> tuple[Layer, ...]:
    """Return the saved layers for more ids or more outputs.

    Example:
        >>> from linnet.models.model import layers_for
        >>> layers = layers_for("linear", Sizes(num_ids=9, length=1, outputs=3))
        >>> next_layers(Start(None, layers, None, {}, {}), Sizes(12, 1, 4))[-1].units
        4
    """
    *before, last = (
        replace(each, num_ids=sizes.num_ids) if each.kind == "embedding" else each  # type: ignore[type-var]
        for each in start.layers
    )
    return (*before, replace(last, units=sizes.outputs))  # type: ignore[type-var]


def next_weights(start: Start, fresh: Weights, *, head: Head) -> Weights:
    """Put the saved weights into fresh ones, whose further rows and columns stay as they are.

    Args:
        start: What training goes on from.
        fresh: Weights as a new model starts with, at least as large.
        head: The new model's; two labels that shared an output get one each where it has more,
            with the same scores: softmax(0, z) = (1 - sigmoid(z), sigmoid(z)).

    Raises:
        ConfigError: The new model has other weights.

    Example:
        >>> from linnet.models.heads import head
        >>> from linnet.models.layers.dense import Dense
        >>> saved = {"dense_0.bias": np.float32([1, 2, 3])}
        >>> start = Start(None, (Dense(3),), head("multiclass", 3), saved, {})
        >>> fresh = {"dense_0.bias": np.zeros(4, np.float32)}
        >>> next_weights(start, fresh, head=head("multiclass", 4))["dense_0.bias"].tolist()
        [1.0, 2.0, 3.0, 0.0]
    """
    saved = dict(start.weights)
    if start.head.shared and not head.shared:
        saved |= _two_outputs(start)
    fits = np.less_equal if start.layers else np.equal  # a user's own model cannot grow
    same = saved.keys() == fresh.keys() and all(
        old.ndim == fresh[name].ndim and all(fits(old.shape, fresh[name].shape))
        for name, old in saved.items()
    )
    if not same:
        raise ConfigError(
            "the saved weights do not fit the model: build the model that was saved, or train a "
            "new one without from"
        )
    return {name: _in_the_corner(old, fresh[name]) for name, old in saved.items()}


def _two_outputs(start: Start) -> dict[str, NDArray[np.float32]]:
    """Return the last layer's weights with an output of 0 before the one there is."""
    last = f"{start.layers[-1].kind}_{len(start.layers) - 1}."
    return {
        name: np.concatenate([np.zeros_like(old), old], axis=-1)
        for name, old in start.weights.items()
        if name.startswith(last)
    }


def _in_the_corner(old: NDArray[Any], fresh: NDArray[Any]) -> NDArray[Any]:
    """Return the fresh array with the old one where rows and columns begin."""
    grown = fresh.copy()
    grown[tuple(map(slice, old.shape))] = old
    return grown

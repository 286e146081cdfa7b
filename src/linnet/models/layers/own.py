"""Layers of linnet's own as Keras layers: one class for all of them.

A layer says which weights it has and what it does with them in `keras.ops`; the rest, making the
weights, dropping, masks, saving, is the same for each.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import cache
from typing import Any, Protocol, TypeAlias

from linnet.models.layers.layer import SEED, Graph, Layer

Drop: TypeAlias = Callable[[Any], Any]
"""Drops a share of the values while a model is trained, and nothing otherwise."""

FLOAT = 1
"""The number of float32 in ONNX."""


class OwnLayer(Layer, Protocol):
    """A layer that Keras does not have."""

    def call(self, own: Mapping[str, Any], x: Any, mask: Any, drop: Drop) -> Any:
        """Return the output in `keras.ops`.

        Args:
            own: The layer's weights by name.
            x: Shape (texts, length, features).
            mask: 1 for an id and 0 for padding, float32 (texts, length, 1).
            drop: Drops values in training.
        """


def own_mask(graph: Graph) -> str:
    """Return 1 for an id and 0 for padding, float32 (texts, length, 1), in an ONNX graph.

    Example:
        >>> from types import SimpleNamespace
        >>> own_mask(SimpleNamespace(
        ...     input=lambda name: name, constant=lambda at: str(at),
        ...     node=lambda operator, *inputs, **options: f"{operator}({', '.join(inputs)})"))
        'Unsqueeze(Cast(Sign(ids)), 2)'
    """
    used = graph.node("Cast", graph.node("Sign", graph.input("ids")), to=FLOAT)
    return graph.node("Unsqueeze", used, graph.constant(2))


@cache
def keras_own() -> Any:
    """Return the Keras layer class; made on demand, because it needs keras.

    Example:
        >>> from linnet.models.layers.average import Average
        >>> from linnet.registry import import_keras
        >>> keras = import_keras()
        >>> keras_own()(Average(), name="ä").get_config()["layer"]
        {'layer': 'average'}
    """
    import keras
    from keras import ops

    @keras.saving.register_keras_serializable("linnet")
    class Own(keras.layers.Layer):  # type: ignore[misc]
        """A layer of linnet's own over a sequence that may be masked."""

        def __init__(self, layer: Any, **base: Any) -> None:
            super().__init__(**base)
            self.layer: Any = _from_json(layer) if isinstance(layer, Mapping) else layer
            self.rate = getattr(self.layer, "dropout", 0.0)
            self.random = keras.random.SeedGenerator(SEED) if self.rate else None
            self.supports_masking = True

        def build(self, shape: Any) -> None:
            self.own = {
                name: self.add_weight(weight.shape, name=name)
                for name, weight in self.layer.weights(tuple(shape[1:])).items()
            }

        def call(self, x: Any, mask: Any = None, training: bool = False) -> Any:
            mask = ops.ones(ops.shape(x)[:2], "bool") if mask is None else mask

            def drop(values: Any) -> Any:
                if not (training and self.rate):
                    return values
                return keras.random.dropout(values, self.rate, seed=self.random)

            return self.layer.call(self.own, x, ops.cast(mask, "float32")[..., None], drop)

        def compute_mask(self, x: Any, mask: Any = None) -> Any:
            stays = len(self.layer.output_shape(tuple(x.shape[1:]))) == len(x.shape) - 1
            return mask if stays else None

        def get_config(self) -> dict[str, Any]:
            stored = {"layer": self.layer.kind} | asdict(self.layer)
            return {**super().get_config(), "layer": stored}

    return Own


def _from_json(stored: Mapping[str, Any]) -> Layer:
    from linnet.models.model import layers_from_json

    return layers_from_json([stored])[0]

"""The layers of a saved model, checked against its weights before anything is made of them.

A manifest that says more units than the weights have would otherwise be believed, and the memory
for them asked for.
"""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from linnet.errors import ArtifactError, ConfigError
from linnet.models.heads import Head, head
from linnet.models.layers.layer import Layer, Shape
from linnet.models.model import Sizes, layers_from_json, named_weights


def saved_layers(
    manifest: Mapping[str, Any], shapes: Mapping[str, Shape], *, path: Path
) -> tuple[tuple[Layer, ...], Sizes, Head]:
    """Rebuild the layers of a saved model.

    Args:
        manifest: What manifest.json says of a model of linnet's own layers.
        shapes: Full name of each weight → its shape in the file.
        path: The file of weights, for the message.

    Raises:
        ArtifactError: The layers cannot be read, or have other weights.

    Example:
        >>> manifest = {"layers": [{"layer": "bag", "units": 2**60}], "task": "multiclass",
        ...             "labels": ["a", "ä"], "loss": "categorical_crossentropy",
        ...             "sizes": {"num_ids": 3, "length": 1, "outputs": 2}}
        >>> saved_layers(manifest, {"bag_0.kernel": (3, 2)}, path=Path("so/weights.safetensors"))
        Traceback (most recent call last):
        linnet.errors.ArtifactError: so/weights.safetensors: does not fit the layers in \
manifest.json: bag_0.bias is missing
    """
    try:
        layers = layers_from_json(manifest["layers"])
        sizes = Sizes(**{each.name: manifest["sizes"][each.name] for each in fields(Sizes)})
        ending = head(manifest["task"], len(manifest["labels"]), loss=manifest["loss"])
        expected = {name: each.shape for name, each in named_weights(layers, sizes).items()}
    except (ArtifactError, ConfigError, ArithmeticError, AttributeError, LookupError, TypeError,
            ValueError) as error:  # fmt: skip
        raise ArtifactError(
            f"{path.parent / 'manifest.json'}: the layers cannot be read: {error}"
        ) from error
    for name in sorted(expected.keys() | shapes.keys()):
        if (wrong := _difference(shapes.get(name), expected.get(name))) is not None:
            raise ArtifactError(f"{path}: does not fit the layers in manifest.json: {name} {wrong}")
    return layers, sizes, ending


def _difference(found: Shape | None, expected: Shape | None) -> str | None:
    if found is None:
        return "is missing"
    if expected is None:
        return "is not a weight of theirs"
    if tuple(found) != tuple(expected):
        return f"is of shape {tuple(found)}, expected {tuple(expected)}"
    return None

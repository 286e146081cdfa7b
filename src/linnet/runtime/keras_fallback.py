"""Saved models as Keras models; the one file of serving that needs keras, and only when asked.

Every saved model can be had as a keras.Model, to go on with in Keras. A model of a user's own
layers has no ONNX graph, so it answers through here as well.
"""

import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linnet.artifact.layout import MANIFEST, WEIGHTS
from linnet.artifact.load import Artifact
from linnet.artifact.tensors import read, shapes
from linnet.errors import ArtifactError
from linnet.runtime.batches import Feed, Model, Padding, scores_of
from linnet.text.vectorize import TextSettings
from linnet.types import Scores

if TYPE_CHECKING:
    from linnet.runtime.classifier import Classifier


def keras_model(classifier: "Classifier", *, raw_text: bool = False) -> Any:
    """Rebuild the keras.Model of a classifier, with its trained weights.

    Args:
        classifier: A loaded classifier.
        raw_text: Whether `predict` of the model takes a list of texts; it then vectorises and
            pads them itself. Otherwise the model takes ids, or for bags ids and weights.

    Returns:
        A `keras.Model` that gives scores, shape (texts, outputs); for a binary model that ends in
        a sigmoid these are those of the second label only.

    Raises:
        ArtifactError: The layers cannot be rebuilt, or the weights do not fit them.
        MissingExtraError: Keras is not installed.

    Example:
        >>> from pathlib import Path
        >>> from types import SimpleNamespace
        >>> own = {"layers": None, "keras": {"class_name": "Nonsense", "config": {}}}
        >>> keras_model(SimpleNamespace(artifact=Artifact(Path("so"), own)))
        Traceback (most recent call last):
        linnet.errors.ArtifactError: so/manifest.json: Keras cannot rebuild the layers; ...
    """
    artifact = classifier.artifact
    model = _zoo(artifact) if artifact.manifest["layers"] is not None else _own(artifact)
    if not raw_text:
        return model
    run, outputs = _run(model, classifier.padding), artifact.manifest["sizes"]["outputs"]

    def predict(texts: Sequence[str]) -> Scores:
        inputs = classifier.vectorise(texts)
        return scores_of(inputs, run, padding=classifier.padding, num_labels=outputs)

    return _raw_text_class()(model, predict)


def own_model(artifact: Artifact, settings: TextSettings) -> tuple[Model, Padding]:
    """Rebuild a user's own model as a function from padded arrays to scores.

    Args:
        artifact: A saved model without layers of linnet's.
        settings: Say at which end the model sees padding.

    Raises:
        ArtifactError: Keras cannot rebuild the layers.

    Example:
        >>> from pathlib import Path
        >>> own = {"keras": {}, "sizes": {"length": 3}}
        >>> own_model(Artifact(Path("so"), own), TextSettings())
        Traceback (most recent call last):
        linnet.errors.ArtifactError: so/manifest.json: Keras cannot rebuild the layers; ...
    """
    bags = settings.vectorizer != "ids"
    padding = Padding() if bags else Padding(artifact.manifest["sizes"]["length"], settings.pad)
    run, head = _run(_own(artifact), padding), _head(artifact)
    return lambda feed: head.widen(run(feed)), padding


def _zoo(artifact: Artifact) -> Any:
    """Build a model of linnet's own layers, its head included."""
    from linnet.models.saved import saved_layers
    from linnet.models.to_keras import set_weights, to_keras

    path = artifact.path / WEIGHTS
    layers, sizes, head = saved_layers(artifact.manifest, shapes(path), path=path)
    model = to_keras(layers, sizes, head=head)
    set_weights(model, read(path), layers=layers, sizes=sizes)
    return model


def _head(artifact: Artifact) -> Any:
    from linnet.models.heads import head

    manifest = artifact.manifest
    return head(manifest["task"], len(manifest["labels"]), loss=manifest["loss"])


def _own(artifact: Artifact) -> Any:
    """Build a user's model; layers that carry code in the file are refused."""
    from linnet.registry import import_keras

    keras = import_keras()
    if "tfsm" in json.dumps(artifact.manifest["keras"]).lower():
        raise ArtifactError(
            f"{artifact.path / MANIFEST}: the layers name a TFSMLayer, which runs a program from "
            "another file: a saved model may not"
        )
    try:
        config = deepcopy(artifact.manifest["keras"])  # Keras empties what it reads
        model = keras.saving.deserialize_keras_object(config, safe_mode=True)
        if not isinstance(model, keras.Model):
            raise TypeError(f"they are a {type(model).__name__}, not a Model")
    except Exception as error:  # whatever the layers raise
        raise ArtifactError(
            f"{artifact.path / MANIFEST}: Keras cannot rebuild the layers; if they are your own, "
            f"import the file that registers them first: {error}"
        ) from error
    _fill(
        artifact,
        lambda weights: model.set_weights([weights[str(each)] for each in range(len(weights))]),
    )
    return model


def _fill(artifact: Artifact, put: Callable[[dict[str, NDArray[Any]]], None]) -> None:
    """Put the saved weights into a model, or say that they do not fit."""
    try:
        put(read(artifact.path / WEIGHTS))
    except (KeyError, ValueError) as error:
        raise ArtifactError(
            f"{artifact.path / WEIGHTS}: does not fit the layers in {MANIFEST}: {error}"
        ) from error


def _run(model: Any, padding: Padding) -> Model:
    """Run a Keras model on few shapes: each new one would be compiled.

    One thread at a time: while Keras predicts on JAX, the model's weights are gone.
    """
    alone = Lock()

    def run(feed: Feed) -> Scores:
        arrays = [_rounded_up(each, columns=padding.length is None) for each in feed.values()]
        with alone:
            scores = model.predict_on_batch(arrays if len(arrays) > 1 else arrays[0])
        return np.asarray(scores, np.float32)[: len(feed["ids"])]

    return run


def _rounded_up(array: NDArray[Any], *, columns: bool) -> NDArray[Any]:
    """Add rows of padding, and columns if wished, up to powers of two."""
    rows, length = array.shape
    wider = _power_of_two(length) - length if columns else 0
    return np.pad(array, ((0, _power_of_two(rows) - rows), (0, wider)))


def _power_of_two(number: int) -> int:
    return 1 << (number - 1).bit_length()


@cache
def _raw_text_class() -> Any:
    """Return the class of models that take texts; made on demand, because it needs keras."""
    import keras

    class RawText(keras.Model):  # type: ignore[misc]
        """A model whose `predict` takes texts; called, it is the model within."""

        def __init__(self, model: Any, predict_texts: Callable[[Sequence[str]], Scores]) -> None:
            super().__init__(name="raw_text")
            self.model, self.predict_texts = model, predict_texts
            self.built = True

        def call(self, inputs: Any, training: bool = False) -> Any:
            return self.model(inputs, training=training)

        def predict(self, x: Sequence[str], batch_size: int | None = None, verbose: int = 0) -> Any:
            """Return the scores of texts; they are batched by length, and nothing is shown."""
            return self.predict_texts(x)

    return RawText

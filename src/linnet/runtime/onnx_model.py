"""An ONNX graph and its weights as a function from padded arrays to scores.

Knows files and arrays, not texts.
"""

from typing import Any

import onnxruntime

from linnet.artifact.layout import GRAPH
from linnet.artifact.load import Artifact
from linnet.errors import ArtifactError
from linnet.runtime.batches import Feed, Model, Padding
from linnet.text.vectorize import TextSettings
from linnet.types import Scores

SILENT = 4


def onnx_model(
    artifact: Artifact, settings: TextSettings, *, threads: int | None = None
) -> tuple[Model, Padding]:
    """Open the graph of a saved model.

    Args:
        artifact: A saved model that has a graph.
        settings: Say at which end a model of fixed length sees padding.
        threads: How many compute one batch; None: one per core.

    Raises:
        ArtifactError: ONNX Runtime cannot read the graph, or it does not fit the manifest.

    Example:
        >>> from pathlib import Path
        >>> onnx_model(Artifact(Path("nowhere"), {}), TextSettings())
        Traceback (most recent call last):
        linnet.errors.ArtifactError: nowhere/model.onnx: ONNX Runtime cannot open it: ...
    """
    path = artifact.path / GRAPH
    session = _session(str(path), threads)
    inputs = {each.name: each.shape for each in session.get_inputs()}
    outputs = {each.name: each.shape for each in session.get_outputs()}
    expected = {"weights", "ids"} if settings.vectorizer != "ids" else {"ids"}
    num_labels = len(artifact.manifest["labels"])
    if inputs.keys() != expected or outputs.get("scores", [])[-1:] != [num_labels]:
        raise ArtifactError(
            f"{path}: takes {inputs} and gives {outputs}, expected {sorted(expected)} and scores "
            f"of {num_labels} labels"
        )

    def model(feed: Feed) -> Scores:
        scores: Scores = session.run(["scores"], feed)[0]
        return scores

    length = inputs["ids"][-1]
    return model, Padding(length, settings.pad) if isinstance(length, int) else Padding()


def _session(path: str, threads: int | None) -> Any:
    """Open the graph by its path: ONNX Runtime looks for the weights beside it."""
    onnxruntime.set_default_logger_severity(SILENT)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = SILENT
    options.intra_op_num_threads = threads or 0
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors have no base of their own
        raise ArtifactError(f"{path}: ONNX Runtime cannot open it: {error}") from error

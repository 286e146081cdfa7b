"""An ONNX graph and its weights as a function from padded arrays to scores.

Knows files and arrays, not texts.
"""

from pathlib import Path
from typing import Any

import onnxruntime

from linnet.artifact.layout import GRAPH, WEIGHTS
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
        >>> onnx_model(Artifact(Path("nowhere"), {}), TextSettings())
        Traceback (most recent call last):
        linnet.errors.ArtifactError: nowhere/model.onnx: ONNX Runtime cannot open it: ...
    """
    path = artifact.path / GRAPH
    session = _session(path, threads)
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


def _session(path: Path, threads: int | None) -> Any:
    """Open the graph by its path: ONNX Runtime looks for the weights beside it."""
    onnxruntime.set_default_logger_severity(SILENT)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = SILENT
    options.intra_op_num_threads = threads or 0
    # Threads that spin while they wait double the processor time and gained nothing.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors have no base of their own
        apart = path.resolve().parent != (path.parent / WEIGHTS).resolve().parent
        mend = "its files are links into different folders, copy it with cp -rL; " if apart else ""
        raise ArtifactError(f"{path}: ONNX Runtime cannot open it: {mend}{error}") from error

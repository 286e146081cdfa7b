"""An ONNX graph and its weights as a function from padded arrays to scores.

Knows files and arrays, not texts.
"""

from pathlib import Path
from typing import Any

import onnxruntime

from linnet.artifact.layout import GRAPH, MANIFEST, WEIGHTS
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
    num_labels = len(artifact.manifest["labels"])
    length = _length(session, path, bags=settings.vectorizer != "ids", num_labels=num_labels)
    if length not in (None, artifact.manifest["sizes"]["length"]):
        raise ArtifactError(
            f"{path}: takes {length} ids of each text, and {MANIFEST} says "
            f"{artifact.manifest['sizes']['length']}"
        )

    def model(feed: Feed) -> Scores:
        try:
            scores: Scores = session.run(["scores"], feed)[0]
        except Exception as error:  # as above
            raise ArtifactError(f"{path}: ONNX Runtime cannot run it: {error}") from error
        if scores.shape != (len(feed["ids"]), num_labels):
            raise ArtifactError(
                f"{path}: gives scores of shape {scores.shape} for {len(feed['ids'])} texts and "
                f"{num_labels} labels"
            )
        return scores

    return model, Padding(length, settings.pad) if length else Padding()


def _length(session: Any, path: Path, *, bags: bool, num_labels: int) -> int | None:
    """Return how many ids of each text a graph takes, None for any; refuse one of other form."""
    inputs, outputs = (
        {each.name: (each.type, each.shape) for each in puts}
        for puts in (session.get_inputs(), session.get_outputs())
    )
    length = dict(enumerate(inputs.get("ids", ("", []))[1])).get(1)
    length = length if isinstance(length, int) else None
    expected = {"ids": "tensor(int32)"} | ({"weights": "tensor(float)"} if bags else {})
    taken = {name: kind for name, (kind, _) in inputs.items()}
    rows = [shape[:1] for _, shape in (*inputs.values(), *outputs.values())]
    axes = [shape[1:] for _, shape in inputs.values()]
    given = [(name, kind, shape[1:]) for name, (kind, shape) in outputs.items()]
    if (
        taken != expected
        or any(len(each) != 1 or isinstance(each[0], int) for each in rows)
        or any(len(each) != 1 or (length and each != [length]) for each in axes)
        or given != [("scores", "tensor(float)", [num_labels])]
    ):
        raise ArtifactError(
            f"{path}: takes {inputs} and gives {outputs}, expected {sorted(expected)} and scores "
            f"of {num_labels} labels"
        )
    return length


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

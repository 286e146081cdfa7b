"""An ONNX graph and its weights as a function from padded arrays to scores.

Knows files and arrays, not texts.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import onnxruntime

from linnet.artifact.layout import GRAPH, MANIFEST, WEIGHTS
from linnet.artifact.load import Artifact
from linnet.errors import ArtifactError
from linnet.runtime.batches import Feed, Model, Padding
from linnet.text.vectorize import TextSettings
from linnet.types import Scores

Ends: TypeAlias = Mapping[str, tuple[str, list[int | str | None]]]

SILENT = 4
FLOAT = "tensor(float)"


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
    session, inputs, outputs = _session(path, threads)
    num_labels = len(artifact.manifest["labels"])
    kinds = {"ids": "tensor(int32)"}
    if settings.vectorizer != "ids":
        kinds["weights"] = FLOAT
    if not (_fit(inputs, kinds) and _scores_fit(outputs, num_labels)):
        raise ArtifactError(
            f"{path}: takes {inputs} and gives {outputs}, expected {sorted(kinds)} and scores "
            f"of {num_labels} labels"
        )
    length = inputs["ids"][1][1] if isinstance(inputs["ids"][1][1], int) else None
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


def _fit(inputs: Ends, kinds: Mapping[str, str]) -> bool:
    """Say whether a graph takes arrays of these kinds, any number of texts, all of one length."""
    shapes = [shape for _, shape in inputs.values()]
    return (
        {name: kind for name, (kind, _) in inputs.items()} == kinds
        and all(len(shape) == 2 and not isinstance(shape[0], int) for shape in shapes)
        and len({shape[1] for shape in shapes if isinstance(shape[1], int)}) < 2
    )


def _scores_fit(outputs: Ends, num_labels: int) -> bool:
    """Say whether a graph gives scores, of any number of texts, and nothing else."""
    kind, shape = outputs.get("scores", ("", []))
    known = [each for each in shape if isinstance(each, int)]
    return len(outputs) == 1 and kind == FLOAT and len(shape) == 2 and known == [num_labels]


def _session(path: Path, threads: int | None) -> tuple[Any, Ends, Ends]:
    """Open the graph by its path, for ONNX Runtime looks for the weights beside it.

    Returns:
        The session, and the kind and shape of each input and output by name.
    """
    onnxruntime.set_default_logger_severity(SILENT)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = SILENT
    options.intra_op_num_threads = threads or 0
    # Threads that spin while they wait double the processor time and gained nothing.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        # A second try on the same processor would fail likewise, and print that it is made.
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"], enable_fallback=0
        )
        inputs, outputs = (
            {each.name: (each.type, each.shape) for each in ends}
            for ends in (session.get_inputs(), session.get_outputs())
        )
        return session, inputs, outputs
    except Exception as error:  # ONNX Runtime's errors have no base of their own
        apart = path.resolve().parent != (path.parent / WEIGHTS).resolve().parent
        mend = "its files are links into different folders, copy it with cp -rL; " if apart else ""
        raise ArtifactError(f"{path}: ONNX Runtime cannot open it: {mend}{error}") from error

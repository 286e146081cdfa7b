"""Writing a saved model: built beside, renamed into place, the same bytes for the same contents."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from linnet.artifact import layout
from linnet.artifact.manifest import check_manifest
from linnet.errors import ArtifactError
from linnet.files import new_folder, sha256, write_bytes, write_json, write_text


@dataclass(frozen=True)
class Contents:
    """All that a saved model consists of.

    Attributes:
        manifest: What the model is; `linnet.artifact.manifest` says which keys.
        vocabulary: The table of ids, as Parquet.
        weights: The weights, as `linnet.artifact.tensors.to_bytes` writes them.
        graph: The ONNX graph, whose weights lie in `weights`; None for a user's own layers.
        evaluation: Metrics of each part, and of the baselines.
        history: One row per epoch; a row may lack a column.
        profile: What the training texts were like: what drift is measured against.
        golden: What `linnet.artifact.golden.golden` returned.
        card: The model card; people may edit it, so no sum protects it.
    """

    manifest: Mapping[str, Any]
    vocabulary: bytes
    weights: bytes
    graph: bytes | None
    evaluation: Mapping[str, Any]
    history: Sequence[Mapping[str, Any]]
    profile: Mapping[str, Any]
    golden: Mapping[str, Any]
    card: str


def save(folder: Path, contents: Contents) -> None:
    """Write a saved model, whole or not at all.

    Args:
        folder: What to make; its parents are made too.
        contents: What to write.

    Raises:
        OutputError: The folder exists, or its parent cannot be written.
        ArtifactError: The manifest is not one that could be loaded again.

    Example:
        >>> save(Path("nowhere"), Contents({}, b"", b"", None, {}, [], {}, {}, ""))
        Traceback (most recent call last):
        linnet.errors.ArtifactError: nowhere/manifest.json: format must be ...
    """
    check_manifest(contents.manifest, folder / layout.MANIFEST)
    if (contents.graph is None) != (contents.manifest["layers"] is None):
        raise ArtifactError(
            f"{folder / layout.GRAPH}: a graph and layers belong together: give both, or neither"
        )
    with new_folder(folder) as path:
        _write(path, contents)
        written = sorted(each.name for each in path.iterdir())
        sums = {name: sha256(path / name) for name in written}
        write_text(path / layout.SUMS, layout.sums_to_text(sums))
        write_text(path / layout.CARD, contents.card)


def _write(path: Path, contents: Contents) -> None:
    write_json(path / layout.MANIFEST, contents.manifest)
    write_bytes(path / layout.VOCABULARY, contents.vocabulary)
    write_bytes(path / layout.WEIGHTS, contents.weights)
    if contents.graph is not None:
        write_bytes(path / layout.GRAPH, contents.graph)
    write_json(path / layout.EVALUATION, contents.evaluation)
    write_text(path / layout.HISTORY, _csv(contents.history))
    write_json(path / layout.PROFILE, contents.profile)
    write_json(path / layout.GOLDEN, contents.golden)


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write rows under all columns that any of them has, in the order they come up."""
    text = StringIO()
    columns = dict.fromkeys(name for row in rows for name in row)
    writer = csv.DictWriter(text, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()

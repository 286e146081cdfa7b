"""Opening a saved model: every file is there, unchanged, known, and points nowhere else.

Only the manifest is handed on as a value; the other files are for whoever needs them.
"""

import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linnet.artifact import layout
from linnet.artifact.graph import external_tensors
from linnet.artifact.manifest import check_manifest
from linnet.artifact.remembered import has_sum
from linnet.errors import ArtifactError
from linnet.files import sha256
from linnet.registry import nearest

LARGEST_SUMS = 100_000
LARGEST_TEXT = 64_000_000
"""Bytes at most of a file that is read whole: JSON, and the graph, which holds no weights."""


@dataclass(frozen=True)
class Artifact:
    """A saved model whose files have been checked.

    Attributes:
        path: The folder that holds the files.
        manifest: What manifest.json says.
    """

    path: Path
    manifest: dict[str, Any]

    def json(self, name: str) -> Any:
        """Read one of its JSON files: "evaluation.json", "profile.json", "golden.json".

        Raises:
            ArtifactError: The file is not JSON.
        """
        return _read_json(self.path / name)


def open_artifact(folder: Path, *, full: bool = True) -> Artifact:
    """Check a saved model and return it.

    Args:
        folder: The folder of a run, or the folder `model` in it; links are followed.
        full: Whether every file is summed; otherwise a big file that was summed before and has
            not been touched since is believed.

    Raises:
        ArtifactError: A file is missing, damaged, unknown or from a newer linnet, or the graph
            takes its weights from elsewhere.

    Example:
        >>> open_artifact(Path(""))
        Traceback (most recent call last):
        linnet.errors.ArtifactError: . holds no saved model: expected manifest.json in it or in ...
    """
    try:
        path = _model_folder(Path(folder))
        sums = _read_sums(path)
        _check_sum(path, layout.MANIFEST, sums, full=full)
        manifest = _read_json(path / layout.MANIFEST)
        check_manifest(manifest, path / layout.MANIFEST)
        names = {*layout.SUMMED, *([layout.GRAPH] if manifest["layers"] is not None else [])}
        if unknown := sorted(sums.keys() - names):
            raise ArtifactError(f"{path / layout.SUMS}: {unknown[0]} is no file of this model")
        for name in sorted(names - {layout.MANIFEST}):
            _check_sum(path, name, sums, full=full)
        if layout.GRAPH in names:
            _check_graph(path)
    except OSError as error:
        where = error.filename or folder
        raise ArtifactError(f"{where}: cannot be read: {error.strerror or error}") from error
    return Artifact(path, manifest)


def _model_folder(folder: Path) -> Path:
    """Find the files in a folder or in its folder `model`."""
    if any((folder / name).is_file() for name in (layout.MANIFEST, layout.SUMS)):
        return folder
    if (folder / "model").is_dir():
        return folder / "model"
    if (folder / layout.BEGUN).is_file():
        raise ArtifactError(
            f"{folder} holds no saved model yet: its training was interrupted, or is still "
            f"running; linnet train --resume {shlex.quote(str(folder))} goes on with it"
        )
    if folder.is_dir():
        raise ArtifactError(
            f"{folder} holds no saved model: expected {layout.MANIFEST} in it or in "
            f"{folder / 'model'}; name the folder that linnet train wrote"
        )
    if folder.exists():
        raise ArtifactError(f"{folder} is a file: name the folder that linnet train wrote")
    raise ArtifactError(f"{folder} does not exist: {_mend(folder)}")


def _mend(folder: Path) -> str:
    parent = folder.parent
    beside = [each.name for each in parent.iterdir() if each.is_dir()] if parent.is_dir() else []
    near = nearest(folder.name, beside)
    return f"did you mean {parent / near}?" if near else "name the folder that linnet train wrote"


def _read_sums(path: Path) -> dict[str, str]:
    file = path / layout.SUMS
    try:
        text = _read(file, LARGEST_SUMS).decode("ascii")
    except UnicodeDecodeError as error:
        raise ArtifactError(f"{file}: is damaged ({error}); fetch the model again") from error
    return layout.sums_from_text(text, file)


def _check_sum(path: Path, name: str, sums: dict[str, str], *, full: bool) -> None:
    file = path / name
    if name not in sums:
        raise ArtifactError(f"{path / layout.SUMS}: {name} is missing; fetch the model again")
    if not file.is_file():
        raise ArtifactError(f"{file} is missing; fetch the model again")
    same = sha256(file) == sums[name] if full else has_sum(file, sums[name])
    if not same:
        raise ArtifactError(
            f"{file} is damaged: its SHA-256 is not the one in {layout.SUMS}; "
            "fetch the model again, or train it again"
        )


def _check_graph(path: Path) -> None:
    """Refuse a graph that takes numbers from anywhere but the weights beside it."""
    file, weights = path / layout.GRAPH, path / layout.WEIGHTS
    try:
        tensors = external_tensors(_read(file, LARGEST_TEXT))
    except ValueError as error:
        raise ArtifactError(f"{file}: {error}") from error
    size = weights.stat().st_size
    for each in tensors:
        if each.location != layout.WEIGHTS:
            raise ArtifactError(
                f"{file}: takes {each.tensor!r} from {each.location!r}, "
                f"expected {layout.WEIGHTS}: do not use this model"
            )
        if each.offset < 0 or each.length < 0 or each.offset + each.length > size:
            raise ArtifactError(
                f"{file}: takes {each.tensor!r} from byte {each.offset}, {each.length} long, "
                f"and {layout.WEIGHTS} has {size} bytes: do not use this model"
            )


def _read_json(file: Path) -> Any:
    try:
        return json.loads(_read(file, LARGEST_TEXT), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ArtifactError(f"{file}: is not JSON that can be read: {error}") from error


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")


def _read(file: Path, most: int) -> bytes:
    """Read a file whole if it is not too large."""
    if not file.is_file():
        raise ArtifactError(f"{file} is missing; fetch the model again")
    if (size := file.stat().st_size) > most:
        raise ArtifactError(f"{file}: has {size} bytes, at most {most} can be right")
    return file.read_bytes()

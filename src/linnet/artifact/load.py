"""Opening a saved model: every file is there, unchanged, known, and points nowhere else.

Only the manifest is handed on as a value; the other files are for whoever needs them.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from errno import ELOOP, ENOENT, ENOTDIR
from pathlib import Path
from stat import S_ISREG
from typing import Any

from linnet.artifact import layout
from linnet.artifact.graph import External, external_tensors
from linnet.artifact.manifest import check_manifest
from linnet.artifact.remembered import has_sum
from linnet.artifact.strict_json import strict_json
from linnet.artifact.tensors import Tensor, described
from linnet.errors import ArtifactError
from linnet.files import sha256
from linnet.registry import nearest

LARGEST_SUMS = 100_000
LARGEST_TEXT = 64_000_000
LARGEST_MANIFEST = 8_000_000
LARGEST_GRAPH = 1_000_000
"""Bytes at most of a file that is read whole; a graph holds no weights."""


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
        return _read_json(self.path / name, LARGEST_TEXT)


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
        manifest = _read_json(path / layout.MANIFEST, LARGEST_MANIFEST)
        check_manifest(manifest, path / layout.MANIFEST)
        names = {*layout.SUMMED, *([layout.GRAPH] if manifest["layers"] is not None else [])}
        if unknown := sorted(sums.keys() - names):
            raise ArtifactError(f"{path / layout.SUMS}: {unknown[0]} is no file of this model")
        for name in sorted(names - {layout.MANIFEST}):
            _check_sum(path, name, sums, full=full)
        weights = described(path / layout.WEIGHTS)
        if layout.GRAPH in names:
            _check_graph(path, weights, num_ids=manifest["sizes"]["num_ids"])
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
    if (folder / "best").is_dir():
        raise ArtifactError(
            f"{folder} is a comparison: name the run of its best, {folder / 'best'}"
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
    if not _size(file):
        raise ArtifactError(f"{file} is empty; fetch the model again")
    same = sha256(file) == sums[name] if full else has_sum(file, sums[name])
    if not same:
        raise ArtifactError(
            f"{file} is damaged: its SHA-256 is not the one in {layout.SUMS}; "
            "fetch the model again, or train it again"
        )


def _check_graph(path: Path, weights: Mapping[str, Tensor], *, num_ids: int) -> None:
    """Refuse a graph that takes numbers from anywhere but the weights beside it."""
    file = path / layout.GRAPH
    try:
        tensors = external_tensors(_read(file, LARGEST_GRAPH))
    except ValueError as error:
        raise ArtifactError(f"{file}: {error}: do not use this model") from error
    for each in tensors:
        if each.location != layout.WEIGHTS:
            raise ArtifactError(
                f"{file}: takes {each.tensor!r} from {each.location!r}, "
                f"expected {layout.WEIGHTS}: do not use this model"
            )
        if not _stands_there(each, weights.get(each.tensor)):
            raise ArtifactError(
                f"{file}: takes {each.tensor!r}, {each.dtype} of shape {each.shape}, from byte "
                f"{each.offset}, {each.length} long; {layout.WEIGHTS} holds "
                f"{weights.get(each.tensor, 'no such array')}: do not use this model"
            )
    if not any(each.shape[:1] == (num_ids,) and each.length >= num_ids for each in tensors):
        raise ArtifactError(f"{file}: no weight has a row for each of {num_ids} ids")


def _stands_there(asked: External, found: Tensor | None) -> bool:
    """Say whether the weights hold an array as the graph describes it."""
    return found == Tensor(asked.dtype, asked.shape, asked.offset, asked.length)


def _read_json(file: Path, most: int) -> Any:
    try:
        return strict_json(_read(file, most))
    except OSError as error:
        raise ArtifactError(f"{file}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ArtifactError(f"{file}: is not JSON that can be read: {error}") from error


def _read(file: Path, most: int) -> bytes:
    """Read a file whole if it is not too large."""
    if (size := _size(file)) > most:
        raise ArtifactError(f"{file}: has {size} bytes, at most {most} can be right")
    with file.open("rb") as opened:
        return opened.read(most)


def _size(file: Path) -> int:
    """Return the bytes of a file; what else stands there is refused: reading it might not end."""
    try:
        found = file.stat()
    except OSError as error:
        if error.errno not in (ENOENT, ENOTDIR, ELOOP):
            raise
        raise ArtifactError(f"{file} is missing; fetch the model again") from error
    if not S_ISREG(found.st_mode):
        raise ArtifactError(f"{file} is no file: fetch the model again")
    return found.st_size

"""What the training texts of a saved model were like: profile.json, checked."""

from typing import Any

from linnet.artifact.layout import PROFILE
from linnet.artifact.load import Artifact
from linnet.artifact.manifest import is_number
from linnet.errors import ArtifactError


def read_profile(artifact: Artifact) -> dict[str, Any]:
    """Read what training texts were like; older models may lack a part of it.

    Raises:
        ArtifactError: A part is of another kind.

    Example:
        >>> from types import SimpleNamespace
        >>> from pathlib import Path
        >>> saved = SimpleNamespace(path=Path("so"), json=lambda name: {"unknown_rate": "viel"})
        >>> read_profile(saved)
        Traceback (most recent call last):
        linnet.errors.ArtifactError: so/profile.json: unknown_rate must be a number, not 'viel'
    """
    path, said = artifact.path / PROFILE, artifact.json(PROFILE)
    if not isinstance(said, dict):
        raise ArtifactError(f"{path}: must be an object, not {type(said).__name__}")
    for name in ("tokens_per_text", "label_shares"):
        part = said.get(name, {})
        if not isinstance(part, dict) or not all(map(is_number, part.values())):
            raise ArtifactError(f"{path}: {name} must be an object of numbers")
    if not is_number(said.get("unknown_rate", 0.0)):
        raise ArtifactError(
            f"{path}: unknown_rate must be a number, not {str(said['unknown_rate'])[:40]!r}"
        )
    return said


def label_shares(artifact: Artifact) -> dict[str, float]:
    """Return the share of the training texts that had each label.

    Raises:
        ArtifactError: They are missing.

    Example:
        >>> from types import SimpleNamespace
        >>> from pathlib import Path
        >>> said = {"label_shares": {"ä": 1.0}}
        >>> label_shares(SimpleNamespace(path=Path("so"), json=lambda name: said,
        ...                              manifest={"labels": ["ä"]}))
        {'ä': 1.0}
    """
    shares: dict[str, float] = read_profile(artifact).get("label_shares", {})
    if missing := [each for each in artifact.manifest["labels"] if each not in shares]:
        raise ArtifactError(f"{artifact.path / PROFILE}: label_shares lacks {missing[0][:60]!r}")
    return shares

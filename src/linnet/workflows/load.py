"""Load a saved classifier."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linnet.runtime.classifier import Classifier


def load(folder: str | Path, *, threads: int | None = None) -> "Classifier":
    """Load a saved classifier; no keras is imported.

    Args:
        folder: A run's folder, or the model folder in it.
        threads: Threads for one batch; None: as many as there are processors.

    Raises:
        ArtifactError: The folder is missing, damaged or from a newer version.

    Example:
        >>> load("no such folder")
        Traceback (most recent call last):
        linnet.errors.ArtifactError: ...
    """
    from linnet.runtime.classifier import load as load_classifier

    return load_classifier(Path(folder), threads=threads)

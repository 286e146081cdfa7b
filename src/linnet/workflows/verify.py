"""Check a saved classifier."""

from pathlib import Path
from typing import Any


def verify(folder: str | Path) -> Any:
    """Check every sum of a saved model, and that it still gives the scores saved with it.

    Raises:
        ArtifactError: A file is damaged or missing, or a score differs.

    Example:
        >>> verify("no such folder")
        Traceback (most recent call last):
        linnet.errors.ArtifactError: ...
    """
    from linnet.runtime.verify import verify as verify_model

    return verify_model(Path(folder))

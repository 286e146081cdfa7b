"""Label texts with a saved classifier."""

from collections.abc import Sequence
from pathlib import Path

from linnet.workflows.load import load


def predict(
    folder: str | Path, texts: Sequence[str], *, k: int = 1
) -> list[list[tuple[str, float]]]:
    """Return the highest labels of each text with their scores.

    Args:
        folder: A run's folder, or the model folder in it.
        texts: The texts; a bare string is refused.
        k: How many labels per text; more than there are means all.

    Example:
        >>> predict("no such folder", [""])
        Traceback (most recent call last):
        linnet.errors.ArtifactError: ...
    """
    return load(folder).top(texts, k=k)

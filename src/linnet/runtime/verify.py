"""Whether a saved model is what was written, and answers here as it did where it was trained."""

from pathlib import Path

import numpy as np

from linnet.artifact.golden import TOLERANCE, disagreement
from linnet.artifact.layout import GOLDEN, SUMS
from linnet.artifact.load import open_artifact
from linnet.errors import ArtifactError
from linnet.runtime.classifier import Classifier, from_artifact


def verify(folder: str | Path) -> list[str]:
    """Sum every file of a saved model and compare the scores of its golden texts.

    Args:
        folder: A run's folder, or the folder `model` in it.

    Returns:
        What was checked and holds, one sentence each.

    Raises:
        ArtifactError: A file is missing or damaged, or a score is not the saved one.

    Example:
        >>> verify("no such folder")
        Traceback (most recent call last):
        linnet.errors.ArtifactError: no such folder does not exist: ...
    """
    artifact = open_artifact(Path(folder))
    num_texts, difference = check_golden(from_artifact(artifact))
    num_files = len((artifact.path / SUMS).read_text("ascii").splitlines())
    return [
        f"{num_files} files have the sums in {SUMS}",
        f"{num_texts} golden texts have the saved scores (largest difference {difference:.1e})",
    ]


def check_golden(classifier: Classifier) -> tuple[int, float]:
    """Compare the scores of the golden texts with the saved ones.

    Returns:
        How many texts, and the largest difference of a score.

    Raises:
        ArtifactError: A score differs by more than the tolerance; the message names the text.

    Example:
        >>> from types import SimpleNamespace
        >>> saved = SimpleNamespace(json=lambda name: {"texts": [""], "scores": [[0.25, 0.75]]})
        >>> answer = lambda texts: np.float32([[0.25, 0.75]])
        >>> check_golden(SimpleNamespace(artifact=saved, path=Path(""), predict_proba=answer,
        ...                              labels=("a", "b")))
        (1, 0.0)
    """
    path = classifier.path / GOLDEN
    golden = classifier.artifact.json(GOLDEN)
    try:
        texts, saved = list(golden["texts"]), np.asarray(golden["scores"], np.float64)
    except (KeyError, TypeError, ValueError) as error:
        raise ArtifactError(f"{path}: expected texts and scores ({error!r})") from error
    if not texts or saved.shape != (len(texts), len(classifier.labels)):
        raise ArtifactError(
            f"{path}: {len(texts)} texts and {len(classifier.labels)} labels do not fit scores of "
            f"shape {saved.shape}"
        )
    number, difference = disagreement(saved, classifier.predict_proba(texts))
    if difference > TOLERANCE:
        raise ArtifactError(
            f"{path}: text {number} scores differently here, by {difference:.2g} (at most "
            f"{TOLERANCE:g} is expected): the weights were changed, or ONNX Runtime computes "
            "differently on this machine"
        )
    return len(texts), difference

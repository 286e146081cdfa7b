"""Whether a saved model is what was written, and answers here as it did where it was trained."""

import hashlib
from pathlib import Path

import numpy as np

from linnet.artifact.golden import TOLERANCE, disagreement
from linnet.artifact.layout import GOLDEN, SUMS
from linnet.artifact.load import open_artifact
from linnet.errors import ArtifactError
from linnet.runtime.classifier import Classifier, from_artifact

MOST_TEXTS = 1000


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
    classifier, num_texts, difference = _checked(folder)
    num_files = len((classifier.path / SUMS).read_text("ascii").splitlines())
    return [
        f"{num_files} files have the sums in {SUMS}",
        f"{num_texts} golden texts have the saved scores (largest difference {difference:.1e})",
    ]


def load_verified(folder: str | Path, *, threads: int | None = None) -> Classifier:
    """Load a saved classifier that has passed what `verify` checks.

    Args:
        folder: A run's folder, or the folder `model` in it.
        threads: How many compute one batch; None: one per core.

    Raises:
        ArtifactError: A file is missing or damaged, or a score is not the saved one.

    Example:
        >>> load_verified("no such folder")
        Traceback (most recent call last):
        linnet.errors.ArtifactError: no such folder does not exist: ...
    """
    return _checked(folder, threads)[0]


def model_identity(folder: str | Path) -> tuple[Path, str] | None:
    """Return which saved model stands in a folder now, so that a change is noticed at little cost.

    Args:
        folder: A run's folder, or the folder `model` in it; links are followed.

    Returns:
        The real folder of its files, and the SHA-256 of its SHA256SUMS: equal for equal models.
        None where there is none.

    Example:
        >>> model_identity("no such folder") is None
        True
    """
    for path in (Path(folder), Path(folder) / "model"):
        try:
            real = path.resolve(strict=True)
            return real, hashlib.sha256((real / SUMS).read_bytes()).hexdigest()
        except (OSError, RuntimeError):  # a loop of links is a RuntimeError
            continue
    return None


def _checked(folder: str | Path, threads: int | None = None) -> tuple[Classifier, int, float]:
    classifier = from_artifact(open_artifact(Path(folder)), threads=threads)
    return classifier, *check_golden(classifier)


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
    if not all(isinstance(each, str) for each in texts) or len(texts) > MOST_TEXTS:
        raise ArtifactError(f"{path}: expected up to {MOST_TEXTS} texts, not {str(texts)[:40]}...")
    if not texts or saved.shape != (len(texts), len(classifier.labels)):
        raise ArtifactError(
            f"{path}: {len(texts)} texts and {len(classifier.labels)} labels do not fit scores of "
            f"shape {saved.shape}"
        )
    number, difference = disagreement(saved, classifier.predict_proba(texts))
    if not difference <= TOLERANCE:  # what is no number is no agreement
        raise ArtifactError(
            f"{path}: text {number} scores differently here, by {difference:.2g} (at most "
            f"{TOLERANCE:g} is expected): the weights were changed, or ONNX Runtime computes "
            "differently on this machine"
        )
    return len(texts), difference

"""The vectoriser that a saved model was trained with, rebuilt from its files."""

from typing import Any

import polars as pl

from linnet.artifact.layout import MANIFEST, VOCABULARY
from linnet.artifact.load import Artifact
from linnet.errors import ArtifactError, ConfigError, DataError
from linnet.processes import check_process
from linnet.text.vectorize import TextSettings, Vectorizer
from linnet.text.vocabulary import Vocabulary


def saved_vectorizer(artifact: Artifact) -> Vectorizer:
    """Rebuild the vectoriser of a saved model.

    Raises:
        ArtifactError: The text settings or the vocabulary cannot be read, or do not fit.

    Example:
        >>> from pathlib import Path
        >>> saved_vectorizer(Artifact(Path("so"), {"text": {"pad": "left"}}))
        Traceback (most recent call last):
        linnet.errors.ArtifactError: so/manifest.json: text: pad must be one of pre, post, ...
    """
    check_process()
    settings = _settings(artifact)
    vocabulary = _vocabulary(artifact, settings.ngrams)
    expected = artifact.manifest["sizes"]["num_ids"]
    if len(vocabulary) != expected:
        raise ArtifactError(
            f"{artifact.path / VOCABULARY}: has {len(vocabulary)} ids, "
            f"and the model was built for {expected}"
        )
    return Vectorizer(settings, vocabulary)


def _settings(artifact: Artifact) -> TextSettings:
    said: dict[str, Any] = artifact.manifest["text"]
    try:
        return TextSettings(**said)
    except (ConfigError, TypeError) as error:
        raise ArtifactError(f"{artifact.path / MANIFEST}: text: {error}") from error


def _vocabulary(artifact: Artifact, ngrams: int) -> Vocabulary:
    path = artifact.path / VOCABULARY
    try:
        table = pl.read_parquet(path, glob=False, hive_partitioning=False)
        return Vocabulary.from_table(_spelled_out(table, ngrams))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, DataError, OSError) as error:
        raise ArtifactError(f"{path}: cannot be read: {error}") from error


def _spelled_out(table: pl.DataFrame, longest: int) -> pl.DataFrame:
    """Put the words of n-grams together that a compressed vocabulary leaves out."""
    for _ in range(longest - 1):
        if "token" not in table.columns or not table["token"].null_count():
            break
        parts = (pl.col("token").gather(pl.col(name)) for name in ("prefix", "last"))
        table = table.with_columns(pl.coalesce("token", pl.concat_str(parts, separator=" ")))
    return table

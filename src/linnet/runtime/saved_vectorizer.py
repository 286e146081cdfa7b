"""The vectoriser that a saved model was trained with, rebuilt from its files."""

from typing import Any

import polars as pl

from linnet.artifact.layout import MANIFEST, VOCABULARY
from linnet.artifact.load import Artifact
from linnet.artifact.parquet import check_parquet
from linnet.errors import ArtifactError, ConfigError, DataError
from linnet.processes import check_process
from linnet.text.vectorize import WEIGHTED, TextSettings, Vectorizer
from linnet.text.vocabulary import COLUMNS, Vocabulary

MOST_BYTES = 2_000_000_000


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
    return Vectorizer(settings, _vocabulary(artifact, settings))


def _settings(artifact: Artifact) -> TextSettings:
    said: dict[str, Any] = artifact.manifest["text"]
    try:
        return TextSettings(**said)
    except (ConfigError, TypeError) as error:
        raise ArtifactError(f"{artifact.path / MANIFEST}: text: {error}") from error


def _vocabulary(artifact: Artifact, settings: TextSettings) -> Vocabulary:
    path = artifact.path / VOCABULARY
    columns = COLUMNS | ({"idf": pl.Float32} if settings.vectorizer in WEIGHTED else {})
    try:
        check_parquet(path, num_rows=artifact.manifest["sizes"]["num_ids"])
        file = path.absolute()  # polars takes a folder ~ for the home
        kinds = pl.scan_parquet(file, glob=False, hive_partitioning=False).collect_schema()
        if wrong := [name for name, kind in columns.items() if kinds.get(name) != kind]:
            raise DataError(f"not a vocabulary: the column {wrong[0]!r} is {kinds.get(wrong[0])}")
        table = pl.read_parquet(file, columns=list(columns), glob=False, hive_partitioning=False)
        return Vocabulary.from_table(_spelled_out(table, settings.ngrams))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError, OSError) as error:
        raise ArtifactError(f"{path}: cannot be read: {error}") from error


def _spelled_out(table: pl.DataFrame, longest: int) -> pl.DataFrame:
    """Put the words of n-grams together that a compressed vocabulary leaves out."""
    for _ in range(longest - 1):
        if not table["token"].null_count():
            break
        parts = [pl.col("token").gather(pl.col(name)) for name in ("prefix", "last")]
        _check_bytes(table.select(pl.sum_horizontal(each.str.len_bytes().sum() for each in parts)))
        left_out = pl.col("token").is_null() & (pl.col("prefix") > 0)
        spelled = pl.when(left_out).then(pl.concat_str(parts, separator=" ")).otherwise("token")
        table = table.with_columns(spelled.alias("token"))
    _check_bytes(table.select(pl.col("token").str.len_bytes().sum()))
    return table


def _check_bytes(summed: pl.DataFrame) -> None:
    """Refuse words that Python could not hold, though the file repeats them at no cost."""
    if (size := summed.item()) > MOST_BYTES:
        raise DataError(f"its tokens have {size:,} bytes together")

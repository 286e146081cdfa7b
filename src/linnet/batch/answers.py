"""A table with its answers: the columns that scoring adds to those that are kept."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from linnet.batch.settings import ScoreSettings
from linnet.errors import DataError
from linnet.registry import unknown
from linnet.runtime.batches import TEXTS_PER_CHUNK
from linnet.runtime.classifier import Classifier
from linnet.runtime.observed import observe

if TYPE_CHECKING:
    import polars as pl


def added_columns(labels: Sequence[str], settings: ScoreSettings) -> list[str]:
    """Return the names of the columns that scoring adds.

    Example:
        >>> added_columns(["ä"], ScoreSettings(k=1, scores=True))
        ['predicted', 'score', 'in_scope', 'top', 'top_scores', 'score_ä']
    """
    top = ["top", "top_scores"] if settings.k else []
    each = [f"score_{label}" for label in labels] if settings.scores else []
    return ["predicted", "score", "in_scope", *top, *each]


def kept_columns(
    columns: Sequence[str], added: Sequence[str], *, settings: ScoreSettings, source: str
) -> list[str]:
    """Return which columns of an input stand in its parts.

    Args:
        columns: Those of the input.
        added: Those that scoring adds.
        settings: Say which are kept.
        source: What the input is called in messages.

    Raises:
        DataError: The input does not have a column, or has one that is added.

    Example:
        >>> kept_columns(["ä", "score"], ["score"], settings=ScoreSettings(keep="ä"), source="")
        ['ä']
        >>> kept_columns(["score"], ["score"], settings=ScoreSettings(), source="a.csv")
        Traceback (most recent call last):
        linnet.errors.DataError: a.csv has a column 'score' already: rename it, or name with keep...
    """
    kept = columns if settings.keep is None else settings.keep
    for name in kept:
        if name not in columns:
            raise DataError(f"{source}: {unknown('column', name, columns)}")
        if name in added:
            raise DataError(
                f"{source} has a column {name!r} already: rename it, or name with keep the "
                "columns that the parts should have"
            )
    return list(kept)


def answered(
    texts: "pl.Series", classifier: Classifier, *, settings: ScoreSettings
) -> "pl.DataFrame":
    """Return the columns that scoring adds, some thousand texts at a time.

    Args:
        texts: One per row.
        classifier: Answers.
        settings: Say which columns.

    Raises:
        ConfigError: The model cannot promise the precision.

    Example:
        >>> import polars as pl
        >>> answered(pl.Series([], dtype=pl.String), None, settings=ScoreSettings()).shape
        (0, 0)
    """
    import polars as pl

    starts = range(0, len(texts), TEXTS_PER_CHUNK)
    some = [_some(texts.slice(each, TEXTS_PER_CHUNK), classifier, settings) for each in starts]
    return pl.concat(some, rechunk=True) if some else pl.DataFrame()


def _some(texts: "pl.Series", classifier: Classifier, settings: ScoreSettings) -> "pl.DataFrame":
    import numpy as np
    import polars as pl

    seen = observe(classifier, texts)
    scores = seen.scores
    if settings.precision is None:
        predicted = classifier.labels_for(scores)
    else:
        predicted = classifier.sure_labels(scores, seen.in_scope, precision=settings.precision)
    kind = pl.List(pl.String) if classifier.task == "multilabel" else pl.String
    columns = [
        pl.Series("predicted", predicted, dtype=kind),
        pl.Series("score", scores.max(axis=1), dtype=pl.Float32),
        pl.Series("in_scope", seen.in_scope),
    ]
    if settings.k:
        best = np.argsort(-scores, axis=1, kind="stable")[:, : settings.k]
        names = np.array(classifier.labels, dtype=object)[best].tolist()
        tops = np.take_along_axis(scores, best, axis=1).tolist()
        columns += [
            pl.Series("top", names, dtype=pl.List(pl.String)),
            pl.Series("top_scores", tops, dtype=pl.List(pl.Float32)),
        ]
    if settings.scores:
        columns += [
            pl.Series(f"score_{label}", scores[:, number])
            for number, label in enumerate(classifier.labels)
        ]
    return pl.DataFrame(columns)

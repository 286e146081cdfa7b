"""Texts to labels and scores with a saved model.

A folder goes in, a `Classifier` comes out; nothing of training is known here, and no keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.artifact.answers import least_score
from linnet.artifact.layout import MANIFEST
from linnet.artifact.load import Artifact, open_artifact
from linnet.artifact.profile import read_profile
from linnet.errors import ArtifactError, ConfigError
from linnet.runtime.batches import Model, Padding, in_chunks, scores_of
from linnet.runtime.onnx_model import onnx_model
from linnet.runtime.saved_vectorizer import saved_vectorizer
from linnet.text.scope import scope_from_json, with_known_words
from linnet.text.tokenize import as_texts
from linnet.text.vectorize import LONGEST_LENGTH, Inputs, Served, Vectorizer
from linnet.types import Scores, Task

if TYPE_CHECKING:
    from linnet.runtime.bag_model import BagModel
    from linnet.runtime.explanation import Explanation
    from linnet.runtime.separation import Separation

THRESHOLD = 0.5


@dataclass(frozen=True, eq=False, repr=False)
class Classifier:
    """A saved model, ready to answer; `linnet.load` makes one.

    It may be used by several threads at once. A process that is spawned gets one that is loaded
    again from the same folder; one that is forked afterwards is refused (see `processes`).

    Attributes:
        artifact: The checked files.
        vectorizer: Texts to inputs, as in training.
        model: Padded inputs to scores.
        padding: How `model` wants its inputs padded.
        threads: How many answer at the same time; None: one per core.
    """

    artifact: Artifact
    vectorizer: Vectorizer
    model: Model
    padding: Padding
    threads: int | None = None

    @property
    def path(self) -> Path:
        """The folder that holds the files."""
        return self.artifact.path

    @property
    def manifest(self) -> dict[str, Any]:
        """What manifest.json says."""
        return self.artifact.manifest

    @property
    def profile(self) -> dict[str, Any]:
        """What the training texts were like, read from profile.json."""
        return read_profile(self.artifact)

    @property
    def task(self) -> Task:
        """Binary, multiclass or multilabel."""
        task: Task = self.manifest["task"]
        return task

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in the order of the columns of scores."""
        return tuple(self.manifest["labels"])

    @property
    def thresholds(self) -> tuple[float, ...] | None:
        """Multilabel: the score from which on each label is given; None for other tasks."""
        if self.task != "multilabel":
            return None
        return tuple(self.manifest["thresholds"] or [THRESHOLD] * len(self.labels))

    def __repr__(self) -> str:
        kinds = " → ".join(each["layer"] for each in self.manifest["layers"] or [])
        return (
            f"<Classifier {str(self.path)!r}: {self.task}, {len(self.labels)} labels, "
            f"{self.vectorizer.num_ids:,} ids, {kinds or 'own layers'}>"
        )

    def __reduce__(self) -> Any:
        """Let a copy for another process be loaded there, from the same folder."""
        from linnet.runtime.elsewhere import loaded_again

        return loaded_again, (self.path.absolute(), self.threads)

    def predict(
        self, texts: Sequence[str] | pl.Series, *, precision: float | None = None
    ) -> list[Any]:
        """Return the label of each text; for multilabel its labels, the highest score first.

        Args:
            texts: A list; a bare string is refused.
            precision: Which share of the answers should be right, 0 to 1: a text gets None
                instead of an answer that is less sure, and where it is unlike the training texts.
                None: every text is answered.

        Returns:
            Binary and multiclass: one label per text, the one with the highest score, the first
            of equals. Multilabel: per text the labels whose score reaches their threshold; it
            may be none. With `precision` the labels whose score reaches what was chosen for it.

        Raises:
            ConfigError: The model cannot promise the precision.
        """
        return self.answers(texts, precision=precision)[0]

    def answers(
        self, texts: Sequence[str] | pl.Series, *, precision: float | None = None
    ) -> tuple[list[Any], Scores]:
        """Return what `predict` and what `predict_proba` return, for the work of one."""
        texts = as_texts(texts)
        scores = self.predict_proba(texts)
        if precision is None:
            return self.labels_for(scores), scores
        return self.sure_labels(scores, self.in_scope(texts), precision=precision), scores

    def sure_labels(
        self, scores: Scores, in_scope: NDArray[np.bool_], *, precision: float
    ) -> list[Any]:
        """Return the labels that scores stand for, None where the model does not know.

        Args:
            scores: Shape (texts, labels).
            in_scope: Shape (texts,): which texts are like those of the training.
            precision: As for `predict`.

        Raises:
            ConfigError: The model cannot promise the precision.
        """
        labels = self.labels_for(scores, least=self.least_score(precision))
        return [
            each if like else None for each, like in zip(labels, in_scope.tolist(), strict=True)
        ]

    def labels_for(self, scores: Scores, *, least: float = 0.0) -> list[Any]:
        """Return the labels that scores stand for, by the rule of `predict`.

        Args:
            scores: Shape (texts, labels).
            least: Labels that score less are not given; for one label per text it is None then.
                For multilabel, where it is above 0, it takes the place of the thresholds.
        """
        if self.thresholds is None:
            pairs = zip(scores.argmax(axis=1).tolist(), scores.max(axis=1).tolist(), strict=True)
            lowest = float(np.float32(least))
            return [self.labels[best] if score >= lowest else None for best, score in pairs]
        reached = scores >= np.asarray(least or self.thresholds, np.float32)
        return [
            [self.labels[number] for number in order if row[number]]
            for row, order in zip(reached, _highest_first(scores).tolist(), strict=True)
        ]

    def least_score(self, precision: float) -> float:
        """Return the score from which on so large a share of the answers was right.

        It was found on the validation rows of the training; the evaluation says what it was worth
        on the test rows.

        Args:
            precision: From 0 to 1.

        Raises:
            ConfigError: No score reaches it, or the model was saved without such a table.
        """
        number = isinstance(precision, Real) and not isinstance(precision, bool)
        if not (number and 0 <= precision <= 1):
            raise ConfigError(f"precision must be a number from 0 to 1, not {precision!r}")
        table = self.manifest.get("abstention") or []
        found = least_score(table, precision)
        if found is None:
            why = "it was trained without validation rows, or compressed to fewer words"
            if table:
                why = f"at most {table[-1][0]:g} can be; it takes more validation rows, or a better"
                why += " model"
            raise ConfigError(
                f"{self.path}: a precision of {precision:g} cannot be promised: {why}"
            )
        return found

    def in_scope(self, texts: Sequence[str] | pl.Series) -> NDArray[np.bool_]:
        """Return which texts are like those of the training, shape (texts,); see `text.scope`.

        About one text in a hundred of the training's own kind is taken for another. A text
        without a word that the training texts had is never in scope. Where the training had fewer
        than 100 validation rows, or the model was compressed to fewer words, every other text is.
        """
        return in_chunks(as_texts(texts), self._in_scope_of_some, threads=self.threads)

    def _in_scope_of_some(self, texts: pl.Series) -> NDArray[np.bool_]:
        tokens = self.vectorizer.tokens(texts)
        saved, vocabulary = self.manifest.get("scope"), self.vectorizer.vocabulary
        if saved is None:
            return with_known_words(vocabulary, tokens)
        return scope_from_json(saved).inside(vocabulary, tokens)

    def predict_proba(self, texts: Sequence[str] | pl.Series) -> Scores:
        """Return scores, float32 (texts, labels), columns in the order of `labels`."""
        return in_chunks(as_texts(texts), self._scores_of_some, threads=self.threads)

    def top(self, texts: Sequence[str] | pl.Series, k: int = 3) -> list[list[tuple[str, float]]]:
        """Return the `k` labels with the highest scores for each text, highest first.

        Args:
            texts: A list; a bare string is refused.
            k: How many; all labels where there are fewer.

        Raises:
            ConfigError: `k` is negative.
        """
        if k < 0:
            raise ConfigError(f"k must be at least 0, not {k}")
        return self.highest(self.predict_proba(texts), k=k)

    def highest(self, scores: Scores, *, k: int) -> list[list[tuple[str, float]]]:
        """Return the `k` highest of the scores of each text, with their labels."""
        return [
            [(self.labels[number], float(row[number])) for number in order]
            for row, order in zip(scores, _highest_first(scores)[:, :k].tolist(), strict=True)
        ]

    def explain(
        self,
        texts: Sequence[str] | pl.Series,
        *,
        label: str | None = None,
        against: str | None = None,
    ) -> "list[Explanation]":
        """Return for each text the words that made its label, or the one that is named.

        Args:
            texts: A list; a bare string is refused.
            label: Which label to explain; None: of each text the one with the highest score.
            against: The label that it is told from; None: all others together.

        Raises:
            ConfigError: A label is unknown.
        """
        from linnet.runtime.explain import explain

        return explain(self, texts, label=label, against=against)

    def separate(self, label: str, other: str, texts: Sequence[str] | pl.Series) -> "Separation":
        """Return the words by which the model tells two labels apart.

        Args:
            label: The first label.
            other: The other one.
            texts: Those that are asked, such as the texts of both labels, or those of the one
                that are taken for the other.

        Raises:
            ConfigError: A label is unknown, or both are the same.
        """
        from linnet.runtime.separation import separate

        return separate(self, texts, label=label, other=other)

    @cached_property
    def bag_model(self) -> "BagModel | None":
        """The weights as NumPy arrays, read when they are used; None where NumPy cannot follow."""
        from linnet.artifact.layout import WEIGHTS
        from linnet.artifact.tensors import mapped
        from linnet.runtime.bag_model import bag_model, followed

        if not followed(self.manifest["layers"]):
            return None
        try:
            return bag_model(self.manifest, mapped(self.path / WEIGHTS))
        except ValueError as error:
            raise ArtifactError(f"{self.path / WEIGHTS}: the layers do not fit: {error}") from error

    def vectorise(self, texts: Sequence[str] | pl.Series) -> Inputs:
        """Return the inputs of the model: `Ids` (ids.padded(length) makes an array) or bags."""
        return self.vectorizer(texts)

    def scores(self, inputs: Served) -> Scores:
        """Return the scores of texts that are vectorised already, float32 (texts, labels)."""
        scores = scores_of(inputs, self.model, padding=self.padding, num_labels=len(self.labels))
        if not np.isfinite(scores).all():
            raise ArtifactError(
                f"{self.path}: the model gives scores that are no numbers: train it again, with a "
                "lower learning_rate"
            )
        return scores

    def _scores_of_some(self, texts: pl.Series) -> Scores:
        return self.scores(self.vectorizer.few(self.vectorizer.tokens(texts)))

    def words(self, ids: Sequence[int] | NDArray[np.integer[Any]]) -> list[str]:
        """Return what each id stands for; padding is left out."""
        return self.vectorizer.words(ids)

    def keras_model(self, *, raw_text: bool = False) -> Any:
        """Rebuild the keras.Model with its trained weights.

        Args:
            raw_text: Whether its `predict` takes a list of texts instead of arrays.

        Raises:
            MissingExtraError: Keras is not installed.
        """
        from linnet.runtime.keras_fallback import keras_model

        return keras_model(self, raw_text=raw_text)


def load(folder: str | Path, *, threads: int | None = None) -> Classifier:
    """Load a saved classifier.

    Args:
        folder: A run's folder, or the folder `model` in it.
        threads: How many answer at the same time; None: one per core.

    Raises:
        ArtifactError: The folder is missing, damaged or from a newer linnet.

    Example:
        >>> load("no such folder")
        Traceback (most recent call last):
        linnet.errors.ArtifactError: no such folder does not exist: ...
    """
    return from_artifact(open_artifact(Path(folder), full=False), threads=threads)


def from_artifact(artifact: Artifact, *, threads: int | None = None) -> Classifier:
    """Make a classifier of a saved model whose files have been checked.

    Args:
        artifact: What `open_artifact` returned.
        threads: How many compute one batch; None: one per core.

    Raises:
        ArtifactError: The files do not fit each other.
        ConfigError: `threads` is less than 1.

    Example:
        >>> from_artifact(Artifact(Path(""), {}), threads=0)
        Traceback (most recent call last):
        linnet.errors.ConfigError: threads must be at least 1, not 0
    """
    if threads is not None and threads < 1:
        raise ConfigError(f"threads must be at least 1, not {threads}")
    vectorizer = saved_vectorizer(artifact)
    if artifact.manifest["layers"] is not None:
        model, padding = onnx_model(artifact, vectorizer.settings, threads=threads)
    else:
        from linnet.runtime.keras_fallback import own_model

        model, padding = own_model(artifact, vectorizer.settings)
    _check_fit(artifact, vectorizer, padding)
    return Classifier(artifact, vectorizer, model, padding, threads)


def _check_fit(artifact: Artifact, vectorizer: Vectorizer, padding: Padding) -> None:
    """Refuse what could only be noticed at the first text."""
    longest = vectorizer.settings.max_length or LONGEST_LENGTH
    if padding.length is not None and longest > padding.length:
        raise ArtifactError(
            f"{artifact.path / MANIFEST}: texts have up to {longest} ids, "
            f"and the model takes {padding.length}"
        )


def _highest_first(scores: Scores) -> NDArray[np.int64]:
    """Return label numbers by score; among equals the first label comes first."""
    return np.argsort(-scores, axis=1, kind="stable")

"""The scikit-learn estimator: texts and labels as arrays, settings as constructor parameters.

Goes in: a list or column of texts, and `y`. Comes out: what scikit-learn expects of a classifier.
Training is `linnet.train` on all rows given, and answers come from the saved model. This module
imports scikit-learn, so it is itself imported only when `linnet.TextClassifier` is used.
"""

import functools
import math
from contextlib import ExitStack
from dataclasses import KW_ONLY, dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar
from weakref import finalize

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linnet.config import Config, End, Policy, configure
from linnet.errors import DataError
from linnet.registry import refuse_unknown_settings, require
from linnet.types import Scores

if TYPE_CHECKING:
    import polars as pl

    from linnet.runtime.classifier import Classifier
    from linnet.workflows.run import Run

sklearn = require("sklearn.base", extra="train")
validation = require("sklearn.utils.validation", extra="train")

WEIGHT = "weight"
FILES = "model_files"
"""Under this name a pickle holds the saved model: name of each file → its bytes."""

AnyClass = TypeVar("AnyClass", bound=type)


def _names_checked(estimator: AnyClass) -> AnyClass:
    """Let the constructor refuse an unknown setting as linnet does: with the nearest name."""
    init = estimator.__init__  # type: ignore[misc]

    @functools.wraps(init)
    def checked(self: Any, *positional: Any, **settings: Any) -> None:
        refuse_unknown_settings(settings, [each.name for each in fields(estimator)])
        init(self, *positional, **settings)

    estimator.__init__ = checked  # type: ignore[misc]
    return estimator


@_names_checked
@dataclass(eq=False, repr=False)
class TextClassifier(sklearn.ClassifierMixin, sklearn.BaseEstimator):  # type: ignore[misc,name-defined]
    """A classifier of texts for scikit-learn: `cross_val_score`, `GridSearchCV`, `Pipeline`.

    The parameters are the settings of a training by their usual names and with their usual
    defaults, but for `baseline`; docs/configuration.md explains each. Values are checked in `fit`.
    All rows given to `fit` are trained on: `validation_fraction` of them decide when to stop, none
    are for test. The same rows, settings and `seed` give the same classifier.

    Attributes:
        classes_: The values of `y`, sorted, of its kind; the numbers of its columns for several
            labels per text.
        classifier_: The trained classifier, as `linnet.load` returns it.
        run_: The training: its history, evaluation and figures. A copy that was pickled has none.

    Example:
        >>> from linnet import TextClassifier
        >>> texts = ["good", "hyvä", "very good", "bad", "awful", "so bad"] * 3
        >>> clf = TextClassifier(epochs=20, duplicates="keep").fit(texts, [1, 1, 1, 0, 0, 0] * 3)
        >>> clf.predict(["hyvä", "bad", ""]).tolist()[:2], clf.classes_.tolist()
        ([1, 0], [0, 1])
        >>> TextClassifier(modle="mlp")
        Traceback (most recent call last):
        linnet.errors.ConfigError: unknown setting 'modle': did you mean 'model'? ...
    """

    model: str | None = None
    _: KW_ONLY
    duplicates: Policy = "auto"
    validation_fraction: float = 0.1
    first_validation: int | None = None

    tokenizer: str | None = None
    strip_markup: bool = False
    ngrams: int | None = None
    max_ids: int | None = None
    min_count: int | None = None
    unknown: Literal["id", "drop"] | None = None
    vectorizer: (
        Literal["ids", "multi_hot", "count", "tf_idf", "keras_tf_idf", "log_odds"] | None
    ) = None
    norm: Literal["none", "l1", "l2"] | None = None
    max_length: int | None = None
    pad: End | None = None
    cut: End | None = None

    embedding_size: int | None = None
    vectors: str | None = None
    units: int | None = None
    widths: tuple[int, ...] | None = None
    heads: int | None = None
    hidden: tuple[int, ...] | None = None
    dropout: float | None = None
    spatial_dropout: float | None = None
    recurrent_dropout: float | None = None
    bidirectional: bool | None = None
    loss: str | None = None

    optimizer: Literal["adam", "rmsprop", "sgd", "lazy_adam", "rowwise_adagrad"] | None = None
    learning_rate: float | None = None
    batch_size: int | None = None
    epochs: int | None = None
    monitor: str = "val_loss"
    patience: int | None = None
    min_delta: float = 0.0
    weights: Literal["best", "last"] = "best"
    retrain: bool = True
    retrain_epochs: int | None = None
    members: int = 1
    class_weights: str | None = None
    engine: Literal["auto", "keras", "sparse"] = "auto"
    devices: Literal["auto", "all", "one"] = "auto"
    seed: int = 0

    calibrate: bool = True
    baseline: bool = False
    thresholds: Literal["one", "labels"] = "one"

    def fit(self, X: Any, y: Any, sample_weight: ArrayLike | None = None) -> Self:
        """Train on texts.

        Args:
            X: A list, array or Series (pandas, polars) of strings. Blank ones are left out.
            y: One label per text: strings, whole numbers or truth values. Or several: an
                indicator array, shape (texts, labels), as `MultiLabelBinarizer` makes it.
            sample_weight: How much each text counts, from 0; 0 leaves it out. Copies of a text
                are then kept, each with its weight. None: all alike.

        Raises:
            DataError: (a ValueError) Texts or labels are not of these kinds or lengths, or there
                is only one class.
            ConfigError: (a ValueError) A setting does not fit.
        """
        from linnet.workflows.train import train

        texts, answers = _texts(X), _Answers.of(y)
        validation.check_consistent_length(texts, answers.targets)
        weights = _weights(sample_weight, num_texts=len(texts))
        rows = np.arange(len(texts)) if weights is None else np.flatnonzero(weights)
        answers.check_differ(rows)
        table: dict[str, Any] = {"text": texts[rows], "label": answers.cells()[rows]}
        if weights is not None:
            table[WEIGHT] = weights[rows]
        run = train(table, config=self._config(answers.task, weighted=weights is not None))
        self.classes_ = answers.classes
        self.run_: Run = run
        self.classifier_: Classifier = run.classifier
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the label of each text; for several labels per text an indicator array.

        Args:
            X: As in `fit`; it may be empty.

        Raises:
            NotFittedError: Before `fit`.
        """
        scores = self.predict_proba(X)
        if self.classifier_.task != "multilabel":
            return np.asarray(self.classes_[scores.argmax(axis=1)])
        column = {name: number for number, name in enumerate(_names(self.classes_))}
        given = np.zeros(scores.shape, np.int64)
        places = [column[name] for name in self.classifier_.labels]
        for row, labels in zip(given, self.classifier_.labels_for(scores[:, places]), strict=True):
            row[[column[label] for label in labels]] = 1
        return given

    def predict_proba(self, X: Any) -> Scores:
        """Return scores, float32 of shape (texts, classes), columns in the order of `classes_`.

        A class whose texts were all blank, or of weight 0, scores 0.

        Args:
            X: As in `fit`; it may be empty.

        Raises:
            NotFittedError: Before `fit`.
        """
        validation.check_is_fitted(self)
        found = self.classifier_.predict_proba(_texts(X))
        names = _names(self.classes_)
        if list(self.classifier_.labels) == names:
            return found
        scores = np.zeros((len(found), len(names)), np.float32)
        column = {name: number for number, name in enumerate(names)}
        scores[:, [column[label] for label in self.classifier_.labels]] = found
        return scores

    def set_params(self, **params: Any) -> Self:
        """Set settings by name.

        Raises:
            ConfigError: (a ValueError) There is no such setting; the message names the nearest.
        """
        refuse_unknown_settings(params, [each.name for each in fields(self)])
        changed: Self = super().set_params(**params)
        return changed

    def _config(self, task: str, *, weighted: bool) -> Config:
        """Return the settings of the training: no row for test, nothing kept of the way there."""
        chosen = {each.name: getattr(self, each.name) for each in fields(self)}
        if weighted and chosen["duplicates"] == "auto":
            chosen["duplicates"] = "keep"
        return configure(
            **chosen, task=task, weight=WEIGHT if weighted else None, test_fraction=0.0,
            checkpoints="none",
        )  # fmt: skip

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "classifier_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.classifier_tags.multi_label = True
        return tags

    def __getstate__(self) -> dict[str, Any]:
        """Return the settings, and the saved model as bytes; the rest of the run stays behind."""
        state = dict(super().__getstate__())
        state.pop("run_", None)
        classifier = state.pop("classifier_", None)
        return state if classifier is None else {**state, FILES: _read_files(classifier.path)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Load the saved model again; a damaged one is an ArtifactError."""
        files = state.get(FILES)
        super().__setstate__({name: value for name, value in state.items() if name != FILES})
        if files is not None:
            self.classifier_ = _from_files(files)


@dataclass(frozen=True, eq=False)
class _Answers:
    """What `y` holds: its classes, and per text the number of one or an indicator row."""

    classes: NDArray[Any]
    targets: NDArray[Any]

    @classmethod
    def of(cls, y: Any) -> "_Answers":
        multiclass = require("sklearn.utils.multiclass", extra="train")
        if y is None:
            raise DataError("TextClassifier requires y to be passed, but the target y is None")
        if type(y).__module__.partition(".")[0] == "polars":
            y = y.to_numpy()
        if isinstance(y, list | tuple) and any(map(_is_missing, y)):
            raise DataError("Input y contains NaN or None: every text needs a label")
        try:
            if multiclass.type_of_target(y, input_name="y") == "multilabel-indicator":
                targets = np.asarray(y.toarray() if hasattr(y, "toarray") else y)
                return cls(np.arange(targets.shape[1]), targets)
            column = validation.column_or_1d(y, warn=True)
            multiclass.check_classification_targets(column)
            return cls(*np.unique(column, return_inverse=True))
        except TypeError as error:
            raise DataError(
                f"y must hold labels of one kind, none missing ({error}); for several labels per "
                "text make an indicator array with sklearn.preprocessing.MultiLabelBinarizer"
            ) from error

    @property
    def task(self) -> str:
        if self.targets.ndim == 2:
            return "multilabel"
        return "binary" if len(self.classes) == 2 else "multiclass"

    def check_differ(self, rows: NDArray[np.int64]) -> None:
        """Refuse rows of which all are of one class, and labels that have no name."""
        if any(not name.strip() for name in _names(self.classes)):
            raise DataError("y holds a blank label: give it a name, or leave its rows out")
        if not rows.size:
            why = "every sample_weight is zero" if len(self.targets) else "n_samples = 0"
            raise DataError(f"there are no texts to learn from: {why}")
        seen = np.unique(self.targets[rows])
        if self.targets.ndim == 1 and len(seen) == 1:
            label = self.classes[seen].tolist()[0]
            raise DataError(
                f"y has only one class, {label!r}, in n_samples = {rows.size} (those of "
                "sample_weight 0 left out): at least two are needed to learn a difference"
            )

    def cells(self) -> "pl.Series":
        """Return the names of the labels of each text as lists, which are never parsed."""
        import polars as pl

        names = _names(self.classes)
        if self.targets.ndim == 2:
            listed = [[names[number] for number in np.flatnonzero(row)] for row in self.targets]
            return pl.Series(listed, dtype=pl.List(pl.String))
        single = pl.Series("label", names, dtype=pl.String)[self.targets]
        return single.to_frame().select(pl.concat_list("label")).to_series()


def _is_missing(label: Any) -> bool:
    """Tell None and NaN, which NumPy would write as strings among strings."""
    return label is None or (isinstance(label, float) and math.isnan(label))


def _names(classes: NDArray[Any]) -> list[str]:
    """Return what linnet calls the classes."""
    return [str(each) for each in classes.tolist()]


def _texts(X: Any) -> "pl.Series":
    """Return texts as a Series, or say why they cannot be."""
    import polars as pl

    from linnet.text.tokenize import as_texts

    shape = getattr(X, "shape", None)
    if shape is not None and len(shape) != 1:
        raise DataError(
            f"Expected 1D array of texts, got an array of shape {tuple(shape)}: give one column"
        )
    if isinstance(X, pl.Series):
        if X.null_count():
            raise DataError(
                f"Input X contains null in {X.null_count()} of {len(X)} rows: texts were "
                "expected; fill or drop them first"
            )
        return as_texts(X)
    return as_texts(X.tolist() if hasattr(X, "tolist") else X)


def _weights(sample_weight: ArrayLike | None, *, num_texts: int) -> NDArray[np.float64] | None:
    if sample_weight is None:
        return None
    weights = np.asarray(sample_weight, np.float64)
    if weights.shape != (num_texts,):
        raise DataError(
            f"sample_weight has shape {weights.shape}, expected ({num_texts},): one per text"
        )
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise DataError("sample_weight must hold numbers from 0, without NaN and infinity")
    return weights


def _read_files(folder: Path) -> dict[str, bytes]:
    """Read the files of a saved model; others in its folder are not part of it."""
    from linnet.artifact import layout

    names = (*layout.SUMMED, layout.GRAPH, layout.SUMS, layout.CARD)
    return {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}


def _from_files(files: dict[str, bytes]) -> "Classifier":
    """Write a saved model to a temporary folder, sum every file, and load it."""
    from linnet.artifact.load import open_artifact
    from linnet.runtime.classifier import from_artifact

    with ExitStack() as kept:
        folder = Path(kept.enter_context(TemporaryDirectory(prefix="linnet-")))
        for name, content in files.items():
            (folder / Path(name).name).write_bytes(content)
        classifier = from_artifact(open_artifact(folder))
        finalize(classifier, kept.pop_all().close)
    return classifier

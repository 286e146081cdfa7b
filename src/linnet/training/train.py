"""From tokens to a trained model: vectorise, fit with validation, then again on everything.

Test rows are tokenised with the others and looked at by nothing here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linnet.config import Config
from linnet.errors import ConfigError, DivergedError
from linnet.evaluation.calibrate import Calibration
from linnet.models import custom
from linnet.models.heads import head
from linnet.models.measured import Measured
from linnet.models.model import Sizes, layers_for, row_table, takes_bags
from linnet.text.coverage import ideographs, unseen
from linnet.text.tokenize import Tokens
from linnet.text.vectorize import Inputs, Vectorizer, fit_and_vectorize
from linnet.training.data import Data, row_weights, select
from linnet.training.engines.engine import Engine, Plan, make_engine
from linnet.training.loop import Fitted, Report, Rules, fit
from linnet.training.members import bag_of_member, side_by_side
from linnet.training.settings import (
    check_together,
    check_vectorizer,
    class_weights,
    complete,
    default_model,
    options,
    text_settings,
)
from linnet.training.standing import Keeping, Standing
from linnet.training.start import Start, next_layers, next_vectorizer, next_weights
from linnet.training.vectors import Coverage, put_vectors, sized_by_vectors
from linnet.types import Note, Rows, Scores, Split, Targets, Task


@dataclass(frozen=True, eq=False)
class Material:
    """All rows of a run, whatever part they belong to.

    Attributes:
        tokens: The texts, split into tokens.
        targets: What a model should answer.
        task: Binary, multiclass or multilabel.
        labels: In class order.
        weights: How much each row counts; None: all alike.
        foreign: Labels that only test rows have; their classes follow those of `labels`.
        start: The saved model that training goes on from; None: it starts anew.
    """

    tokens: Tokens
    targets: Targets
    task: Task
    labels: tuple[str, ...]
    weights: NDArray[np.float32] | None = None
    foreign: tuple[str, ...] = ()
    start: Start | None = None

    def answers(self, rows: Rows) -> Targets:
        """Return what the model should answer for rows that are not for test."""
        targets = self.targets[rows]
        return targets[:, : len(self.labels)] if self.task == "multilabel" else targets


@dataclass(frozen=True, eq=False)
class Known:
    """Rows whose inputs are at hand.

    Attributes:
        rows: Their numbers among all rows of the run.
        inputs: In the same order.
    """

    rows: Rows
    inputs: Inputs

    def select(self, rows: Rows) -> Inputs:
        """Return the inputs of some of the rows, by their numbers, in the given order."""
        order = np.argsort(self.rows)
        return select(self.inputs, order[np.searchsorted(self.rows, rows, sorter=order)])


@dataclass(frozen=True, eq=False)
class Model:
    """A model after training.

    Attributes:
        vectorizer: Texts → the model's inputs.
        plan: The architecture and how it was trained.
        engine: Holds the weights.
        fitted: Weights and history.
        learned: Rows that it learned from; of a model that is not kept, only those in `watching`.
        watching: Rows that watched it.
        vectors: How many words started from a file of vectors; None: there was none.
    """

    vectorizer: Vectorizer
    plan: Plan
    engine: Engine
    fitted: Fitted
    learned: "Known"
    watching: "Known"
    vectors: Coverage | None = None

    def scores(self, tokens: Tokens) -> Scores:
        """Return the scores of texts, shape (texts, labels)."""
        return self.answer(self.vectorizer.vectorize(tokens))

    def answer(self, inputs: Inputs) -> Scores:
        """Return the scores of texts that are vectorised already."""
        return self.plan.head.scores(self.engine.logits(inputs))

    def best_epoch_scores(self, tokens: Tokens) -> Scores:
        """Return the scores that the best epoch's weights give, where others are kept."""
        self.engine.set_weights(self.fitted.best_weights or self.fitted.weights)
        scores = self.scores(tokens)
        self.engine.set_weights(self.fitted.weights)
        return scores


@dataclass(frozen=True, eq=False)
class Trained:
    """What a training ends with.

    Attributes:
        material: All rows of the run.
        split: Which of them were for what.
        config: The settings, complete.
        watched: The model that validation rows watched.
        final: The model that is kept: trained again on train and validation, or `watched`.
        calibration: What `calibrated` has put into the weights of both; None: nothing.
        ran_away: Why the model is not trained again although the settings say so; "": no reason.
    """

    material: Material
    split: Split
    config: Config
    watched: Model
    final: Model
    calibration: Calibration | None = None
    ran_away: str = ""

    @cached_property
    def validation_scores(self) -> Scores:
        """The scores of the validation rows, by the model that they watched."""
        return self.watched.answer(self.watched.watching.inputs)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What a person should know of the training."""
        vectors = (self.final.vectors.note,) if self.final.vectors else ()
        return (*vectors, *_diverged_notes(self))


def train_model(
    material: Material,
    split: Split,
    *,
    config: Config,
    checkpoints: Path | None = None,
    report: Report = lambda progress: None,
    standing: Standing | None = None,
) -> Trained:
    """Train a model, and again on train and validation if the settings say so.

    Args:
        material: All rows.
        split: Which of them are for what.
        config: The settings; what is None is decided here.
        checkpoints: Folder for checkpoints; None: nothing is written.
        report: Is told how far training is.
        standing: Where both trainings put down where they stand, and go on from what stands there;
            None: they begin.

    Raises:
        ConfigError: Settings that are unknown to the model or contradict each other.
        LinnetError: The loss became infinite.

    Example:
        >>> from linnet.config import configure
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> tokens = tokenize(as_texts(["good", "bad", ""] * 4))
        >>> material = Material(tokens, np.array([1, 0, 0] * 4), "binary", ("-", "+"))
        >>> split = Split(np.arange(6), np.arange(6, 12), np.arange(0))
        >>> trained = train_model(material, split, config=configure(model="linear", epochs=2))
        >>> trained.final.scores(tokenize(as_texts(["", "good"]))).argmax(1).tolist()
        [0, 1]
    """
    validated = len(split.validation) > 0
    check_together(config, validated=validated, started=material.start is not None)
    found = measured(material, split)
    config = complete(sized_by_vectors(config, default_model(found)), found)
    watched = fit_rows(
        material, config, rows=split.train, validation=split.validation,
        keeping=Keeping("watched", report, checkpoints, standing),
    )  # fmt: skip
    # What was measured, too, is a setting of the run.
    config = replace(
        config, task=material.task, loss=watched.plan.head.loss,
        max_length=watched.vectorizer.settings.max_length,
    )  # fmt: skip
    if not (config.retrain and validated):
        return Trained(material, split, config, watched, watched)
    watched = replace(watched, learned=watched.watching)  # else two copies of most rows are held
    everything = np.sort(np.concatenate([split.train, split.validation]))
    # Nothing is decided again: neither how long to train nor how long a text may be.
    epochs = config.retrain_epochs or watched.fitted.kept_epoch
    again = replace(config, epochs=epochs, weights="last", patience=None, checkpoints="none")
    keeping = Keeping("again", report, standing=standing)
    try:
        final = fit_rows(material, again, rows=everything, keeping=keeping)
    except DivergedError as error:
        kept = replace(watched, learned=_known(watched.vectorizer, material, split.train))
        config = replace(config, retrain=False)
        return Trained(material, split, config, kept, kept, ran_away=str(error))
    return Trained(material, split, config, watched, final)


def _diverged_notes(trained: Trained) -> tuple[Note, ...]:
    """Say which numbers ran away, and what is kept instead."""
    fitted, found = trained.watched.fitted, []
    if fitted.ran_away:
        found.append(
            f"{fitted.ran_away}: training ended there and epoch {fitted.kept_epoch} is kept; "
            "lower learning_rate"
        )
    if trained.ran_away:
        found.append(
            f"trained again on training and validation rows, {trained.ran_away}: the model that "
            "the validation rows watched is kept"
        )
    return tuple(Note("diverged", 1, message) for message in found)


def measured(material: Material, split: Split) -> Measured:
    """Measure what settings depend on, in the training rows alone.

    Example:
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> tokens = tokenize(as_texts(["ä", ""]))
        >>> material = Material(tokens, np.array([1, 0]), "binary", ("-", "+"))
        >>> measured(material, Split(np.arange(2), np.arange(0), np.arange(0))).num_words
        1
    """
    tokens = material.tokens.select(split.train)
    return Measured(
        material.task, len(split.train), len(material.labels), len(split.validation) > 0,
        unseen=unseen(tokens), ideographs=ideographs(tokens), num_words=len(tokens.codes),
    )  # fmt: skip


def fit_rows(
    material: Material,
    config: Config,
    *,
    rows: Rows,
    validation: Rows | None = None,
    keeping: Keeping = Keeping(),  # noqa: B008 - it is frozen
) -> Model:
    """Fit the vectoriser and the model on some rows, watched by others.

    Args:
        material: All rows.
        config: The settings, complete.
        rows: Those to learn from.
        validation: Those to watch; None: none.
        keeping: Who is told of it, and what is kept of it.

    Raises:
        ConfigError: Settings that are unknown to the model or contradict each other.
        LinnetError: The loss became infinite.

    Example:
        >>> from linnet.config import configure
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> material = Material(
        ...     tokenize(as_texts(["hyvä", "bad", ""])), np.array([1, 0, 0]), "binary", ("-", "+")
        ... )
        >>> config = complete(configure(model="linear", epochs=2), Measured("binary", 3, 2))
        >>> len(fit_rows(material, config, rows=np.arange(3)).fitted.history)
        2
    """
    validation = rows[:0] if validation is None else validation
    vectorizer, inputs = _vectorized(config, material, rows)
    plan = _plan(config, vectorizer, material)
    data = Data(inputs, material.answers(rows), _weights(material, rows, config))
    watching = _known(vectorizer, material, validation)
    fit_member = partial(
        _fit_member, config=config, data=data,
        validation=Data(watching.inputs, material.answers(validation)),
    )  # fmt: skip
    engine = make_engine(config.engine, plan)
    vectors = _put_first_weights(engine, config, vectorizer, material.start)
    members = [fit_member(engine, keeping=keeping)]
    for number in range(1, config.members):
        other = replace(plan, seed=config.seed + number)
        keeping_other = keeping.member(number + 1)
        members.append(fit_member(make_engine(config.engine, other), keeping=keeping_other))
    fitted = members[0]
    if config.members > 1:
        engine, fitted = _joined(engine, members)
    return Model(
        vectorizer, engine.plan, engine, fitted, Known(rows, data.inputs), watching, vectors
    )


def _known(vectorizer: Vectorizer, material: Material, rows: Rows) -> Known:
    """Return rows with their inputs."""
    return Known(rows, vectorizer.vectorize(material.tokens.select(rows)))


def _fit_member(
    engine: Engine, *, config: Config, data: Data, validation: Data, keeping: Keeping
) -> Fitted:
    """Fit one model, or go on where it stood."""
    rules = Rules(
        int(config.epochs or 1), engine.plan.seed, config.monitor, config.patience,
        config.min_delta, config.weights, compare=config.checkpoints in ("best", "all"),
    )  # fmt: skip
    return fit(
        engine, data, rules=rules, validation=validation, state=keeping.restored(engine),
        hooks=keeping.hooks(config, rules),
    )  # fmt: skip


def _joined(engine: Engine, members: Sequence[Fitted]) -> tuple[Engine, Fitted]:
    """Put members side by side; the history is the first one's, the epoch their median."""
    plan = engine.plan
    layers, weights = side_by_side(
        plan.layers, plan.sizes, members=[each.weights for each in members]
    )
    wide = make_engine("sparse", replace(plan, layers=layers))
    wide.set_weights(weights)
    epoch = int(np.median([each.kept_epoch for each in members]))
    return wide, Fitted(weights, members[0].history, members[0].best_epoch, epoch)


def _put_first_weights(
    engine: Engine, config: Config, vectorizer: Vectorizer, start: Start | None
) -> Coverage | None:
    """Put vectors, and then all that a saved model knows, in the place of random numbers."""
    plan, covered = engine.plan, None
    if config.vectors:
        weights = dict(engine.get_weights())
        table = weights[row_table(plan.layers, plan.sizes)]
        first = len(start.vectorizer.vocabulary) if start else 0
        covered = put_vectors(config.vectors, table, vocabulary=vectorizer.vocabulary, first=first)
        engine.set_weights(weights)
    if start:
        engine.set_weights(next_weights(start, engine.get_weights(), head=plan.head))
    return covered


def _vectorized(config: Config, material: Material, rows: Rows) -> tuple[Vectorizer, Inputs]:
    """Fit the vectoriser, or take the saved one, and return it with the training inputs."""
    settings, tokens = text_settings(config), material.tokens.select(rows)
    if material.start is None:
        return fit_and_vectorize(tokens, settings, targets=material.answers(rows))
    vectorizer = next_vectorizer(
        material.start, tokens, settings=settings, extend=config.extend_vocabulary,
        targets=material.answers(rows),
    )  # fmt: skip
    return vectorizer, vectorizer.vectorize(tokens)


def _plan(config: Config, vectorizer: Vectorizer, material: Material) -> Plan:
    """Put together what the engine has to know."""
    end = head(material.task, len(material.labels), loss=config.loss)
    sizes = Sizes(vectorizer.num_ids, vectorizer.settings.max_length or 1, end.outputs)
    plan = Plan(
        layers=(), sizes=sizes, head=end, optimizer=str(config.optimizer),
        learning_rate=float(config.learning_rate or 0), batch_size=int(config.batch_size or 1),
        seed=config.seed, pad=vectorizer.settings.pad,
    )  # fmt: skip
    if custom.is_custom(str(config.model)):
        build = custom.custom_build(str(config.model))
        make = partial(custom.call_build, build, sizes, options=options(config))
        return replace(plan, build=make)
    if material.start:
        return replace(plan, layers=next_layers(material.start, sizes))
    layers = layers_for(str(config.model), sizes, options=options(config))
    if config.members > 1:
        bag_of_member(layers)
    check_vectorizer(config, takes_bags=takes_bags(layers))
    return replace(plan, layers=layers)


def _weights(material: Material, rows: Rows, config: Config) -> NDArray[np.float32] | None:
    """Return how much each training row counts."""
    weights = None if material.weights is None else material.weights[rows]
    if config.class_weights is None:
        return weights
    if material.task == "multilabel":
        raise ConfigError("class_weights is for one label per text: use weight, a column")
    wanted = class_weights(config, material.labels)
    by_class = row_weights(material.answers(rows), material.labels, class_weights=wanted)
    return by_class if weights is None else by_class * weights

"""From rows to one fitted model: vectorise, put together, step.

Goes in: rows, and settings that are complete. Comes out: the model with its history.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from linnet.config import Config
from linnet.errors import ConfigError
from linnet.models import custom
from linnet.models.heads import head
from linnet.models.model import Sizes, layers_for, row_table, takes_bags
from linnet.text.tokenize import Tokens
from linnet.text.vectorize import Inputs, Vectorizer, fit_and_vectorize
from linnet.training.data import Data, Source, row_weights
from linnet.training.engines.engine import Engine, Plan, make_engine
from linnet.training.loop import Fitted, Rules, fit
from linnet.training.material import Known, Material
from linnet.training.members import bag_of_member, side_by_side
from linnet.training.settings import check_vectorizer, class_weights, options, text_settings
from linnet.training.standing import Keeping
from linnet.training.start import Start, next_layers, next_vectorizer, next_weights
from linnet.training.vectors import Coverage, put_vectors
from linnet.types import Rows, Scores


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
    learned: Known
    watching: Known
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
        >>> from linnet.models.measured import Measured
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.training.settings import complete
        >>> material = Material(
        ...     tokenize(as_texts(["hyvä", "bad", ""])), np.array([1, 0, 0]), "binary", ("-", "+")
        ... )
        >>> config = complete(configure(model="linear", epochs=2), Measured("binary", 3, 2))
        >>> len(fit_rows(material, config, rows=np.arange(3)).fitted.history)
        2
    """
    validation = rows[:0] if validation is None else validation
    vectorizer, inputs = _vectorized(config, material, rows)
    data = Data(inputs, material.answers(rows), _weights(material, rows, config))
    watching = known(vectorizer, material, rows=validation)
    lesson = Lesson(vectorizer, data, Known(rows, inputs), watching)
    return fit_lesson(material, config, lesson=lesson, keeping=keeping)


def known(vectorizer: Vectorizer, material: Material, *, rows: Rows) -> Known:
    """Return rows with their inputs.

    Example:
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.text.vectorize import TextSettings, fit
        >>> tokens = tokenize(as_texts(["ä", "b"]))
        >>> material = Material(tokens, np.array([0, 1]), "binary", ("-", "+"))
        >>> known(fit(tokens, TextSettings()), material, rows=np.array([1])).rows
        array([1])
    """
    return Known(rows, vectorizer.vectorize(material.tokens.select(rows)))


@dataclass(frozen=True, eq=False)
class Lesson:
    """What a model learns from, vectorised.

    Attributes:
        vectorizer: Made of the training texts.
        data: The training rows, in memory or on disk.
        learned: Those of them that are at hand.
        watching: The rows that watch.
    """

    vectorizer: Vectorizer
    data: Source
    learned: Known
    watching: Known


def fit_lesson(
    material: Material,
    config: Config,
    *,
    lesson: Lesson,
    keeping: Keeping = Keeping(),  # noqa: B008 - it is frozen
) -> Model:
    """Fit the model on rows that are vectorised already.

    Args:
        material: The rows that are at hand, those that watch among them.
        config: The settings, complete.
        lesson: What it learns from.
        keeping: Who is told of it, and what is kept of it.

    Raises:
        ConfigError: Settings that are unknown to the model or contradict each other.
        LinnetError: The loss became infinite.

    Example:
        >>> from linnet.models.measured import Measured
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.training.settings import complete
        >>> tokens, targets = tokenize(as_texts(["hyvä", "bad", ""])), np.array([1, 0, 0])
        >>> material = Material(tokens, targets, "binary", ("-", "+"))
        >>> config = complete(Config(model="linear", epochs=2), Measured("binary", 3, 2))
        >>> vectorizer, bags = fit_and_vectorize(tokens, text_settings(config))
        >>> known, none = Known(np.arange(3), bags), Known(np.arange(0), bags[:0])
        >>> lesson = Lesson(vectorizer, Data(bags, targets), known, none)
        >>> len(fit_lesson(material, config, lesson=lesson).fitted.history)
        2
    """
    plan = plan_for(config, lesson.vectorizer, material=material)
    watching = lesson.watching
    fit_member = partial(
        _fit_member, config=config, data=lesson.data,
        validation=Data(watching.inputs, material.answers(watching.rows)),
    )  # fmt: skip
    engine = make_engine(config.engine, plan)
    vectors = _put_first_weights(engine, config, lesson.vectorizer, material.start)
    members = [fit_member(engine, keeping=keeping)]
    for number in range(1, config.members):
        other = make_engine(config.engine, replace(plan, seed=config.seed + number))
        _put_first_weights(other, config, lesson.vectorizer, material.start)
        members.append(fit_member(other, keeping=keeping.member(number + 1)))
    fitted = members[0]
    if config.members > 1:
        engine, fitted = _joined(engine, members)
    return Model(lesson.vectorizer, engine.plan, engine, fitted, lesson.learned, watching, vectors)


def _fit_member(
    engine: Engine, *, config: Config, data: Source, validation: Data, keeping: Keeping
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
    wide = make_engine("sparse", replace(plan, layers=layers, devices="auto"))
    wide.set_weights(weights)
    epoch = int(np.median([each.kept_epoch for each in members]))
    ran_away = next((each.ran_away for each in members if each.ran_away), "")
    first = members[0]
    return wide, Fitted(weights, first.history, first.best_epoch, epoch, ran_away=ran_away)


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


def plan_for(config: Config, vectorizer: Vectorizer, *, material: Material) -> Plan:
    """Put together what the engine has to know.

    Args:
        config: The settings, complete.
        vectorizer: What gives the inputs.
        material: What is decided, and the model that training starts from.

    Raises:
        ConfigError: Settings that are unknown to the model or contradict each other.

    Example:
        >>> from linnet.models.measured import Measured
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.text.vectorize import fit
        >>> from linnet.training.settings import complete
        >>> tokens = tokenize(as_texts(["ä", ""]))
        >>> material = Material(tokens, np.array([1, 0]), "binary", ("-", "+"))
        >>> config = complete(Config(model="linear"), Measured("binary", 2, 2))
        >>> plan_for(config, fit(tokens, text_settings(config)), material=material).sizes.outputs
        1
    """
    end = head(material.task, len(material.labels), loss=config.loss)
    sizes = Sizes(vectorizer.num_ids, vectorizer.settings.max_length or 1, end.outputs)
    plan = Plan(
        layers=(), sizes=sizes, head=end, optimizer=str(config.optimizer),
        learning_rate=float(config.learning_rate or 0), batch_size=int(config.batch_size or 1),
        seed=config.seed, pad=vectorizer.settings.pad, devices=config.devices,
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

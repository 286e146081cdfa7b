"""From tokens to a trained model: vectorise, fit with validation, then again on everything.

Test rows are tokenised with the others and looked at by nothing here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from linnet.config import Config
from linnet.errors import DivergedError
from linnet.evaluation.calibrate import Calibration
from linnet.models.measured import Measured
from linnet.text.coverage import ideographs, unseen
from linnet.training.fitting import Model as Model
from linnet.training.fitting import fit_rows as fit_rows
from linnet.training.fitting import known
from linnet.training.loop import Report
from linnet.training.material import Known as Known
from linnet.training.material import Material as Material
from linnet.training.settings import check_together, complete, default_model
from linnet.training.standing import Keeping, Standing
from linnet.training.vectors import sized_by_vectors
from linnet.types import Note, Scores, Split

PARTS = ("train", "validation", "test")


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
        counts: Rows of each part, where `material` has only some of the training rows.
    """

    material: Material
    split: Split
    config: Config
    watched: Model
    final: Model
    calibration: Calibration | None = None
    ran_away: str = ""
    counts: Mapping[str, int] | None = None

    @property
    def num_rows(self) -> dict[str, int]:
        """How many rows each part has, those too that are not at hand."""
        at_hand = {name: len(getattr(self.split, name)) for name in PARTS}
        return {**at_hand, **(self.counts or {})}

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
        kept = replace(watched, learned=known(watched.vectorizer, material, rows=split.train))
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

"""One candidate in one round: trained as any model is, and measured on rows it has not seen."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from linnet.comparison.candidates import BASELINES, LINEAR, MAJORITY, settings_of
from linnet.comparison.rounds import Round
from linnet.config import Config
from linnet.evaluation.baselines import label_shares, most_frequent
from linnet.evaluation.intervals import Pairs, ratio, row_counts
from linnet.evaluation.metrics import headline
from linnet.training.baseline import fit_baseline
from linnet.training.calibrate import calibrated
from linnet.training.loop import Report
from linnet.training.measure import thresholds_of
from linnet.training.settings import complete
from linnet.training.tested import Questions
from linnet.training.train import Material, Model, Trained, measured, train_model
from linnet.types import Rows, Split


@dataclass(frozen=True, eq=False)
class Trial:
    """What a candidate reached in a round.

    Attributes:
        candidate: Its line.
        number: Of the round.
        rows: Those that were measured.
        counts: Two numbers for each of them, whose sums' ratio is the score, as `row_counts`.
        score: Accuracy, or micro-F1 for several labels per text.
        seconds: Of training, texts into numbers included.
        told: What else was measured: name → number.
    """

    candidate: str
    number: int
    rows: Rows
    counts: Pairs
    score: float
    seconds: float
    told: Mapping[str, float] = field(default_factory=dict)


def distinct(
    names: Sequence[str], material: Material, *, split: Split, config: Config
) -> tuple[str, ...]:
    """Leave out candidates that come to the same settings on these rows as one before them.

    Args:
        names: The lines of candidates; baselines stay.
        material: All rows.
        split: Which of them train.
        config: Of the comparison.

    Example:
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> material = Material(
        ...     tokenize(as_texts(["ä", "b"] * 4)), np.array([1, 0] * 4), "binary", ("-", "+")
        ... )
        >>> split = Split(np.arange(6), np.arange(6, 8), np.arange(0))
        >>> names = ["majority", "mlp", "mlp norm=l2", "mlp norm=none"]
        >>> distinct(names, material, split=split, config=Config())
        ('majority', 'mlp', 'mlp norm=none')
    """
    found = measured(material, split)
    first: dict[Config | str, str] = {}
    for name in names:
        same = name if name in BASELINES else complete(settings_of(name, config), found)
        first.setdefault(same, name)
    return tuple(first.values())


def majority(material: Material, part: Round) -> Trial:
    """Answer the most frequent label of the training rows, whatever the text.

    Sets of labels: as many labels as a training row has on average, the most frequent ones.

    Args:
        material: All rows.
        part: The round.

    Example:
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.types import Split
        >>> tokens = tokenize(as_texts(["ä", "b", "c", ""]))
        >>> material = Material(tokens, np.array([1, 0, 1, 1]), "binary", ("-", "+"))
        >>> part = Round(0, 0, Split(np.array([0, 1]), np.array([2]), np.array([3])))
        >>> majority(material, part).score
        1.0
    """
    learned = material.answers(np.concatenate([part.split.train, part.split.validation]))
    asked = Questions(material, part.split.test)
    shares = asked.widen(label_shares(learned, num_labels=len(material.labels))[None])[0]
    scores, thresholds = np.tile(shares, (len(asked.targets), 1)), None
    if asked.task == "multilabel":
        thresholds = most_frequent(shares)
    counts = row_counts(asked.targets, scores, task=asked.task, thresholds=thresholds)
    score = float(ratio(counts.sum(axis=0)[None])[0])
    return Trial(MAJORITY, part.number, part.split.test, counts, score, 0.0)


def linear(material: Material, *, part: Round, config: Config) -> tuple[Trial, Trained]:
    """Train and measure the linear baseline, as `run_trial` does a candidate.

    Args:
        material: All rows, as words.
        part: The round.
        config: Of the comparison.

    Example:
        >>> from linnet.comparison.rounds import by_fold
        >>> from linnet.splitting.pool import Pool
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> targets = np.array([1, 0, 0] * 8)
        >>> tokens = tokenize(as_texts(["hyvä", "bad", ""] * 8))
        >>> material = Material(tokens, targets, "binary", ("-", "+"))
        >>> part = by_fold(Pool(targets, "binary"), np.arange(24), num_folds=2)[0]
        >>> linear(material, part=part, config=Config())[0].score
        1.0
    """
    started = time.perf_counter()
    config = replace(config, seed=part.seed, model="linear")
    made = fit_baseline(material, part.split, config=config)
    seconds = time.perf_counter() - started
    trial = _measured(LINEAR, material, part, made.final, made.thresholds)
    trained = Trained(made.material, part.split, config, made.final, made.final)
    return replace(trial, seconds=seconds), trained


def run_trial(
    candidate: str,
    material: Material,
    *,
    part: Round,
    config: Config,
    report: Report = lambda progress: None,
) -> tuple[Trial, Trained]:
    """Train a candidate on a round's rows, and again on those that watched, then measure it.

    Args:
        candidate: Its line.
        material: All rows.
        part: The round.
        config: The candidate's settings.
        report: Is told how far training is; what it raises ends the trial.

    Returns:
        What was reached, and the model.

    Example:
        >>> import numpy as np
        >>> from linnet.comparison.rounds import by_fold
        >>> from linnet.splitting.pool import Pool
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> targets = np.array([1, 0, 0] * 8)
        >>> tokens = tokenize(as_texts(["hyvä", "bad", ""] * 8))
        >>> material = Material(tokens, targets, "binary", ("-", "+"))
        >>> part = by_fold(Pool(targets, "binary"), np.arange(24), num_folds=2)[0]
        >>> trial, _ = run_trial(
        ...     "fasttext", material, part=part, config=Config(model="fasttext")
        ... )
        >>> trial.score, trial.counts.shape
        (1.0, (12, 2))
    """
    started = time.perf_counter()
    config = replace(config, seed=part.seed, checkpoints="none")
    trained = calibrated(train_model(material, part.split, config=config, report=report))
    seconds = time.perf_counter() - started
    trial = _measured(candidate, material, part, trained.final, thresholds_of(trained))
    return replace(trial, seconds=seconds), trained


def _measured(
    candidate: str,
    material: Material,
    part: Round,
    model: Model,
    thresholds: NDArray[np.float32] | None,
) -> Trial:
    asked = Questions(material, part.split.test)
    evaluation, counts = asked.judge(model.scores(asked.tokens), thresholds)
    _, score = headline(evaluation, asked.task)
    return Trial(candidate, part.number, part.split.test, counts, score, 0.0)

"""Evaluate a saved classifier on new rows."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config, configure
from linnet.errors import ArtifactError, ConfigError
from linnet.types import Scores
from linnet.workflows.load import load, saved_columns
from linnet.workflows.run import BASELINE

if TYPE_CHECKING:
    from linnet.evaluation.intervals import Pairs
    from linnet.runtime.classifier import Classifier
    from linnet.tables.examples import Examples


def evaluate(
    folder: str | Path,
    table: Any,
    *,
    why: bool = False,
    config: Config | None = None,
    **settings: Any,
) -> dict[str, Any]:
    """Evaluate a saved classifier on the rows of a table.

    Args:
        folder: A saved classifier.
        table: A path or a table with texts and labels.
        why: Whether to say, under `why`, for the labels that are most often taken for each other
            which words separate them, as `linnet.workflows.why.separations` does.
        config: Settings to start from; only those of the data matter. None: the saved run's.
        settings: Settings by name, over `config`: text, label, label_separator, ...

    Returns:
        The metrics of `linnet.evaluation.metrics.evaluate`, and under `baselines` what constant
        answers reach on these rows, by the label shares of the training rows, and what the run's
        linear baseline reaches; `against_linear`: the difference from that; `baseline_notes`:
        where the model is not worth its trouble, or why there is no linear baseline; under
        `notes`, in sentences, which rows were left out.

    Raises:
        DataError: A label of the table is unknown to the classifier.
        ConfigError: `why` is asked of a classifier that gives a text several labels.

    Example:
        >>> evaluate("no such folder", {"text": ["a"], "label": ["b"]})
        Traceback (most recent call last):
        linnet.errors.ArtifactError: ...
    """
    classifier = load(folder)
    if why and classifier.task == "multilabel":
        raise ConfigError(
            "why is for classifiers that give each text one label: this one's labels go together, "
            "so none is taken for another; see explain for single texts"
        )
    chosen = configure(config or saved_columns(folder), **settings)
    return judged(classifier, table, config=chosen, why=why)[0]


def judged(
    classifier: "Classifier",
    table: Any,
    *,
    config: Config,
    run: Path | None = None,
    why: bool = False,
) -> "tuple[dict[str, Any], Pairs]":
    """Return what `evaluate` does, and the counts per row to compare the classifier by.

    Args:
        classifier: A saved classifier.
        table: A path or a table with texts and labels.
        config: Which columns mean what.
        run: Folder of the run that has the linear baseline; None: the one around the classifier.
        why: Whether to say which words separate labels that are taken for each other.

    Example:
        >>> from linnet import train
        >>> table = {"text": ["good", "hyvä", "bad", ""] * 5, "label": [1, 1, 0, 0] * 5}
        >>> run = train(table, duplicates="keep", epochs=1)
        >>> found, counts = judged(run.classifier, table, config=Config())
        >>> list(found["baselines"]), counts.shape
        (['majority', 'linear'], (15, 2))
    """
    from linnet.evaluation.baselines import LINEAR, against_linear, baseline_notes
    from linnet.evaluation.metrics import headline, summary
    from linnet.tables.examples import examples
    from linnet.workflows.prepare import columns_of, name_of, table_of
    from linnet.workflows.why import separations

    columns = replace(columns_of(config), task=classifier.task)
    made = examples(
        table_of(table, config), columns, known=classifier.labels, source=name_of(table)
    )
    scores = classifier.predict_proba(made.texts)
    result, counts = _answered(classifier, made, scores)
    answers, against = _constants(classifier, made), None
    linear, missing = _linear(classifier, run)
    if linear is not None:
        other, others = _answered(linear, made, linear.predict_proba(made.texts))
        answers[LINEAR] = summary(other)
        against = against_linear(others, counts, metric=headline(other, made.task)[0])
    notes = baseline_notes(result, answers, task=made.task, against=against)
    told = {}
    if why:
        told["why"] = separations(classifier, made.texts, known=made.targets, scores=scores)
    return {
        **result,
        "baselines": answers,
        **({} if against is None else {"against_linear": against}),
        "baseline_notes": [*notes, *missing],
        "notes": [note.message for note in made.notes],
        **told,
    }, counts


def _answered(
    classifier: "Classifier", made: "Examples", scores: Scores
) -> "tuple[dict[str, Any], Pairs]":
    from linnet.evaluation.intervals import row_counts
    from linnet.evaluation.metrics import evaluate as evaluate_scores

    reached = classifier.thresholds
    found = evaluate_scores(
        made.targets, scores, task=made.task, labels=made.labels, thresholds=reached
    )
    return found, row_counts(made.targets, scores, task=made.task, thresholds=reached)


def _constants(classifier: "Classifier", made: "Examples") -> dict[str, dict[str, Any]]:
    import numpy as np

    from linnet.artifact.profile import label_shares
    from linnet.evaluation.baselines import constant_answers

    known = label_shares(classifier.artifact)
    shares = np.array([known[label] for label in made.labels])
    return constant_answers(shares, made.targets, task=made.task, labels=made.labels)


def _linear(classifier: "Classifier", run: Path | None) -> "tuple[Classifier | None, list[str]]":
    """Load the linear baseline of the run that a classifier is of, or say why there is none."""
    path = (run or classifier.path.absolute().parent) / BASELINE
    if path.is_dir() and classifier.path.is_dir() and path.samefile(classifier.path):
        return None, []
    if not path.is_dir():
        return None, [
            "no linear baseline beside this model: it is in the folder of a run (baseline/), "
            "unless that was trained with baseline = false"
        ]
    try:
        linear = load(path)
    except ArtifactError as error:
        return None, [f"the linear baseline cannot be used: {error}"]
    of, mine = linear.manifest, classifier.manifest
    if (of["fingerprint"], of["labels"]) != (mine["fingerprint"], mine["labels"]):
        return None, [f"{path} is of another training: there is no linear baseline to compare with"]
    return linear, []

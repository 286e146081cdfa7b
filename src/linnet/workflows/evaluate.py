"""Evaluate a saved classifier on new rows."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from linnet.config import Config, configure
from linnet.errors import ConfigError
from linnet.workflows.load import load, saved_columns


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
        answers reach on these rows, by the label shares of the training rows; under `notes`, in
        sentences, which rows were left out.

    Raises:
        DataError: A label of the table is unknown to the classifier.
        ConfigError: `why` is asked of a classifier that gives a text several labels.

    Example:
        >>> evaluate("no such folder", {"text": ["a"], "label": ["b"]})
        Traceback (most recent call last):
        linnet.errors.ArtifactError: ...
    """
    import numpy as np

    from linnet.artifact.layout import PROFILE
    from linnet.evaluation.baselines import constant_answers
    from linnet.evaluation.metrics import evaluate as evaluate_scores
    from linnet.tables.examples import examples
    from linnet.workflows.prepare import columns_of, name_of, table_of
    from linnet.workflows.why import separations

    classifier = load(folder)
    if why and classifier.task == "multilabel":
        raise ConfigError(
            "why is for classifiers that give each text one label: this one's labels go together, "
            "so none is taken for another; see explain for single texts"
        )
    chosen = configure(config or saved_columns(folder), **settings)
    columns = replace(columns_of(chosen), task=classifier.task)
    made = examples(
        table_of(table, chosen), columns, known=classifier.labels, source=name_of(table)
    )
    scores = classifier.predict_proba(made.texts)
    result = evaluate_scores(
        made.targets, scores, task=made.task, labels=made.labels,
        thresholds=classifier.thresholds,
    )  # fmt: skip
    known = classifier.artifact.json(PROFILE)["label_shares"]
    shares = np.array([known[label] for label in made.labels])
    answers = constant_answers(shares, made.targets, task=made.task, labels=made.labels)
    notes = [note.message for note in made.notes]
    told = {}
    if why:
        told["why"] = separations(classifier, made.texts, known=made.targets, scores=scores)
    return {**result, "baselines": answers, "notes": notes, **told}

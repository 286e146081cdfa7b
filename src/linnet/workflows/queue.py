"""Choose the texts that a person should label next."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config, configure
from linnet.errors import ConfigError
from linnet.workflows.load import load, saved_columns
from linnet.workflows.prepare import name_of
from linnet.workflows.read import read

if TYPE_CHECKING:
    import polars as pl

    from linnet.types import Rows

POOL = 10
"""Near-duplicates are looked for among so many times the texts that are wanted."""


def queue(
    folder: str | Path,
    table: Any,
    *,
    most: int = 100,
    by: str = "margin",
    config: Config | None = None,
    **settings: Any,
) -> "pl.DataFrame":
    """Return the texts of which a saved model is least sure, the least sure first.

    Of texts that are nearly the same only the first is returned: one answer tells them all.

    Args:
        folder: A saved classifier.
        table: A path or a table of texts, with or without labels.
        most: How many texts at most.
        by: margin, least_confidence or entropy.
        config: Settings to start from; only those of the data matter. None: the saved run's.
        settings: Settings by name, over `config`: text, label, columns, ...

    Returns:
        `row` (of the table, from 0), `text`, `label` (null where the table has none), `suggested`
        (what the model answers; for several labels per text both are lists), `score` (of that
        answer) and `uncertainty`, 0 to 1.

    Raises:
        DataError: A column is missing, or the table has no rows.
        ConfigError: `by` is none of the three, or `most` is less than 1.

    Example:
        >>> queue("no such folder", {"text": [""]})
        Traceback (most recent call last):
        linnet.errors.ArtifactError: ...
    """
    import numpy as np
    import polars as pl

    from linnet.evaluation.decisions import decide
    from linnet.evaluation.label_errors import score_of
    from linnet.evaluation.uncertainty import uncertainty
    from linnet.tables.columns import texts

    if most < 1:
        raise ConfigError(f"most must be at least 1, not {most}")
    chosen = configure(config or saved_columns(folder), **settings)
    classifier = load(folder)
    whole = read(table, columns=chosen.columns, delimiter=chosen.delimiter)
    asked = texts(whole, list(chosen.text), source=name_of(table))
    scores = classifier.predict_proba(asked)
    unsure = uncertainty(scores, task=classifier.task, by=by)
    unsure[(asked.str.strip_chars() == "").to_numpy()] = -1  # nothing there to be labelled
    order = np.argsort(-unsure, kind="stable")[: int(np.count_nonzero(unsure >= 0))]
    rows = order[_one_of_each(asked.gather(order[: POOL * most]))][:most]
    answers = decide(scores[rows], task=classifier.task, thresholds=classifier.thresholds)
    kind = pl.List(pl.String) if classifier.task == "multilabel" else pl.String
    return pl.DataFrame(
        {
            "row": rows,
            "text": asked.gather(rows),
            "label": _given(whole, chosen, kind, source=name_of(table)).gather(rows),
            "suggested": pl.Series(classifier.labels_for(scores[rows]), dtype=kind),
            "score": score_of(answers, scores[rows]),
            "uncertainty": unsure[rows],
        }
    )


def write_queue(
    table: "pl.DataFrame", path: str | Path, *, tool: str, labels: Sequence[str]
) -> None:
    """Write texts into a file that an annotation tool imports.

    Args:
        table: What `queue` returns.
        path: The file, .json, .jsonl or .csv; must not exist. For Label Studio the labelling
            interface is written beside it, as `.xml`.
        tool: label-studio, doccano or argilla.
        labels: All labels that may be given: `labels` of the classifier.

    Raises:
        ConfigError: The tool is unknown.
        OutputError: The file exists, or the tool does not read such files.

    Example:
        >>> import polars as pl
        >>> write_queue(pl.DataFrame(), "queue.pdf", tool="doccano", labels=[])
        Traceback (most recent call last):
        linnet.errors.OutputError: queue.pdf: doccano reads .jsonl, .json, .csv: name the file so
    """
    from linnet.tables.annotation.tools import write_queue as write

    write(table, Path(path), tool=tool, labels=labels)


def check_queue(path: Path, *, tool: str) -> None:
    """Refuse a file that cannot be written for a tool, before anything is computed.

    Example:
        >>> check_queue(Path("queue.json"), tool="docano")
        Traceback (most recent call last):
        linnet.errors.ConfigError: unknown annotation tool 'docano': did you mean 'doccano'? ...
    """
    from linnet.tables.annotation.tools import check_tool

    check_tool(tool, path)


def _one_of_each(texts: "pl.Series") -> "Rows":
    """Return the places of texts that are not nearly the same as one before."""
    import numpy as np

    from linnet.splitting.near_duplicates import near_duplicates

    return np.sort(np.unique(near_duplicates(texts), return_index=True)[1])


def _given(whole: "pl.DataFrame", config: Config, kind: Any, *, source: str) -> "pl.Series":
    """Return the labels that the table has; null where it has none."""
    import polars as pl

    from linnet.tables.labels import label_cells
    from linnet.tables.scheme import one_label_each, sets_of_one

    if config.label not in whole.columns:
        return pl.Series([None] * len(whole), dtype=kind)
    cells = label_cells(whole[config.label], separator=config.label_separator, source=source)
    return sets_of_one(cells) if kind == pl.List(pl.String) else one_label_each(cells, source)

"""Compare two saved models on one table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config, configure
from linnet.errors import ConfigError
from linnet.workflows.cost import milliseconds, num_bytes
from linnet.workflows.load import load, saved_columns, settings_file
from linnet.workflows.prepare import columns_of, name_of, table_of
from linnet.workflows.seen import unseen

if TYPE_CHECKING:
    import polars as pl

    from linnet.runtime.classifier import Classifier
    from linnet.tables.examples import Examples
    from linnet.types import Scores


@dataclass(frozen=True, eq=False)
class Compared:
    """Two saved models on the same rows.

    Attributes:
        result: All numbers, ready for JSON: as of `linnet.evaluation.paired.compare_scores`, with
            `task`, `cost` (`megabytes` on disk, `milliseconds` for one text, the median of up to
            50), `rows_seen` (by one of the models in its training) and `notes`.
        texts: One line per row that was compared, those that got worse first, then those that got
            better, each by how much its score changed: `row` (of the table, from 0), `text`,
            `label`, what each model gives (`before`, `after`), the probability that each gives
            to the truth (`score_before`, `score_after`; multilabel: the mean over the labels that
            are true or given by one of them), and `change`: worse, better or same.
    """

    result: dict[str, Any]
    texts: "pl.DataFrame"

    @property
    def verdict(self) -> str:
        """Better, worse, or no difference that these rows could show."""
        return str(self.result["verdict"])

    def accepted(self, *, require: str = "not-worse", margin: float | None = None) -> bool:
        """Say whether the model after may take the place of the one before.

        Args:
            require: "not-worse": it must not be proved worse. "better": proved better.
            margin: In points: instead it must be proved that it loses less than this.

        Raises:
            ConfigError: `require` is unknown, `margin` is negative, or both are asked for.
        """
        from linnet.evaluation.paired import accepted

        share = None if margin is None else margin / 100
        return accepted(self.result["interval"], require=require, margin=share)


def compare_runs(
    before: str | Path,
    after: str | Path,
    *,
    on: Any,
    keep_seen: bool = False,
    config: Config | None = None,
    **settings: Any,
) -> Compared:
    """Compare two saved models on one table.

    Rows whose text one of the models was trained on are left out: what a model has learned by
    heart proves nothing. A label that only one of the models knows counts as wrong for the other.

    Args:
        before: A run's folder, or the model folder in it.
        after: The model that might take its place, with the same task.
        on: A path or a table with texts and labels.
        keep_seen: Keep rows that one of the models was trained on; a note says how many.
        config: Settings to start from; only those of the data matter. None: those of `before`.
        settings: Settings by name, over `config`: text, label, label_separator, ...

    Raises:
        ConfigError: The models answer different tasks, or no label is known to both.
        DataError: The table holds a label that none of them knows, or no row that both have not
            seen.

    Example:
        >>> compare_runs("no such folder", "another", on={"text": ["ä"], "label": ["b"]})
        Traceback (most recent call last):
        linnet.errors.ArtifactError: ...
    """
    from linnet.evaluation.paired import compare_scores

    models = load(before), load(after)
    labels = _labels(models)
    chosen = configure(config or saved_columns(before), **settings)
    table = table_of(on, chosen)
    made = _examples(models, table, chosen, labels, source=name_of(on))
    own = made.texts, _texts_of(after, before, table, chosen, made=made)
    rows, notes, num_seen = unseen(models, own, keep_seen=keep_seen)
    texts, targets = made.texts.gather(rows), made.targets[rows]
    old, new = (
        _wide(model, labels, model.predict_proba(read.gather(rows)))
        for model, read in zip(models, own, strict=True)
    )
    limits = _thresholds(models[0], labels), _thresholds(models[1], labels)
    result = compare_scores(targets, (old, new), task=made.task, labels=labels, thresholds=limits)
    result |= {
        "task": made.task, "cost": _cost(models, texts.to_list()), "rows_seen": num_seen,
        "notes": [*(note.message for note in made.notes), *_foreign(models, made, rows), *notes],
    }  # fmt: skip
    picked = replace(made, texts=texts, targets=targets, rows=made.rows[rows])
    return Compared(result, _texts(picked, models, (old, new)))


def check_wanted(*, require: str, margin: float | None) -> None:
    """Say what is wrong with `require` and `margin` of `Compared.accepted`, before any work.

    Raises:
        ConfigError: `require` is unknown, `margin` is negative, or both are asked for.

    Example:
        >>> check_wanted(require="bettr", margin=None)
        Traceback (most recent call last):
        linnet.errors.ConfigError: unknown requirement 'bettr': did you mean 'better'? ...
    """
    from linnet.evaluation.paired import accepted

    accepted((0.0, 0.0), require=require, margin=margin)


def _labels(models: "Sequence[Classifier]") -> tuple[str, ...]:
    """Return the labels of both models, those of the first first."""
    before, after = models
    if before.task != after.task and "multilabel" in {before.task, after.task}:
        raise ConfigError(
            f"{before.path} is {before.task} and {after.path} is {after.task}: "
            "two models of the same task were expected"
        )
    if not set(before.labels) & set(after.labels):
        raise ConfigError(
            f"no label of {before.path} is known to {after.path}: {_listed(before.labels)} "
            f"against {_listed(after.labels)}; two models of the same labels were expected"
        )
    return tuple(dict.fromkeys([*before.labels, *after.labels]))


def _examples(
    models: "Sequence[Classifier]", table: "pl.DataFrame", chosen: Config, labels: Sequence[str],
    *, source: str,
) -> "Examples":  # fmt: skip
    """Return the rows of the table that have a text and a label."""
    from linnet.tables.examples import examples

    task = models[0].task
    if task != "multilabel":
        task = "binary" if len(labels) == 2 else "multiclass"
    columns = replace(columns_of(chosen), task=task)
    return examples(table, columns, known=labels, source=source)


def _texts_of(
    after: str | Path, before: str | Path, table: "pl.DataFrame", chosen: Config, *,
    made: "Examples",
) -> "pl.Series":  # fmt: skip
    """Return the rows' texts as the second model reads them: of its own columns, unless said."""
    from linnet.tables.columns import texts

    mine, own = (settings_file(each) for each in (before, after))
    if not (mine and own) or chosen.text != saved_columns(before).text:
        return made.texts
    names = saved_columns(after).text
    if names == chosen.text:
        return made.texts
    return texts(table, names, source=f"the columns of {after}").gather(made.rows)


def _foreign(models: "Sequence[Classifier]", made: "Examples", rows: Any) -> list[str]:
    """Say which labels of the rows a model does not know."""
    import numpy as np

    targets = made.targets[rows]
    if made.task != "multilabel":
        counts = np.bincount(targets, minlength=len(made.labels))
    else:
        counts = np.count_nonzero(targets, axis=0)
    notes = []
    for model in models:
        own = set(model.labels)
        unknown = {
            label: int(count)
            for label, count in zip(made.labels, counts, strict=True)
            if label not in own and count
        }
        if unknown:
            notes.append(
                f"{model.path} does not know {len(unknown):,} of the labels, "
                f"{_listed(unknown)}: their {sum(unknown.values()):,} rows count as wrong for it"
            )
    return notes


def _listed(labels: Any) -> str:
    names = [repr(each) for each in labels]
    return ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")


def _wide(model: "Classifier", labels: Sequence[str], scores: "Scores") -> "Scores":
    """Return scores with a column for each label, 0 for those that the model does not know."""
    import numpy as np

    columns = {label: number for number, label in enumerate(labels)}
    wide: Scores = np.zeros((len(scores), len(labels)), np.float32)
    wide[:, [columns[label] for label in model.labels]] = scores
    return wide


def _thresholds(model: "Classifier", labels: Sequence[str]) -> list[float] | None:
    if model.thresholds is None:
        return None
    own = dict(zip(model.labels, model.thresholds, strict=True))
    return [own.get(label, 1.0) for label in labels]


def _cost(models: "Sequence[Classifier]", texts: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return megabytes on disk, and milliseconds for one text, both models in turns."""
    names = ("before", "after")
    return {
        "megabytes": {
            name: num_bytes(model.path) / 1e6 for name, model in zip(names, models, strict=True)
        },
        "milliseconds": dict(zip(names, milliseconds(models, texts), strict=True)),
    }


def _texts(
    made: "Examples", models: "Sequence[Classifier]", both: "tuple[Scores, Scores]"
) -> "pl.DataFrame":
    """Return the rows with both answers, those that changed first."""
    import numpy as np
    import polars as pl

    from linnet.evaluation.decisions import decide
    from linnet.evaluation.paired import row_changes

    limits = [_thresholds(each, made.labels) for each in models]
    given = [
        decide(scores, task=made.task, thresholds=each)
        for scores, each in zip(both, limits, strict=True)
    ]
    old, new, change = row_changes(made.targets, (given[0], given[1]), both=both)
    table = pl.DataFrame(
        {
            "row": made.rows, "text": made.texts, "label": _named(made.targets, made.labels),
            "before": _named(given[0], made.labels), "after": _named(given[1], made.labels),
            "score_before": old, "score_after": new,
            "change": np.array(["worse", "same", "better"])[change + 1],
        }
    )  # fmt: skip
    place = np.array([0, 2, 1])[change + 1]  # worse, better, same
    return table[np.lexsort((-np.abs(new - old), place))]


def _named(answers: Any, labels: Sequence[str]) -> "pl.Series":
    """Return class numbers as labels; a row of 0 and 1 as a list of them."""
    import numpy as np
    import polars as pl

    if answers.ndim == 1:
        return pl.Series(labels, dtype=pl.String).gather(answers)
    names = np.array(labels, object)
    rows = [names[np.flatnonzero(row)].tolist() for row in answers]
    return pl.Series(rows, dtype=pl.List(pl.String))

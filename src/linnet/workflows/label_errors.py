"""Find labels that are probably wrong."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config, configure
from linnet.errors import ConfigError, DataError
from linnet.registry import require
from linnet.types import Note, Rows
from linnet.workflows.doubted import LabelErrors
from linnet.workflows.pool import drawing_of
from linnet.workflows.prepare import cleaned, name_of, table_of

if TYPE_CHECKING:
    import polars as pl

    from linnet.comparison.out_of_fold import OutOfFold
    from linnet.evaluation.label_errors import Doubts
    from linnet.tables.examples import Examples


def label_errors(
    table: Any,
    config: Config | None = None,
    *,
    num_folds: int = 5,
    say: Callable[[str], None] = lambda line: None,
    **settings: Any,
) -> LabelErrors:
    """Find labels that are probably wrong, the most suspicious first.

    The rows are shared out to folds, near-duplicates together, and each fold is scored by a model
    that is trained on the others. All rows are looked at: which are for test has no say.

    Args:
        table: A path or a table, as `linnet.read` takes it.
        config: Settings to start from.
        num_folds: How many models are trained, at least 2.
        say: Is told in a line what comes next.
        settings: Settings by name, over `config`: text, label, model, group, seed, ...

    Raises:
        DataError: The table cannot be used; the message says why and what to do.
        ConfigError: A setting is unknown or does not fit.
        MissingExtraError: cleanlab is not installed.

    Example:
        >>> texts = [f"{word} n{row}" for row in range(12) for word in ("good", "bad")]
        >>> labels = ["+", "-"] * 12
        >>> labels[4] = "-"
        >>> found = label_errors(
        ...     {"text": texts, "label": labels}, num_folds=3, model="linear", epochs=9
        ... )
        >>> found.table.row(0)[:4]
        (4, 'good n2', '-', '+')
    """
    from linnet.comparison.out_of_fold import out_of_fold
    from linnet.splitting.folds import folds
    from linnet.text.tokenize import tokenize
    from linnet.training.train import Material

    require("cleanlab", extra="quality")
    if num_folds < 2:
        raise ConfigError(f"num_folds must be at least 2, not {num_folds}")
    chosen = _every_row(configure(config, **settings))
    whole, source = table_of(table, chosen), name_of(table)
    made = cleaned(whole, chosen, source=source)
    by = drawing_of(made, whole, config=chosen, source=source)
    parts = folds(by.pool, num_folds, seed=chosen.seed)
    say(f"{made.task}, {len(made.labels):,} labels, {len(made.rows):,} rows")
    tokens = tokenize(made.texts, chosen.tokenizer or "words", strip_markup=chosen.strip_markup)
    material = Material(tokens, made.targets, made.task, made.labels, made.weights)
    scored = out_of_fold(material, parts, pool=by.pool, config=chosen, say=say)
    return _found(made, scored, name=Path(source).name, notes=(*made.notes, *by.notes))


def _every_row(config: Config) -> Config:
    """Leave out what says which rows are for what: all are looked at, each in its fold."""
    near: Any = "ignore" if config.near_duplicates == "ignore" else "together"
    return replace(
        config, split=None, test=None, time=None, previous=None, near_duplicates=near,
        checkpoints="none",
    )  # fmt: skip


def _found(
    made: "Examples", scored: "OutOfFold", *, name: str, notes: tuple[Note, ...]
) -> LabelErrors:
    """Rank the rows that can be judged, and write them as a table."""
    import numpy as np

    from linnet.evaluation.label_errors import doubts

    judged = np.flatnonzero(scored.known)
    left = made.rows[~scored.known]
    if not judged.size:
        raise DataError(
            "no label stands in two folds, so that none can be judged: give more rows of each label"
        )
    if left.size:
        message = (
            f"{left.size} rows not judged: no row of another fold, which near-duplicates stay out "
            "of, has the same label"
        )
        notes = (*notes, Note("not judged", left.size, message, left))
    found = doubts(made.targets[judged], scored.scores[judged], task=made.task)
    model = str(scored.configs[0].model)
    return LabelErrors(
        _table(made, judged, found), made.task, made.labels, name=name, model=model, notes=notes
    )


def _table(made: "Examples", judged: Rows, found: "Doubts") -> "pl.DataFrame":
    """Return one line for each row that was judged, the most suspicious first."""
    import polars as pl

    order = found.order
    rows = judged[order]
    return pl.DataFrame(
        {
            "row": made.rows[rows],
            "text": made.texts.gather(rows),
            "label": _labels(made, made.targets[rows]),
            "suggested": _labels(made, found.suggested[order]),
            "quality": found.quality[order],
            "suggested_quality": found.suggested_quality[order],
            "suspected": found.suspected[order],
        }
    )


def _labels(made: "Examples", targets: Any) -> "pl.Series":
    """Return the labels by name: strings, or lists of them."""
    import numpy as np
    import polars as pl

    if made.task != "multilabel":
        return pl.Series([made.labels[each] for each in targets.tolist()], dtype=pl.String)
    sets = [[made.labels[each] for each in np.flatnonzero(row)] for row in targets]
    return pl.Series(sets, dtype=pl.List(pl.String))

"""Say what is in a table."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from linnet.config import Config, configure
from linnet.types import Finding

if TYPE_CHECKING:
    from linnet.exploration.explore import Exploration


def explore(table: Any, *, config: Config | None = None, **settings: Any) -> "Exploration":
    """Say what is in a table and what is wrong with it.

    Args:
        table: A path or a table, as `read` takes it.
        config: Settings to start from; only those of the data matter.
        settings: Settings by name, over `config`: text, label, task, ...

    Example:
        >>> found = explore({"text": ["good", "bad", "bad"], "label": ["+", "-", "+"]})
        >>> found.rows, found.class_counts
        (3, {'+': 2, '-': 1})
    """
    from linnet.exploration.explore import explore as explore_texts
    from linnet.tables.examples import examples
    from linnet.workflows.prepare import columns_of, name_of, table_of

    chosen = configure(config, **settings)
    made = examples(table_of(table, chosen), columns_of(chosen), source=name_of(table))
    found = explore_texts(
        made.texts, made.targets, task=made.task, labels=made.labels, rows=made.rows
    )
    left_out = [Finding(note.what, note.count, note.message) for note in made.notes]
    return replace(found, findings=(*left_out, *found.findings))

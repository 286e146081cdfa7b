"""Say what is in a table and what is wrong with it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config, configure
from linnet.files import new_folder
from linnet.types import Finding
from linnet.workflows.explored import Explored

if TYPE_CHECKING:
    from linnet.exploration.explore import Exploration


def explore(table: Any, *, config: Config | None = None, **settings: Any) -> Explored:
    """Say what is in a table and what is wrong with it.

    Args:
        table: A path or a table, as `read` takes it.
        config: Settings to start from; only those of the data, max_length and out matter.
        settings: Settings by name, over `config`: text, label, task, ... With `out`, a new folder
            with that name holds `explore.json` and the page `explore.html`.

    Raises:
        DataError: The table cannot be used; the message says why and what to do.
        OutputError: `out` exists.
        MissingExtraError: A page is asked for and jinja2 is not installed.

    Example:
        >>> found = explore({"text": ["good", "bad", "bad"], "label": ["+", "-", "+"]})
        >>> found.rows, found.class_counts
        (3, {'+': 2, '-': 1})
    """
    chosen = configure(config, **settings)
    if chosen.out is None:
        return _explore(table, chosen)
    with new_folder(Path(chosen.out)) as folder:
        explored = _explore(table, chosen)
        explored.write(folder)
    return explored


def _explore(table: Any, chosen: Config) -> Explored:
    from linnet.exploration.explore import explore_subject
    from linnet.exploration.subject import Subject
    from linnet.splitting.near_duplicates import near_duplicates
    from linnet.tables.examples import examples
    from linnet.text.tokenize import tokenize
    from linnet.workflows.prepare import columns_of, name_of, table_of

    made = examples(table_of(table, chosen), columns_of(chosen), source=name_of(table))
    tokens = tokenize(made.texts)
    near = near_duplicates(made.texts, tokens=tokens)
    subject = Subject(
        made.texts, made.targets, made.task, made.labels, made.rows, split=tokens, near=near
    )
    found: Exploration = explore_subject(subject, max_length=chosen.max_length)
    left_out = [Finding(note.what, note.count, note.message) for note in made.notes]
    whole = replace(found, findings=(*left_out, *found.findings))
    return Explored(whole, Path(name_of(table)).name)

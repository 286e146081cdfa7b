"""Part a table as a training would."""

from typing import TYPE_CHECKING, Any

from linnet.config import Config, configure
from linnet.workflows.prepare import prepare

if TYPE_CHECKING:
    import polars as pl


def split(table: Any, *, config: Config | None = None, **settings: Any) -> "pl.DataFrame":
    """Say which rows of a table are for training, validation and test.

    Args:
        table: A path or a table, as `read` takes it.
        config: Settings to start from; only those of data, cleaning and split matter.
        settings: Settings by name, over `config`: test_fraction, first_validation, seed, ...

    Returns:
        Columns `row`, counted from 0, and `part`: train, validation, test or "left out".

    Raises:
        DataError: The table cannot be used.
        ConfigError: A setting does not fit.

    Example:
        >>> table = {"text": ["a", "é", "b", "c"], "label": ["x", "y", "x", "y"]}
        >>> split(table, test_fraction=0.5, validation_fraction=0)["part"].to_list()
        ['test', 'train', 'train', 'test']
    """
    from linnet.splitting.table import to_table

    made, parts = prepare(table, configure(config, **settings))
    return to_table(parts, made.rows)

"""A model of all rows, those for test included: nothing is left to measure it on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from linnet.config import Config
from linnet.errors import LinnetError
from linnet.workflows.learning_curve import learning_curve
from linnet.workflows.run import Run
from linnet.workflows.train import train

REPEATS = 1


@dataclass(frozen=True, eq=False)
class AllRows:
    """A model of all rows, and what that should give.

    Attributes:
        run: Its training; the evaluation has no test rows.
        expected: What a learning curve of the same settings forecasts for so many rows: score,
            interval, gain, gain_interval; None where nothing can be told.
        why_not: Why nothing can be told; None: it can.
    """

    run: Run
    expected: dict[str, Any] | None
    why_not: str | None


def all_rows(
    table: Any,
    config: Config,
    *,
    out: Path,
    say: Callable[[str], None] = lambda line: None,
) -> AllRows:
    """Train on all rows, and forecast what the test rows give.

    Args:
        table: A path or a table.
        config: Settings whose test rows linnet draws.
        out: Folder of the run.
        say: Is told of each point of the learning curve.

    Raises:
        DataError: The table cannot be used.

    Example:
        >>> table = {"text": ["good", "hyvä", "bad", "awful"] * 9, "label": [1, 1, 0, 0] * 9}
        >>> import tempfile
        >>> config = Config(duplicates="keep", epochs=1, near_duplicates="ignore")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     found = all_rows(table, config, out=Path(folder, "r"))
        >>> list(found.run.evaluation)[:2], found.why_not
        (['validation', 'train'], 'the largest size, 33 rows, is less than 4 times the ...')
    """
    expected, why_not = _forecast(table, replace(config, out=None), say)
    run = train(table, config=replace(config, test_fraction=0.0, out=str(out)))
    return AllRows(run, expected, why_not)


def _forecast(
    table: Any, config: Config, say: Callable[[str], None]
) -> tuple[dict[str, Any] | None, str | None]:
    """Return what all rows should give, or why nothing can be told: no training ends for it."""
    try:
        curve = learning_curve(table, config=config, repeats=REPEATS, say=say)
    except LinnetError as error:
        return None, str(error)
    return curve.at(curve.num_rows + curve.num_test_rows), curve.why_not

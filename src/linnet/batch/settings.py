"""What can be chosen about scoring files. Plain data; knows nothing of files and models."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from linnet.errors import ConfigError
from linnet.registry import refuse_unknown_settings, unknown

FORMATS = ("parquet", "csv", "tsv", "jsonl")
DELIMITED = ("csv", "tsv")


@dataclass(frozen=True, kw_only=True)
class ScoreSettings:
    """How rows are read, what is said of them, and how that is written.

    Attributes:
        text: The text column, or several that are joined; None: those of the saved run.
        columns: Names of the columns of CSV and TSV files without header.
        delimiter: What separates their cells; None: by the file's ending.
        keep: Columns of the inputs that the parts have too; None: all, empty: none.
        precision: Which share of the answers should be right, 0 to 1; None: answer every text.
        k: So many of the highest labels of each text in a list, with their scores; 0: none.
        scores: Whether there is a column with the score of each label.
        format: What the parts are: parquet, csv, tsv or jsonl.
        for_spreadsheets: Whether cells that a spreadsheet would take for formulas get a `'` in
            front; for csv and tsv.
        part_megabytes: About how much of the inputs, before compression, becomes one part.
        threads: How many parts are worked on at a time; None: one per core.
    """

    text: Sequence[str] | None = None
    columns: Sequence[str] | None = None
    delimiter: str | None = None
    keep: Sequence[str] | None = None
    precision: float | None = None
    k: int = 0
    scores: bool = False
    format: str = "parquet"
    for_spreadsheets: bool = False
    part_megabytes: float = 8.0
    threads: int | None = None

    def __post_init__(self) -> None:
        for name in ("text", "columns", "keep"):
            value = getattr(self, name)
            if value is not None:
                listed = (value,) if isinstance(value, str) else tuple(value)
                object.__setattr__(self, name, listed)
        if self.format not in FORMATS:
            raise ConfigError(unknown("format", self.format, FORMATS))
        if self.for_spreadsheets and self.format not in DELIMITED:
            raise ConfigError(
                f"for_spreadsheets is for {' and '.join(DELIMITED)}, not for {self.format}"
            )
        for name, least in LEAST.items():
            value = getattr(self, name)
            if value is not None and not least <= value < math.inf:
                raise ConfigError(f"{name} must be at least {least}, not {value!r}")


LEAST: dict[str, float] = {"k": 0, "part_megabytes": 0.0001, "threads": 1}


def settings_from(named: dict[str, Any]) -> ScoreSettings:
    """Make settings of names and values.

    Raises:
        ConfigError: A name is unknown, or a value does not fit.

    Example:
        >>> settings_from({"keep": "päivä"}).keep
        ('päivä',)
        >>> settings_from({"kepe": []})
        Traceback (most recent call last):
        linnet.errors.ConfigError: unknown setting 'kepe': did you mean 'keep'? ...
    """
    refuse_unknown_settings(named, [each.name for each in fields(ScoreSettings)])
    return ScoreSettings(**named)

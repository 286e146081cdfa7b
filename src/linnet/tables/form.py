"""What a file without a header does not say of itself.

Goes in: settings of `read`. Comes out: the same, checked. Knows nothing of files.
"""

from dataclasses import dataclass
from pathlib import Path

from linnet.errors import ConfigError

SKIP = "-"
"""As a column's name: leave this column out."""


@dataclass(frozen=True)
class Form:
    """How a delimited text file is laid out.

    Attributes:
        columns: Names of the columns of a file without header, `-` for a column to leave out;
            None: the first row holds the names.
        delimiter: The character between two cells; None: it follows from the file.
    """

    columns: tuple[str, ...] | None = None
    delimiter: str | None = None

    def __post_init__(self) -> None:
        if self.delimiter is not None and len(self.delimiter.encode()) != 1:
            raise ConfigError(f"delimiter {self.delimiter!r}: one ASCII character was expected")
        kept = [name for name in self.columns or () if name != SKIP]
        if self.columns is not None and not kept:
            raise ConfigError(f"columns {list(self.columns)}: at least one name was expected")
        twice = sorted({name for name in kept if kept.count(name) > 1})
        if twice:
            raise ConfigError(f"columns: {twice[0]!r} is named more than once")

    def refuse(self, what: str | Path) -> None:
        """Raise ConfigError if anything is set: `what` carries its own names.

        Example:
            >>> Form().refuse("a.parquet")
            >>> Form(columns=("text",)).refuse("a.parquet")
            Traceback (most recent call last):
            linnet.errors.ConfigError: a.parquet has column names of its own: columns and...
        """
        if self != Form():
            raise ConfigError(
                f"{what} has column names of its own: columns and delimiter are for delimited "
                "text files, leave them out"
            )

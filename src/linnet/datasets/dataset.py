"""What linnet knows about a public data set: where it lies, on which terms, how it is unpacked."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Dataset:
    """One public data set.

    Attributes:
        name: What a user types.
        title: What it is, in one line.
        terms: One sentence: who published it and what it may be used for.
        address: Where the publisher keeps the file; None: Keras downloads it, and linnet reads it
            from Keras's cache.
        sha256: The sum of the file as others have published it; None: no sum is published, so
            later downloads are compared with the first.
        num_rows: Of the table.
        num_bytes: Of the download, about.
        text: The columns that hold the text.
        label: The column that holds the label.
        unpack: The publisher's file (or Keras's cache folder) to the table.
    """

    name: str
    title: str
    terms: str
    address: str | None
    sha256: str | None
    num_rows: int
    num_bytes: int
    text: tuple[str, ...]
    label: str
    unpack: "Callable[[Path], pl.DataFrame]"

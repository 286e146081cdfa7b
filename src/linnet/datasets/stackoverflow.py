"""Questions about four programming languages: the archive that TensorFlow hosts to a table."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from linnet.datasets.archive import tar_members
from linnet.datasets.dataset import Dataset

if TYPE_CHECKING:
    import polars as pl

MEMBER = re.compile(r"(?:.*/)?(train|test)/([a-z]+)/(\d+)\.txt")


def unpack(path: Path) -> "pl.DataFrame":
    """Read the archive: columns split, label, id and text.

    Returns:
        A table sorted by split, label and id, whatever the archive's order.

    Example:
        >>> import tarfile, tempfile
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     with tarfile.open(fileobj=file, mode="w:gz") as tar:
        ...         for number in (10, 9):
        ...             tar.addfile(tarfile.TarInfo(f"./train/python/{number}.txt"))
        ...     file.flush()
        ...     unpack(Path(file.name)).rows()
        [('train', 'python', '9', ''), ('train', 'python', '10', '')]
    """
    import polars as pl

    rows = {
        (name[1], name[2], int(name[3])): content.decode("utf-8", "replace")
        for name, content in tar_members(path, MEMBER)
    }
    return pl.DataFrame(
        [(split, label, str(number), rows[split, label, number])
         for split, label, number in sorted(rows)],
        schema=dict.fromkeys(("split", "label", "id", "text"), pl.String),
        orient="row",
    )  # fmt: skip


STACKOVERFLOW = Dataset(
    name="stackoverflow",
    title='Stack Overflow questions in 4 languages, whose names are replaced by "blank"',
    terms="Questions by the users of Stack Overflow, under CC BY-SA; hosted by TensorFlow.",
    address="https://storage.googleapis.com/download.tensorflow.org/data/stack_overflow_16k.tar.gz",
    sha256=None,
    num_rows=16_000,
    num_bytes=6_053_168,
    text=("text",),
    label="label",
    unpack=unpack,
)

"""Reviews of films, positive or negative: the archive from Stanford to a table."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from linnet.datasets.archive import tar_members
from linnet.datasets.dataset import Dataset

if TYPE_CHECKING:
    import polars as pl

# aclImdb/train/pos/127_9.txt: the 127th, 9 of 10 stars; train/unsup has no labels.
MEMBER = re.compile(r"(?:.*/)?(train|test)/(neg|pos)/(\d+)_(\d+)\.txt")


def unpack(path: Path) -> "pl.DataFrame":
    """Read the archive: columns split, label, rating (1 to 10) and text.

    Returns:
        A table sorted by split, label and number, whatever the archive's order.

    Example:
        >>> import tarfile, tempfile
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     with tarfile.open(fileobj=file, mode="w:gz") as tar:
        ...         tar.addfile(tarfile.TarInfo("aclImdb/test/neg/0_2.txt"))
        ...     file.flush()
        ...     unpack(Path(file.name)).rows()
        [('test', 'neg', 2, '')]
    """
    import polars as pl

    rows = {
        (name[1], name[2], int(name[3])): (int(name[4]), content.decode("utf-8", "replace"))
        for name, content in tar_members(path, MEMBER)
    }
    return pl.DataFrame(
        [(split, label, *rows[split, label, number]) for split, label, number in sorted(rows)],
        schema={"split": pl.String, "label": pl.String, "rating": pl.Int8, "text": pl.String},
        orient="row",
    )


IMDB = Dataset(
    name="imdb",
    title="Large Movie Review Dataset: 25,000 reviews to train and 25,000 to test",
    terms="Published by Stanford for research; no licence is stated; cite Maas et al. (2011).",
    address="https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
    sha256="c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
    num_rows=50_000,
    num_bytes=84_125_825,
    text=("text",),
    label="label",
    unpack=unpack,
)

"""News headlines in four categories: the zip file of the UCI repository to a table."""

from pathlib import Path
from typing import TYPE_CHECKING

from linnet.datasets.archive import zip_member
from linnet.datasets.dataset import Dataset
from linnet.errors import DataError

if TYPE_CHECKING:
    import polars as pl

MEMBER = "newsCorpora.csv"
COLUMNS = ("ID", "TITLE", "URL", "PUBLISHER", "CATEGORY", "STORY", "HOSTNAME", "TIMESTAMP")
NUMBERS = ("ID", "TIMESTAMP")
LEFT_OUT = ("URL", "HOSTNAME")


def unpack(path: Path) -> "pl.DataFrame":
    r"""Read the zip file: columns ID, TITLE, PUBLISHER, CATEGORY, STORY and TIMESTAMP.

    The file inside has no header, and its quotes are part of the text.

    Raises:
        DataError: A line has too many cells or a number that is none.

    Example:
        >>> import tempfile, zipfile
        >>> line = '7\t"Ä" is a headline\tu\t\tb\ts\th\t1394470370698'
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     with zipfile.ZipFile(file, "w") as archive:
        ...         archive.writestr("newsCorpora.csv", line)
        ...     file.flush()
        ...     unpack(Path(file.name)).rows()
        [(7, '"Ä" is a headline', None, 'b', 's', 1394470370698)]
    """
    import polars as pl

    content = zip_member(path, MEMBER)
    schema = {name: pl.Int64() if name in NUMBERS else pl.String() for name in COLUMNS}
    try:
        table = pl.read_csv(
            content,
            separator="\t",
            quote_char=None,
            has_header=False,
            schema=schema,
            encoding="utf8-lossy",
        )
    except pl.exceptions.PolarsError as error:
        reason = str(error).partition("\n")[0]
        raise DataError(
            f"cannot read {MEMBER} in {path}: {reason}; expected the {len(COLUMNS)} columns "
            f"{' '.join(COLUMNS)}, separated by tabs"
        ) from error
    return table.drop(LEFT_OUT).drop_nulls("ID")


NEWS = Dataset(
    name="news",
    title="UCI News Aggregator: headlines of 2014 in business, science, entertainment, health",
    terms="Published by the UCI repository under CC BY 4.0; the headlines belong to their "
    "publishers; cite Gasparetti (2016).",
    address="https://archive.ics.uci.edu/ml/machine-learning-databases/00359/"
    "NewsAggregatorDataset.zip",
    sha256=None,
    num_rows=422_937,
    num_bytes=29_224_203,
    text=("TITLE",),
    label="CATEGORY",
    unpack=unpack,
)

"""The public data sets that linnet can fetch: a new one is a file and a line here."""

from linnet.datasets.arxiv import ARXIV
from linnet.datasets.dataset import Dataset
from linnet.datasets.imdb import IMDB
from linnet.datasets.keras_sets import IMDB_KERAS, REUTERS_KERAS
from linnet.datasets.news import NEWS
from linnet.datasets.reuters import REUTERS, REUTERS_21578
from linnet.datasets.stackoverflow import STACKOVERFLOW
from linnet.errors import ConfigError
from linnet.registry import unknown

DATASETS: dict[str, Dataset] = {
    each.name: each
    for each in (
        IMDB,
        REUTERS,
        REUTERS_21578,
        STACKOVERFLOW,
        NEWS,
        ARXIV,
        IMDB_KERAS,
        REUTERS_KERAS,
    )
}


def find(name: str) -> Dataset:
    """Return a data set by its name.

    Raises:
        ConfigError: There is none of that name; the message names the nearest.

    Example:
        >>> find("imdb").num_rows
        50000
        >>> find("imbd")
        Traceback (most recent call last):
        linnet.errors.ConfigError: unknown data set 'imbd': did you mean 'imdb'? ...
    """
    if name not in DATASETS:
        raise ConfigError(unknown("data set", name, DATASETS))
    return DATASETS[name]

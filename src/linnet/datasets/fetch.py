"""A public data set by its name: downloaded once, unpacked once, then read from the cache folder.

Goes in: a name. Comes out: the path of a Parquet file. `downloads/` in the cache folder holds the
publishers' files, with the sum of the first download where no sum is published; `tables/` holds
the tables. Either may be removed at any time.
"""

import io
from pathlib import Path

from linnet import files
from linnet.datasets.catalog import find
from linnet.datasets.dataset import Dataset
from linnet.datasets.download import Report, WrongSumError, download
from linnet.datasets.keras_sets import keras_folder
from linnet.errors import DataError, OutputError


def fetch(name: str, *, data: str | Path | None = None, report: Report | None = None) -> Path:
    """Return the path of a data set's table; download and unpack it the first time.

    Args:
        name: One of `linnet.datasets.DATASETS`.
        data: The publisher's file, if you have it: unpacked instead of a download, and
            remembered. Its sum is not compared.
        report: Called during the download with the bytes that are there and the bytes of the
            whole, None where it is not known.

    Returns:
        A Parquet file in the cache folder (see LINNET_CACHE).

    Raises:
        ConfigError: There is no data set of that name.
        DataError: It cannot be downloaded, its sum is wrong, or it cannot be unpacked.
        OutputError: The cache folder cannot be written.

    Example:
        >>> fetch("imdb", data="päivää.tar.gz")
        Traceback (most recent call last):
        linnet.errors.DataError: cannot unpack päivää.tar.gz: No such file or directory...
    """
    dataset = find(name)
    path = table_path(name)
    if data is None and path.exists():
        return path
    if data is not None:
        _unpack(dataset, Path(data), path)
    elif dataset.address is None:
        _unpack(dataset, keras_folder(), path)
    else:
        _download_and_unpack(dataset, dataset.address, path, report)
    return path


def table_path(name: str) -> Path:
    """Return where the table of a data set is, or will be after `fetch`.

    Raises:
        ConfigError: There is no data set of that name.

    Example:
        >>> table_path("imdb").name
        'imdb.parquet'
        >>> table_path("")
        Traceback (most recent call last):
        linnet.errors.ConfigError: unknown data set ''...
    """
    return files.cache_folder() / "tables" / f"{find(name).name}.parquet"


def _download_and_unpack(dataset: Dataset, address: str, path: Path, report: Report | None) -> None:
    archive = files.cache_folder() / "downloads" / address.rpartition("/")[2]
    first_sum = archive.with_name(archive.name + ".sha256")
    expected = dataset.sha256
    if expected is None and first_sum.exists():
        expected = first_sum.read_text("utf-8").strip()
    try:
        download(address, archive, sha256=expected, report=report)
    except WrongSumError as error:
        if dataset.sha256 is None:
            mend = f"to take the new file for right, remove {first_sum}"
            raise WrongSumError(f"{error}; {mend}") from error
        raise
    try:
        _unpack(dataset, archive, path)
    except DataError:
        archive.unlink()
        raise
    # Only now: the answer of a hotel's network, say, is no first download.
    if expected is None:
        files.write_text(first_sum, files.sha256(archive) + "\n")


def _unpack(dataset: Dataset, source: Path, path: Path) -> None:
    """Write the table of a publisher's file."""
    table = dataset.unpack(source)
    if table.is_empty():
        raise DataError(
            f"{source} holds no row of the data set {dataset.name!r}: expected the file as its "
            "publisher gives it"
        )
    content = io.BytesIO()
    table.write_parquet(content)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_bytes(path, content.getvalue())
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error

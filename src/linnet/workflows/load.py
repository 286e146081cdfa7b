"""Load a saved classifier, or what it says of its tables."""

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linnet.config import Config
    from linnet.runtime.classifier import Classifier


def load(folder: str | Path, *, threads: int | None = None) -> "Classifier":
    """Load a saved classifier; no keras is imported.

    Args:
        folder: A run's folder, or the model folder in it.
        threads: Threads for one batch; None: as many as there are processors.

    Raises:
        ArtifactError: The folder is missing, damaged or from a newer version.

    Example:
        >>> load("no such folder")
        Traceback (most recent call last):
        linnet.errors.ArtifactError: ...
    """
    from linnet.runtime.classifier import load as load_classifier

    return load_classifier(Path(folder), threads=threads)


def saved_columns(folder: str | Path) -> "Config":
    """Return the settings of a saved run that say which columns of its table mean what.

    How its file was written (`columns` where it had no header, `delimiter`) is not among them:
    another table may be written otherwise.

    Args:
        folder: A run's folder, or the model folder in it; without `config.toml`: the defaults.

    Example:
        >>> saved_columns("no such folder").text
        ('text',)
    """
    from linnet.config import Config, configure, read_config

    path = settings_file(folder)
    if path is None:
        return Config()
    whole, others = read_config(path), ("weight", "columns", "delimiter")
    names = [each.name for each in fields(Config) if each.metadata["group"] == "Data"]
    return configure(**{name: getattr(whole, name) for name in names if name not in others})


def settings_file(folder: str | Path) -> Path | None:
    """Return the settings of a saved run; None: its model stands alone.

    Example:
        >>> settings_file("no such folder") is None
        True
    """
    found = (Path(folder).absolute() / name for name in ("config.toml", "../config.toml"))
    return next((each for each in found if each.is_file()), None)


def import_polars() -> None:
    """Import polars, which sets a handler of SIGINT: who sets another one does it afterwards.

    Example:
        >>> import_polars()
    """
    import polars  # noqa: F401

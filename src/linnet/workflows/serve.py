"""Serve saved classifiers over HTTP."""

from collections.abc import Callable
from pathlib import Path
from typing import Any


def serve(
    *folders: str | Path,
    ready: Callable[[str], None] = lambda address: None,
    **settings: Any,
) -> None:
    """Answer over HTTP until the process is told to stop; see docs/serving.md.

    Args:
        folders: Folders of runs, or links to them; `NAME=FOLDER` gives a model a name. A link that
            is set to another run is followed, if that one passes `verify`.
        ready: Is told the address when it listens.
        settings: Settings by name: host, port, token, feedback, threads, ... as in
            `linnet.serving.settings.ServeSettings`.

    Raises:
        ArtifactError: A model is missing or damaged.
        ConfigError: A setting is unknown or does not fit, or two models have one name.
        OutputError: The port is taken, or the folder for feedback cannot be written.
        MissingExtraError: The extra `serve` is not installed.

    Example:
        >>> serve("nowhere", port=0)
        Traceback (most recent call last):
        linnet.errors.ArtifactError: nowhere does not exist: ...
        >>> serve("so", prot=0)
        Traceback (most recent call last):
        linnet.errors.ConfigError: unknown setting 'prot': did you mean 'port'? ...
    """
    from linnet.serving.names import named
    from linnet.serving.server import run
    from linnet.serving.settings import settings_from

    run(named(folders), settings_from(settings), ready=ready)

"""Whether this process may read texts: one that was forked from one that did would wait forever.

polars works in threads, and threads do not follow a fork. Knows nothing of texts.
"""

import os

from linnet.errors import ConfigError

_first: int | None = None


def check_process() -> None:
    """Refuse to go on in a process that was forked after its parent had come here.

    Raises:
        ConfigError: The process is such a fork.

    Example:
        >>> check_process()
    """
    global _first  # noqa: PLW0603 - a fork inherits it, which is the point
    here = os.getpid()
    if _first is None:
        _first = here
    elif _first != here:
        raise ConfigError(
            f"this process ({here}) was forked from one that had used linnet ({_first}), whose "
            'threads did not follow: start processes with multiprocessing.get_context("spawn"), '
            "and load the classifier in each; or fork before anything is read or loaded"
        )

"""What can be chosen about a server, with its limits. Plain data; knows nothing of HTTP."""

import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from linnet.errors import ConfigError
from linnet.registry import refuse_unknown_settings


@dataclass(frozen=True, kw_only=True)
class ServeSettings:
    """How a server listens, what it takes and when it refuses.

    Attributes:
        host: Address to listen on; 127.0.0.1 is reached from this machine only.
        port: 0 takes a free one.
        token: What callers must send as `Authorization: Bearer ...`; None: nothing.
        feedback: Folder that POST /feedback writes into; None: feedback is refused.
        feedback_file_bytes: From this size on, a new feedback file is begun.
        feedback_files: How many full files are kept for each model; then the oldest goes.
        body_bytes: Largest body of a request.
        texts_per_request: Most texts of one request.
        characters_per_text: Longest text, in characters.
        explained_texts: Most texts of a request that asks for an explanation.
        batch_texts: Most texts of several requests that share a run; 1: each runs alone.
        queue_texts: Most texts that wait, 1,000 characters more counting as a text more.
        timeout_seconds: After this a request is given up.
        reload_seconds: How often the folders are looked at for another model; 0: never.
        threads: Threads of one run; None: one per core.
        allowed_hosts: Names by which the server may be asked besides this machine's own, where it
            listens to this machine alone and asks for no token, as behind a proxy.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    token: str | None = None
    feedback: Path | None = None
    feedback_file_bytes: int = 10_000_000
    feedback_files: int = 100
    body_bytes: int = 4_000_000
    texts_per_request: int = 1000
    characters_per_text: int = 100_000
    explained_texts: int = 16
    batch_texts: int = 256
    queue_texts: int = 4096
    timeout_seconds: float = 10.0
    reload_seconds: float = 2.0
    threads: int | None = None
    allowed_hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, least in LEAST.items():
            value = getattr(self, name)
            if value is not None and not least <= value < math.inf:
                raise ConfigError(f"{name} must be at least {least}, not {value!r}")
        if self.port > LAST_PORT:
            raise ConfigError(f"port must be at most {LAST_PORT}, not {self.port}")
        if self.token is not None and not (self.token.isascii() and self.token.isprintable()):
            raise ConfigError(
                "the token holds other than printable ASCII characters: choose others"
            )
        if self.token is not None and len(self.token.strip()) < SHORTEST_TOKEN:
            raise ConfigError(
                f"the token has fewer than {SHORTEST_TOKEN} characters: take a longer one, such "
                "as `openssl rand -hex 32` prints"
            )


LAST_PORT = 65_535
SHORTEST_TOKEN = 16
LEAST: dict[str, float] = {
    "port": 0,
    "feedback_file_bytes": 1,
    "feedback_files": 1,
    "body_bytes": 1,
    "texts_per_request": 1,
    "characters_per_text": 1,
    "explained_texts": 1,
    "batch_texts": 1,
    "queue_texts": 1,
    "timeout_seconds": 0.001,
    "reload_seconds": 0,
    "threads": 1,
}


def settings_from(named: dict[str, Any]) -> ServeSettings:
    """Make settings of names and values.

    Raises:
        ConfigError: A name is unknown, or a value out of range.

    Example:
        >>> settings_from({"port": 0}).port
        0
        >>> settings_from({"prot": 0})
        Traceback (most recent call last):
        linnet.errors.ConfigError: unknown setting 'prot': did you mean 'port'? ...
    """
    refuse_unknown_settings(named, [each.name for each in fields(ServeSettings)])
    return ServeSettings(**named)

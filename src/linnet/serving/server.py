"""The process: a socket, models, and uvicorn between them."""

import gc
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from linnet.errors import OutputError
from linnet.registry import require
from linnet.serving.own_host import is_local
from linnet.serving.settings import ServeSettings

BACKLOG = 2048
LONGER = 5
"""Seconds beyond the timeout of a request that a stopping server waits."""
KEEP_ALIVE = 65
"""Seconds: longer than the 60 of the usual proxies, so that they never meet a closed connection."""
SWITCH_SECONDS = 0.0005
"""How long a thread may keep the interpreter while another waits. With Python's 0.005 the event
loop and the model wait for each other: the slowest requests take two to three times as long."""
log = logging.getLogger("linnet.serving")


def run(
    models: Mapping[str, Path],
    settings: ServeSettings,
    *,
    ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve until SIGTERM or SIGINT, then answer what has been taken.

    Args:
        models: Name → folder of a run.
        settings: How it listens and answers.
        ready: Is told the address, such as http://127.0.0.1:8000, when it listens.

    Raises:
        OutputError: The address is taken.
        ArtifactError: A model does not pass `linnet verify`.
        MissingExtraError: The extra `serve` is not installed.
    """
    with _listening(settings) as listener:
        with _nothing_collected():
            server = _server(models, settings)
        if settings.token is None and not is_local(settings.host):
            log.warning("whoever reaches this machine is answered: no token was set")
        listener.listen(BACKLOG)
        ready(_address(listener))
        with _stopped_by_signals(), _threads_in_turns():
            server.run(sockets=[listener])


def _server(models: Mapping[str, Path], settings: ServeSettings) -> Any:
    """Load what a server is made of, and the models."""
    for package in ("uvicorn", "fastapi", "prometheus_client"):
        require(package, extra="serve")
    from uvicorn import Config, Server

    from linnet.serving.application import application
    from linnet.serving.log_lines import set_up_log
    from linnet.serving.own_host import OwnHost

    app: Any = application(models, settings)
    if settings.token is None and is_local(settings.host):
        app = OwnHost(app, settings)
    set_up_log()
    return Server(Config(
        app, log_config=None, access_log=False, server_header=False, ws="none", lifespan="on",
        backlog=BACKLOG, timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=int(settings.timeout_seconds) + LONGER,
    ))  # fmt: skip


@contextmanager
def _listening(settings: ServeSettings) -> Iterator[socket.socket]:
    """Take the address before anything slow is done."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
    except (OSError, UnicodeError) as error:
        listener.close()
        raise OutputError(
            f"cannot listen on {settings.host} port {settings.port}: {error}; choose "
            "another port, or 0 for a free one"
        ) from error
    try:
        yield listener
    finally:
        listener.close()


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Let Python not look for garbage while it imports: there is none, and a tenth is saved."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


@contextmanager
def _threads_in_turns() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Let uvicorn end the process in peace: it raises a signal again when it has handled it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def nothing(*_: Any) -> None:
        """Let it pass: the server has ended already."""

    old = {each: signal.signal(each, nothing) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in old.items():
            signal.signal(each, handler)

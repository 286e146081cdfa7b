"""Only requests that name this machine: else a page of another site could be let in.

Where a browser runs on the same machine, a site can have its own name lead to 127.0.0.1 once its
page is loaded (DNS rebinding). Its requests then come from the same origin, and only the name in
their `Host` header tells them from ours.
"""

from typing import Any

from linnet.serving.exchange import Receive, Scope, Send, header
from linnet.serving.gate import tell
from linnet.serving.problem import Problem
from linnet.serving.settings import ServeSettings

LOOPBACK = ("127.", "::1", "localhost")
OWN = ("127.0.0.1", "localhost", "[::1]")


def is_local(host: str) -> bool:
    """Return whether only this machine reaches an address.

    Example:
        >>> is_local("127.0.0.1"), is_local("0.0.0.0")
        (True, False)
    """
    return host.startswith(LOOPBACK)


class OwnHost:
    """ASGI around the application: refuses a `Host` that is no name of this machine."""

    def __init__(self, app: Any, settings: ServeSettings) -> None:
        names = (*OWN, settings.host, f"[{settings.host}]", *settings.allowed_hosts)
        self._app, self._names = app, frozenset(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and (host := _name(scope)) not in self._names:
            problem = Problem(
                421, f"this server is not {host[:100]}: whoever runs it can allow that name with "
                "--allowed-host, or set a token"
            )  # fmt: skip
            await tell(problem, send)
        else:
            await self._app(scope, receive, send)


def _name(scope: Scope) -> str:
    """Return the name of the host that is asked, without the port."""
    given = (header(scope, b"host") or b"").decode("latin-1").lower()
    name, colon, port = given.rpartition(":")
    return name if colon and port.isdigit() else given

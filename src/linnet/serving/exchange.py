"""One exchange of messages with a client: a body of bounded size in, an answer out.

Bare ASGI, because a request object and a response object for each text cost more than its scores.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any, TypeAlias

from linnet.serving.problem import Problem

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

JSON = "application/json"
HTML = "text/html; charset=utf-8"
ALWAYS = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]


class Gone(Exception):
    """The client has gone before its request was complete."""


def header(scope: Scope, name: bytes) -> bytes | None:
    """Return the first header of a name in lower case, None where there is none."""
    found: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return next((value for key, value in found if key == name), None)


async def read_body(scope: Scope, receive: Receive, *, most: int, kind: str = JSON) -> bytes:
    """Read the body of a request that says what it is.

    A page of another site can make a browser send forms and plain text here, but not JSON, without
    asking first; so nothing else is read where something is done.

    Raises:
        Problem: It says it is something else, or is larger than `most` bytes.
        Gone: The client went away.
    """
    given = (header(scope, b"content-type") or b"").partition(b";")[0].strip().lower()
    if given != kind.encode():
        said = given.decode("latin-1") or "nothing"
        raise Problem(415, f"the Content-Type is {said}, expected {kind}: send that header")
    length = header(scope, b"content-length")
    if length is not None and length.isdigit() and int(length[:20]) > most:
        raise _too_large(most)
    parts, size = list[bytes](), 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            raise _too_large(most)
        parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_large(most: int) -> Problem:
    return Problem(413, f"the body is larger than {most:,} bytes: send fewer or shorter texts")


async def answer(
    send: Send,
    body: bytes,
    *,
    status: int = 200,
    media_type: str = JSON,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send a whole answer."""
    more = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()] \
        if headers else []  # fmt: skip
    said = [(b"content-type", media_type.encode()), (b"content-length", b"%d" % len(body))]
    await send(
        {"type": "http.response.start", "status": status, "headers": [*said, *ALWAYS, *more]}
    )
    await send({"type": "http.response.body", "body": body})

"""Only requests that name this machine are passed on."""

import asyncio

import pytest

from linnet.serving.own_host import OwnHost, is_local
from linnet.serving.settings import ServeSettings

SETTINGS = ServeSettings(host="127.0.0.5", allowed_hosts=("Linnet.example",))


def asked(headers, kind="http"):
    """Return the status of an answer; 200 is the application's."""
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200})

    async def send(message):
        sent.append(message)

    scope = {"type": kind, "headers": headers}
    asyncio.run(OwnHost(app, SETTINGS)(scope, None, send))
    return sent[0]["status"]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        (b"127.0.0.1:8000", 200), (b"localhost", 200), (b"LOCALHOST:1", 200), (b"[::1]:8000", 200),
        (b"[::1]", 200), (b"127.0.0.5", 200), (b"linnet.example:443", 200), (b"", 421),
        (b"evil.example", 421), (b"localhost.evil.example", 421), (b"127.0.0.1:x", 421),
        (b"\xff" * 9000, 421),
    ],
)  # fmt: skip
def test_names(host, status):
    assert asked([(b"host", host)]) == status


def test_no_name_at_all_is_refused_and_what_is_no_request_is_passed_on():
    assert asked([]) == 421
    assert asked([], kind="lifespan") == 200


def test_local_addresses():
    assert is_local("::1") and is_local("localhost") and not is_local("192.168.0.1")

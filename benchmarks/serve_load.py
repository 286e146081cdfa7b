"""Many connections that each ask, wait for the answer, and ask again; prints what that took.

    python benchmarks/serve_load.py ADDRESS PATH TEXTS.json [--connections N] [--num-texts N]
        [--k N]

Asks servers on this machine only. Bare asyncio: an HTTP client library takes longer for a request
than the server for its answer.
"""

import argparse
import asyncio
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "::1", "localhost")
HEAD = (
    "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    "Content-Length: {length}\r\n\r\n"
)


@dataclass
class Load:
    """All connections together.

    Attributes:
        requests: What is sent, in turns.
        until: When the last request is sent.
        left: Connections still open.
        seconds: How long each answer took.
        others: Status lines of answers that are not 200, with their number.
    """

    requests: list[bytes]
    until: float
    left: int
    done: asyncio.Future[None]
    seconds: list[float] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)
    sent: int = 0


class Connection(asyncio.Protocol):
    """One caller."""

    def __init__(self, load: Load) -> None:
        self.load, self.buffer, self.started = load, b"", 0.0

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        """Send the next request."""
        request = self.load.requests[self.load.sent % len(self.load.requests)]
        self.load.sent += 1
        self.started = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Ask again when the answer is whole."""
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found or len(body) < length_of(head):
            return
        self.load.seconds.append(time.perf_counter() - self.started)
        status = head.partition(b"\r\n")[0].decode()
        if " 200 " not in status:
            self.load.others[status] = self.load.others.get(status, 0) + 1
        self.buffer = b""
        if time.perf_counter() < self.load.until:
            self.ask()
        else:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Count it, and end with the last."""
        self.load.left -= 1
        if error:
            self.load.others[repr(error)] = self.load.others.get(repr(error), 0) + 1
        if not self.load.left and not self.load.done.done():
            self.load.done.set_result(None)


def length_of(head: bytes) -> int:
    lower = head.lower()
    start = lower.index(b"content-length:") + len(b"content-length:")
    return int(lower[start:].partition(b"\r\n")[0])


def requests_of(
    path: str, texts: list[str], *, num_texts: int, more: dict[str, int]
) -> list[bytes]:
    """Put texts together to requests."""
    found = []
    for start in range(0, len(texts) - num_texts + 1, num_texts):
        body = json.dumps({"texts": texts[start : start + num_texts], **more}).encode()
        found.append(HEAD.format(path=path, length=len(body)).encode() + body)
    return found


async def run(address: str, requests: list[bytes], *, connections: int, seconds: float) -> Load:
    loop, where = asyncio.get_running_loop(), urlsplit(address)
    started = time.perf_counter()
    load = Load(requests, started + seconds, connections, loop.create_future())
    for _ in range(connections):
        await loop.create_connection(lambda: Connection(load), where.hostname, where.port)
    await load.done
    load.until = time.perf_counter() - started
    return load


def main() -> None:
    """Ask, and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("address")
    parser.add_argument("path")
    parser.add_argument("texts", type=Path)
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--num-texts", type=int, default=1)
    parser.add_argument("--k", type=int, help="labels to ask for; 0 is refused when it is read")
    parser.add_argument("--seconds", type=float, default=5)
    chosen = parser.parse_args()
    if urlsplit(chosen.address).hostname not in LOOPBACK:
        parser.error(f"{chosen.address} is not on this machine: expected http://127.0.0.1:PORT")
    import uvloop

    requests = requests_of(
        chosen.path, json.loads(chosen.texts.read_text()), num_texts=chosen.num_texts,
        more={} if chosen.k is None else {"k": chosen.k},
    )  # fmt: skip
    load = uvloop.run(
        run(chosen.address, requests, connections=chosen.connections, seconds=chosen.seconds)
    )
    times = sorted(load.seconds)
    print(json.dumps({
        "requests": len(times), "seconds": load.until, "others": load.others,
        "p50": times[len(times) // 2], "p99": times[int(len(times) * 0.99)], "most": times[-1],
    }))  # fmt: skip


if __name__ == "__main__":
    main()

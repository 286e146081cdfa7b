"""A small HTTP server on this machine, and files in the form of the publishers'."""

import io
import tarfile
import threading
import time
import zipfile
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Publisher:
    """What the server gives, how it misbehaves, and what it was asked.

    Attributes:
        content: The one file, whatever the path.
        mark: Its ETag; None: the server names none.
        date: Its Last-Modified.
        cuts: After how many bytes the next answers end.
        statuses: Instead of the file, for the next answers.
        knows_range: Whether it sends the rest of a file.
        knows_if_range: Whether it compares marks before it does.
        says_length: Whether it tells how long the file is.
        silent_seconds: Before it answers at all.
    """

    content: bytes = b""
    mark: str | None = '"1"'
    date: str | None = None
    cuts: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    knows_range: bool = True
    knows_if_range: bool = True
    says_length: bool = True
    silent_seconds: float = 0.0
    asked: list[dict[str, str]] = field(default_factory=list)
    address: str = ""

    @property
    def ranges(self):
        """The Range of every request, None where there was none."""
        return [each.get("Range") for each in self.asked]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        publisher = self.server.publisher
        publisher.asked.append(dict(self.headers))
        time.sleep(publisher.silent_seconds)
        if publisher.statuses:
            self.answer(publisher.statuses.pop(0), b"<html>no</html>")
            return
        begin = self.begin(publisher)
        if begin and begin >= len(publisher.content):
            self.answer(416, b"")
        elif begin:
            of = f"bytes {begin}-{len(publisher.content) - 1}/{len(publisher.content)}"
            self.answer(206, publisher.content[begin:], ("Content-Range", of))
        else:
            self.answer(200, publisher.content)

    def begin(self, publisher):
        asked = self.headers.get("Range")
        mark = self.headers.get("If-Range")
        same = mark is None or mark in (publisher.mark, publisher.date)
        if asked is None or not publisher.knows_range or not (same or not publisher.knows_if_range):
            return 0
        return int(asked.removeprefix("bytes=").removesuffix("-"))

    def answer(self, status, content, *headers):
        publisher = self.server.publisher
        cut = publisher.cuts.pop(0) if publisher.cuts and status < 300 else len(content)
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        for name, value in (("ETag", publisher.mark), ("Last-Modified", publisher.date)):
            if value is not None:
                self.send_header(name, value)
        if status in (301, 302):
            self.send_header("Location", "/elsewhere")
        if publisher.says_length:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.close_connection = True
        with suppress(ConnectionError):  # a client that refuses the file hangs up
            self.wfile.write(content[:cut])

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = False  # closing waits for the answers under way


@pytest.fixture
def publisher(monkeypatch):
    """A server that gives one file; downloads do not pause between attempts."""
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr("linnet.datasets.download.PAUSE_SECONDS", 0.0)
    with Server(("127.0.0.1", 0), Handler) as server:
        made = server.publisher = Publisher(address=f"http://127.0.0.1:{server.server_port}/a.bin")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture
def make_tar(tmp_path):
    """Write a gzipped tar file of names and bytes."""

    def make(members, name="made.tar.gz"):
        path = tmp_path / name
        with tarfile.open(path, "w:gz") as tar:
            for member_name, content in members:
                member = tarfile.TarInfo(member_name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        return path

    return make


@pytest.fixture
def make_zip(tmp_path):
    """Write a zip file of names and bytes."""

    def make(members, name="made.zip"):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member_name, content in members:
                archive.writestr(member_name, content)
        return path

    return make

"""Small runs to serve, and clients that reach an application without a network."""

import asyncio
import json
from contextlib import ExitStack

import httpx2
import pytest
from fastapi.testclient import TestClient

import linnet
from linnet.serving.application import application
from linnet.serving.settings import ServeSettings

WORDS = {
    "food": "bread salt apple soup", "sport": "goal match ball run",
    "music": "song drum choir tune",
}  # fmt: skip


def texts(labels, num):
    for row in range(num):
        words = WORDS[labels[row % len(labels)]].split()
        yield f"{words[row % 4]} {words[row // 3 % 4]} päivä n{row}"


def table(labels, num=60):
    wanted = [labels[row % len(labels)] for row in range(num)]
    return {"text": list(texts(labels, num)), "label": wanted}


def sets(num=60):
    labels = list(WORDS)
    wanted = [[labels[row % 3], labels[(row + 1) % 3]][: 1 + row % 2] for row in range(num)]
    return {"text": list(texts(labels, num)), "label": wanted}


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """Name → folder of a run: two of one label per text, one of several."""
    base = tmp_path_factory.mktemp("served")
    tables = {"two": table(["food", "sport"]), "three": table(list(WORDS)), "sets": sets()}
    for name, each in tables.items():
        linnet.train(each, model="fasttext", epochs=3, embedding_size=4, out=str(base / name))
    return {name: base / name for name in tables}


@pytest.fixture
def client(runs):
    """Make a client of an application of these models, with these settings."""
    with ExitStack() as open_ones:

        def make(*names, models=None, **settings):
            served = models or {name: runs[name] for name in names or ["three"]}
            app = application(served, ServeSettings(**{"reload_seconds": 0, **settings}))
            return open_ones.enter_context(TestClient(app, raise_server_exceptions=False))

        yield make


@pytest.fixture
def together(runs):
    """Run a coroutine function on a client that has many requests at a time."""

    def run(function, *names, **settings):
        served = {name: runs[name] for name in names or ["three"]}
        app = application(served, ServeSettings(**{"reload_seconds": 0, **settings}))

        async def main():
            transport = httpx2.ASGITransport(app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://test") as asked:
                return await function(asked)

        return asyncio.run(main())

    return run


@pytest.fixture(scope="session")
def problem():
    """Return the detail of a refusal, which must be a problem of RFC 9457."""

    def detail(response):
        assert response.headers["content-type"] == "application/problem+json"
        said = json.loads(response.content)
        assert said.keys() == {"title", "status", "detail"}
        assert said["status"] == response.status_code
        return said["detail"]

    return detail

"""Several models that are replaced again and again while many clients ask: nothing is lost."""

import asyncio
import hashlib
import itertools
import os

import httpx2
import numpy as np
import pytest

import linnet
from linnet.serving.application import application
from linnet.serving.settings import ServeSettings

NUM_CLIENTS = 16
SWAPS = 8
TEXTS = ["bread", "goal päivä", "", "song choir n3", "soup match"]
SETTINGS = ServeSettings(reload_seconds=0.01, timeout_seconds=60)


def version(folder):
    return hashlib.sha256((folder / "model" / "SHA256SUMS").read_bytes()).hexdigest()[:12]


def point(link, folder):
    beside = link.with_name("beside")
    beside.symlink_to(folder)
    os.replace(beside, link)


@pytest.fixture(scope="module")
def expected(runs):
    """Version → its scores of each text, by label."""
    return {
        version(folder): {
            text: dict(row) for text, row in zip(TEXTS, made.top(TEXTS, k=9), strict=True)
        }
        for folder in runs.values()
        for made in [linnet.load(folder)]
    }


def check(answer, text, scores, *, explained):
    """Compare an answer with what the version that it names says of the text."""
    given = {each["label"]: each["score"] for each in answer["scores"]}
    assert given.keys() == scores.keys()
    np.testing.assert_allclose([given[label] for label in scores], [*scores.values()], atol=1e-6)
    if explained:
        assert answer["why"]["label"] == max(scores, key=scores.__getitem__)


class Asking:
    """Clients that ask in turns for one text or several, with and without explanations."""

    def __init__(self, client, names, expected):
        self.client, self.names, self.expected = client, names, expected
        self.stop, self.seen, self.num_answers = asyncio.Event(), set(), 0

    async def ask(self, number):
        for turn in itertools.count(number):
            if self.stop.is_set():
                return
            name, explain = self.names[turn % len(self.names)], turn % 3 == 0
            texts = [TEXTS[turn % 5]] if turn % 2 else TEXTS
            body = {"texts": texts, "k": 9, "explain": explain}
            response = await self.client.post(f"/models/{name}/predict", json=body)
            assert response.status_code == 200, response.text
            said = response.json()
            assert said["model"] == name
            scores = self.expected[said["version"]]
            for text, answer in zip(texts, said["answers"], strict=True):
                check(answer, text, scores[text], explained=explain)
            self.seen.add((name, said["version"]))
            self.num_answers += 1


async def swap(client, links, folders):
    """Let each name stand for the next folder, again and again, when the last one has come."""
    for turn in range(1, SWAPS + 1):
        for name, each in links.items():
            point(each, folders[name][turn % 2])
        wanted = {name: version(folders[name][turn % 2]) for name in links}
        for _ in range(1000):
            said = (await client.get("/models")).json()["models"]
            if {each["model"]: each["version"] for each in said} == wanted:
                break
            await asyncio.sleep(0.01)
        else:
            raise AssertionError("another model did not come")


def test_every_answer_is_of_the_version_it_names(runs, tmp_path, expected):
    folders = {"a": [runs["two"], runs["three"]], "b": [runs["sets"], runs["two"]]}
    links = {name: tmp_path / name for name in folders}
    for name, each in links.items():
        each.symlink_to(folders[name][0])
    app = application(links, SETTINGS)

    async def main():
        async with app.router.lifespan_context(app):
            transport = httpx2.ASGITransport(app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
                asking = Asking(client, [*links], expected)
                tasks = [asyncio.create_task(asking.ask(n)) for n in range(NUM_CLIENTS)]
                await asyncio.wait_for(swap(client, links, folders), 60)
                asking.stop.set()
                await asyncio.wait_for(asyncio.gather(*tasks), 20)
                return asking, (await client.get("/metrics")).text

    asking, metrics = asyncio.run(main())
    assert asking.seen == {(name, version(each)) for name in folders for each in folders[name]}
    assert asking.num_answers > NUM_CLIENTS
    for name in folders:
        assert f'linnet_reloads_total{{model="{name}"}} {SWAPS}.0' in metrics

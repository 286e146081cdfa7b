"""Another model behind a link: taken without losing a request, or refused whole."""

import asyncio
import json
import os
import shutil
import threading
import time
from contextlib import asynccontextmanager

import httpx2
import pytest

import linnet
from linnet.errors import ArtifactError
from linnet.serving.application import application
from linnet.serving.hosted import Hosted, Loaded
from linnet.serving.settings import ServeSettings

SETTINGS = ServeSettings(reload_seconds=0.02)


def point(link, folder):
    """Set a link to another folder at once, as one who deploys does."""
    beside = link.with_name("beside")
    beside.symlink_to(folder)
    os.replace(beside, link)


def damage(folder):
    weights = folder / "model" / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)


def change_golden(folder):
    """Let a model be whole, but give other scores than it gave."""
    from linnet.artifact.layout import sums_from_text, sums_to_text
    from linnet.files import sha256

    model = folder / "model"
    golden = json.loads((model / "golden.json").read_text())
    golden["scores"][0][0] += 0.01
    (model / "golden.json").write_text(json.dumps(golden))
    sums = sums_from_text((model / "SHA256SUMS").read_text(), model)
    sums["golden.json"] = sha256(model / "golden.json")
    (model / "SHA256SUMS").write_text(sums_to_text(sums))


@pytest.fixture
def link(runs, tmp_path):
    found = tmp_path / "current"
    found.symlink_to(runs["two"])
    return found


@pytest.fixture
def copy(runs, tmp_path):
    def make(name):
        return shutil.copytree(runs["three"], tmp_path / f"copy of {name}")

    return make


def test_nothing_new(link, runs, tmp_path):
    hosted = Hosted("m", link, SETTINGS)
    assert hosted.look() is None
    assert hosted.refused is None


def test_another_model_is_taken(link, runs):
    hosted = Hosted("m", link, SETTINGS)
    first = hosted.current
    point(link, runs["three"])
    made = hosted.look()
    assert hosted.current is first
    hosted.take(made)
    assert hosted.current.classifier.labels == ("food", "music", "sport")
    assert hosted.current.version != first.version
    assert (hosted.reloads, hosted.look()) == (1, None)


def test_a_replaced_folder_is_taken_too(copy, runs, tmp_path):
    folder = copy("one")
    hosted = Hosted("m", folder, SETTINGS)
    folder.rename(tmp_path / "old")
    shutil.copytree(runs["two"], folder)
    hosted.take(hosted.look())
    assert hosted.current.classifier.labels == ("food", "sport")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (damage, "weights.safetensors is damaged"),
        (change_golden, "scores differently here, by 0.01"),
        (lambda folder: (folder / "model" / "model.onnx").unlink(), "model.onnx is missing"),
        (lambda folder: shutil.rmtree(folder / "model"), "holds no saved model"),
        (shutil.rmtree, "does not exist"),
    ],
)
def test_a_broken_model_is_refused_and_the_old_one_stays(link, copy, spoil, reason, caplog):
    hosted = Hosted("m", link, SETTINGS)
    folder = copy("broken")
    spoil(folder)
    point(link, folder)
    assert hosted.look() is None
    assert reason in hosted.refused
    assert hosted.refusals == 1
    assert hosted.current.classifier.labels == ("food", "sport")
    assert [record.model for record in caplog.records] == ["m"]


def test_a_refused_model_is_tried_again_later_and_later(link, copy, runs, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    hosted = Hosted("m", link, ServeSettings(reload_seconds=1))
    tries = []
    load = hosted._load
    monkeypatch.setattr(hosted, "_load", lambda found: tries.append(now[0]) or load(found))
    folder = copy("on its way")
    whole = (folder / "model" / "model.onnx").read_bytes()
    (folder / "model" / "model.onnx").write_bytes(whole[:99])
    point(link, folder)
    for second in range(200):
        now[0] = second
        assert hosted.look() is None
    assert tries == [0, 2, 6, 14, 30, 62, 122, 182]
    assert hosted.refusals == 1, "the same reason counts and is logged once"
    (folder / "model" / "model.onnx").write_bytes(whole)
    now[0] = 300
    hosted.take(hosted.look())
    assert hosted.refused is None
    assert hosted.current.classifier.labels == ("food", "music", "sport")


def test_a_model_that_is_broken_for_days_is_tried_once_a_minute(link, copy, monkeypatch):
    now, tries = [0.0], []
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    hosted = Hosted("m", link, ServeSettings())

    def load(found):
        tries.append(now[0])
        raise ArtifactError("broken")

    monkeypatch.setattr(hosted, "_load", load)
    point(link, copy("broken"))
    for minute in range(2000):
        now[0] = 60.0 * minute
        assert hosted.look() is None
    assert tries[-1] == now[0]
    assert len(tries) == 2000
    now[0] += 1
    hosted.look()
    assert len(tries) == 2000


def test_back_to_the_old_model_is_no_refusal(link, copy, runs):
    hosted = Hosted("m", link, SETTINGS)
    folder = copy("broken")
    damage(folder)
    point(link, folder)
    hosted.look()
    point(link, runs["two"])
    assert hosted.look() is None
    assert (hosted.refused, hosted.reloads) == (None, 0)


def test_a_broken_model_does_not_start(copy):
    folder = copy("broken")
    damage(folder)
    with pytest.raises(ArtifactError, match="damaged"):
        Hosted("m", folder, SETTINGS)
    with pytest.raises(ArtifactError, match="does not exist"):
        Hosted("m", folder / "nowhere", SETTINGS)


def test_files_that_arrive_while_they_are_looked_for_are_taken_the_next_time(link, monkeypatch):
    hosted = Hosted("m", link, SETTINGS)
    with monkeypatch.context() as patch:
        patch.setattr("linnet.serving.hosted.model_identity", lambda folder: None)
        assert hosted.look() is None
    assert "holds no SHA256SUMS: fetch the model again" in hosted.refused
    assert hosted.look() is None
    assert hosted.refused is None


@asynccontextmanager
async def living(app):
    """A client of an application that looks for other models."""
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


async def until(condition):
    for _ in range(500):
        if await condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come")


def test_no_request_is_dropped_while_models_are_replaced(link, runs, copy):
    """Every answer is whole, of one of the two models, and none of the broken one."""
    app = application({"m": link}, SETTINGS)
    broken = copy("broken")
    damage(broken)
    expected = {
        labels: linnet.load(runs[name]).predict(["bread", "goal"])
        for name, labels in (("two", 2), ("three", 3))
    }
    seen = set()

    async def main():
        async with living(app) as client:
            stop = asyncio.Event()

            async def ask():
                while not stop.is_set():
                    asked = {"texts": ["bread", "goal"], "k": 9}
                    response = await client.post("/predict", json=asked)
                    assert response.status_code == 200
                    answers = response.json()["answers"]
                    num_labels = len(answers[0]["scores"])
                    assert [each["label"] for each in answers] == expected[num_labels]
                    seen.add(num_labels)

            async def answers_with(num_labels):
                said = (await client.get("/labels")).json()
                return len(said["labels"]) == num_labels

            async def refused():
                return (await client.get("/models")).json()["models"][0]["refused"]

            asking = [asyncio.create_task(ask()) for _ in range(8)]
            for name, num_labels in (("three", 3), ("two", 2), ("three", 3)):
                point(link, runs[name])
                await until(lambda wanted=num_labels: answers_with(wanted))
            point(link, broken)
            await until(refused)
            assert await answers_with(3)
            stop.set()
            await asyncio.gather(*asking)
            metrics = (await client.get("/metrics")).text
            assert 'linnet_reloads_total{model="m"} 3.0' in metrics
            assert 'linnet_model_refused{model="m"} 1.0' in metrics

    asyncio.run(main())
    assert seen == {2, 3}


def test_looking_goes_on_after_a_defect(link, runs, monkeypatch, caplog):
    app = application({"m": link}, SETTINGS)
    look = Hosted.look
    calls = []

    def fails_first(self):
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("unforeseen")
        return look(self)

    monkeypatch.setattr(Hosted, "look", fails_first)

    async def main():
        async with living(app) as client:
            point(link, runs["three"])

            async def taken():
                return len((await client.get("/labels")).json()["labels"]) == 3

            await until(taken)

    asyncio.run(main())
    assert "unforeseen" in caplog.text


def test_questions_are_answered_while_the_model_warms_up(runs, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()

    def slowly(loaded):
        begun.set()
        assert go_on.wait(20)

    monkeypatch.setattr(Loaded, "warm_up", slowly)

    async def main():
        async with living(application({"m": runs["two"]}, SETTINGS)) as client:
            assert await asyncio.to_thread(begun.wait, 20)
            told = await client.post("/predict", json={"texts": ["bread"]})
            go_on.set()
            return told.status_code

    assert asyncio.run(main()) == 200


def test_models_are_looked_for_where_warming_up_failed(link, runs, monkeypatch, caplog):
    first = []

    def once(loaded):
        first.append(loaded)
        if len(first) == 1:
            raise OSError("the weights have gone")

    monkeypatch.setattr(Loaded, "warm_up", once)

    async def main():
        async with living(application({"m": link}, SETTINGS)) as client:
            point(link, runs["three"])

            async def taken():
                return len((await client.get("/labels")).json()["labels"]) == 3

            await until(taken)

    asyncio.run(main())
    assert len(first) == 2, "the next model was warmed up before it answered"
    assert "warming up failed" in caplog.text

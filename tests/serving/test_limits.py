"""Too large, too slow, too many: each is refused in time, and nobody else pays for it."""

import asyncio
import time

import pytest

from linnet.serving.application import application
from linnet.serving.exchange import Gone, read_body
from linnet.serving.settings import ServeSettings

HEADERS = {"content-type": "application/json"}


def test_ten_megabytes_of_one_word(client, problem):
    word = "x" * 10_000_000
    response = client().post("/predict", json={"texts": [word]})
    assert response.status_code == 413
    assert "larger than 4,000,000 bytes" in problem(response)
    response = client(body_bytes=20_000_000).post("/predict", json={"texts": [word]})
    assert response.status_code == 422
    assert "text 0 has 10,000,000 characters" in problem(response)


def test_a_body_that_does_not_say_its_length(together, problem):
    read = 0

    async def body():
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b"x" * 1000

    async def ask(asked):
        return await asked.post("/predict", content=body(), headers=HEADERS)

    response = together(ask, body_bytes=5000)
    assert response.status_code == 413
    assert "larger than 5,000 bytes" in problem(response)


def scope(*headers):
    return {"type": "http", "headers": [(b"content-type", b"application/json"), *headers]}


def messages(*parts):
    left = list(parts)

    async def receive():
        return left.pop(0)

    return receive, left


def test_a_body_in_parts_is_put_together():
    receive, left = messages(
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.request", "more_body": True},
        {"type": "http.request", "body": b"}"},
    )
    assert asyncio.run(read_body(scope(), receive, most=2)) == b"{}"
    assert left == []


def test_reading_stops_where_the_limit_is():
    part = {"type": "http.request", "body": b"12345", "more_body": True}
    receive, left = messages(*[part] * 9)
    with pytest.raises(Exception, match="larger than 12 bytes"):
        asyncio.run(read_body(scope(), receive, most=12))
    assert len(left) == 6


@pytest.mark.parametrize("length", [b"13", b"9" * 5000])
def test_a_length_above_the_limit_is_refused_unread(length):
    receive, left = messages({"type": "http.request", "body": b""})
    with pytest.raises(Exception, match="larger than 12 bytes"):
        asyncio.run(read_body(scope((b"content-length", length)), receive, most=12))
    assert len(left) == 1


def test_a_client_that_goes_away_is_no_defect(runs, caplog):
    receive, _ = messages({"type": "http.disconnect"})
    with pytest.raises(Gone):
        asyncio.run(read_body(scope(), receive, most=12))
    app = application({"two": runs["two"]}, ServeSettings(reload_seconds=0))
    receive, _ = messages({"type": "http.disconnect"})
    sent = []

    async def send(message):
        sent.append(message)

    asked = {**scope(), "method": "POST", "path": "/predict", "query_string": b"", "root_path": ""}
    asyncio.run(app(asked, receive, send))
    assert (sent, caplog.text) == ([], "")


@pytest.mark.parametrize("path", ["/predict", "/feedback"])
def test_a_body_that_does_not_come(together, problem, path, tmp_path):
    async def body():
        yield b"{"
        await asyncio.sleep(30)

    async def ask(asked):
        return await asked.post(path, content=body(), headers=HEADERS)

    started = time.perf_counter()
    response = together(ask, timeout_seconds=0.05, feedback=tmp_path)
    assert response.status_code == 408
    assert "did not come within 0.05 s" in problem(response)
    assert response.headers["connection"] == "close"
    assert time.perf_counter() - started < 10


@pytest.fixture
def slow(monkeypatch):
    """Make every run of a model take some time."""

    def set_seconds(seconds):
        from linnet.serving import answering

        observe = answering.observe

        def observe_slowly(*arguments):
            time.sleep(seconds)
            return observe(*arguments)

        monkeypatch.setattr(answering, "observe", observe_slowly)

    return set_seconds


def test_no_answer_in_time(together, problem, slow):
    slow(0.5)

    async def ask(asked):
        late = await asked.post("/predict", json={"texts": ["a"]})
        return late, await asked.get("/health")

    late, health = together(ask, timeout_seconds=0.1)
    assert late.status_code == 503
    assert late.headers["retry-after"] == "1"
    assert "no answer within 0.1 s" in problem(late)
    assert health.status_code == 200


def test_a_full_queue(together, problem, slow):
    slow(0.1)

    async def ask(asked):
        return await asyncio.gather(
            *(asked.post("/predict", json={"texts": ["a", "b"]}) for _ in range(20))
        )

    responses = together(ask, queue_texts=10, batch_texts=4)
    assert sorted({each.status_code for each in responses}) == [200, 429]
    refused = [each for each in responses if each.status_code == 429]
    assert len(refused) == 15
    assert all(int(each.headers["retry-after"]) >= 1 for each in refused)
    assert "too many texts wait: try again in" in problem(refused[0])


def test_the_event_loop_is_free_while_the_model_works(together, slow):
    slow(0.5)

    async def ask(asked):
        waiting = asyncio.create_task(asked.post("/predict", json={"texts": ["a"]}))
        await asyncio.sleep(0.1)
        started = time.perf_counter()
        await asked.get("/health")
        took = time.perf_counter() - started
        return took, await waiting

    took, response = together(ask)
    assert took < 0.3
    assert response.status_code == 200


def test_requests_at_the_same_time_share_runs_and_get_their_own_answers(together, runs):
    import linnet

    texts = [f"{word} {number}" for number in range(40) for word in ("bread", "goal", "drum")]

    async def ask(asked):
        responses = await asyncio.gather(
            *(asked.post("/predict", json={"texts": [text], "k": 1}) for text in texts)
        )
        return responses, (await asked.get("/metrics")).text

    responses, metrics = together(ask)
    labels = [each.json()["answers"][0]["label"] for each in responses]
    assert labels == linnet.load(runs["three"]).predict(texts)
    count = next(line for line in metrics.splitlines() if line.startswith("linnet_batch_texts_cou"))
    assert float(count.split()[-1]) < len(texts) / 2


def test_one_that_fails_harms_no_other(together, monkeypatch):
    from linnet.serving import answering

    observe = answering.observe

    def observe_or_fail(classifier, texts):
        if "poison" in texts:
            raise MemoryError
        return observe(classifier, texts)

    monkeypatch.setattr(answering, "observe", observe_or_fail)

    async def ask(asked):
        words = ["bread", "poison", "goal"] * 5
        return await asyncio.gather(
            *(asked.post("/predict", json={"texts": [word]}) for word in words)
        )

    responses = together(ask)
    assert [each.status_code for each in responses] == [200, 500, 200] * 5


def test_explanations_have_a_queue_of_their_own(together, problem, monkeypatch):
    from linnet.serving import hosted

    explanations = hosted.explanations

    def slowly(*arguments):
        time.sleep(0.3)
        return explanations(*arguments)

    monkeypatch.setattr(hosted, "explanations", slowly)

    async def ask(asked):
        why = [
            asyncio.create_task(asked.post("/predict", json={"texts": ["a"] * 2, "explain": True}))
            for _ in range(12)
        ]
        await asyncio.sleep(0.1)
        started = time.perf_counter()
        plain = await asked.post("/predict", json={"texts": ["a"]})
        return plain, time.perf_counter() - started, await asyncio.gather(*why)

    plain, took, why = together(ask, explained_texts=2)
    assert plain.status_code == 200
    assert took < 0.25
    codes = [each.status_code for each in why]
    assert codes.count(200) == 8
    assert codes.count(429) == 4


def test_settings_say_what_is_wrong():
    from linnet.errors import ConfigError
    from linnet.serving.settings import settings_from

    for named, message in [
        ({"port": 70_000}, "port must be at most 65535, not 70000"),
        ({"port": -1}, "port must be at least 0, not -1"),
        ({"threads": 0}, "threads must be at least 1, not 0"),
        ({"timeout_seconds": float("nan")}, "timeout_seconds must be at least 0.001, not nan"),
        ({"timeout_seconds": float("inf")}, "timeout_seconds must be at least 0.001, not inf"),
        ({"token": ""}, "fewer than 16 characters"),
        ({"token": "pässword" * 3}, "other than printable ASCII"),
        ({"batch_text": 1}, "unknown setting 'batch_text': did you mean 'batch_texts'"),
    ]:
        with pytest.raises(ConfigError, match=message):
            settings_from(named)
    assert settings_from({}).host == "127.0.0.1"

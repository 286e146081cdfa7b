"""Every path: what it answers, to whom, and what it says of mistakes."""

import json
import re
import subprocess
import sys

import pytest

import linnet

ASKED = {"texts": ["bread salt", "päivä"], "k": 2}
TOKEN = "a token of sixteen"


def test_predict(client, runs):
    classifier = linnet.load(runs["three"])
    response = client().post("/predict", json=ASKED)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-content-type-options"] == "nosniff"
    said = response.json()
    assert said["model"] == "three"
    assert [each["label"] for each in said["answers"]] == classifier.predict(ASKED["texts"])
    assert [len(each["scores"]) for each in said["answers"]] == [2, 2]


def test_predict_with_words(client):
    said = client("sets").post("/predict", json={"texts": ["bread goal"], "explain": True}).json()
    assert [each["text"] for each in said["answers"][0]["why"]["words"]] == ["bread", "goal"]


def test_the_first_of_several_models_answers_without_a_name(client):
    served = client("two", "sets")
    first = served.post("/predict", json=ASKED).json()
    assert first == served.post("/models/two/predict", json=ASKED).json()
    assert served.post("/models/sets/predict", json=ASKED).json()["model"] == "sets"
    assert served.get("/models/sets/labels").json()["task"] == "multilabel"
    listed = served.get("/models").json()["models"]
    assert [(each["model"], each["num_labels"], each["refused"]) for each in listed] == [
        ("two", 2, None), ("sets", 3, None),
    ]  # fmt: skip


def test_labels(client, runs):
    classifier = linnet.load(runs["sets"])
    said = client("sets").get("/labels").json()
    assert said["labels"] == list(classifier.labels)
    assert said["thresholds"] == pytest.approx(classifier.thresholds)
    assert re.fullmatch("[0-9a-f]{12}", said["version"])
    assert client("two").get("/labels").json()["thresholds"] is None


def test_health_and_ready(client):
    served = client("two")
    assert served.get("/health").json() == {"status": "alive"}
    assert served.get("/ready").json()["models"].keys() == {"two"}


@pytest.mark.parametrize(
    "path", ["/page", "/predict/", "/models/nix/predict", "/predict%00", "/../x"]
)
def test_unknown_paths(client, path, problem):
    response = client().get(path)
    assert response.status_code == 404
    assert "GET /docs has all paths" in problem(response)


def test_a_model_that_is_not_there_is_told_with_those_that_are(client, problem):
    for path in ("/models/thre/predict", "/models/thre", "/models/thre/"):
        said = problem(client("two", "three").post(path))
        assert "unknown model 'thre': did you mean 'three'? Known: two, three" in said
    for path in ("/models/two/nothing", "/docs/models/thre", "/models", "/models//"):
        assert "unknown model" not in problem(client("two").post(path))


@pytest.mark.parametrize(("method", "path"), [("GET", "/predict"), ("POST", "/health")])
def test_other_methods(client, method, path, problem):
    response = client().request(method, path)
    assert response.status_code == 405
    assert response.headers["allow"]
    assert "this path takes" in problem(response)


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_only_what_says_it_is_json_is_read(client, kind, problem):
    headers = {"content-type": kind} if kind else {}
    response = client().post("/predict", content=json.dumps(ASKED), headers=headers)
    assert response.status_code == 415
    assert f"the Content-Type is {kind or 'nothing'}, expected application/json" in problem(
        response
    )


def test_charset_may_be_said(client):
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    assert client().post("/predict", content=json.dumps(ASKED), headers=headers).status_code == 200


def test_problems_of_questions_come_through(client, problem):
    response = client().post("/predict", json={"texts": "a"})
    assert response.status_code == 422
    assert "expected a list of strings" in problem(response)


@pytest.mark.parametrize(
    "given",
    [None, "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"bearer {TOKEN}x", TOKEN, "Bearer \xe4"],
)
def test_without_the_token(client, given, problem):
    served = client(token=TOKEN, feedback=None)
    headers = {"authorization": given.encode("latin-1")} if given else {}
    for method, path in [
        ("POST", "/predict"), ("POST", "/feedback"), ("GET", "/labels"), ("GET", "/models"),
        ("GET", "/metrics"),
    ]:  # fmt: skip
        response = served.request(method, path, headers=headers)
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        assert "the token is missing or wrong" in problem(response)


def test_with_the_token(client):
    served = client(token=TOKEN)
    headers = {"authorization": f"bearer {TOKEN}"}
    assert served.post("/predict", json=ASKED, headers=headers).status_code == 200
    assert served.get("/metrics", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/health", "/ready", "/docs", "/openapi.json"])
def test_probes_and_descriptions_need_no_token(client, path):
    assert client(token=TOKEN).get(path).status_code == 200


def test_token_is_compared_in_constant_time(client, monkeypatch):
    compared = []

    def compare(given, expected):
        compared.append((given, expected))
        return given == expected

    monkeypatch.setattr("hmac.compare_digest", compare)
    client(token=TOKEN).get("/labels", headers={"authorization": "Bearer nearly"})
    assert compared == [(b"nearly", TOKEN.encode())]


def test_a_defect_is_a_problem_too_and_tells_nothing(client, monkeypatch, caplog, problem):
    served = client()

    def fails(*_):
        raise RuntimeError("secret text")

    monkeypatch.setattr("linnet.serving.endpoints.read_question", fails)
    response = served.post("/predict", json=ASKED)
    assert response.status_code == 500
    assert "secret" not in problem(response)
    assert "secret text" in caplog.text


def metrics(served):
    """Name and labels → value."""
    lines = served.get("/metrics").text.splitlines()
    rows = [line.rpartition(" ") for line in lines if not line.startswith("#")]
    return {name: float(value) for name, _, value in rows}


def test_metrics(client):
    served = client("three", "sets")
    texts = ["bread salt", "zzz unheard of", "goal"]
    for _ in range(40):
        served.post("/predict", json={"texts": texts})
    served.post("/predict", json={"texts": []})
    served.get("/nowhere")
    found = metrics(served)
    assert found['linnet_requests_total{endpoint="predict",model="three",status="200"}'] == 40
    assert found['linnet_requests_total{endpoint="predict",model="three",status="422"}'] == 1
    assert found['linnet_requests_total{endpoint="none",model="",status="404"}'] == 1
    assert found['linnet_request_seconds_count{endpoint="predict",model="three"}'] == 41
    assert found['linnet_batch_texts_sum{model="three"}'] == 120
    assert found['linnet_run_seconds_total{model="three"}'] > 0
    assert found['linnet_texts_total{model="three"}'] == 120
    assert found['linnet_tokens_total{model="three"}'] == 240
    assert found['linnet_unknown_tokens_total{model="three"}'] == 120
    assert found['linnet_text_tokens_bucket{le="1",model="three"}'] == 40
    assert found['linnet_text_tokens_bucket{le="+Inf",model="three"}'] == 120
    assert found['linnet_score_count{model="three"}'] == 120
    labels = [found[f'linnet_labels_total{{label="{each}",model="three"}}']
              for each in ("food", "music", "sport")]  # fmt: skip
    assert sum(labels) == 120
    assert found['linnet_training_label_share{label="food",model="three"}'] > 0.2
    usual = found['linnet_training_unknown_rate{model="three"}']
    assert found['linnet_drift_unknown{model="three"}'] == pytest.approx(0.5 - usual)
    assert 0 <= found['linnet_drift_labels{model="three"}'] <= 1
    assert found['linnet_queue_texts{model="three"}'] == 0
    assert found['linnet_texts_total{model="sets"}'] == 0
    assert 'linnet_drift_labels{model="sets"}' not in found


def test_paths_that_are_not_there_make_no_new_metrics(client):
    served = client()
    served.get("/metrics")
    served.get("/nowhere")
    before = metrics(served)
    for number in range(20):
        served.get(f"/nowhere/{number}")
    assert metrics(served).keys() == before.keys()


def test_description_has_the_limits_and_the_labels(client, tmp_path):
    served = client("two", "sets", token=TOKEN, feedback=tmp_path, texts_per_request=7)
    said = served.get("/openapi.json").json()
    assert said["openapi"] == "3.1.0"
    question = said["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]
    assert question["schema"]["properties"]["texts"]["maxItems"] == 7
    row = said["paths"]["/models/sets/feedback"]["post"]["requestBody"]["content"]
    labels = row["application/json"]["schema"]["properties"]["labels"]["items"]["enum"]
    assert labels == ["food", "music", "sport"]
    ids = [each["operationId"] for item in said["paths"].values() for each in item.values()]
    assert len(set(ids)) == len(ids)
    assert "security" in said["paths"]["/predict"]["post"]
    assert "security" not in said["paths"]["/health"]["get"]


def test_description_without_token_and_feedback(client):
    said = client().get("/openapi.json").json()
    assert "token" not in json.dumps(said)
    assert "/feedback" not in said["paths"]


def test_description_does_not_list_thousands_of_labels(client, monkeypatch):
    monkeypatch.setattr("linnet.serving.description.MOST_LISTED", 2)
    said = client("two", "three").get("/openapi.json").json()
    two, three = (json.dumps(said["paths"][f"/models/{name}/predict"]) for name in ("two", "three"))
    assert "food" in two
    assert "food" not in three


def test_docs_page_asks_nobody_else(client):
    response = client("two", "sets", token=TOKEN).get("/docs")
    page = response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "<script" not in page
    assert re.findall(r"(?:src|href|url|action)\s*[=(]\s*[\"']?([^\"'> )]+)", page) == [
        "openapi.json"
    ]
    assert "POST /models/sets/predict" in page
    assert "Authorization: Bearer TOKEN" in page
    assert "1,000 items at most" in page or "items at most 1,000" in page


def test_docs_page_escapes_labels(tmp_path, client):
    odd = {"text": ["goal", "bread"] * 20, "label": ["<b>'x'</b>", "&amp;"] * 20}
    linnet.train(odd, duplicates="keep", model="linear", epochs=1, out=str(tmp_path / "odd"))
    served = client(models={"odd": tmp_path / "odd"}, feedback=tmp_path / "feedback")
    page = served.get("/docs").text
    assert "<b>" not in page
    assert "&amp;amp;" in page
    said = served.post("/predict", json={"texts": ["goal"]}).json()
    assert {each["label"] for each in said["answers"][0]["scores"]} == {"<b>'x'</b>", "&amp;"}


def test_importing_makes_no_application_and_loads_no_training():
    code = (
        "import sys, logging, linnet.serving.application as a, linnet.serving.server\n"
        "from fastapi import FastAPI\n"
        "assert not any(isinstance(each, FastAPI) for each in vars(a).values())\n"
        "assert not logging.getLogger('linnet.serving').handlers\n"
        "print(*{'keras', 'jax', 'sklearn', 'matplotlib', 'torch', 'scipy'} & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == ""

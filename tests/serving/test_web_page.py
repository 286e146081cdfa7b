"""The page's files, facts and report over HTTP: headers, the token, and what is not served."""

import re
from pathlib import Path

import pytest

from linnet.serving.web_page import FILES, FOLDER

TOKEN = "a token of sixteen"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def policy(response):
    """Name of a directive → its values."""
    parts = response.headers["content-security-policy"].split("; ")
    return {name: values for name, *values in (each.split(" ") for each in parts)}


@pytest.mark.parametrize("base", ["", "/models/two", "/models/sets"])
def test_files_of_the_page(client, base):
    served = client("two", "sets", token=TOKEN)
    for path, (name, kind) in FILES.items():
        response = served.get(base + path)
        assert response.status_code == 200
        assert response.headers["content-type"] == kind
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.content == (FOLDER / name).read_bytes()


def test_the_page_may_load_from_here_only_and_run_no_inline_script(client):
    response = client().get("/")
    found = policy(response)
    assert found["default-src"] == ["'none'"]
    assert {name: found[name] for name in ("script-src", "style-src", "connect-src")} == {
        "script-src": ["'self'"], "style-src": ["'self'"], "connect-src": ["'self'"],
    }  # fmt: skip
    assert found["frame-ancestors"] == ["'none'"]
    assert found["require-trusted-types-for"] == ["'script'"]
    assert response.headers["referrer-policy"] == "no-referrer"


def test_the_files_keep_to_that():
    page = (FOLDER / "page.html").read_text("utf-8")
    assert re.findall(r"<script\b[^>]*>(.*?)</script>", page, re.S) == [""]
    assert "<style" not in page
    assert not re.search(r"<[^>]*\s(?:style|on\w+)=", page)
    linked = re.findall(r"\s(?:src|href|action)=\"([^\"]+)\"", page)
    assert [each for each in linked if "://" in each and not each.startswith("data:")] == []
    script = (FOLDER / "page.js").read_text("utf-8")
    found = re.findall(
        r"inner\w*HTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", script
    )
    assert found == []
    assert "://" not in script + (FOLDER / "page.css").read_text("utf-8")
    assert {each.name for each in FOLDER.iterdir()} == {name for name, _ in FILES.values()}


def test_facts(client, runs, tmp_path):
    served = client("two", "sets", token=TOKEN, feedback=tmp_path, texts_per_request=7)
    said = served.get("/models/sets/page.json").json()
    assert said == {
        "model": "sets", "models": ["two", "sets"], "token": True, "feedback": True,
        "report": True, "texts_per_request": 7, "body_bytes": 4_000_000,
    }  # fmt: skip
    assert client("two").get("/page.json").json()["feedback"] is False


def test_report(client, runs):
    response = client("two", "sets").get("/models/sets/report")
    assert response.content == (runs["sets"] / "report.html").read_bytes()
    found = policy(response)
    assert found["default-src"] == ["'none'"]
    assert found["sandbox"] == []
    assert found["frame-ancestors"] == ["'self'"]
    assert "script-src" not in found
    assert client("two").get("/report").content == (runs["two"] / "report.html").read_bytes()


def test_the_report_asks_for_nothing_that_is_forbidden(runs):
    """Its own policy, which it carries in the page, allows no more than the server's."""
    page = (runs["two"] / "report.html").read_text("utf-8")
    own = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert own[1] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_report_with_a_token(client, problem):
    served = client(token=TOKEN)
    for response in (
        served.get("/report"),
        served.get("/report?token=" + TOKEN),
        served.get("/report", headers={"authorization": "Bearer wrong"}),
        served.post("/report", headers=FORM, content=""),
        served.post("/report", headers=FORM, content="token=wrong"),
        served.post("/report", headers=FORM, content="token=%ff"),
    ):
        assert response.status_code == 401
        assert "the token is missing or wrong" in problem(response)
    assert served.post("/report", data={"token": TOKEN}).status_code == 200
    headers = {"authorization": f"Bearer {TOKEN}"}
    assert served.get("/report", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("sent", "status", "message"),
    [
        ({"json": {"token": TOKEN}}, 415, "expected application/x-www-form-urlencoded"),
        ({"data": {"token": TOKEN, "more": "x"}}, 400, "the body is no form with a token"),
        ({"content": b"token=\xff", "headers": FORM}, 400, "the body is no form with a token"),
        ({"data": {"token": "x" * 10_000}}, 413, "larger than 10,000 bytes"),
    ],
)
def test_forms_that_are_none(client, problem, sent, status, message):
    response = client(token=TOKEN).post("/report", **sent)
    assert response.status_code == status
    assert message in problem(response)


def copied(run, folder):
    """A run's model in another folder, with a report of its own."""
    (folder / "model").mkdir(parents=True)
    for each in (run / "model").iterdir():
        (folder / "model" / each.name).write_bytes(each.read_bytes())
    (folder / "report.html").write_text("mine", "utf-8")
    return folder


def test_a_model_without_its_run_has_no_report(client, runs, tmp_path, problem):
    run = copied(runs["two"], tmp_path / "run")
    assert client(models={"a": run / "model"}).get("/report").text == "mine"
    (run / "model").rename(run / "alone")
    served = client(models={"a": run / "alone"})
    assert served.get("/page.json").json()["report"] is False
    response = served.get("/report")
    assert response.status_code == 404
    assert "there is no report.html beside the model" in problem(response)


def test_a_report_that_is_a_link_is_not_followed(client, runs, tmp_path):
    run = copied(runs["two"], tmp_path / "run")
    served = client(models={"a": run})
    assert served.get("/report").text == "mine"
    (run / "report.html").unlink()
    (tmp_path / "secret").write_text("secret")
    (run / "report.html").symlink_to(tmp_path / "secret")
    assert served.get("/report").status_code == 404


def test_a_report_that_cannot_be_read(client, monkeypatch, problem):
    served = client()

    def fails(path):
        raise PermissionError(13, "no leave")

    monkeypatch.setattr(Path, "read_bytes", fails)
    response = served.get("/report")
    assert response.status_code == 503
    assert "the report cannot be read: no leave" in problem(response)


def test_the_slash_at_the_end_may_be_left_out(client):
    served = client("two", "sets", token=TOKEN)
    response = served.get("/models/sets", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (308, "sets/")
    assert served.get("/models/sets").url.path == "/models/sets/"
    assert served.get("/models/set", follow_redirects=False).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/report.html", "/config.toml", "/run.json", "/model/manifest.json", "/report/",
        "/report/../config.toml", "/report%2f..%2fconfig.toml", "/page.html",
        "/models/two/../../report.html",
    ],
)  # fmt: skip
def test_no_other_file_of_the_folder_is_served(client, path):
    assert client("two").get(path).status_code == 404


def test_a_slow_form_is_given_up(client, problem):
    import asyncio

    from linnet.serving.hosted import Hosted
    from linnet.serving.problem import Problem
    from linnet.serving.settings import ServeSettings
    from linnet.serving.web_page import Report

    hosted = Hosted.__new__(Hosted)
    hosted.name = "a"
    report = Report(hosted, ServeSettings(timeout_seconds=0.01))
    scope = {"method": "POST", "headers": [(b"content-type", FORM["content-type"].encode())]}

    async def never():
        await asyncio.sleep(10)

    async def ask():
        await report(scope, never, never)

    with pytest.raises(Problem, match=r"the body did not come within 0\.01 s"):
        asyncio.run(ask())
